"""Transcripts, sealed, and the jobs that make them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.records import ContactReach, RecordingRecord
from callcenter.domain.said_search import SaidPage, SaidQuery
from callcenter.domain.speech import Transcript, Turn, live_source
from callcenter.domain.transcription import Backlog, Job, JobState
from callcenter.storage import scoring_job_rows, transcript_search
from callcenter.storage import transcription_jobs as jobs
from callcenter.storage.database import Database
from callcenter.storage.sealing import Seal
from callcenter.storage.tables import recordings, transcript_index, transcription_jobs, transcripts
from callcenter.storage.transcript_index import add as put_in_index
from callcenter.storage.upsert import upsert

_turns: msgspec.json.Decoder[tuple[Turn, ...]] = msgspec.json.Decoder(tuple[Turn, ...])
_job, _kept = transcription_jobs.c, transcripts.c
_RESEALED = 200
"""Transcripts brought under a new key in one transaction."""


class SqlTranscripts:
    """The ``Transcripts`` on SQLite and PostgreSQL."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal

    async def of_contact(self, contact: str) -> Sequence[Transcript]:
        """See the port."""
        of_recordings = sa.and_(_kept.contact == contact, _kept.source != live_source(contact))
        return await self._found(of_recordings)

    async def live_of(self, contact: str) -> Transcript | None:
        """See the port."""
        return next(iter(await self._found(_kept.source == live_source(contact))), None)

    async def keep(self, transcript: Transcript) -> None:
        """See the port."""
        async with self._database.write() as connection:
            await self._keep(connection, [transcript])

    async def keep_many(self, made: Sequence[Transcript]) -> None:
        """Keep these, all or none, in place of what was kept of their sources before."""
        async with self._database.write() as connection:
            await self._keep(connection, made)

    async def search(self, query: SaidQuery, reach: ContactReach, shown: Callable[[str], str]) -> SaidPage:
        """See the port."""
        async with self._database.read() as connection:
            return await transcript_search.search(connection, self._seal, query, reach, shown)

    async def index_missing(self, most: int = 200) -> int:
        """See the port."""
        indexed = sa.exists().where(transcript_index.c.source == _kept.source)
        left = sa.and_(~indexed, _kept.source.not_like(f"{live_source('')}%"))
        async with self._database.read() as connection:
            if (await connection.execute(sa.select(_kept.source).where(left).limit(1))).first() is None:
                return 0
        async with self._database.write() as connection:
            rows = (await connection.execute(sa.select(transcripts).where(left).limit(most))).all()
            await put_in_index(connection, self._seal, [self._transcript(row) for row in rows])
            return len(rows)

    async def _keep(self, connection: AsyncConnection, made: Sequence[Transcript]) -> None:
        """Transcripts and their index, in one transaction."""
        if made:
            statement = upsert(self._database.dialect, transcripts, "source")
            await connection.execute(statement, [self._row(one) for one in made])
            await put_in_index(connection, self._seal, made)

    async def _found(self, wanted: sa.ColumnElement[bool]) -> list[Transcript]:
        async with self._database.read() as connection:
            rows = (await connection.execute(sa.select(transcripts).where(wanted).order_by(_kept.source))).all()
        return [self._transcript(row) for row in rows]

    def _transcript(self, row: Any) -> Transcript:
        return Transcript(row.source, row.contact, row.language, row.model, row.made_ms, self._opened(row.turns))

    def _row(self, transcript: Transcript) -> dict[str, object]:
        return {
            **{name: getattr(transcript, name) for name in ("source", "contact", "language", "model", "made_ms")},
            "turns": self._seal.sealed(msgspec.json.encode(transcript.turns).decode()),
            "sealed_with": self._seal.key_name,
        }

    async def claim(
        self, worker: str, now_ms: int, lease_ms: int, risky: frozenset[str] = frozenset()
    ) -> tuple[Job, RecordingRecord] | None:
        """See the port."""
        async with self._database.write() as connection:
            await jobs.expire(connection, now_ms)
            while (row := await jobs.take(connection, worker, now_ms, lease_ms, risky)) is not None:
                entry = sa.select(recordings).where(recordings.c.id == row.recording)
                found = (await connection.execute(entry)).first()
                if found is not None:
                    return jobs.job_of(row), RecordingRecord(**found._mapping)
                trouble = "the recording's entry is gone"
                await jobs.failed(connection, row.recording, worker, now_ms, trouble, retryable=False)
            return None

    async def renew(self, recording: str, worker: str, until_ms: int) -> bool:
        """See the port."""
        async with self._database.write() as connection:
            return (await connection.execute(jobs.renewed(recording, worker, until_ms))).rowcount == 1

    async def finish(self, transcript: Transcript, worker: str, now_ms: int, took_ms: int) -> bool:
        """See the port."""
        async with self._database.write() as connection:
            ended = await connection.execute(jobs.ended(transcript.source, worker, now_ms, took_ms))
            if ended.rowcount != 1:
                return False
            await self._keep(connection, [transcript])
            await scoring_job_rows.due_again(connection, transcript.contact, now_ms)
            return True

    async def fail(self, recording: str, worker: str, now_ms: int, trouble: str, *, retryable: bool) -> None:
        """See the port."""
        async with self._database.write() as connection:
            await jobs.failed(connection, recording, worker, now_ms, trouble, retryable=retryable)

    async def release(self, worker: str) -> int:
        """See the port."""
        async with self._database.write() as connection:
            return int((await connection.execute(jobs.released(worker))).rowcount)

    async def again(self, recording: str = "") -> int:
        """See the port."""
        async with self._database.write() as connection:
            return int((await connection.execute(jobs.revived(recording))).rowcount)

    async def add_missing(self) -> int:
        """See the port."""
        async with self._database.write() as connection:
            return await jobs.add_missing(connection)

    async def backlog(self, since_ms: int) -> Backlog:
        """See the port."""
        count, length = sa.func.count(), sa.func.coalesce(sa.func.sum(_job.duration_ms), 0)
        by_state = sa.select(_job.state, count, length, sa.func.min(_job.filed_ms)).group_by(_job.state)
        took = sa.func.coalesce(sa.func.sum(_job.took_ms), 0)
        lately = sa.select(count, length, took).where(_job.state == JobState.DONE.value, _job.done_ms >= since_ms)
        async with self._database.read() as connection:
            states = {JobState(row[0]): row for row in await connection.execute(by_state)}
            done_lately, audio_lately, took_lately = (await connection.execute(lately)).one()
        counts = {state: int(row[1]) for state, row in states.items()}
        waiting = states.get(JobState.WAITING)
        return Backlog(
            waiting=counts.get(JobState.WAITING, 0),
            waiting_audio_ms=int(waiting[2]) if waiting is not None else 0,
            running=counts.get(JobState.RUNNING, 0),
            dead=counts.get(JobState.DEAD, 0),
            done=counts.get(JobState.DONE, 0),
            oldest_filed_ms=int(waiting[3]) if waiting is not None else None,
            done_lately=int(done_lately),
            audio_lately_ms=int(audio_lately),
            took_lately_ms=int(took_lately),
        )

    async def dead(self, most: int = 100) -> Sequence[Job]:
        """See the port."""
        newest = (_job.done_ms.desc(), _job.recording)
        statement = sa.select(transcription_jobs).where(_job.state == JobState.DEAD.value).order_by(*newest).limit(most)
        async with self._database.read() as connection:
            return [jobs.job_of(row) for row in await connection.execute(statement)]

    async def seal_again(self) -> None:
        """Bring all transcripts under the seal's first key, some at a time. Raises ``Corrupt``."""
        name = self._seal.key_name
        old = sa.select(transcripts).where(_kept.sealed_with != name).limit(_RESEALED)
        while True:
            async with self._database.write() as connection:
                rows = (await connection.execute(old)).all()
                for row in rows:
                    fresh = {"turns": self._seal.renewed(row.turns), "sealed_with": name}
                    await connection.execute(transcripts.update().where(_kept.source == row.source).values(**fresh))
                await put_in_index(connection, self._seal, [self._transcript(row) for row in rows])
            if not rows:
                return

    def _opened(self, kept: str) -> tuple[Turn, ...]:
        return _turns.decode(self._seal.opened(kept))
