"""What every bad day's test needs: a small hotline, a business service with moods, and the look around afterwards."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from callcenter.core import invariants
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import EndReason, Place
from callcenter.domain.records import RecordingRecord
from tests.app.live import AGENT_PHONES, REPOSITORY, Floor
from tests.sip.ua import Call

ALWAYS_OPEN = """
calendars:
  service_hours:
    timezone: Asia/Shanghai
    hours: {weekdays: "00:00-24:00", weekends: "00:00-24:00"}
    days: {}
    years: [2025, 2026, 2027, 2028, 2029, 2030]
"""

HOTLINE = """
flow: hotline
title: {zh: 测试热线, en: Test hotline}
languages: [zh]
start: main
fallback_queue: general
steps:
  main:
    type: menu
    text: 请按键。
    choices: {"1": desk, "2": long, "3": slow, "4": message, "5": pin}
    timeout: 60s
    on_fail: bye
  desk: {type: queue, queue: card_loss}
  long: {type: say, text: 这是一段很长的说明请您耐心听完再做决定这是一段很长的说明请您耐心听完再做决定, next: bye}
  slow: {type: http, service: bank, path: /slow, timeout: 20s, retries: 0, on_ok: desk, on_error: down}
  down: {type: say, text: 查询不到, next: desk}
  message: {type: voicemail, text: 请留言, max: 1m, next: bye, on_fail: bye}
  pin: {type: gather, text: 密码, variable: pin, secret: true, length: 6, timeout: 60s, next: desk, on_fail: bye}
  bye: {type: hangup}
"""


def some_ports(count: int = 8) -> list[int]:
    """Ports of 127.0.0.1 that were free a moment ago, for what lives longer than one test."""
    with ExitStack() as held:
        found: list[int] = []
        while len(found) < count:
            udp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            udp.bind(("127.0.0.1", 0))
            tcp = held.enter_context(socket.socket())
            try:
                tcp.bind(("127.0.0.1", udp.getsockname()[1]))
            except OSError:
                continue
            found.append(udp.getsockname()[1])
        return found


def small_flows(folder: Path) -> Path:
    """The shipped flows with a hotline of a few words, always open."""
    shutil.copytree(REPOSITORY / "ivr_flows", folder)
    (folder / "calendars.yaml").write_text(ALWAYS_OPEN)
    (folder / "hotline.yaml").write_text(HOTLINE)
    (folder / "hotline.test.yaml").unlink()
    return folder


class Bank:
    """A business service whose mood a test sets: ``ok``, ``error`` (500), ``silent`` or ``rubbish``."""

    def __init__(self) -> None:
        self.mood = "ok"
        self.asked = 0
        self.patience = asyncio.Event()
        self._server: asyncio.Server | None = None

    @property
    def address(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)

    async def close(self) -> None:
        self.patience.set()
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            self.asked += 1
            if self.mood == "silent":
                await self.patience.wait()
            else:
                status, body = {
                    "ok": ("200 OK", b'{"name": "x"}'),
                    "error": ("500 Broken", b"{}"),
                    "rubbish": ("200 OK", b"<html>"),
                }[self.mood]
                head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                writer.write(head.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def bank() -> AsyncIterator[Bank]:
    service = Bank()
    await service.open()
    try:
        yield service
    finally:
        await service.close()


# --- people


def patient(floor: Floor) -> None:
    """Telephones ring until a test lets somebody pick up; whatever rang before is forgotten."""
    for phone in (*floor.phones.values(), floor.customer):
        phone.answer_after_s = None
        phone.refuse = 0
        while not phone.incoming.empty():
            phone.incoming.get_nowait()


async def in_menu(floor: Floor, caller: str = "13800000001") -> tuple[Call, str]:
    """A customer in the small hotline's menu; the call and its contact."""
    before = {view.id for view in floor.product.desk.floor_view().contacts}
    call = await floor.dial(caller=caller)
    await call.wait_answered()

    def new() -> Any:
        fresh = [view for view in floor.product.desk.floor_view().contacts if view.id not in before]
        return fresh and fresh[0].flow_path and fresh[0]

    view = await floor.until(new, "the menu")
    return call, view.id


async def pressed(floor: Floor, key: str, caller: str = "13800000001") -> tuple[Call, str]:
    """A customer who pressed a key in the menu."""
    call, contact = await in_menu(floor, caller)
    call.press(key)
    await floor.until(lambda: not (view_of(floor, contact) and at(floor, contact, "main")), f"key {key} taken")
    return call, contact


async def talking(floor: Floor, agent: str = "1001", caller: str = "13800000001") -> tuple[Call, str, Call]:
    """A customer who speaks with ``agent``; customer's call, contact and agent's call."""
    await floor.ready(agent)
    call, contact = await pressed(floor, "1", caller)
    ring = await floor.phones[agent].next_call()
    ring.answer()
    await floor.until(lambda: place_of(floor, contact) is Place.TALKING, "talking")
    return call, contact, ring


def view_of(floor: Floor, contact: str) -> Any:
    """The contact's live view, or None."""
    return next((view for view in floor.product.desk.floor_view().contacts if view.id == contact), None)


def place_of(floor: Floor, contact: str) -> Place | None:
    view = view_of(floor, contact)
    return None if view is None else view.place


def at(floor: Floor, contact: str, step: str) -> bool:
    """Whether the contact's flow stands at this step."""
    view = view_of(floor, contact)
    return view is not None and bool(view.flow_path) and view.flow_path[-1].endswith(f"/{step}")


def state_of(floor: Floor, agent: str) -> AgentState:
    view = floor.product.desk.desk_view(agent)
    assert view is not None
    return view.state


async def configure(floor: Floor, **queue: Any) -> None:
    """Shorter times: ``grace_ms`` for a lost agent, the rest for every queue."""
    config = floor.product.desk.config()
    grace = queue.pop("grace_ms", config.agent_grace_ms)
    queues = {name: msgspec.structs.replace(found, **queue) for name, found in config.queues.items()}
    changed = msgspec.structs.replace(config, queues=queues, agent_grace_ms=grace)
    await floor.product.desk.submit(ev.CenterConfigured(config=changed))


# --- the look around afterwards


async def facts(floor: Floor, contact: str) -> list[ef.Effect]:
    """Every effect in the contact's timeline."""
    return [effect for entry in await floor.story(contact) for effect in entry.effects]


async def ended_once(floor: Floor, contact: str, reason: EndReason) -> None:
    """The contact is over, once, for this reason, and its row says so."""

    async def look() -> list[EndReason]:
        async for _ in floor.product.desk.changes():
            ends = [fact.reason for fact in await facts(floor, contact) if isinstance(fact, ef.ContactEnded)]
            if ends and view_of(floor, contact) is None:
                return ends
        return []

    ends = await asyncio.wait_for(look(), 15)
    assert ends == [reason], f"ended as {ends} instead of {reason}: {await facts(floor, contact)}"
    row = await floor.product.storage.contacts.get(contact)
    assert row is not None
    assert row.reason == reason, row


async def nobody_stuck(floor: Floor) -> None:
    """No agent is in an offer or a talk; wrap-ups are ended; the core's invariants hold."""
    await floor.until(
        lambda: all(state_of(floor, agent) not in (AgentState.OFFERED, AgentState.BUSY) for agent in AGENT_PHONES),
        "agents free",
    )
    for agent in AGENT_PHONES:
        view = floor.product.desk.desk_view(agent)
        if view is not None and view.wrap_up is not None:
            filed = ev.WrapUpCompleted(agent=agent, contact=view.wrap_up.id, disposition="resolved")
            await floor.product.desk.submit(filed)
    assert not [agent for agent in AGENT_PHONES if state_of(floor, agent) is AgentState.WRAP_UP]
    invariants.check(floor.product.engine.center)


async def pbx_empty(floor: Floor) -> None:
    """Asterisk has no channel, bridge or snoop left. Asked until it is so, as it clears up on its own time."""
    server = floor.product.pbx.server
    assert server is not None
    deadline = asyncio.get_running_loop().time() + 5
    while True:  # goes round only as fast as Asterisk's console answers
        channels = await server.command("core show channels concise")
        bridges = await server.command("bridge show all")
        rows = [line for line in bridges.splitlines() if line and not line.startswith("Bridge-ID")]
        left = "\n".join((*channels.splitlines(), *rows)).strip()
        if not left:
            return
        assert asyncio.get_running_loop().time() < deadline, f"left in Asterisk:\n{left}"


async def said_for(call: Call, seconds: float) -> None:
    """Let the customer speak for a while: counted in packets sent, as nothing need be heard."""
    until = call.rtp.sent + int(seconds * 50)
    await call.wait(lambda: call.rtp.sent >= until, f"{seconds} s of speech")


def recording_of(floor: Floor, contact: str) -> str:
    """The recording that runs, voicemail included, or nothing."""
    found = floor.product.engine.center.state.contacts.get(contact)
    return "" if found is None or found.recording is None else found.recording.id


async def was_recorded(floor: Floor, contact: str) -> bool:
    """Whether a recording was begun."""
    return any(isinstance(fact, ef.StartRecording) for fact in await facts(floor, contact))


async def recording_told(floor: Floor, contact: str) -> RecordingRecord | None:
    """The contact's filed recording, or None when its timeline says that it is missing. Fails when neither."""

    async def look() -> RecordingRecord | None:
        while True:
            seen = floor.product.executor.carried_out
            if found := await floor.product.storage.contacts.recordings(contact):
                floor.product.web.recordings.path_of(found[0])
                return found[0]
            changes = [fact.state for fact in await facts(floor, contact) if isinstance(fact, ef.RecordingChanged)]
            if "failed" in changes:
                return None
            await floor.product.executor.more_than(seen)

    return await asyncio.wait_for(look(), 10)


async def clean(floor: Floor) -> None:
    """All is as if nothing had happened, except in the books; the journal's replay is equal."""
    await nobody_stuck(floor)
    await pbx_empty(floor)
    for agent in AGENT_PHONES:
        if state_of(floor, agent) is not AgentState.LOGGED_OUT:
            await floor.product.desk.submit(ev.AgentSignedOut(agent=agent))
    for phone in (*floor.phones.values(), floor.customer):
        phone.hang_up_all()


async def replay_equal(floor: Floor) -> None:
    """The journal gives the same effects again, bit for bit."""
    entries = [entry async for entry in floor.product.storage.journal.read()]
    assert list(replay(Center(), entries)) == []
