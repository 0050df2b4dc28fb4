"""Questions of supervisors, one process at a time; nothing here waits on the simulation itself."""

from __future__ import annotations

import asyncio
import sys
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from msgspec.structs import replace

from callcenter.app import worker_process
from callcenter.app.changes import Changes
from callcenter.app.what_if.worker import Failed, Line, Said, Task, Told
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import Clock
from callcenter.domain.what_if import Job, Question, Stage

log = structlog.get_logger(__name__)

WORKER = (sys.executable, "-m", "callcenter.app.what_if")
TOGETHER = 1
"""Processes at a time, over all people: the machine belongs to the calls."""
MOST_WAITING = 10
KEPT_MS = 8 * 3_600_000
"""So long an answer is kept."""
KEPT = 50
TIMEOUT_S = 900
LINE_BYTES = 4 * 1024**2
"""The longest line a worker may write: an answer of some hundred queues takes a tenth of it."""

_lines: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


@dataclass(slots=True)
class _Work:
    owner: str
    job: Job
    task: asyncio.Task[None] | None = None


class WhatIfJobs:
    """Fills the ``WhatIf`` port. ``command`` is the worker's, so that tests may run another."""

    def __init__(
        self, url: str, timezone: str, clock: Clock, *, command: Sequence[str] = WORKER, timeout_s: float = TIMEOUT_S
    ) -> None:
        self._url = url
        self._timezone = timezone
        self._clock = clock
        self._command = command
        self._timeout_s = timeout_s
        self._works: dict[str, _Work] = {}
        self._room = asyncio.Semaphore(TOGETHER)
        self._changes = Changes()

    async def ask(self, owner: str, question: Question) -> Job:
        """Begin; the former answer is forgotten. Refused: ``what_if_running``, ``what_if_busy``."""
        self._forget_old()
        known = self._works.get(owner)
        if known is not None and not known.job.is_over:
            raise Rejected("what_if_running")
        if sum(not work.job.is_over for work in self._works.values()) >= MOST_WAITING:
            raise Rejected("what_if_busy")
        job = Job(uuid.uuid4().hex, question, Stage.WAITING, self._clock.now_ms())
        work = self._works[owner] = _Work(owner, job)
        work.task = asyncio.create_task(self._run(work))
        self._changes.tell((owner,))
        return job

    def job(self, owner: str) -> Job | None:
        """The owner's last question."""
        self._forget_old()
        work = self._works.get(owner)
        return work.job if work is not None else None

    def changes(self, owner: str) -> AsyncIterator[None]:
        """Yields at once, and then whenever :meth:`job` has more to tell; what comes in a burst is told once."""
        return self._changes.of(owner)

    async def cancel(self, owner: str) -> None:
        """Stop it and its process."""
        work = self._works.get(owner)
        if work is None or work.job.is_over or work.task is None:
            return
        work.task.cancel()
        with suppress(asyncio.CancelledError):
            await work.task
        self._tell(work, stage=Stage.CANCELLED)

    async def close(self) -> None:
        """Stop everything."""
        for owner in list(self._works):
            await self.cancel(owner)

    def _forget_old(self) -> None:
        """Those over for long, and the oldest beyond what is kept."""
        now = self._clock.now_ms()
        over = [(work.job.since_ms, owner) for owner, work in self._works.items() if work.job.is_over]
        surplus = sorted(over)[: max(0, len(over) - KEPT)]
        for since_ms, owner in over:
            if now - since_ms > KEPT_MS or (since_ms, owner) in surplus:
                del self._works[owner]

    def _tell(self, work: _Work, **more: Any) -> None:
        """The job is further on: keep it, and wake who waits for that."""
        work.job = replace(work.job, **more)
        self._changes.tell((work.owner,))

    async def _run(self, work: _Work) -> None:
        async with self._room:
            self._tell(work, stage=Stage.READING)
            try:
                async with asyncio.timeout(self._timeout_s):
                    end = await self._worked_out(work)
            except TimeoutError:
                end = Failed("too_large")
            except (OSError, ValueError, msgspec.MsgspecError):
                log.exception("the process that works out what would have been broke off")
                end = Failed("broke_off")
            if isinstance(end, Said):
                self._tell(work, stage=Stage.DONE, answer=end.answer)
                return
            if end.detail:
                log.info("no answer", fault=end.fault, detail=end.detail)
            self._tell(
                work,
                stage=Stage.FAILED,
                fault=end.fault,
                detail=end.detail,
                first_day=end.first_day,
                last_day=end.last_day,
            )

    async def _worked_out(self, work: _Work) -> Said | Failed:
        def hear(line: bytes) -> Said | Failed | None:
            said = _lines.decode(line)
            if not isinstance(said, Told):
                return said
            self._tell(work, stage=Stage.RUNNING, runs=said.runs, runs_in_all=said.runs_in_all)
            return None

        task = Task(self._url, self._timezone, work.job.question)
        found: Said | Failed | None = await worker_process.answer_of(task, self._command, hear, line_bytes=LINE_BYTES)
        return found or Failed("broke_off")
