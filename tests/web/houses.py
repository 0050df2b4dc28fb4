"""Products with sample data behind the pages of the gallery, for the daily work and for the administration."""

from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from callcenter.app.demo import demo_config
from callcenter.domain.access import Role
from callcenter.domain.access_records import ApiToken, Invitation, SecondFactor
from callcenter.domain.config import Announcements
from callcenter.domain.records import AuditRecord, SavedFilter, User
from callcenter.storage import Storage, upgrade
from callcenter.web.services import WebServices
from callcenter.web.signin.passwords import code_hash
from tests.web import (
    chat_samples,
    figure_samples,
    floor_samples,
    lead_samples,
    review_samples,
    samples,
    what_if_samples,
)
from tests.web.config_double import configuration
from tests.web.doubles import ContactList, DeskDouble, SetClock, WhatIfDouble

INVITED = "abcde-fghij-klmno"
"""The code of the invitation of ``zhoujie``."""
DAY_MS = 86_400_000
_UPGRADING = threading.Lock()
"""The migrations keep their context in one place of the process."""


@asynccontextmanager
async def daily_house(folder: Path) -> AsyncIterator[WebServices]:
    """A full floor and its contacts; users, tokens and the audit log in a real database."""
    sample = samples.services(folder)
    floor_samples.furnish(sample).promises = floor_samples.promises()
    assert isinstance(sample.what_if, WhatIfDouble)
    sample.what_if.jobs |= what_if_samples.jobs()
    path = f"sqlite+aiosqlite:///{folder / 'house.db'}"
    await asyncio.to_thread(_upgrade_alone, path)
    storage = await Storage.open(path)
    try:
        await _people(sample, storage)
        await _past_acts(sample, storage)
        await storage.journal.append(figure_samples.journal(), 0)
        await sample.saved_filters.save(SavedFilter(0, "zhangli", "投诉未结", {"disposition": "complaint"}))
        _one_contact(sample)
        chat_samples.furnish(sample)
        yield dataclasses.replace(
            sample,
            users=storage.users,
            audit=storage.audit,
            credentials=storage.credentials,
            tokens=storage.tokens,
            figures=storage.figures,
        )
    finally:
        await storage.close()


def _upgrade_alone(path: str) -> None:
    with _UPGRADING:
        upgrade(path)


def _one_contact(sample: WebServices) -> None:
    """The list says of the told contact what its story says."""
    contacts = sample.contacts
    assert isinstance(contacts, ContactList)
    said = {"queue": "loss", "waited_ms": 51_000, "talked_ms": 226_000, "note": "已挂失，补卡寄往登记地址。"}
    contacts.records[0] = call = msgspec.structs.replace(contacts.records[0], **said)
    callback = {"id": "cb-1", "direction": "outbound", "queue": "cards", "agent": "", "answered_ms": None}
    goes_on = {"started_ms": samples.NOW - 3_240_000, "ended_ms": None, "talked_ms": 0, "reason": "", "note": ""}
    contacts.records.append(msgspec.structs.replace(call, **callback, **goes_on, disposition="", has_recording=False))
    contacts.stories["cb-1"] = floor_samples.story_of_a_callback("cb-1", call.id)


async def _people(sample: WebServices, storage: Storage) -> None:
    for user in await sample.users.all():
        await storage.users.add(user)
    factored = await storage.users.add(User(0, "zhaomin", "赵敏", Role.QUALITY, samples._HASH, ""))
    await storage.credentials.set_second_factor(SecondFactor(factored.id, "JBSWY3DPEHPK3PXP", True))
    await storage.credentials.set_recovery_codes(factored.id, [code_hash(letter * 10) for letter in "abcdefghj"])
    invited = await storage.users.add(User(0, "zhoujie", "周洁", Role.AGENT, "", "1009"))
    await storage.credentials.invite(Invitation(invited.id, code_hash(INVITED), samples.NOW + 7 * DAY_MS))
    now = samples.NOW
    for name, role, ends, used in (
        ("大屏数据", Role.SUPERVISOR, now + 90 * DAY_MS, now - 45_000),
        ("质检抽样", Role.QUALITY, now - DAY_MS, None),
    ):
        token = ApiToken(0, name, f"hash of {name}", role, "all", (), "admin", now - 20 * DAY_MS, ends, used)
        await storage.tokens.add(token)


async def _past_acts(sample: WebServices, storage: Storage) -> None:
    first, at = samples.contact().id, samples.NOW - 3_600_000
    for k, (actor, act, subject, detail) in enumerate(
        [
            ("admin", "user_added", "user:3", {}),
            ("liqiang", "listen", f"contact:{first}", {"agent": "1001"}),
            ("liqiang", "state_forced", "agent:1009", {"state": "on_break", "reason": "training"}),
            ("liqiang", "queue_closed", "queue:regulator", {}),
            ("zhangli", "recording_heard", "recording:rec-1", {"contact": first}),
            ("zhangli", "unmasked", f"contact:{first}", {"field": "caller", "reason": "call_back"}),
            ("zhangli", "contact_exported", f"contact:{first}", {"reason": "监管来函 2026-0309"}),
            ("nobody", "sign_in_failed", "", {"address": "192.0.2.7"}),
        ]
    ):
        await storage.audit.write(AuditRecord(at + k * 97_000, actor, act, subject, detail))


@asynccontextmanager
async def admin_house(folder: Path) -> AsyncIterator[WebServices]:
    """The demo bank with a draft of the administrator's and a submitted one of an operator's."""
    yield await admin_services(folder)


async def admin_services(folder: Path) -> WebServices:
    """The services of ``admin_house``; they hold nothing open."""
    services = samples.services(folder)
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    assert isinstance(services.clock, SetClock)
    desk.center = demo_config()
    await services.users.add(User(0, "leader", "周立平", Role.SUPERVISOR, "-", "1008"))
    services = dataclasses.replace(services, configuration=configuration(desk, services.audit, services.clock))
    general = demo_config().queues["general"]
    told = msgspec.structs.replace(general, announcements=Announcements(every_ms=45_000), wrap_up_ms=45_000)
    changed = msgspec.structs.replace(demo_config(), queues={**demo_config().queues, "general": told})
    await services.configuration.edit("ops", changed, 0)
    await services.configuration.submit("ops", "排队播报太频繁，客户有意见")
    wrong = msgspec.structs.replace(general, wrap_up_ms=5_000_000, agent_policy="round_robin")
    queues = {**demo_config().queues, "general": wrong}
    mine = msgspec.structs.replace(demo_config(), queues=queues, caller_number="95001")
    await services.configuration.edit("admin", mine, 0)
    return services


@asynccontextmanager
async def unassisted_house(folder: Path) -> AsyncIterator[WebServices]:
    """The daily work while the assistant is away."""
    async with daily_house(folder) as services:
        yield dataclasses.replace(services, assistant_down=lambda: True)


@asynccontextmanager
async def lists_house(folder: Path) -> AsyncIterator[WebServices]:
    """A campaign with lists in every state."""
    async with lead_samples.with_lists(samples.services(folder), folder, bring_up=_upgrade_alone) as house:
        await lead_samples.furnish(house)
        yield house.services


@asynccontextmanager
async def reviews_house(folder: Path) -> AsyncIterator[WebServices]:
    """Reviews in every state, a sampling plan, a risk case."""
    async with review_samples.with_reviews(samples.services(folder), folder, bring_up=_upgrade_alone) as services:
        yield services


HOUSES = {
    "daily": daily_house,
    "admin": admin_house,
    "unassisted": unassisted_house,
    "lists": lists_house,
    "reviews": reviews_house,
}
