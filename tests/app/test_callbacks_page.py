"""The list of callbacks on a running product: booked by a key, seen, taken off, told in both stories."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from callcenter.app.settings import Settings
from callcenter.app.wiring import Product, running
from callcenter.domain.access import Role
from callcenter.domain.config import AgentConfig, CallbackRule, CenterConfig, QueueConfig, Team
from callcenter.domain.contact import EndReason
from callcenter.domain.records import EVERYTHING, User
from callcenter.domain.views import CallbackState, OpenCallback
from callcenter.storage import Storage, upgrade
from callcenter.web.app import create_app
from callcenter.web.sessions import open_session, token_hash
from tests.app.conftest import ALWAYS_OPEN
from tests.attack.client import Client

NUMBER = "13800001357"
FLOW = """
flow: offer
title: {zh: 回电, en: Callback}
languages: [zh]
start: ask
fallback_queue: cards
steps:
  ask:
    label: {zh: 问, en: Ask}
    type: callback
    queue: cards
    text: {zh: 回电请按1}
    ask_number: {text: {zh: 号码}}
    confirm: {text: {zh: 确认}}
    next: bye
    declined: bye
  bye: {label: {zh: 完, en: End}, type: hangup}
"""
RULE = CallbackRule(call_from="00:00", call_until="24:00")
USERS = {"lead": (Role.SUPERVISOR, "a9"), "other": (Role.SUPERVISOR, "b9"), "quality": (Role.QUALITY, "")}


def config() -> CenterConfig:
    return CenterConfig(
        queues={"cards": QueueConfig(id="cards", names={"en": "Cards", "zh": "卡"}, callback=RULE)},
        agents={"a9": AgentConfig("a9", "A", team="ta"), "b9": AgentConfig("b9", "B", team="tb")},
        teams={
            "ta": Team("ta", {"en": "A"}, leaders=("lead",), queues=("cards",)),
            "tb": Team("tb", {"en": "B"}, leaders=("other",)),
        },
        numbers={"95001": "offer"},
    )


@pytest.fixture
async def settings(data: Path) -> Settings:
    flows = data / "flows"
    flows.mkdir()
    (flows / "calendars.yaml").write_text(ALWAYS_OPEN)
    (flows / "offer.yaml").write_text(FLOW)
    settings = Settings(data=data, flows=flows, telephony="simulated", demo=False)
    await asyncio.to_thread(upgrade, settings.database_url)
    storage = await Storage.open(settings.database_url)
    await storage.config.save(config())
    for name, (role, agent) in USERS.items():
        await storage.users.add(User(0, name, name, role, "-", agent, language="en"))
    await storage.close()
    return settings


async def client_of(product: Product, name: str) -> Client:
    user = await product.web.users.by_name(name)
    assert user is not None
    client = Client(create_app(product.web))
    token = await open_session(product.web, user, address="10.1.2.3", browser="test")
    session = await product.web.users.session(token_hash(token))
    assert session is not None
    client.cookies["cc_session"], client.csrf = token, session.csrf
    return client


async def until(product: Product, fits: Callable[[list[OpenCallback]], bool]) -> list[OpenCallback]:
    async def look() -> list[OpenCallback]:
        async for _ in product.desk.changes():
            if fits(found := list(product.desk.callbacks())):
                return found
        raise AssertionError("the changes ended")

    return await asyncio.wait_for(look(), 30)


async def test_a_callback_is_seen_withdrawn_and_told(settings: Settings) -> None:
    async with running(settings, report=lambda line: None) as product:
        caller = product.pbx.telephony.network.call(NUMBER, "95001", line="trunk")
        await caller.wait_heard("prompt")
        caller.press("1")
        (callback,) = await until(product, lambda found: [c.state for c in found] == [CallbackState.WAITING])
        assert (callback.queue, callback.place, callback.attempts_allowed) == ("cards", 1, 3)
        lead, other = await client_of(product, "lead"), await client_of(product, "other")
        page = (await lead.get("/callbacks")).text
        assert "138****1357" in page
        assert "place 1" in page
        assert f'href="/contacts/{callback.contact}"' in page
        assert "Your teams look after no queue." in (await other.get("/callbacks")).text
        address = f"/callbacks/{callback.contact}/withdraw"
        assert (await other.post(address, data={"reason": "not mine"})).status == 404
        assert (await lead.post(address, data={"reason": "settled in the branch"})).to == "/callbacks?taken=yes"
        await until(product, lambda found: not found)
        assert "No open callbacks." in (await lead.get("/callbacks")).text
        record = await product.storage.contacts.get(callback.contact, EVERYTHING)
        assert record is not None
        assert record.reason == EndReason.CALLBACK_WITHDRAWN
        quality = await client_of(product, "quality")
        story = (await quality.get(f"/contacts/{callback.contact}")).text
        assert "settled in the branch" in story
        (call,) = set(re.findall(r'href="/contacts/([0-9a-f]{32})"', story)) - {callback.contact}
        assert f'href="/contacts/{callback.contact}"' in (await quality.get(f"/contacts/{call}")).text
        (row,) = [row async for row in product.web.audit.rows() if row.record.act == "callback_withdrawn"]
        assert row.record.detail == {"queue": "cards", "note": "settled in the branch"}
