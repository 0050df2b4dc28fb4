"""A whole product to attack: real storage, real engine on the simulated network, two teams, live and past calls."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from fastapi import FastAPI

from callcenter.app.settings import Settings
from callcenter.app.wiring import Product, running
from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.access import BUILT_IN_ROLES, Right, Role, RoleConfig, Scope
from callcenter.domain.access_records import ApiToken
from callcenter.domain.agent import AgentState
from callcenter.domain.alarms import AlarmRule, Metric
from callcenter.domain.chat import Author, ChatWrites, Conversation, Visitor
from callcenter.domain.config import (
    AgentConfig,
    CenterConfig,
    ChatEntry,
    ChatLimits,
    FormField,
    QueueConfig,
    Reason,
    Team,
)
from callcenter.domain.contact import Channel, Direction, EndReason, Why
from callcenter.domain.journal import JournalEntry
from callcenter.domain.records import Customer, RecordingRecord, SavedFilter, User
from callcenter.storage import Storage, upgrade
from callcenter.web.api import tokens as api_tokens
from callcenter.web.app import create_app
from callcenter.web.services import WebServices
from callcenter.web.sessions import open_session
from callcenter.web.signin.passwords import new_password_hash
from tests.app.conftest import ALWAYS_OPEN
from tests.attack.client import Client

PASSWORD = "correct horse 9"
PASSWORD_HASH = new_password_hash(PASSWORD)
CALLER = "+8613800002210"
NARROW = RoleConfig(
    "narrow", {"en": "Narrow"}, {Right.SEE_CONTACTS: Scope.OWN, Right.UNMASK: Scope.OWN, Right.WATCH_FLOOR: Scope.OWN}
)
USERS = {
    "anna": (Role.AGENT, "a1"),
    "ben": (Role.AGENT, "b1"),
    "lead_a": (Role.SUPERVISOR, "a9"),
    "ops": (Role.OPERATOR, ""),
    "quality": (Role.QUALITY, ""),
    "admin": (Role.ADMINISTRATOR, ""),
    "narrow": (NARROW.id, "a2"),
    "victim": (Role.AGENT, ""),
}
"""Sign-in name → role and agent."""
AGENTS = {"a1": "ta", "a2": "ta", "a9": "ta", "b1": "tb"}
PAST = {"past-a": ("cards", "a1"), "past-b": ("loans", "b1"), "lost-a": ("cards", ""), "lost-b": ("loans", "")}
"""Contacts that are over → queue and agent."""
FLOW = """
flow: {name}
title: {{zh: 直达, en: Straight}}
languages: [zh]
start: wait
fallback_queue: {queue}
steps:
  wait:
    label: {{zh: 排队, en: Wait}}
    type: queue
    queue: {queue}
"""


def config(spoil: str = "") -> CenterConfig:
    """Two teams, two queues, one custom role; every name ends with ``spoil``."""

    def said(en: str, zh: str = "名") -> dict[str, str]:
        return {"en": en + spoil, "zh": zh + spoil}

    field_of = FormField("branch", said("Branch", "网点"))
    return CenterConfig(
        queues={
            "cards": QueueConfig(id="cards", names=said("Cards", "卡"), teams=("ta",), fields=(field_of,)),
            "loans": QueueConfig(id="loans", names=said("Loans", "贷"), teams=("tb",)),
            "empty": QueueConfig(id="empty", names=said("Empty", "空"), teams=("nobody",)),
        },
        agents={key: AgentConfig(id=key, name=key.upper() + spoil, team=team) for key, team in AGENTS.items()},
        numbers={"95001": "straight_cards", "95002": "straight_loans", "95003": "straight_empty"},
        break_reasons=(Reason("lunch", said("Lunch", "午餐")),),
        dispositions=(Reason("solved", said("Solved", "已解决")),),
        emergency_messages=(Reason("storm", said("A storm.", "暴雨。")),),
        teams={
            "ta": Team("ta", said("Team A"), leaders=("lead_a",), queues=("cards",)),
            "tb": Team("tb", said("Team B"), leaders=(), queues=("loans",)),
            "nobody": Team("nobody", said("Nobody")),
        },
        roles=dict(BUILT_IN_ROLES) | {NARROW.id: RoleConfig(NARROW.id, said("Narrow"), NARROW.rights)},
        alarms=(AlarmRule("waits", Metric.WAITING, 1), AlarmRule("a" + spoil, Metric.WAITING, 1)),
        prompts={"closed": said("Closed")},
        chat_entries={"web": ChatEntry("web", said("Chat", "聊"), "queue:cards", ("https://bank.example",))},
    )


def story(contact: str, queue: str, agent: str, spoil: str = "") -> list[tuple[fx.Effect, ...]]:
    """What is told of a contact that is over."""
    opened = fx.ContactOpened(
        contact=contact,
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        caller=spoil or CALLER,
        dialled="95001",
        line="trunk",
        flow="straight_cards",
    )
    told: list[tuple[fx.Effect, ...]] = [
        (opened,),
        (fx.QueueJoined(contact=contact, queue=queue, position=1, why=Why("asked_for_person")),),
    ]
    if agent:
        kept = fx.RecordingChanged(contact=contact, recording=f"r-{contact}", state="started")
        told.append((fx.AgentConnected(contact=contact, agent=agent, waited_ms=1_000), kept))
    if spoil:
        told.append(
            (
                fx.VariableSet(contact=contact, name=spoil, value=spoil),
                fx.DigitsTaken(contact=contact, step=spoil, digits=spoil, outcome=spoil),
                fx.BranchTaken(contact=contact, step=spoil, target=spoil, why=Why("menu_choice", {"key": spoil})),
                fx.StepEntered(contact=contact, flow=spoil, step=spoil, kind=spoil),
                fx.Transferred(contact=contact, agent=spoil, target=f"queue:{spoil}", mode="warm", note=spoil),
                fx.OfferEnded(contact=contact, agent=spoil, outcome=spoil),
            )
        )
    reason = EndReason.CUSTOMER_HUNG_UP if agent else EndReason.ABANDONED_IN_QUEUE
    told.append((fx.ContactEnded(contact=contact, reason=reason, duration_ms=60_000),))
    if agent:
        fields = {"branch": spoil, spoil: spoil} if spoil else {}
        filed = fx.WrapUpFiled(
            contact=contact, agent=agent, disposition=spoil or "solved", note=f"note {contact}{spoil}", fields=fields
        )
        told.append((filed,))
    return told


@dataclass
class House:
    """The product, its app, and what is where in it."""

    product: Product
    app: FastAPI
    users: dict[str, User]
    live: dict[str, str] = field(default_factory=dict)
    """``live-a``, ``live-b``, ``waiting`` → the contact's id."""
    filters: dict[str, int] = field(default_factory=dict)

    async def client(self, name: str = "", *, address: str = "10.1.2.3") -> Client:
        """A browser, signed in unless ``name`` is empty."""
        client = Client(self.app, address=address)
        if name:
            user = self.users[name]
            token = await open_session(self.product.web, user, address=address, browser="test")
            client.cookies["cc_session"] = token
            client.csrf = (await self.session_of(token)).csrf
            client.bearer = await self.token(str(user.role))
        return client

    async def token(self, role: str) -> str:
        """A program's token of a role; leaders' and agents' reach team a."""
        secret, now = f"cc_{secrets.token_urlsafe(32)}", self.product.clock.now_ms()
        team = role in (Role.AGENT, Role.SUPERVISOR, NARROW.id)
        kept = ApiToken(
            0,
            "test",
            api_tokens.token_hash(secret),
            role,
            Scope.TEAM if team else Scope.ALL,
            ("ta",) if team else (),
            "admin",
            now,
            now + 1_000_000,
        )
        await self.product.web.tokens.add(kept)
        return secret

    async def session_of(self, token: str) -> Any:
        from callcenter.web.sessions import token_hash

        session = await self.product.web.users.session(token_hash(token))
        assert session is not None
        return session

    async def counts(self, *leave_out: str) -> dict[str, Any]:
        """Rows of every table, and a sum of each's content: what no reading may change."""
        found: dict[str, Any] = {}
        async with self.product.storage._database.read() as connection:
            tables = (await connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type='table'"))).scalars()
            # The index of words cannot be read row by row; its own tables behind it can.
            left = {*leave_out, "transcript_terms"}
            for name in [t for t in tables if t not in left and not t.startswith("sqlite_")]:
                rows = (await connection.execute(sa.text(f'SELECT * FROM "{name}"'))).fetchall()
                found[name] = (len(rows), hash(tuple(sorted(map(repr, rows)))))
        return found

    async def until(self, condition: Any, what: str) -> Any:
        """The condition's value once it is true."""

        async def look() -> Any:
            async for _ in self.product.desk.changes():
                if value := condition():
                    return value
            raise AssertionError("the changes ended")

        try:
            return await asyncio.wait_for(look(), 15)
        except TimeoutError:
            raise AssertionError(f"never: {what}; {self.product.desk.floor_view()}") from None

    async def ring(self, name: str, number: str, caller: str = "13800002210") -> str:
        """A customer rings; returns the contact once it is with somebody, or waits."""
        known = {c.id for c in self.product.desk.floor_view().contacts}
        self.product.pbx.telephony.network.call(caller, number, line="trunk")

        def there() -> str:
            fresh = [c for c in self.product.desk.floor_view().contacts if c.id not in known]
            return next((c.id for c in fresh if c.place.value in ("talking", "waiting") and c.queue), "")

        self.live[name] = await self.until(there, f"{name} is up")
        return self.live[name]


async def _fill(url: str, folder: Path, spoil: str) -> dict[str, User]:
    storage = await Storage.open(url)
    try:
        await storage.config.save(config(spoil))
        now, seq = int(time.time() * 1_000), 0
        for contact, (queue, agent) in PAST.items():
            told = story(contact, queue, agent, spoil)
            entries = [
                JournalEntry(seq + n, now - 3_600_000 + seq + n, ev.TimerFired(timer="t"), effects, (contact,))
                for n, effects in enumerate(told, 1)
            ]
            seq += len(told)
            await storage.journal.append(entries, seq)
            if agent:
                path = folder / "recordings" / f"{contact}.wav"
                path.parent.mkdir(parents=True, exist_ok=True)
                with wave.open(str(path), "wb") as file:
                    file.setparams((2, 2, 8_000, 0, "NONE", ""))
                    file.writeframes(b"\0\0\0\0" * 8_000)
                record = RecordingRecord(f"r-{contact}", contact, "call", path.name, now, 1_000, 32_044, "")
                await storage.contacts.add_recording(record)
        known = {CALLER, spoil or CALLER}
        await storage.customers.add_many(
            Customer(0, "张建国" + spoil, phone, 1958, "gold" + spoil, ("tag" + spoil,), "a note" + spoil)
            for phone in known
        )
        made = {}
        for name, (role, agent) in USERS.items():
            made[name] = await storage.users.add(
                User(0, name, name.title() + spoil, role, PASSWORD_HASH, agent, language="en")
            )
        return made
    finally:
        await storage.close()


def _with_a_sip_socket(web: WebServices) -> WebServices:
    """As with a PBX that takes SIP from browsers, which is not there: who gets as far as it is what is asked."""
    return replace(web, settings=replace(web.settings, asterisk_ws="ws://127.0.0.1:9/ws"))


@asynccontextmanager
async def house(*, calls: bool = True, spoil: str = "", **more: Any) -> AsyncIterator[House]:
    """The product with everything in it; ``calls``: also one live call of each team and one that waits.

    ``spoil`` ends every name and stands in every field that people, carriers or programs may fill.
    """
    folder = Path(tempfile.mkdtemp(prefix="cc"))
    try:
        flows = folder / "flows"
        flows.mkdir()
        (flows / "calendars.yaml").write_text(ALWAYS_OPEN)
        for queue in ("cards", "loans", "empty"):
            (flows / f"straight_{queue}.yaml").write_text(FLOW.format(name=f"straight_{queue}", queue=queue))
        settings = Settings(
            **{"data": folder, "flows": flows, "telephony": "simulated", "services": {"bank": "http://127.0.0.1:9"}},
            **more,
        )
        await asyncio.to_thread(upgrade, settings.database_url)
        users = await _fill(settings.database_url, folder, spoil)
        said: list[str] = []
        async with running(settings, report=said.append) as product:
            made = House(product, create_app(_with_a_sip_socket(product.web)), users)
            for owner, team in (("anna", ""), ("lead_a", "ta"), ("ben", "")):
                filters = SavedFilter(0, owner, f"of {owner}{spoil}", {"queue": "cards"}, team)
                made.filters[owner] = (await product.storage.saved_filters.save(filters)).id
            for contact in ("past-a", "past-b"):
                await _send_file(product, contact)
            if calls:
                await begin_calls(made, spoil or "13800002210")
            yield made
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=not os.environ.get("CI"))


async def _send_file(product: Product, contact: str) -> None:
    """A file that an agent sent in a contact: ``f-`` and the contact's id."""
    kept = await product.web.chat_files.keep(b"rates", "rates.txt", contact, Author.AGENT, ChatLimits())
    talk = Conversation(contact, "web", "web", Visitor(f"v-{contact}"), "zh", kept.at_ms, closed_ms=kept.at_ms)
    file = msgspec.structs.replace(kept, id=f"f-{contact}")
    await product.storage.chats.write(ChatWrites(conversations=(talk,), files=(file,)))


async def begin_calls(made: House, caller: str) -> None:
    """One call for each team, and one nobody can take."""
    for agent in ("a1", "b1"):
        await made.product.desk.submit(ev.AgentSignedIn(agent=agent, desk="desk-" + agent))
        await made.product.desk.submit(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))
    await made.ring("live-a", "95001", caller)
    await made.ring("live-b", "95002", caller)
    await made.ring("waiting", "95003", caller)
