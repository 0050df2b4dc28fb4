"""Takes files of leads and has them read one after the other, each in a process of its own. Fills ``ListDesk``."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct

from callcenter.app.lists import files, process, text_file
from callcenter.app.lists.tasks import Done, Failed, Read
from callcenter.domain.audit_leads import LIST_DISCARDED, LIST_READ, LIST_UPLOADED
from callcenter.domain.errors import Rejected
from callcenter.domain.lead_lists import Mapping, Preview
from callcenter.domain.leads import LeadList, ListState
from callcenter.domain.ports import AuditLog, Clock, LeadStore
from callcenter.domain.records import AuditRecord
from dialer.lists.columns import fault_of
from dialer.lists.judging import CampaignRules

log = structlog.get_logger(__name__)

MAX_BYTES = 200_000_000
"""Of a file; 500,000 rows of a hundred characters take a quarter of it."""


class ListCampaign(Struct, frozen=True):
    """What reading a list must know of its campaign: by which packs and facts leads are judged, and which other
    campaigns run."""

    packs: tuple[str, ...]
    rules: CampaignRules
    others: tuple[str, ...] = ()


class LeadListDesk:
    """One list is read at a time: the machine belongs to the calls."""

    def __init__(
        self,
        url: str,
        folder: Path,
        store: LeadStore,
        audit: AuditLog,
        clock: Clock,
        *,
        campaign_of: Callable[[str], Awaitable[ListCampaign | None]],
        agents: Callable[[], Sequence[str]],
        region: str = "CN",
        command: Sequence[str] = process.WORKER,
    ) -> None:
        self._url, self._folder, self._store, self._audit, self._clock = url, folder, store, audit, clock
        self._campaign_of, self._agents, self._region, self._command = campaign_of, agents, region, command
        self._room, self._one = asyncio.Semaphore(1), asyncio.Lock()
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Go on with lists whose reading broke off when the product ended; drop uploads that did."""
        for part in self._folder.glob("part-*"):
            part.unlink(missing_ok=True)
        for listed in await self._store.unfinished():
            self._begin(listed.id)

    async def close(self) -> None:
        """End reading; it goes on at the next start."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def settled(self, list_id: int) -> None:
        """Return when the list is not being read any more."""
        if (task := self._tasks.get(list_id)) is not None:
            await asyncio.wait([task])

    async def receive(
        self, campaign: str, name: str, file_name: str, by: str, chunks: AsyncIterator[bytes], *, again: bool = False
    ) -> LeadList:
        """See the port. The file is kept under the list's number until it is read."""
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"part-{hashlib.sha256(f'{by}{self._clock.now_ms()}'.encode()).hexdigest()[:16]}"
        try:
            digest, size = await _written(part, chunks)
            if not again and await self._store.same_file(campaign, digest) is not None:
                raise Rejected("list_same_file")
            now = self._clock.now_ms()
            made = await self._store.add_list(campaign, name or file_name, file_name, digest, by, now)
            part.rename(self._path(made.id))
        finally:
            part.unlink(missing_ok=True)
        await self._note(by, LIST_UPLOADED, made, {"file": file_name, "bytes": size, "sha256": digest})
        return made

    async def preview(self, list_id: int, encoding: str = "", delimiter: str = "") -> Preview:
        """See the port."""
        if encoding not in ("", "utf-8-sig", *text_file.ENCODINGS) or delimiter not in ("", *text_file.DELIMITERS):
            raise Rejected("list_unreadable")
        path = self._kept(list_id)
        return await asyncio.to_thread(files.preview, path, self._region, encoding, delimiter)

    async def begin(self, list_id: int, mapping: Mapping, by: str) -> None:
        """See the port."""
        async with self._one:  # a double click reads a list once
            await self._begin_once(list_id, mapping, by)

    async def _begin_once(self, list_id: int, mapping: Mapping, by: str) -> None:
        listed = await self._uploaded(list_id)
        if (fault := fault_of(mapping)) is not None:
            raise Rejected(fault[0], fault[1])
        if await self._campaign_of(listed.campaign) is None:
            raise Rejected("campaign_gone")
        self._kept(list_id)
        await self._store.map_list(list_id, msgspec.json.encode(mapping).decode())
        await self._store.set_list(list_id, ListState.IMPORTING)
        await self._note(by, LIST_READ, listed, {})
        self._begin(list_id)

    async def discard(self, list_id: int, by: str) -> None:
        """See the port."""
        listed = await self._uploaded(list_id)
        await self._store.set_list(list_id, ListState.FAILED, "list_discarded")
        self._path(list_id).unlink(missing_ok=True)
        await self._note(by, LIST_DISCARDED, listed, {})

    # --- reading

    def _begin(self, list_id: int) -> None:
        task = self._tasks[list_id] = asyncio.create_task(self._read(list_id))
        task.add_done_callback(lambda _task: self._tasks.pop(list_id, None))

    async def _read(self, list_id: int) -> None:
        async with self._room:
            answer = await self._answer(list_id)
        failure = answer.code if isinstance(answer, Failed) else ""
        await self._store.set_list(list_id, ListState.FAILED if failure else ListState.IMPORTED, failure)
        self._path(list_id).unlink(missing_ok=True)
        log.info("a list was read", lead_list=list_id, failure=failure)

    async def _answer(self, list_id: int) -> Done | Failed:
        listed = await self._store.list_of(list_id)
        if listed is None:
            return Failed("list_gone")
        campaign = await self._campaign_of(listed.campaign)
        path = self._path(list_id)
        if campaign is None or not path.exists():
            return Failed("campaign_gone" if campaign is None else "list_gone")
        task = Read(
            url=self._url,
            path=str(path),
            campaign=listed.campaign,
            list_id=list_id,
            mapping=msgspec.json.decode(listed.mapping, type=Mapping),
            after=max(listed.rows_read, 1),
            others=campaign.others,
            agents=tuple(self._agents()),
            packs=campaign.packs,
            rules=campaign.rules,
            at_ms=self._clock.now_ms(),
        )
        return await process.answer_of(task, command=self._command)

    # --- small things

    def _path(self, list_id: int) -> Path:
        return self._folder / f"list-{list_id}"

    def _kept(self, list_id: int) -> Path:
        path = self._path(list_id)
        if not path.exists():
            raise Rejected("list_gone")
        return path

    async def _uploaded(self, list_id: int) -> LeadList:
        listed = await self._store.list_of(list_id)
        if listed is None or listed.state is not ListState.UPLOADED:
            raise Rejected("list_gone")
        return listed

    async def _note(self, by: str, act: str, listed: LeadList, detail: dict[str, object]) -> None:
        record = AuditRecord(
            self._clock.now_ms(), by, act, f"lead_list:{listed.id}", {"campaign": listed.campaign, **detail}
        )
        await self._audit.write(record)


async def _written(path: Path, chunks: AsyncIterator[bytes]) -> tuple[str, int]:
    """Write a file as it comes; returns its SHA-256 and size. Raises ``Rejected`` where it is empty or too large."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > MAX_BYTES:
                raise Rejected("list_too_large")
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    if not size:
        raise Rejected("list_empty")
    return digest.hexdigest(), size
