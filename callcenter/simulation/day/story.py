"""A day as its journal tells it: waits, agents' presence, the configuration, and what cannot be played again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.config import AgentConfig, CenterConfig
from callcenter.domain.errors import ConfigError
from callcenter.domain.journal import JournalEntry
from callcenter.simulation.day import presence, visits
from callcenter.simulation.day.presence import AgentDay, PresenceFold
from callcenter.simulation.day.visits import PastVisit, Ringing, VisitFold

EVENTS = ("CenterConfigured", *presence.EVENTS)
FACTS = ("QueueOpenness", *visits.FACTS)
"""What must be read of a journal, by the names of its types; everything else may be left out."""
HOUR_MS = 3_600_000
LOOK_BACK_MS = 14 * HOUR_MS
"""How long before the day reading begins, to know who is there already: longer than any shift."""
LEAD_IN_MS = HOUR_MS
"""The simulation begins so long before the window, so that its beginning finds the centre at work."""
LEAD_OUT_MS = HOUR_MS // 2
"""Customers still come so long after it, so that those of the window do not find an empty queue at its end."""


class Window(Struct, frozen=True):
    """Which contacts count: those that asked for a person from ``start_ms`` to before ``end_ms``; ms since 1970."""

    day_ms: int
    """Local midnight of the day."""
    start_ms: int
    end_ms: int

    @property
    def zero_ms(self) -> int:
        """Where the scenario begins."""
        return self.start_ms - LEAD_IN_MS

    @property
    def last_ms(self) -> int:
        """Where its customers end."""
        return self.end_ms + LEAD_OUT_MS

    @property
    def read_from_ms(self) -> int:
        """The first entry that is of use."""
        return min(self.day_ms, self.zero_ms) - LOOK_BACK_MS

    @property
    def read_until_ms(self) -> int:
        """The last: what came that day, and the end of its talks."""
        return max(self.day_ms + 24 * HOUR_MS, self.last_ms) + 2 * HOUR_MS


class Note(Struct, frozen=True):
    """Something a reader of the result must know: ``code`` picks the sentence, ``detail`` fills it."""

    code: str
    detail: dict[str, Any] = field(default_factory=dict)


class Story(Struct):
    """What was read. ``known_until_ms`` is the time of the last entry."""

    window: Window
    config: CenterConfig
    visits: list[PastVisit]
    ringing: dict[str, Ringing]
    agents: dict[str, AgentDay]
    missed_away_ms: list[int]
    known_until_ms: int
    notes: list[Note]


def read_story(entries: Iterable[JournalEntry], window: Window, config: CenterConfig | None) -> Story:
    """Fold the entries of a day; ``config`` was in force when reading begins, if that is known.

    Raises ConfigError when nothing of use is there: no configuration, or nobody who asked for a person.
    """
    past = VisitFold()
    there = PresenceFold(past.talks_through_queue)
    changed, closed, last_ms = 0, 0, window.read_from_ms
    agents = dict(config.agents) if config is not None else {}
    for entry in entries:
        last_ms = entry.at_ms
        if isinstance(entry.event, ev.CenterConfigured):
            if config is None or entry.at_ms <= window.start_ms:
                config = entry.event.config
            elif entry.at_ms < window.end_ms and _routes_differ(config, entry.event.config):
                changed += 1
            agents = {**agents, **entry.event.config.agents}
        closed += sum(isinstance(fact, fx.QueueOpenness) and not fact.open for fact in entry.effects)
        past.take(entry)
        there.take(entry)
    there.close(last_ms)
    if config is None:
        mend = "choose a day since the product runs"
        raise ConfigError("journal", "no configuration was in force by then", mend, "no_configuration")
    config = _with_later_agents(config, agents, there.agents)
    notes = [Note(code, {"count": count}) for code, count in _counts(past, window, changed, closed) if count]
    return Story(window, config, past.visits, past.ringing, there.agents, there.missed_away_ms, last_ms, notes)


def _routes_differ(old: CenterConfig, new: CenterConfig) -> bool:
    return (old.queues, old.agents) != (new.queues, new.agents)


def _with_later_agents(config: CenterConfig, known: Mapping[str, AgentConfig], there: Collection[str]) -> CenterConfig:
    """Agents who came into the configuration later that day, or worked under an earlier one."""
    missing = {agent: known[agent] for agent in there if agent in known and agent not in config.agents}
    return replace(config, agents={**config.agents, **missing})


def _counts(past: VisitFold, window: Window, changed: int, closed: int) -> list[tuple[str, int]]:
    inside = [visit for visit in past.visits if window.start_ms <= visit.asked_ms < window.end_ms]
    return [
        ("config_changed", changed),
        ("closed_by_hand", closed),
        ("disturbed", sum(visit.outcome is visits.Outcome.DISTURBED for visit in inside)),
        ("not_over", sum(visit.outcome is visits.Outcome.OPEN for visit in inside)),
        ("overflowed_out", sum(visit.outcome is visits.Outcome.OVERFLOWED for visit in inside)),
    ]
