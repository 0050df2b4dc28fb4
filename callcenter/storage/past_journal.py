"""A stretch of the journal for whoever looks back: found by time, and only the entries that tell of certain things.

Runs on a connection and in a thread, or a process, of its own; the engine that writes is not held up.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Iterator
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.config import CenterConfig
from callcenter.domain.errors import Corrupt
from callcenter.domain.journal import JournalEntry, decode_effects, decode_event
from callcenter.storage.database import explained, parse_url, sync_engine
from callcenter.storage.tables import config_versions, journal

PAGE = 2_000
_config: msgspec.json.Decoder[CenterConfig] = msgspec.json.Decoder(CenterConfig)


class PastJournal:
    """Reads; never writes."""

    def __init__(self, url: str) -> None:
        self._engine = sync_engine(parse_url(url))

    def between(
        self, from_ms: int, until_ms: int, events: Collection[str], facts: Collection[str]
    ) -> Iterator[JournalEntry]:
        """Entries from ``from_ms`` to before ``until_ms`` whose event, or one of whose facts, is of a type named.

        Order of growth: the stretch; finding its beginning takes the logarithm of the journal. Raises
        ``ProviderError`` and ``Corrupt``.
        """
        begins = tuple(f'{{"type":"{name}"' for name in events)
        tells = tuple(f'{{"type":"{name}"' for name in facts)
        seq = self._first_from(from_ms)
        columns = (journal.c.seq, journal.c.at_ms, journal.c.event, journal.c.effects)
        while True:
            page = sa.select(*columns).where(journal.c.seq >= seq).order_by(journal.c.seq).limit(PAGE)
            with explained(), self._engine.begin() as connection:
                rows = connection.execute(page).all()
            for number, at_ms, event, effects in rows:
                if at_ms >= until_ms:
                    return
                if event.startswith(begins) or any(name in effects for name in tells):
                    yield _entry(number, at_ms, event, effects)
            if len(rows) < PAGE:
                return
            seq = rows[-1][0] + 1

    def bounds(self) -> tuple[int, int] | None:
        """The times of the first and the last entry; None when there is none."""
        first, last = sa.func.min(journal.c.seq), sa.func.max(journal.c.seq)
        with explained(), self._engine.begin() as connection:
            low, high = connection.execute(sa.select(first, last)).one()
        return None if low is None else (self._at(low), self._at(high))

    def config_at(self, at_ms: int) -> CenterConfig | None:
        """The configuration that was the newest published version then; None when there was none."""
        wanted = (
            sa.select(config_versions.c.body)
            .where(config_versions.c.at_ms <= at_ms)
            .order_by(config_versions.c.number.desc())
            .limit(1)
        )
        with explained(), self._engine.begin() as connection:
            body = connection.execute(wanted).scalar()
        if body is None:
            return None
        try:
            return _config.decode(zlib.decompress(body))
        except (msgspec.DecodeError, zlib.error) as error:
            raise Corrupt(f"the stored configuration can not be read: {error}") from error

    def close(self) -> None:
        """Disconnect."""
        self._engine.dispose()

    def _first_from(self, from_ms: int) -> int:
        """The number of the first entry at or after a time: times never fall, so halving finds it."""
        with explained(), self._engine.begin() as connection:
            low, high = connection.execute(sa.select(sa.func.min(journal.c.seq), sa.func.max(journal.c.seq))).one()
        if low is None:
            return 1
        high += 1
        while low < high:
            middle = (low + high) // 2
            if self._at(middle) < from_ms:
                low = middle + 1
            else:
                high = middle
        return int(low)

    def _at(self, seq: int) -> int:
        with explained(), self._engine.begin() as connection:
            found = connection.execute(sa.select(journal.c.at_ms).where(journal.c.seq == seq)).scalar()
        if found is None:
            raise Corrupt(f"the journal has a gap: entry {seq} is missing; restore a backup")
        return int(found)


def _entry(seq: int, at_ms: int, event: Any, effects: Any) -> JournalEntry:
    try:
        return JournalEntry(seq, at_ms, decode_event(event), decode_effects(effects))
    except msgspec.DecodeError as error:
        raise Corrupt(f"journal entry {seq} can not be read: {error}") from error
