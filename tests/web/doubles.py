"""In-memory surroundings for page-level tests. They keep what they are given and decide nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from callcenter.domain.access_records import (
    AuditAnchor,
    AuditCheck,
    AuditQuery,
    AuditRow,
)
from callcenter.domain.chat import Author, ChatNews, Conversation, Message, MessageKind, ReadUpTo, StoredFile, Visitor
from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import Place, Why
from callcenter.domain.errors import Rejected
from callcenter.domain.events import Event
from callcenter.domain.figures import AgentFigures, FigureQuery, QueueFigures, WaitPrediction
from callcenter.domain.knowledge import Miss
from callcenter.domain.records import (
    EVERYTHING,
    AuditRecord,
    ContactPage,
    ContactQuery,
    ContactReach,
    ContactRecord,
    RecordingRecord,
    SavedFilter,
    TimelineEntry,
)
from callcenter.domain.views import DeskView, FloorView, OpenCallback
from callcenter.domain.what_if import Job, Question, Stage


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
        self.promises: list[OpenCallback] = []
        self.events: list[Event] = []
        self.refuse_with = ""
        self.guest: Mapping[str, Any] | None = None
        self.phones: dict[str, str] = {}
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

    def waiting(self, queue: str) -> Sequence[tuple[str, Why]]:
        waits = sorted((c for c in self.floor.contacts if c.queue == queue and c.place is Place.WAITING), key=str)
        return [(c.id, c.why or Why("all_busy")) for c in waits]

    def callbacks(self) -> Sequence[OpenCallback]:
        return sorted(self.promises, key=lambda callback: callback.booked_ms)

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
        account = {"uri": f"sip:{agent}@test", "password": "x", "ws_path": "/ws", "domain": "test"}
        return {**account, "place": self.phones.get(agent, "browser"), "display_name": agent}

    def guest_phone(self) -> Mapping[str, Any] | None:
        return self.guest

    def config(self) -> CenterConfig:
        return self.center

    def labels(self) -> dict[str, dict[str, str]]:
        return {
            "hotline": {"zh": "客户服务热线", "en": "Customer hotline"},
            "hotline/language": {"zh": "选择语言", "en": "Choice of language"},
            "hotline/main": {"zh": "主菜单", "en": "Main menu"},
            "hotline/cards": {"zh": "信用卡服务", "en": "Card services"},
            "elder": {"zh": "敬老专线", "en": "Elder line"},
            "regulator": {"zh": "12378 转办", "en": "Regulator line"},
            "survey": {"zh": "满意度调查", "en": "Survey"},
            "chat/?balance_query": {"zh": "查余额", "en": "Balance"},
        }


class ContactList:
    """Contacts, stories and recordings in lists."""

    def __init__(self) -> None:
        self.records: list[ContactRecord] = []
        self.stories: dict[str, list[TimelineEntry]] = {}
        self.files: dict[str, list[RecordingRecord]] = {}
        self.done: set[tuple[str, int]] = set()

    async def search(self, query: ContactQuery, reach: ContactReach) -> ContactPage:
        found = [
            r
            for r in sorted(self.records, key=lambda r: (-r.started_ms, r.id))
            if query.number in r.caller
            and (query.text in r.note and query.words in r.note)
            and query.agent in ("", r.agent)
            and query.queue in ("", r.queue)
            and self._within(r, reach)
            and (query.before is None or r.started_ms < query.before)
        ]
        more = len(found) > query.limit
        return ContactPage(tuple(found[: query.limit]), found[query.limit - 1].started_ms if more else None)

    def _within(self, r: ContactRecord, reach: ContactReach) -> bool:
        return reach.everything or r.agent in reach.agents or (r.answered_ms is None and r.queue in reach.queues)

    async def list(self, query: ContactQuery, reach: ContactReach = EVERYTHING) -> Sequence[ContactRecord]:
        return (await self.search(query, reach)).contacts

    async def get(self, contact: str, reach: ContactReach = EVERYTHING) -> ContactRecord | None:
        return next((r for r in self.records if r.id == contact and self._within(r, reach)), None)

    async def agents(self, contact: str) -> Sequence[str]:
        return [r.agent for r in self.records if r.id == contact and r.agent]

    async def follow_ups(self, agent: str, until_ms: int, limit: int) -> Sequence[ContactRecord]:
        due = [
            (r.follow_up_ms, r)
            for r in self.records
            if r.agent == agent and r.follow_up_ms is not None and r.follow_up_ms <= until_ms
        ]
        open_ones = [(at, r) for at, r in due if (r.id, at) not in self.done]
        return [r for _, r in sorted(open_ones, key=lambda pair: -pair[0])][:limit]

    async def follow_up_done(self, contact: str, due_ms: int, agent: str, at_ms: int) -> bool:
        if not any((r.id, r.follow_up_ms, r.agent) == (contact, due_ms, agent) for r in self.records):
            return False
        self.done.add((contact, due_ms))
        return True

    async def timeline(self, contact: str) -> Sequence[TimelineEntry]:
        return self.stories.get(contact, [])

    async def recordings(self, contact: str) -> Sequence[RecordingRecord]:
        return self.files.get(contact, [])

    async def add_recording(self, recording: RecordingRecord) -> None:
        self.files.setdefault(recording.contact, []).append(recording)


class NoFigures:
    """Nothing was ever counted; pages with figures have a real database behind them."""

    async def queues(self, query: FigureQuery) -> Sequence[QueueFigures]:
        return []

    async def agents(self, query: FigureQuery) -> Sequence[AgentFigures]:
        return []

    async def predictions(self, from_ms: int, to_ms: int, limit: int) -> Sequence[WaitPrediction]:
        return []

    async def told_waits(self, from_ms: int, to_ms: int, limit: int) -> Sequence[WaitPrediction]:
        return []


class AuditList:
    """What was written to the audit log."""

    def __init__(self) -> None:
        self.records: list[AuditRecord] = []

    async def write(self, record: AuditRecord) -> None:
        self.records.append(record)

    async def page(self, query: AuditQuery) -> Sequence[AuditRow]:
        rows = [AuditRow(k, record, "") for k, record in enumerate(self.records, 1)]
        return [row for row in reversed(rows) if query.act in ("", row.record.act)][: query.limit]

    async def verify(self, anchors: Sequence[AuditAnchor] = ()) -> AuditCheck:
        return AuditCheck(len(self.records), None, "")


class FilterList:
    """Saved searches in a list."""

    def __init__(self) -> None:
        self.filters: list[SavedFilter] = []

    async def of(self, owner: str, teams: frozenset[str]) -> Sequence[SavedFilter]:
        return [f for f in self.filters if f.owner == owner or f.team in teams]

    async def save(self, filter: SavedFilter) -> SavedFilter:
        made = msgspec.structs.replace(filter, id=len(self.filters) + 1)
        self.filters.append(made)
        return made

    async def drop(self, filter: int, owner: str) -> bool:
        before = len(self.filters)
        self.filters = [f for f in self.filters if (f.id, f.owner) != (filter, owner)]
        return len(self.filters) < before


class WhatIfDouble:
    """Keeps the last question of each person; a test says how far it is."""

    def __init__(self) -> None:
        self.jobs: dict[str, Job] = {}
        self.refuse_with = ""

    async def ask(self, owner: str, question: Question) -> Job:
        if self.refuse_with:
            raise Rejected(self.refuse_with)
        self.jobs[owner] = Job("job-1", question, Stage.READING, 0)
        return self.jobs[owner]

    def job(self, owner: str) -> Job | None:
        return self.jobs.get(owner)

    async def cancel(self, owner: str) -> None:
        if (job := self.jobs.get(owner)) is not None and not job.is_over:
            self.jobs[owner] = replace(job, stage=Stage.CANCELLED)


class ChatDouble:
    """Conversations in a dict; what is posted is told at once."""

    def __init__(self) -> None:
        self.heads: dict[str, Conversation] = {}
        self.said: dict[str, list[Message]] = {}
        self.hearers: dict[str, list[Callable[[ChatNews], None]]] = {}
        self.types: list[tuple[str, bool]] = []
        self.kept: dict[str, list[StoredFile]] = {}

    def begin(self, conversation: str, at_ms: int, visitor: Visitor) -> None:
        self.heads[conversation] = Conversation(
            id=conversation, channel="web", entry="web", visitor=visitor, language="zh", opened_ms=at_ms
        )
        self.said[conversation] = []

    def add(self, conversation: str, author: Author, text: str, **more: Any) -> Message:
        said = self.said[conversation]
        for message in said:
            if more.get("key") and message.key == more["key"]:
                return message
        at_ms = self.heads[conversation].opened_ms + 9_000 * len(said)
        message = Message(
            conversation=conversation, number=len(said) + 1, at_ms=at_ms, author=author, text=text, **more
        )
        said.append(message)
        self.heads[conversation] = replace(self.heads[conversation], last=message.number)
        self.tell(conversation, message)
        return message

    def tell(self, conversation: str, news: ChatNews) -> None:
        for hear in self.hearers.get(conversation, []):
            hear(news)

    async def post(
        self,
        conversation: str,
        author: Author,
        author_id: str = "",
        *,
        text: str = "",
        file: StoredFile | None = None,
        key: str = "",
    ) -> Message:
        more: dict[str, Any] = {}
        if file is not None:
            self.kept.setdefault(conversation, []).append(file)
            more = {"file": file.ref, "kind": MessageKind.FILE}
        return self.add(conversation, author, text, author_id=author_id, key=key, **more)

    async def files(self, conversation: str) -> list[StoredFile]:
        return self.kept.get(conversation, [])

    async def file(self, file: str) -> StoredFile | None:
        return next((one for kept in self.kept.values() for one in kept if one.id == file), None)

    async def conversation(self, conversation: str) -> Conversation | None:
        return self.heads.get(conversation)

    async def history(self, conversation: str, after: int = 0, limit: int = 1_000) -> list[Message]:
        return self.said[conversation][after : after + limit]

    async def subscribe(self, conversation: str, hear: Callable[[ChatNews], None]) -> Callable[[], None]:
        self.hearers.setdefault(conversation, []).append(hear)
        return lambda: self.hearers[conversation].remove(hear)

    async def read(self, conversation: str, number: int) -> None:
        self.heads[conversation] = replace(self.heads[conversation], agent_read=number)
        self.tell(conversation, ReadUpTo(Author.AGENT, number))

    def typing(self, conversation: str, author: Author, author_id: str, on: bool) -> None:
        self.types.append((conversation, on))


class MissList:
    """What found no article, in a list."""

    def __init__(self) -> None:
        self.misses: list[Miss] = []

    async def note(self, text: str, by_agent: bool, now_ms: int) -> None:
        number = max((miss.id for miss in self.misses), default=0) + 1
        self.misses.append(Miss(number, text, int(not by_agent), int(by_agent), now_ms, now_ms))

    async def listed(self, most: int = 200) -> Sequence[Miss]:
        return self.misses[:most]

    async def get(self, miss: int) -> Miss | None:
        return next((one for one in self.misses if one.id == miss), None)

    async def drop(self, miss: int) -> bool:
        before = len(self.misses)
        self.misses = [one for one in self.misses if one.id != miss]
        return len(self.misses) < before


class NoLeads:
    """No campaign has a lead."""


class NoRisks:
    """No contact is locked."""

    async def of_contact(self, contact: str) -> None:
        """None has a case."""


class NoReviews:
    """Nothing is reviewed."""

    async def of_contact(self, contact: str) -> tuple[()]:
        """None has a review."""
        return ()


async def no_campaign(campaign: str) -> None:
    return None
