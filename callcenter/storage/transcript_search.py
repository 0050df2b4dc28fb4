"""Looks for words in what was said: asks the index, checks who may see it, then reads what is left."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.records import ContactReach
from callcenter.domain.said_search import SaidHit, SaidPage, SaidQuery, SaidTurn
from callcenter.domain.speech import Turn
from callcenter.domain.written_words import folded, spans, stands_in, wanted
from callcenter.storage import transcript_index as index
from callcenter.storage.contact_search import contact_of, listed, within
from callcenter.storage.contact_streams import has_agent
from callcenter.storage.ordinals import first_ordinal
from callcenter.storage.sealing import Seal
from callcenter.storage.tables import contacts, evaluations, transcript_index, transcripts

MOST = 100
"""Contacts of a page."""
SHOWN_TURNS = 3
"""Of one contact."""
PATIENCE_MS = 200
_MOST_PIECES = 8
_SIZES = (256, 2_048, 16_384)
_CHECKED, _READ = 500, 10
_HIGHEST = 2**63 - 1
_turns: msgspec.json.Decoder[tuple[Turn, ...]] = msgspec.json.Decoder(tuple[Turn, ...])
_i, _c, _e = transcript_index.c, contacts.c, evaluations.c


class _Search:
    """One search: collects hits until there are enough or its time is over."""

    def __init__(self, connection: AsyncConnection, seal: Seal, query: SaidQuery, shown: Callable[[str], str]) -> None:
        self._connection, self._seal, self._query, self._shown = connection, seal, query, shown
        self.pieces = wanted(query.words)[:_MOST_PIECES]
        self.hits: list[SaidHit] = []

    async def check(self, positions: Sequence[int], conditions: Sequence[sa.ColumnElement[bool]]) -> list[Any]:
        """Of these positions the rows that may be seen and fit, newest first."""
        scored = sa.and_(_e.contact == _i.contact, _e.current)
        joined = transcript_index.join(contacts, _c.id == _i.contact).outerjoin(evaluations, scored)
        row = sa.select(_i.position, _i.source, _c.ordinal, _e.score).select_from(joined)
        fits = row.where(_i.position.in_(positions), *conditions).order_by(_i.position.desc())
        return list(await self._connection.execute(fits))

    async def read(self, rows: Sequence[Any]) -> None:
        """Add those of these rows in which all of it stands, as it is shown."""
        sources = [row.source for row in rows]
        kept = sa.select(transcripts.c.source, transcripts.c.turns).where(transcripts.c.source.in_(sources))
        sealed = {row.source: row.turns for row in await self._connection.execute(kept)}
        found = [(row, self._said(row.source, sealed[row.source])) for row in rows if row.source in sealed]
        ordinals = [row.ordinal for row, turns in found if turns]
        records = {
            record.ordinal: record
            for record in map(contact_of, await self._connection.execute(listed.where(_c.ordinal.in_(ordinals))))
        }
        for row, turns in found:
            if turns:
                self._add(SaidHit(records[row.ordinal], row.score, turns))

    def _add(self, hit: SaidHit) -> None:
        """A contact of several recordings is one hit."""
        last = self.hits[-1] if self.hits else None
        if last is not None and last.contact.id == hit.contact.id:
            self.hits[-1] = msgspec.structs.replace(last, turns=(*last.turns, *hit.turns)[:SHOWN_TURNS])
        else:
            self.hits.append(hit)

    def _said(self, source: str, sealed: str) -> tuple[SaidTurn, ...]:
        turns = _turns.decode(self._seal.opened(sealed))
        told: list[SaidTurn] = []
        for number, turn in enumerate(turns):
            if any(piece.text in folded(turn.text) for piece in self.pieces):
                text = self._shown(turn.text)
                if spans(text, self.pieces):
                    told.append(SaidTurn(source, number, turn.start_ms, turn.speaker.value, text))
        texts = [one.text for one in told]
        return tuple(told[:SHOWN_TURNS]) if told and all(stands_in(texts, piece) for piece in self.pieces) else ()


async def search(
    connection: AsyncConnection,
    seal: Seal,
    query: SaidQuery,
    reach: ContactReach,
    shown: Callable[[str], str],
    patience_ms: int = PATIENCE_MS,
    clock: Callable[[], float] = time.monotonic,
) -> SaidPage:
    """A page of what fits within reach: ``query.limit`` contacts, a few more where they were read together.

    What ``shown`` hides of a turn is not found either.
    """
    ends = clock() + patience_ms / 1_000
    one = _Search(connection, seal, query, shown)
    terms = index.terms_for(one.pieces)
    if not terms:
        return SaidPage()
    limit = min(max(query.limit, 1), MOST)
    floor = first_ordinal(query.from_ms) if query.from_ms is not None else 0
    before = min(
        first_ordinal(query.to_ms) if query.to_ms is not None else _HIGHEST,
        query.before if query.before is not None else _HIGHEST,
    )
    conditions = _conditions(query, reach)
    for size in (*_SIZES, *[_SIZES[-1]] * 1_000):
        found = await index.candidates(connection, seal, terms, floor, before, size)
        for at in range(0, len(found), _CHECKED):
            piece = found[at : at + _CHECKED]
            rows = await one.check(piece, conditions)
            for start in range(0, len(rows), _READ):
                block = rows[start : start + _READ]
                await one.read(block)
                if len(one.hits) >= limit:
                    return SaidPage(tuple(one.hits), block[-1].position)
                if clock() > ends:
                    return SaidPage(tuple(one.hits), block[-1].position, paused=True)
            before = piece[-1]
            if clock() > ends:
                return SaidPage(tuple(one.hits), before, paused=True)
        if len(found) < size:
            break
    return SaidPage(tuple(one.hits))


def _conditions(query: SaidQuery, reach: ContactReach) -> list[sa.ColumnElement[bool]]:
    found = [within(reach)]
    if query.queue:
        found.append(_c.queue == query.queue)
    if query.agent:
        found.append(has_agent([query.agent]))
    if query.score_from is not None:
        found.append(_e.score >= query.score_from)
    if query.score_to is not None:
        found.append(_e.score <= query.score_to)
    return found
