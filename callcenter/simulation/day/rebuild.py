"""A day's story as a scenario: the same customers and agents, drawn only where nobody can know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from callcenter.domain.config import AgentConfig
from callcenter.domain.errors import ConfigError
from callcenter.simulation.agent_plan import Break, Shift, Team
from callcenter.simulation.configured import agent_fields, channels_of, checked, plan_of
from callcenter.simulation.contact_plan import ContactPlan, Visit
from callcenter.simulation.day.presence import AgentDay
from callcenter.simulation.day.story import HOUR_MS, Story, Window
from callcenter.simulation.day.visits import Outcome, PastVisit, Ringing
from callcenter.simulation.durations import Duration, none
from callcenter.simulation.queue_plan import Need, QueuePlan, ServiceLevel
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.survival import kaplan_meier

REPLICATIONS = 20


def rebuild(story: Story, begins: datetime, name: str = "") -> Scenario:
    """The scenario of the story's window; ``begins`` is what the clock showed at ``story.window.zero_ms``.

    Raises ConfigError when nobody asked for a person in the window, or nobody was answered all day.
    """
    window = story.window
    if not any(window.start_ms <= visit.asked_ms < window.end_ms for visit in _usable(story)):
        mend = "choose another day or other hours"
        raise ConfigError("journal", "nobody asked for a person at that time", mend, "nobody_came")
    queues = _queues(story)
    return checked(
        name=name,
        begins=begins,
        horizon=window.last_ms - window.zero_ms,
        warm_up=window.start_ms - window.zero_ms,
        cool_down=window.last_ms - window.end_ms,
        replications=REPLICATIONS,
        service_level=ServiceLevel(),
        channels=channels_of(story.config.channels),
        queues=queues,
        agents=tuple(_team(agent, story) for agent in story.config.agents.values()),
        teams=tuple(sorted({team for plan in queues.values() for team in plan.team_names()})),
        contacts=tuple(_contacts(story)),
    )


def _usable(story: Story) -> Iterator[PastVisit]:
    """Waits that tell of customers and agents, in queues that the configuration still has."""
    return (
        visit for visit in story.visits if visit.outcome is not Outcome.DISTURBED and visit.queue in story.config.queues
    )


# --- queues


def _queues(story: Story) -> dict[str, QueuePlan]:
    day = _of_the_day(story)
    talks = [visit for visit in day if visit.talk_ms is not None]
    if not talks:
        mend = "choose a day on which agents were there"
        raise ConfigError("journal", "nobody was answered that day", mend, "nobody_answered")
    by_queue: dict[str, list[PastVisit]] = defaultdict(list)
    for visit in day:
        by_queue[visit.queue].append(visit)
    return {
        name: plan_of(
            config,
            handling=_sample(_talks(by_queue[name]) or _talks(talks)),
            wrap_up=_sample(_wrap_ups(by_queue[name]) or _wrap_ups(talks)) if config.wrap_up_ms else none(),
            patience=_patience(by_queue[name], story.known_until_ms),
            ring=_ring(story.ringing.get(name), config.offer_timeout_ms),
        )
        for name, config in story.config.queues.items()
    }


def _of_the_day(story: Story) -> list[PastVisit]:
    first, last = story.window.day_ms, story.window.day_ms + 24 * HOUR_MS
    return [visit for visit in _usable(story) if first <= visit.asked_ms < last]


def _talks(visits: Iterable[PastVisit]) -> list[int]:
    return sorted(visit.talk_ms for visit in visits if visit.talk_ms is not None)


def _wrap_ups(visits: Iterable[PastVisit]) -> list[int]:
    return sorted(visit.wrap_up_ms for visit in visits if visit.wrap_up_ms is not None)


def _sample(values: Sequence[int]) -> Duration:
    return Duration.model_construct(law="sample", sample=tuple(values)) if values else none()


def _patience(visits: Iterable[PastVisit], now_ms: int) -> Duration:
    return kaplan_meier((visit.waited_ms(now_ms), visit.outcome is Outcome.ABANDONED) for visit in visits)


def _ring(ringing: Ringing | None, timeout_ms: int) -> Duration:
    """Rings as they were; a missed one lasts as long as an agent is rung."""
    if ringing is None:
        return none()
    return _sample(sorted([*ringing.accepted_ms, *[timeout_ms] * ringing.missed]))


# --- customers


def _contacts(story: Story) -> Iterator[ContactPlan]:
    zero, last = story.window.zero_ms, story.window.last_ms
    inside = [visit for visit in _usable(story) if zero <= visit.asked_ms < last]
    known = {id(visit) for visit in inside}
    following: dict[int, PastVisit] = {id(v.after): v for v in inside if v.after is not None and id(v.after) in known}
    for visit in inside:
        if visit.after is not None and id(visit.after) in known:
            continue
        then, later = [], following.get(id(visit))
        while later is not None:
            then.append(Visit(**_asked(later, story)))
            later = following.get(id(later))
        yield ContactPlan(at=visit.asked_ms - zero, then=tuple(then), **_asked(visit, story))


def _asked(visit: PastVisit, story: Story) -> dict[str, Any]:
    """A wait as a scenario says it: what is known of it, and nothing else."""
    said: dict[str, Any] = {"queue": visit.queue}
    if visit.priority:
        said["priority"] = visit.priority
    if visit.skills:
        said["skills"] = tuple(
            Need(skill=need.skill, level=need.level, required=need.required) for need in visit.skills
        )
    if visit.preferred:
        said |= {"preferred": visit.preferred, "preferred_for": visit.preferred_ms}
    if visit.excluded:
        said["excluded"] = visit.excluded
    if visit.missed_in:
        said["missed"] = len(visit.missed_in)
    if visit.channel:
        said["channel"] = visit.channel
    if visit.outcome is Outcome.ABANDONED:
        said["patience"] = visit.waited_ms(story.known_until_ms)
    else:
        said["patience_beyond"] = visit.waited_ms(story.known_until_ms)
    known = {
        "handling": visit.talk_ms,
        "wrap_up": visit.wrap_up_ms,
        "ring": visit.ring_ms,
        "ring_beyond": visit.rung_ms,
    }
    return said | {name: value for name, value in known.items() if value is not None}


# --- agents


def _team(agent: AgentConfig, story: Story) -> Team:
    day, window = story.agents.get(agent.id, AgentDay()), story.window
    zero, last = window.zero_ms, window.last_ms
    shifts = [
        Shift.model_construct(start=start, end=end)
        for span in day.shifts
        if (start := _inside(span.start_ms, window)) < (end := _inside(span.end_ms or last, window))
    ]
    breaks = [
        Break.model_construct(
            at=max(pause.asked_ms - zero, 0), length=(pause.end_ms or last) - max(pause.start_ms, zero)
        )
        for pause in day.pauses
        if pause.asked_ms < last and (pause.end_ms is None or pause.end_ms > zero)
    ]
    away: dict[str, Any] = {"away_after_missed": _sample(sorted(story.missed_away_ms))} if story.missed_away_ms else {}
    return Team(
        **agent_fields(agent),
        id=agent.id,
        shifts=tuple(shifts),
        breaks=tuple(breaks),
        **away,
    )


def _inside(moment_ms: int, window: Window) -> int:
    return min(max(moment_ms, window.zero_ms), window.last_ms) - window.zero_ms
