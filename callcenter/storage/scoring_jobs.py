"""The jobs that score contacts, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.quality_records import Evaluation, Found, ScoringBacklog, ScoringJob
from callcenter.domain.transcription import JobState
from callcenter.storage import evaluation_rows
from callcenter.storage import scoring_job_rows as rows
from callcenter.storage.database import Database
from callcenter.storage.sealing import Seal
from callcenter.storage.tables import lead_attempts, scoring_jobs

_c = scoring_jobs.c


class SqlScoringJobs:
    """The ``ScoringJobs``."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal

    async def add(self, contact: str, filed_ms: int) -> None:
        """See the port."""
        async with self._database.write() as connection:
            await rows.add(connection, contact, filed_ms)

    async def add_missing(self, since_ms: int) -> int:
        """See the port."""
        async with self._database.write() as connection:
            return await rows.add_missing(connection, since_ms)

    async def any_due(self, now_ms: int) -> bool:
        """See the port."""
        async with self._database.read() as connection:
            return await rows.any_due(connection, now_ms)

    async def claim(self, worker: str, now_ms: int, lease_ms: int, most: int = 1) -> Sequence[ScoringJob]:
        """See the port."""
        async with self._database.write() as connection:
            await rows.expire(connection, now_ms)
            return await rows.take(connection, worker, now_ms, lease_ms, most)

    async def finish(
        self, job: ScoringJob, worker: str, now_ms: int, evaluation: Evaluation, findings: Sequence[Found]
    ) -> int | None:
        """See the port."""
        campaign = sa.select(lead_attempts.c.campaign).where(lead_attempts.c.contact == job.contact)
        async with self._database.write() as connection:
            if not await rows.ended(connection, job.contact, worker, now_ms):
                return None
            if not evaluation.campaign and (found := (await connection.execute(campaign)).scalar_one_or_none()):
                evaluation = msgspec.structs.replace(evaluation, campaign=found)
            return await evaluation_rows.keep(connection, self._seal, evaluation, findings)

    async def nothing(self, job: ScoringJob, worker: str, now_ms: int) -> bool:
        """See the port."""
        async with self._database.write() as connection:
            return await rows.ended(connection, job.contact, worker, now_ms)

    async def fail(self, contact: str, worker: str, now_ms: int, trouble: str, *, retryable: bool) -> None:
        """See the port."""
        async with self._database.write() as connection:
            await rows.failed(connection, contact, worker, now_ms, trouble, retryable=retryable)

    async def release(self, worker: str) -> int:
        """See the port."""
        return await self._changed(rows.released(worker))

    async def again(self, contact: str = "") -> int:
        """See the port."""
        return await self._changed(rows.revived(contact))

    async def rescore(self, since_ms: int, now_ms: int) -> int:
        """See the port."""
        return await self._changed(rows.rescored(since_ms, now_ms))

    async def stop_rescoring(self) -> int:
        """See the port."""
        return await self._changed(rows.not_rescored())

    async def backlog(self) -> ScoringBacklog:
        """See the port."""
        count = sa.func.count()
        by_state = sa.select(_c.state, _c.again, count, sa.func.min(_c.filed_ms)).group_by(_c.state, _c.again)
        async with self._database.read() as connection:
            found = (await connection.execute(by_state)).all()
        counts = {state: sum(row[2] for row in found if row[0] == state.value) for state in JobState}
        waiting = [row for row in found if row[0] == JobState.WAITING.value]
        return ScoringBacklog(
            waiting=counts[JobState.WAITING],
            running=counts[JobState.RUNNING],
            dead=counts[JobState.DEAD],
            done=counts[JobState.DONE],
            again=sum(row[2] for row in waiting if row[1]),
            oldest_filed_ms=min((int(row[3]) for row in waiting if not row[1]), default=None),
        )

    async def dead(self, most: int = 100) -> Sequence[ScoringJob]:
        """See the port."""
        newest = (_c.done_ms.desc(), _c.contact)
        statement = sa.select(scoring_jobs).where(_c.state == JobState.DEAD.value).order_by(*newest).limit(most)
        async with self._database.read() as connection:
            return [rows.job_of(row) for row in await connection.execute(statement)]

    async def _changed(self, statement: Any) -> int:
        async with self._database.write() as connection:
            return len((await connection.execute(statement)).all())
