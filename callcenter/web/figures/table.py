"""Sums as the rows of a page: groups beside each other, and one group stretch by stretch."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from callcenter.domain.figures import AgentFigures, AgentSums, FigureQuery, QueueFigures, QueueSums
from callcenter.domain.ports import FigureStore
from callcenter.reports.stretches import DAY
from callcenter.web.figures.asking import Asked
from callcenter.web.figures.columns import Column, columns_of, is_of_agents
from callcenter.web.i18n import N_
from callcenter.web.wording.outcomes import channel_word
from callcenter.web.wording.words import Words

Rows = Sequence[QueueFigures] | Sequence[AgentFigures]
BARS = 12
"""How many groups a chart compares; more can't be read."""
_KINDS = {"queue": N_("Queue"), "channel": N_("Channel"), "team": N_("Team"), "agent": N_("Agent")}
_INTERVALS = {15: N_("Quarter hour"), 30: N_("Half hour"), 60: N_("Hour"), DAY: N_("Day")}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is of, and its sums."""

    key: str
    name: str
    sums: QueueSums | AgentSums


async def read(store: FigureStore, wanted: Asked, query: FigureQuery) -> Rows:
    """The sums of queues or of agents, whichever ``wanted`` is about."""
    return await (store.agents(query) if is_of_agents(wanted.by) else store.queues(query))


def total_of(wanted: Asked, rows: Sequence[Row]) -> QueueSums | AgentSums:
    """All rows as one; nothing counted when there are none."""
    if is_of_agents(wanted.by):
        return AgentSums.of(row.sums for row in rows if isinstance(row.sums, AgentSums))
    return QueueSums.of(row.sums for row in rows if isinstance(row.sums, QueueSums))


def group_name(words: Words, by: str, group: str) -> str:
    """What a queue, channel, team or agent is called."""
    match by:
        case "queue":
            return words.queue(group)
        case "channel":
            return channel_word(words, group)
        case "team":
            return words.team(group) if group else words.gettext("No team")
        case _:
            return words.agent(group)


def kind_name(words: Words, by: str) -> str:
    """``Queue``, ``Team`` and so on."""
    return words.gettext(_KINDS[by])


def choices_of(words: Words, wanted: Asked) -> dict[str, list[tuple[str, str]]]:
    """What each list of the form offers, as code and text."""
    return {
        "every": [(str(minutes), words.gettext(text)) for minutes, text in _INTERVALS.items()],
        "by": [(by, words.gettext(text)) for by, text in _KINDS.items()],
        "figure": [(c.name, words.gettext(c.title)) for c in columns_of(wanted.by) if c.compared],
    }


def groups_of(words: Words, wanted: Asked, rows: Rows) -> list[Row]:
    """A row for each group, in the order of the configuration; those it no longer knows come last."""
    known: dict[str, Collection[str]] = {
        "queue": words.config.queues,
        "team": words.config.teams,
        "agent": words.config.agents,
    }
    places = {name: place for place, name in enumerate(known.get(wanted.by, ()))}
    made = [Row(row.group, group_name(words, wanted.by, row.group), row.sums) for row in rows]
    return sorted(made, key=lambda row: (places.get(row.key, len(places)), row.key))


def in_time(words: Words, wanted: Asked, query: FigureQuery, rows: Rows) -> list[Row | None]:
    """Every stretch from the first with figures to the last; None is one without."""
    by_start = {row.start_ms: row.sums for row in rows}
    known = [number for number, start in enumerate(query.starts) if start in by_start]
    starts = query.starts[known[0] : known[-1] + 1] if known else ()
    return [
        Row(str(start), clock(words, wanted, start), by_start[start]) if start in by_start else None for start in starts
    ]


def clock(words: Words, wanted: Asked, start_ms: int) -> str:
    """When a stretch begins, as shortly as the days asked for allow."""
    form = "%m-%d" if wanted.every == DAY else "%H:%M" if wanted.first == wanted.last else "%m-%d %H:%M"
    return _local(words, start_ms, form)


def _local(words: Words, at_ms: int, form: str) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, words.zone).strftime(form)


def line_of(
    words: Words, wanted: Asked, query: FigureQuery, rows: Sequence[Row | None], column: Column
) -> list[tuple[str, float | int | None]]:
    """The points of the chart over time. Over several days only the first stretch of each has a name: the day."""
    first = next((row for row in rows if row is not None), None)
    at = query.starts.index(int(first.key)) if first is not None else 0
    points, day = [], ""
    for start, row in zip(query.starts[at:], rows, strict=False):
        today = _local(words, start, "%m-%d")
        name = clock(words, wanted, start) if wanted.first == wanted.last else today if today != day else ""
        points.append((name, column.drawn(row.sums) if row is not None else None))
        day = today
    return points


def bars_of(rows: Sequence[Row], column: Column) -> list[tuple[str, float | int | None]]:
    """The groups with the most to do, side by side."""
    busiest = sorted(rows, key=lambda row: (-_size(row.sums), row.name))[:BARS]
    return [(row.name, column.drawn(row.sums)) for row in busiest]


def _size(sums: QueueSums | AgentSums) -> int:
    return sums.offered if isinstance(sums, QueueSums) else sums.handled
