"""Pages over a real SQLite database and a real recording folder: contacts of two teams, and who looks at them."""

from __future__ import annotations

import dataclasses
import struct
import wave
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.access import BUILT_IN_ROLES, Right, Role, RoleConfig, Scope
from callcenter.domain.config import AgentConfig, CenterConfig, FormField, QueueConfig, Reason, Team
from callcenter.domain.contact import Channel, Direction, EndReason, Why
from callcenter.domain.journal import JournalEntry
from callcenter.domain.records import Customer, RecordingRecord, User
from callcenter.recording import WavRecordingStore
from callcenter.storage import Storage, upgrade
from callcenter.web.app import create_app
from callcenter.web.services import WebServices
from callcenter.web.signin.passwords import new_password_hash
from tests.web import samples
from tests.web.conftest import Browser

T0 = 1_790_000_000_000
ALL = Scope.ALL
HAND_OUT = RoleConfig(
    "compliance",
    {"en": "Compliance"},
    dict.fromkeys((Right.SEE_CONTACTS, Right.HEAR_RECORDINGS, Right.EXPORT_CONTACTS, Right.UNMASK), ALL),
)
TEAM_EXPORT = RoleConfig(
    "team_export",
    {"en": "Team export"},
    dict(BUILT_IN_ROLES[Role.SUPERVISOR].rights) | {Right.EXPORT_CONTACTS: Scope.TEAM},
)
READER = RoleConfig("reader", {"en": "Reader"}, {Right.SEE_CONTACTS: ALL})
USERS = {
    "anna": (Role.AGENT, "a1"),
    "ben": (Role.AGENT, "b1"),
    "lead_a": (TEAM_EXPORT.id, ""),
    "quality": (Role.QUALITY, ""),
    "compliance": (HAND_OUT.id, ""),
    "reader": (READER.id, ""),
    "admin": (Role.ADMINISTRATOR, ""),
}
_HASH = new_password_hash(samples.PASSWORD)
CALLER = "+8613800002210"


def config() -> CenterConfig:
    queues = {
        "cards": QueueConfig(
            id="cards",
            names={"en": "Cards"},
            fields=(
                FormField("kind", {"en": "Kind of card"}, "choice", choices=(Reason("gold", {"en": "Gold card"}),)),
                FormField("branch", {"en": "Branch"}),
            ),
        ),
        "loans": QueueConfig(id="loans", names={"en": "Loans"}),
    }
    return CenterConfig(
        queues=queues,
        agents={
            key: AgentConfig(id=key, name=name, team=team)
            for key, name, team in (("a1", "Anna", "ta"), ("a2", "Alec", "ta"), ("b1", "Ben", "tb"))
        },
        dispositions=(Reason("solved", {"en": "Solved"}),),
        teams={
            "ta": Team("ta", {"en": "Team A"}, leaders=("lead_a",), queues=("cards",)),
            "tb": Team("tb", {"en": "Team B"}),
        },
        roles=dict(BUILT_IN_ROLES) | {role.id: role for role in (HAND_OUT, TEAM_EXPORT, READER)},
    )


def opened(contact: str) -> fx.ContactOpened:
    return fx.ContactOpened(
        contact=contact,
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        caller=CALLER,
        dialled="95500",
        line="trunk",
        flow="hotline",
    )


def story(
    contact: str, queue: str, agents: tuple[str, ...], note: str = "", caller: str = CALLER
) -> list[tuple[fx.Effect, ...]]:
    """What is told of a contact that went through ``agents``, or through none."""
    told: list[tuple[fx.Effect, ...]] = [
        (opened(contact),),
        (fx.QueueJoined(contact=contact, queue=queue, position=1, why=Why("asked_for_person")),),
    ]
    for agent in agents:
        told.append(
            (
                fx.AgentConnected(contact=contact, agent=agent, waited_ms=1_000),
                fx.RecordingChanged(contact=contact, recording=f"r-{contact}", state="started"),
            )
        )
        told.append((fx.AgentLeft(contact=contact, agent=agent, outcome="transferred", talked_ms=30_000),))
    reason = EndReason.CUSTOMER_HUNG_UP if agents else EndReason.ABANDONED_IN_QUEUE
    told.append((fx.ContactEnded(contact=contact, reason=reason, duration_ms=60_000),))
    if agents:
        fields = {"kind": "gold", "branch": "Pudong"}
        told.append(
            (
                fx.WrapUpFiled(
                    contact=contact,
                    agent=agents[-1],
                    disposition="solved",
                    note=note,
                    fields=fields,
                    follow_up_ms=T0 + 86_400_000,
                ),
            )
        )
    return told


STORIES = {
    "of-a1": ("cards", ("a1",), "补卡寄往登记地址"),
    "of-a1-then-b1": ("loans", ("a1", "b1"), "贷款提前还款"),
    "of-b1": ("loans", ("b1",), "limit raised"),
    "lost-cards": ("cards", (), ""),
    "lost-loans": ("loans", (), ""),
}


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'center.db'}"
    upgrade(url)
    opened_storage = await Storage.open(url)
    seq = 0
    for contact, (queue, agents, note) in STORIES.items():
        seq = await tell(opened_storage, contact, story(contact, queue, agents, note), seq)
    await opened_storage.customers.add_many([Customer(0, "张建国", CALLER, 1958)])
    yield opened_storage
    await opened_storage.close()


async def tell(storage: Storage, contact: str, told: list[tuple[fx.Effect, ...]], seq: int) -> int:
    """Journal a story after entry ``seq``; returns the last entry's number."""
    entries = [
        JournalEntry(seq + n, T0 + (seq + n) * 1_000, ev.TimerFired(timer="t"), effects, (contact,))
        for n, effects in enumerate(told, 1)
    ]
    await storage.journal.append(entries, 0)
    return seq + len(told)


def write_wav(path: Path, seconds: float = 2.0, rate: int = 8_000) -> int:
    """A stereo file: the left side loud in its first half, the right in its second. Returns its size."""
    frames = int(seconds * rate)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        loud, quiet = 16_000, 0
        half = frames // 2
        file.writeframes(struct.pack("<hh", loud, quiet) * half + struct.pack("<hh", quiet, -loud) * (frames - half))
    return path.stat().st_size


@pytest.fixture
async def services(storage: Storage, tmp_path: Path) -> WebServices:
    base = samples.services(tmp_path)
    base.desk.center = config()  # type: ignore[attr-defined]
    folder = tmp_path / "recordings"
    for contact, (_queue, agents, _note) in STORIES.items():
        if agents:
            size = write_wav(folder / f"{contact}.wav")
            record = RecordingRecord(f"r-{contact}", contact, "call", f"{contact}.wav", T0, 2_000, size, "")
            await storage.contacts.add_recording(record)
    for name, (role, agent) in USERS.items():
        await storage.users.add(User(0, name, name.title(), role, _HASH, agent))
    return dataclasses.replace(
        base,
        contacts=storage.contacts,
        users=storage.users,
        customers=storage.customers,
        saved_filters=storage.saved_filters,
        recordings=WavRecordingStore(folder),
    )


@pytest.fixture
def app(services: WebServices) -> FastAPI:
    return create_app(services)


@pytest.fixture
async def as_user(app: FastAPI) -> AsyncIterator[Callable[[str], Awaitable[Browser]]]:
    made: list[Browser] = []

    async def sign_in(name: str) -> Browser:
        browser = Browser(app)
        made.append(browser)
        answer = await browser.sign_in(name)
        assert answer.status_code == 303, answer.text[:300]
        return browser

    yield sign_in
    for browser in made:
        await browser.http.aclose()
