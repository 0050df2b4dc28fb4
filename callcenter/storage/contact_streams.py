"""Streams of contacts, newest first, each straight from an index: what a search walks along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from callcenter.storage.tables import contact_agents, contact_words, contacts

MOST_STRANDS = 100
"""A stream of more values than this is not followed; its condition is checked row by row instead."""

_PROBE = 400
_LEAST_OF_EACH = 24
_HIGHEST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Strand:
    """The contacts of one value: ``key`` equals ``value``, ordered by ``ordinal`` in the same index."""

    key: sa.Column[Any]
    value: str
    ordinal: sa.Column[Any]
    also: sa.ColumnElement[bool] | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing asked for: where to find it in order (empty: nowhere), and how to check it of a row."""

    strands: tuple[Strand, ...]
    condition: sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Bounds:
    """Ordinals from ``floor`` up to, not including, ``before``."""

    floor: int
    before: int


def of_contacts(name: str, *values: str, also: sa.ColumnElement[bool] | None = None) -> tuple[Strand, ...]:
    """Contacts whose column ``name`` is one of ``values``."""
    return tuple(Strand(contacts.c[name], value, contacts.c.ordinal, also) for value in values)


def of_agents(*agents: str) -> tuple[Strand, ...]:
    """Contacts in which one of ``agents`` had a part."""
    return tuple(Strand(contact_agents.c.agent, agent, contact_agents.c.ordinal) for agent in agents)


def of_words(*words: str) -> tuple[Strand, ...]:
    """Contacts whose notes have one of ``words``."""
    return tuple(Strand(contact_words.c.word, word, contact_words.c.ordinal) for word in words)


def has_agent(agents: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether one of ``agents`` had a part in the contact."""
    table = contact_agents
    return _looked_up(sa.select(sa.literal(1)).where(table.c.ordinal == contacts.c.ordinal, table.c.agent.in_(agents)))


def has_word(words: Sequence[str]) -> sa.ColumnElement[bool]:
    """Whether one of ``words`` is kept for the contact."""
    table = contact_words
    return _looked_up(sa.select(sa.literal(1)).where(table.c.ordinal == contacts.c.ordinal, table.c.word.in_(words)))


def _looked_up(rows: sa.Select[Any]) -> sa.ColumnElement[bool]:
    # PostgreSQL would join with all rows of a common word; an offset keeps it to one look for each contact.
    return rows.correlate(contacts).offset(sa.literal_column("0")).exists()


async def ordinals(
    connection: AsyncConnection, strands: Sequence[Strand], bounds: Bounds, size: int
) -> tuple[list[int], bool]:
    """About ``size`` of the newest contacts of any strand (of all, when there is none), and whether these are all.

    Each strand gives its newest few. Below the last of one that has more to give nothing is known yet, so what the
    others have there is left for the next piece.
    """
    each = size if len(strands) <= 1 else max(_LEAST_OF_EACH, 2 * size // len(strands))
    rows = (await connection.execute(_newest(strands, bounds, each))).all()
    given: dict[int, list[int]] = {}
    for strand, ordinal in rows:
        given.setdefault(strand, []).append(ordinal)
    open_ends = [min(found) for found in given.values() if len(found) >= each]
    known_from = max(open_ends, default=bounds.floor)
    found = {ordinal for _strand, ordinal in rows if ordinal >= known_from}
    return sorted(found, reverse=True), not open_ends


async def sparsest(
    connection: AsyncConnection, criteria: Sequence[Criterion], bounds: Bounds
) -> tuple[Criterion | None, bool]:
    """The criterion whose stream is the thinnest, and whether one of them is empty within the bounds."""
    followable = [one for one in criteria if 0 < len(one.strands) <= MOST_STRANDS]
    if len(followable) <= 1:
        return (followable[0] if followable else None), False
    newest = (await connection.execute(_newest((), bounds, 1))).first()
    if newest is None:
        return followable[0], True
    best: tuple[tuple[int, float], Criterion] | None = None
    for criterion in followable:
        found, whole = await ordinals(connection, criterion.strands, bounds, _PROBE)
        if not found:
            return criterion, True
        # A stream that ends within the probe is measured by its length, others by the time between two contacts.
        rank = (0, float(len(found))) if whole else (1, -(newest.ordinal - found[-1]) / len(found))
        if best is None or rank < best[0]:
            best = (rank, criterion)
    return (best[1] if best else None), False


async def existing(connection: AsyncConnection, column: sa.Column[Any], values: Sequence[str]) -> list[str]:
    """Those of some values that any contact has, in one question."""
    if not values:
        return []
    asked = sa.values(sa.column("value", sa.Text), name="asked").data([(value,) for value in values]).cte("asked")
    statement = sa.select(asked.c.value).where(sa.exists().where(column == asked.c.value))
    return list((await connection.execute(statement)).scalars().all())


async def values_from(connection: AsyncConnection, column: sa.Column[Any], prefix: str) -> list[str]:
    """The different values beginning with ``prefix``, by one look into the index each; one more than are followed."""
    highest = sa.literal(prefix + _HIGHEST)
    first = sa.select(sa.func.min(column).label("value")).where(column >= prefix, column < highest)
    steps = first.cte("steps", recursive=True)
    # A row for each step: the least value above the one before, so that repeated values cost nothing.
    above = sa.select(sa.func.min(column)).where(column > steps.c.value, column < highest).scalar_subquery()
    steps = steps.union_all(sa.select(above).where(steps.c.value.is_not(None)))
    statement = sa.select(steps.c.value).limit(MOST_STRANDS + 1)
    return [value for value in (await connection.execute(statement)).scalars() if value is not None]


def _newest(strands: Sequence[Strand], bounds: Bounds, each: int) -> sa.Select[Any] | sa.CompoundSelect[Any]:
    """Rows of the strand's number and ``ordinal``: the newest ``each`` of every strand."""
    if not strands:
        return _within(sa.select(sa.literal(0), contacts.c.ordinal), contacts.c.ordinal, bounds, each)
    parts = []
    for number, strand in enumerate(strands):
        part = sa.select(sa.literal(number).label("strand"), strand.ordinal.label("ordinal"))
        part = part.where(strand.key == strand.value)
        parts.append(_within(part if strand.also is None else part.where(strand.also), strand.ordinal, bounds, each))
    return parts[0] if len(parts) == 1 else sa.union_all(*(sa.select(part.subquery()) for part in parts))


def _within(part: sa.Select[Any], ordinal: sa.Column[Any], bounds: Bounds, limit: int) -> sa.Select[Any]:
    return part.where(ordinal < bounds.before, ordinal >= bounds.floor).order_by(ordinal.desc()).limit(limit)
