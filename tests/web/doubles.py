"""In-memory surroundings for page-level tests. They keep what they are given and decide nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from callcenter.domain.config import CenterConfig
from callcenter.domain.errors import Rejected
from callcenter.domain.events import Event
from callcenter.domain.records import (
    AuditRecord,
    ContactQuery,
    ContactRecord,
    Customer,
    RecordingRecord,
    Session,
    TimelineEntry,
    User,
)
from callcenter.domain.views import DeskView, FloorView


class SetClock:
    """Time as the test sets it."""

    def __init__(self, now_ms: int) -> None:
        self.now = now_ms

    def now_ms(self) -> int:
        return self.now

    async def sleep_until(self, at_ms: int) -> None:
        self.now = max(self.now, at_ms)


class DeskDouble:
    """Shows the views a test puts in, keeps the events it is given, refuses when told to."""

    def __init__(self, config: CenterConfig, floor: FloorView) -> None:
        self.center, self.floor = config, floor
        self.views: dict[str, DeskView] = {}
        self.events: list[Event] = []
        self.refuse_with = ""
        self.guest: Mapping[str, Any] | None = None
        self.submitted = asyncio.Event()
        self._changed = asyncio.Condition()
        self._version = 0

    async def submit(self, event: Event) -> tuple[()]:
        if self.refuse_with:
            raise Rejected(self.refuse_with)
        self.events.append(event)
        self.submitted.set()
        return ()

    def desk_view(self, agent: str) -> DeskView | None:
        return self.views.get(agent)

    def floor_view(self) -> FloorView:
        return self.floor

    async def show(self, view: DeskView) -> None:
        async with self._changed:
            self.views[view.agent] = view
            self._version += 1
            self._changed.notify_all()

    async def changes(self, agent: str | None = None) -> AsyncIterator[None]:
        seen = -1
        while True:
            async with self._changed:
                await self._changed.wait_for(lambda: self._version != seen)  # noqa: B023
                seen = self._version
            yield None

    def softphone(self, agent: str) -> Mapping[str, Any]:
        return {"uri": f"sip:{agent}@test", "password": "x", "ws_path": "/ws", "domain": "test", "display_name": agent}

    def guest_phone(self) -> Mapping[str, Any] | None:
        return self.guest

    def config(self) -> CenterConfig:
        return self.center

    def labels(self) -> dict[str, dict[str, str]]:
        return {
            "hotline": {"zh": "客户服务热线", "en": "Customer hotline"},
            "hotline/main": {"zh": "主菜单", "en": "Main menu"},
        }


class ContactList:
    """Contacts, stories and recordings in lists."""

    def __init__(self) -> None:
        self.records: list[ContactRecord] = []
        self.stories: dict[str, list[TimelineEntry]] = {}
        self.files: dict[str, list[RecordingRecord]] = {}

    async def list(self, query: ContactQuery) -> Sequence[ContactRecord]:
        found = [
            r
            for r in sorted(self.records, key=lambda r: (-r.started_ms, r.id))
            if query.text in r.caller + r.note
            and query.agent in ("", r.agent)
            and query.queue in ("", r.queue)
            and (query.before_ms is None or (r.started_ms, r.id) < (query.before_ms, query.before_id))
        ]
        return found[: query.limit]

    async def get(self, contact: str) -> ContactRecord | None:
        return next((r for r in self.records if r.id == contact), None)

    async def timeline(self, contact: str) -> Sequence[TimelineEntry]:
        return self.stories.get(contact, [])

    async def recordings(self, contact: str) -> Sequence[RecordingRecord]:
        return self.files.get(contact, [])

    async def add_recording(self, recording: RecordingRecord) -> None:
        self.files.setdefault(recording.contact, []).append(recording)

    async def today(self, since_ms: int) -> Mapping[str, Mapping[str, int]]:
        return {}


class UserList:
    """Users and sessions in dictionaries."""

    def __init__(self) -> None:
        self.users: dict[int, User] = {}
        self.sessions: dict[str, Session] = {}

    async def by_name(self, name: str) -> User | None:
        return next((u for u in self.users.values() if u.name == name), None)

    async def by_id(self, user_id: int) -> User | None:
        return self.users.get(user_id)

    async def all(self) -> Sequence[User]:
        return sorted(self.users.values(), key=lambda u: u.name)

    async def add(self, user: User) -> User:
        if await self.by_name(user.name):
            raise Rejected("name_taken")
        user = msgspec.structs.replace(user, id=len(self.users) + 1)
        self.users[user.id] = user
        return user

    async def update(self, user: User) -> None:
        self.users[user.id] = user

    async def add_session(self, session: Session) -> None:
        self.sessions[session.token_hash] = session

    async def session(self, token_hash: str) -> Session | None:
        return self.sessions.get(token_hash)

    async def touch_session(self, token_hash: str, seen_ms: int) -> None:
        self.sessions[token_hash] = msgspec.structs.replace(self.sessions[token_hash], seen_ms=seen_ms)

    async def end_session(self, token_hash: str) -> None:
        self.sessions.pop(token_hash, None)


class CustomerList:
    """Customers by number."""

    def __init__(self) -> None:
        self.customers: dict[str, Customer] = {}

    async def by_phone(self, phone: str) -> Customer | None:
        return self.customers.get(phone)

    async def add_many(self, customers: Iterable[Customer]) -> None:
        self.customers |= {c.phone: c for c in customers}


class AuditList:
    """What was written to the audit log."""

    def __init__(self) -> None:
        self.records: list[AuditRecord] = []

    async def write(self, record: AuditRecord) -> None:
        self.records.append(record)


class RecordingFolder:
    """Files of a folder; missing ones are refused like in the real store."""

    def __init__(self, root: Path) -> None:
        self.root = root

    async def file(
        self, recording: str, contact: str, kind: str, sides: Sequence[Path], started_ms: int
    ) -> RecordingRecord:
        raise NotImplementedError

    def path_of(self, record: RecordingRecord) -> Path:
        path = self.root / record.path
        if not path.exists():
            raise Rejected("recording_missing")
        return path
