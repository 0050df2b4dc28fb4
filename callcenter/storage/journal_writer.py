"""The synchronous half of the journal; every method runs on the journal's one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from callcenter.domain.errors import Corrupt
from callcenter.domain.journal import JournalEntry, decode_effects, decode_event, encode_effects, encode_event
from callcenter.reports.fold import Figures, from_journal, note
from callcenter.storage import attempt_rows, figure_rows, sentence_rows
from callcenter.storage.plain_connection import PlainConnection
from callcenter.storage.projection import fold
from callcenter.storage.statements import statements_for

_encode = msgspec.json.Encoder().encode
_names: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(tuple[str, ...])
_REBUILD_PAGE = 2_000


class JournalWriter:
    """Owns the connection."""

    def __init__(self, url: str) -> None:
        self._connection = PlainConnection(url, broken=self._forget)
        self._sql = statements_for(self._connection.dialect)
        self._attempts = attempt_rows.attempt_statements_for(self._connection.dialect)
        self._last: int | None = None

    def append(self, entries: Sequence[JournalEntry], done_seq: int) -> None:
        """One transaction: entries, index, projections, mark."""
        rows = [_row(entry) for entry in entries]
        with self._connection.transaction() as cursor:
            last = self._known_last(cursor)
            if rows and not self._is_repeat(cursor, rows, last):
                _must_follow(rows, last)
                last = rows[-1]["seq"]
                self._insert(cursor, rows)
                self._index(cursor, entries)
                self._project(cursor, entries)
                attempt_rows.add(cursor, self._attempts, entries)
                figure_rows.add(cursor, self._sql, from_journal(entries))
            cursor.execute(self._sql.set_mark, {"b_done_seq": done_seq})
        self._last = last

    def page(self, from_seq: int, limit: int) -> list[JournalEntry]:
        """Up to ``limit`` entries from ``from_seq`` on."""
        with self._connection.transaction(writes=False) as cursor:
            return self._page(cursor, from_seq, limit)

    def last_seq(self) -> int:
        """The highest ``seq``, 0 when empty."""
        return int(self._one(self._sql.last_seq)[0])

    def done_seq(self) -> int:
        """The outbox mark."""
        return int(self._one(self._sql.mark)[0])

    def save_snapshot(self, seq: int, state: bytes) -> None:
        """Add a snapshot, drop those beyond the last two."""
        with self._connection.transaction() as cursor:
            cursor.execute(self._sql.add_snapshot, {"seq": seq, "state": state})
            cursor.execute(self._sql.prune_snapshots)

    def latest_snapshot(self) -> tuple[int, bytes] | None:
        """The newest snapshot and its ``seq``."""
        row = self._one(self._sql.latest_snapshot)
        return None if row is None else (int(row[0]), bytes(row[1]))

    def rebuild_contacts(self) -> int:
        """Empty the rows of contacts and of understood sentences, and fold the whole journal again."""
        with self._connection.transaction() as cursor:
            for statement in (self._sql.clear_words, self._sql.clear_agents, self._sql.clear_contacts):
                cursor.execute(statement)
            sentence_rows.clear(cursor, self._sql)
            seq = 1
            while page := self._page(cursor, seq, _REBUILD_PAGE):
                self._project(cursor, page)
                seq = page[-1].seq + 1
        return seq - 1

    def rebuild_figures(self, progress: Callable[[int, int], None]) -> int:
        """Make the tables of figures anew from the journal; ``progress`` is told entries read and entries there are.

        Read page by page while others may append; only the end is written, with them waiting. Returns the last entry.
        """
        figures, seq, last = Figures(), 1, self.last_seq()
        while seq <= last and (page := self.page(seq, _REBUILD_PAGE)):
            for entry in page:
                note(figures, entry.effects, entry.at_ms)
            seq = page[-1].seq + 1
            progress(seq - 1, last)
        return self._replace_figures(figures, seq)

    def _replace_figures(self, figures: Figures, from_seq: int) -> int:
        with self._connection.transaction() as cursor:
            if self._connection.dialect.name != "sqlite":  # which locks by itself
                cursor.execute("LOCK TABLE journal IN SHARE MODE")
            while page := self._page(cursor, from_seq, _REBUILD_PAGE):
                for entry in page:
                    note(figures, entry.effects, entry.at_ms)
                from_seq = page[-1].seq + 1
            figure_rows.clear(cursor, self._sql)
            figure_rows.add(cursor, self._sql, figures)
        return from_seq - 1

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()

    # --- parts of a transaction

    def _insert(self, cursor: Any, rows: list[dict[str, Any]]) -> None:
        try:
            cursor.executemany(self._sql.add_entry, rows)
        except self._connection.dbapi.IntegrityError as error:
            self._last = None
            raise Corrupt(
                f"journal entry {rows[0]['seq']} or a later one of this batch is there already: "
                "another process writes the same journal; run one engine for each database"
            ) from error

    def _index(self, cursor: Any, entries: Sequence[JournalEntry]) -> None:
        pairs = [{"contact": c, "seq": e.seq} for e in entries for c in dict.fromkeys(e.contacts)]
        if pairs:
            cursor.executemany(self._sql.add_contact_index, pairs)

    def _project(self, cursor: Any, entries: Sequence[JournalEntry]) -> None:
        sentence_rows.add(cursor, self._sql, entries)
        changes = fold(entries)
        opened = [change.row(change.opened) for change in changes if change.opened is not None]
        changed = [change.update() for change in changes if change.opened is None]
        if opened:
            cursor.executemany(self._sql.open_contact, opened)
        if changed:
            cursor.executemany(self._sql.change_contact, changed)
        agents = [{"b_id": change.contact, "b_agent": agent} for change in changes for agent in change.agents]
        words = [{"b_id": change.contact, "b_word": word} for change in changes for word in change.words]
        if agents:
            cursor.executemany(self._sql.add_agent, agents)
        if words:
            cursor.executemany(self._sql.add_word, words)

    def _is_repeat(self, cursor: Any, rows: list[dict[str, Any]], last: int) -> bool:
        """Whether these very entries are there already: a retry after the answer to a commit was lost."""
        if rows[0]["seq"] > last:
            return False
        cursor.execute(self._sql.page, {"b_from": rows[0]["seq"], "b_limit": len(rows)})
        return [_as_row(found) for found in cursor.fetchall()] == rows

    def _page(self, cursor: Any, from_seq: int, limit: int) -> list[JournalEntry]:
        cursor.execute(self._sql.page, {"b_from": from_seq, "b_limit": limit})
        entries = [_entry(row) for row in cursor.fetchall()]
        for expected, entry in enumerate(entries, max(from_seq, 1)):
            if entry.seq != expected:
                raise Corrupt(f"the journal has a gap: entry {expected} is missing; restore a backup")
        return entries

    def _one(self, statement: str) -> Any:
        with self._connection.transaction(writes=False) as cursor:
            cursor.execute(statement)
            return cursor.fetchone()

    def _known_last(self, cursor: Any) -> int:
        if self._last is None:
            cursor.execute(self._sql.last_seq)
            self._last = int(cursor.fetchone()[0])
        return self._last

    def _forget(self) -> None:
        """The connection broke: what was written last is asked for again."""
        self._last = None


def _must_follow(rows: list[dict[str, Any]], last: int) -> None:
    for expected, row in enumerate(rows, last + 1):
        if row["seq"] != expected:
            raise Corrupt(
                f"journal entry {row['seq']} does not follow {expected - 1}: "
                "the batch has a gap, or another process writes the same journal"
            )


def _row(entry: JournalEntry) -> dict[str, Any]:
    return {
        "seq": entry.seq,
        "at_ms": entry.at_ms,
        "event": encode_event(entry.event).decode(),
        "effects": encode_effects(entry.effects).decode(),
        "contacts": _encode(entry.contacts).decode(),
    }


def _as_row(found: Sequence[Any]) -> dict[str, Any]:
    return dict(zip(("seq", "at_ms", "event", "effects", "contacts"), found, strict=True))


def _entry(row: Sequence[Any]) -> JournalEntry:
    seq, at_ms, event, effects, contacts = row
    try:
        return JournalEntry(seq, at_ms, decode_event(event), decode_effects(effects), _names.decode(contacts))
    except msgspec.DecodeError as error:
        raise Corrupt(f"journal entry {seq} can not be read: {error}") from error
