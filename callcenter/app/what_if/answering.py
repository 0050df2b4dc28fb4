"""A question of a supervisor, answered from the journal with the simulator of ``callcenter simulate``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from callcenter.app.past_day import PastDay, load, window_of
from callcenter.domain.config import CenterConfig
from callcenter.domain.errors import ConfigError
from callcenter.domain.what_if import (
    Answer,
    Change,
    Compared,
    Interval,
    MoreStaff,
    Note,
    OtherPolicy,
    OtherSkill,
    Question,
    Side,
)
from callcenter.routing.check_service import served_together
from callcenter.simulation.compare import Comparison, compare
from callcenter.simulation.day.fidelity import Held, fidelity
from callcenter.simulation.day.rebuild import REPLICATIONS
from callcenter.simulation.figures import Summary
from callcenter.simulation.overlay import Overlay, apply
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.staffing import Staffing

SEED = 1
MOST_CONTACTS = 60_000
"""More contacts than these (those before and after the hours included) are not worked out on a page."""
RUN_CONTACTS = 240_000
"""About so many contacts are simulated for each side: fewer runs where many come."""
FEWEST_RUNS = 5

Told = Callable[[int, int], None]
"""Called with the runs made and those to be made, both sides together."""


def answer(url: str, timezone: str, question: Question, told: Told) -> Answer:
    """Work a question out. Raises ConfigError when the day or the change is of no use."""
    window = window_of(date.fromisoformat(question.day), _clock(question.start), _clock(question.end), timezone)
    past = load(url, window, timezone)
    before = past.scenario
    if len(before.contacts) > MOST_CONTACTS:
        said = f"{len(before.contacts)} contacts are more than {MOST_CONTACTS}"
        raise ConfigError("hours", said, "choose fewer hours", "too_many_contacts")
    after = apply(before, overlay_of(question, past.story.config))
    runs = min(REPLICATIONS, max(FEWEST_RUNS, RUN_CONTACTS // max(len(before.contacts), 1)))
    made = 0

    def one_more() -> None:
        nonlocal made
        made += 1
        told(made, 2 * runs)

    told(0, 2 * runs)
    return _answer(compare(before, after, SEED, runs, told=one_more), past)


def overlay_of(question: Question, config: CenterConfig) -> Overlay:
    """The change in the simulator's words; ``config`` was in force that day.

    Whom a free agent serves first is one order for all queues that share agents: the router could not compare two.
    """
    change: Change = question.change
    match change:
        case MoreStaff(count=count, where=where):
            kind, _, name = where.partition(":")
            hours = {"start": _clock(question.start), "end": _clock(question.end)}
            return Overlay(agents=(Staffing.model_validate({"count": count, kind: name, **hours}),))
        case OtherPolicy(queue=queue, agents=agents, contacts=contacts):
            fields: dict[str, dict[str, Any]] = {queue: {"policy": agents} if agents else {}}
            if contacts:
                for name in served_together(config, queue) if queue in config.queues else [queue]:
                    fields[name] = {**fields.get(name, {}), "contact_policy": contacts}
            return Overlay(queues=fields)
        case OtherSkill(agent=agent, skill=skill, level=level):
            return Overlay(skills={agent: {skill: level}})


def _clock(text: str) -> time:
    return time() if text == "24:00" else datetime.strptime(text, "%H:%M").time()  # a clock's hands


def _answer(found: Comparison, past: PastDay) -> Answer:
    held = fidelity(found.before, past.queues, past.total)
    queues = [
        _compared(
            name,
            (found.before.queues[name], found.after.queues[name], found.queues[name]),
            past.scenario.level_of(name).within_ms,
            held.queues.get(name, {}),
        )
        for name in found.queues
        if found.before.queues[name]["offered"].mean or found.after.queues[name]["offered"].mean
    ]
    total = (found.before.total, found.after.total, found.total)
    notes = tuple(Note(note.code, int(note.detail.get("count", 0))) for note in past.story.notes)
    common = _common_level(past.scenario, [queue.queue for queue in queues])
    return Answer(tuple(queues), _compared("", total, common, held.total), found.before.replications, notes)


def _common_level(scenario: Scenario, queues: list[str]) -> int | None:
    levels = {scenario.level_of(name).within_ms for name in queues}
    return levels.pop() if len(levels) == 1 else None


def _compared(
    queue: str, sides: tuple[Summary, Summary, Summary], level_ms: int | None, held: dict[str, Held]
) -> Compared:
    before, after, difference = (_side(side) for side in sides)
    return Compared(
        queue,
        before,
        after,
        difference,
        level_ms,
        {name: one.actual for name, one in held.items()},
        tuple(name for name, one in held.items() if not one.holds),
    )


def _side(summary: Summary) -> Side:
    return {name: Interval(value.mean, value.half_width) for name, value in summary.items()}
