"""A search over millions of contacts that keeps its time: a page never takes much longer than its patience.

Every single thing that can be asked for has an index which is ordered by time. A search walks along the thinnest of
these streams, newest first, and checks the rest row by row, piece by piece. When that takes too long, because things
that are common by themselves are never found together, it stops, hands out what it has, and says where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import phonenumbers
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.domain.records import ContactPage, ContactQuery, ContactReach, ContactRecord
from callcenter.domain.written_words import Wanted, folded, wanted
from callcenter.storage.contact_streams import (
    MOST_STRANDS,
    Bounds,
    Criterion,
    Strand,
    existing,
    has_agent,
    has_word,
    of_agents,
    of_contacts,
    of_words,
    ordinals,
    sparsest,
    values_from,
)
from callcenter.storage.contact_words import LONGEST_WORD, holds, pairs_of
from callcenter.storage.ordinals import END, begun_ms, first_ordinal, is_number, tail_of
from callcenter.storage.tables import contact_words, contacts, customers, recordings

MOST = 500
"""Rows of a page."""
PATIENCE_MS = 100
_FIRST_PIECE, _LEAST_PIECE, _LARGEST_PIECE = 256, 64, 1_024
_MOST_CUSTOMERS = 50
_MOST_PIECES = 8
_HIGHEST_ORDINAL = 2**63 - 1

_fields: msgspec.json.Decoder[dict[str, str]] = msgspec.json.Decoder(dict[str, str])
_has_recording = sa.exists().where(recordings.c.contact == contacts.c.id)
_shown = [c for c in contacts.columns if c.name not in ("caller_tail", "caller_end")]
listed = sa.select(*_shown, _has_recording.label("has_recording"))
"""Contacts as :func:`contact_of` reads them."""


@dataclass(slots=True)
class _Plan:
    """What is asked for: ``criteria`` all of which must hold, and ``pieces`` that must stand in the note."""

    criteria: list[Criterion] = field(default_factory=list)
    checks: list[sa.ColumnElement[bool]] = field(default_factory=list)
    pieces: list[Wanted] = field(default_factory=list)
    impossible: bool = False
    more_customers: bool = False


def contact_of(row: Any) -> ContactRecord:
    """The record of a row of :data:`listed`."""
    values = dict(row._mapping)
    fields = _fields.decode(values["fields"]) if values["fields"] != "{}" else {}
    return ContactRecord(**{**values, "has_recording": bool(values["has_recording"]), "fields": fields})


def within(reach: ContactReach) -> sa.ColumnElement[bool]:
    """Whether a contact is within reach: the condition on its row."""
    if reach.everything:
        return sa.true()
    found: list[sa.ColumnElement[bool]] = []
    if reach.agents:
        found.append(has_agent(sorted(reach.agents)))
    if reach.queues:
        found.append(sa.and_(contacts.c.answered_ms.is_(None), contacts.c.queue.in_(sorted(reach.queues))))
    return sa.or_(*found) if found else sa.false()


async def search(
    connection: AsyncConnection,
    query: ContactQuery,
    reach: ContactReach,
    region: str,
    patience_ms: int = PATIENCE_MS,
    clock: Callable[[], float] = time.monotonic,
) -> ContactPage:
    """A page of what fits. Fewer than four digits of a number are taken as the whole of it."""
    ends = clock() + patience_ms / 1_000
    plan = await _plan(connection, query, reach, region)
    bounds = Bounds(
        first_ordinal(query.from_ms) if query.from_ms is not None else 0,
        min(
            first_ordinal(query.to_ms) if query.to_ms is not None else _HIGHEST_ORDINAL,
            query.before if query.before is not None else _HIGHEST_ORDINAL,
        ),
    )
    if plan.impossible:
        return ContactPage((), more_customers=plan.more_customers)
    driver, empty = await sparsest(connection, plan.criteria, bounds)
    if empty:
        return ContactPage((), more_customers=plan.more_customers)
    checks = [c.condition for c in plan.criteria if c is not driver] + plan.checks
    strands = driver.strands if driver else ()
    page = await _walk(connection, strands, checks, plan.pieces, bounds, min(max(query.limit, 1), MOST), ends, clock)
    return msgspec.structs.replace(page, more_customers=plan.more_customers)


async def _walk(
    connection: AsyncConnection,
    strands: Sequence[Strand],
    checks: Sequence[sa.ColumnElement[bool]],
    pieces: Sequence[Wanted],
    bounds: Bounds,
    limit: int,
    ends: float,
    clock: Callable[[], float],
) -> ContactPage:
    found: list[ContactRecord] = []
    before, size = bounds.before, limit + 1 if not checks and not pieces else _FIRST_PIECE
    while True:
        began = clock()
        piece, last = await ordinals(connection, strands, Bounds(bounds.floor, before), size)
        if piece:
            statement = listed.where(contacts.c.ordinal.in_(piece), *checks).order_by(contacts.c.ordinal.desc())
            rows = map(contact_of, await connection.execute(statement))
            found += [row for row in rows if not pieces or holds((row.note, *row.fields.values()), pieces)]
        if len(found) > limit:
            return ContactPage(tuple(found[:limit]), before=found[limit - 1].ordinal)
        if last:
            return ContactPage(tuple(found))
        before, now = piece[-1], clock()
        if now > ends:
            return ContactPage(tuple(found), before=before, paused_at_ms=begun_ms(before))
        # What is left of the time says how much more can be read: a busy machine takes smaller pieces.
        possible = int(size * (ends - now) / max(now - began, 0.001))
        size = max(_LEAST_PIECE, min(size * 2, possible, _LARGEST_PIECE))


async def _plan(connection: AsyncConnection, query: ContactQuery, reach: ContactReach, region: str) -> _Plan:
    plan, columns = _Plan(), contacts.c
    if not reach.everything:
        plan.criteria.append(_reach(reach))
        plan.impossible = not reach.agents and not reach.queues
    if query.agent:
        plan.criteria.append(Criterion(of_agents(query.agent), has_agent([query.agent])))
    for name in ("queue", "channel", "disposition", "reason"):
        if value := _clean(getattr(query, name)):
            plan.criteria.append(Criterion(of_contacts(name, value), columns[name] == value))
    if query.recorded:
        plan.checks.append(_has_recording)
    if query.min_talk_ms > 0:
        plan.checks.append(columns.talked_ms >= query.min_talk_ms)
    text = _clean(query.text)
    number, words = (text, "") if is_number(text) or text.startswith("web-") else ("", text)
    for wish in filter(None, (_clean(query.number), number)):
        await _number(connection, plan, wish, region)
    if name := folded(_clean(query.customer)):
        await _customer(connection, plan, name, region)
    for piece in wanted(f"{_clean(query.words)} {words}"):
        await _piece(connection, plan, piece)
    return plan


def _reach(reach: ContactReach) -> Criterion:
    strands = of_agents(*sorted(reach.agents))
    strands += of_contacts("queue", *sorted(reach.queues), also=contacts.c.answered_ms.is_(None))
    return Criterion(strands, within(reach))


async def _number(connection: AsyncConnection, plan: _Plan, number: str, region: str) -> None:
    tail = tail_of(_national(number, region))
    if len(tail) < END:
        plan.impossible = plan.impossible or not tail
        plan.criteria.append(Criterion(of_contacts("caller_tail", tail), contacts.c.caller_tail == tail))
        return
    tails = await values_from(connection, contacts.c.caller_tail, tail)
    known = len(tails) <= MOST_STRANDS
    strands = of_contacts("caller_tail", *tails) if known else of_contacts("caller_end", tail[:END])
    plan.impossible = plan.impossible or not tails
    plan.criteria.append(Criterion(strands, contacts.c.caller_tail.startswith(tail, autoescape=True)))
    if not known:
        plan.checks.append(contacts.c.caller_tail.startswith(tail, autoescape=True))


async def _customer(connection: AsyncConnection, plan: _Plan, name: str, region: str) -> None:
    column = customers.c.name_folded
    statement = (
        sa.select(customers.c.phone)
        .where(column >= name, column < name + "\U0010ffff")
        .order_by(column, customers.c.id)
        .limit(_MOST_CUSTOMERS + 1)
    )
    phones = (await connection.execute(statement)).scalars().all()
    plan.more_customers = len(phones) > _MOST_CUSTOMERS
    written = {tail for phone in phones[:_MOST_CUSTOMERS] for tail in _written(phone, region)}
    tails = await existing(connection, contacts.c.caller_tail, sorted(written))
    plan.impossible = plan.impossible or not tails
    plan.criteria.append(Criterion(of_contacts("caller_tail", *tails), contacts.c.caller_tail.in_(tails)))


async def _piece(connection: AsyncConnection, plan: _Plan, piece: Wanted) -> None:
    plan.pieces.append(piece)
    if len(plan.pieces) > _MOST_PIECES:
        return
    if not piece.prefix:
        plan.criteria += [Criterion(of_words(pair), has_word([pair])) for pair in pairs_of(piece)[:_MOST_PIECES]]
        return
    words = await values_from(connection, contact_words.c.word, piece.text[:LONGEST_WORD])
    plan.impossible = plan.impossible or not words
    if words and len(words) <= MOST_STRANDS:
        plan.criteria.append(Criterion(of_words(*words), has_word(words)))


def _national(number: str, region: str) -> str:
    """A whole number without country code, so that it is found however it was written; a part as it is."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return number
    return str(parsed.national_number) if phonenumbers.is_valid_number(parsed) else number


def _written(phone: str, region: str) -> set[str]:
    """The tails of all the ways in which exchanges write a customer's number."""
    try:
        parsed = phonenumbers.parse(phone, region)
    except phonenumbers.NumberParseException:
        return {tail_of(phone)}
    national, country = str(parsed.national_number), parsed.country_code
    return {tail_of(form) for form in (national, f"0{national}", f"{country}{national}", f"00{country}{national}")}


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()
