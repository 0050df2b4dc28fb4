"""Checks of queues: what they ask for, where they overflow to, their times and forms."""

from __future__ import annotations

from collections.abc import Collection

from callcenter.domain.config import CenterConfig, FormField, Overflow, QueueConfig
from callcenter.routing.check_callbacks import check_callbacks
from callcenter.routing.check_values import (
    Problems,
    check_id,
    check_known,
    check_level,
    check_names,
    check_phone,
    check_range,
    check_same_id,
    check_twice,
    problem,
)

FIELD_KINDS = ("text", "number", "date", "choice")
HOUR_MS = 3_600_000


def check_queues(
    config: CenterConfig, flows: Collection[str] | None, calendars: Collection[str] | None = None
) -> Problems:
    """Everything wrong with the queues; ``flows`` and ``calendars`` (of the flows' folder) None: not known here."""
    held = {skill for agent in config.agents.values() for skill in agent.skills}
    known_results = {reason.id for reason in config.dispositions}
    for key, queue in config.queues.items():
        place = f"queues.{key}"
        yield from check_id(place, key)
        yield from check_same_id(place, key, queue.id)
        yield from check_names(f"{place}.names", queue.names)
        yield from _skills(place, queue, held)
        yield from _times(place, queue)
        yield from _relaxations(place, queue, config)
        yield from _overflow(place, queue, config, flows)
        for index, team in enumerate(queue.teams):
            yield from check_known(f"{place}.teams[{index}]", team, config.teams, "team")
        yield from check_range(f"{place}.reserve", queue.reserve, 0, 1_000)
        if queue.calendar:
            yield from check_known(f"{place}.calendar", queue.calendar, config.calendars, "calendar")
        if queue.survey_flow and flows is not None:
            yield from check_known(f"{place}.survey_flow", queue.survey_flow, flows, "flow")
        for index, disposition in enumerate(queue.dispositions):
            yield from check_known(f"{place}.dispositions[{index}]", disposition, known_results, "disposition")
        yield from _fields(f"{place}.fields", queue.fields)
        yield from check_callbacks(place, queue, config, flows, calendars)
    yield from _circles(config)


def _skills(place: str, queue: QueueConfig, held: Collection[str]) -> Problems:
    names = [need.skill for need in queue.skills]
    for index, need in enumerate(queue.skills):
        here = f"{place}.skills[{index}]"
        yield from check_id(f"{here}.skill", need.skill)
        yield from check_level(f"{here}.level", need.level)
        if names.index(need.skill) != index:
            yield problem(f"{here}.skill", "skill_twice", skill=need.skill)
        elif need.skill not in held:
            yield problem(f"{here}.skill", "unknown_skill", need.required, id=need.skill, known=sorted(held)[:8])


def _relaxations(place: str, queue: QueueConfig, config: CenterConfig) -> Problems:
    """Each later than the one before, and each asking for less."""
    before = 0
    asked = {need.skill for need in queue.skills}
    for index, step in enumerate(queue.relaxations):
        here = f"{place}.relaxations[{index}]"
        yield from check_range(f"{here}.after_ms", step.after_ms, before + 1, 24 * HOUR_MS, "s")
        yield from check_range(f"{here}.lower_by", step.lower_by, 0, 9)
        before = max(before, step.after_ms)
        for number, skill in enumerate(step.drop):
            if skill not in asked:
                yield problem(f"{here}.drop[{number}]", "drops_nothing", skill=skill)
        for number, team in enumerate(step.teams):
            yield from check_known(f"{here}.teams[{number}]", team, config.teams, "team")
        if not (step.drop or step.lower_by or step.teams):
            yield problem(here, "relaxes_nothing")
        elif step.teams and not queue.teams:
            yield problem(f"{here}.teams", "teams_already", False)


def _times(place: str, queue: QueueConfig) -> Problems:
    told = queue.announcements
    yield from check_range(f"{place}.priority", queue.priority, 0, 10)
    yield from check_range(f"{place}.ageing_ms", queue.ageing_ms, 1_000, HOUR_MS, "s")
    yield from check_range(f"{place}.offer_timeout_ms", queue.offer_timeout_ms, 5_000, 120_000, "s")
    yield from check_range(f"{place}.prefer_last_agent_ms", queue.prefer_last_agent_ms, 0, HOUR_MS, "s")
    yield from check_range(f"{place}.wrap_up_ms", queue.wrap_up_ms, 0, HOUR_MS, "s")
    yield from check_range(f"{place}.service_level_ms", queue.service_level_ms, 1_000, HOUR_MS, "s")
    yield from check_range(f"{place}.short_abandon_ms", queue.short_abandon_ms, 0, HOUR_MS, "s")
    yield from check_range(f"{place}.announcements.first_after_ms", told.first_after_ms, 0, HOUR_MS, "s")
    if told.every_ms:
        yield from check_range(f"{place}.announcements.every_ms", told.every_ms, 10_000, HOUR_MS, "s")
    if not queue.music.strip():
        yield problem(f"{place}.music", "no_music")


def _overflow(place: str, queue: QueueConfig, config: CenterConfig, flows: Collection[str] | None) -> Problems:
    for index, overflow in enumerate(queue.overflow):
        here = f"{place}.overflow[{index}]"
        yield from check_range(f"{here}.after_ms", overflow.after_ms, 0, 24 * HOUR_MS, "s")
        yield from check_range(f"{here}.expected_ms", overflow.expected_ms, 0, 24 * HOUR_MS, "s")
        yield from check_range(f"{here}.staffed_below", overflow.staffed_below, 0, 1_000)
        watched = overflow.when_unstaffed or overflow.expected_ms or overflow.staffed_below
        if overflow.after_ms == 0 and not watched:
            yield problem(f"{here}.after_ms", "overflow_never_or_at_once")
        yield from _target(f"{here}.target", overflow, queue, config, flows)


def _target(
    place: str, overflow: Overflow, queue: QueueConfig, config: CenterConfig, flows: Collection[str] | None
) -> Problems:
    kind, _, value = overflow.target.partition(":")
    if kind == "queue":
        if value == queue.id:
            yield problem(place, "overflow_to_itself")
        else:
            yield from check_known(place, value, config.queues, "queue")
    elif kind == "flow":
        if flows is not None:
            yield from check_known(place, value, flows, "flow")
    elif kind == "number":
        yield from check_phone(place, value)
    elif overflow.target != "callback":
        yield problem(place, "bad_target", target=overflow.target)


def _circles(config: CenterConfig) -> Problems:
    """A contact must not go round: the overflow that closes a circle is named."""
    onward = {
        key: [(n, o.target[6:]) for n, o in enumerate(queue.overflow) if o.target.startswith("queue:")]
        for key, queue in config.queues.items()
    }
    done: set[str] = set()
    for start in config.queues:
        trail, steps = [start], [iter(onward[start])]
        while steps and start not in done:
            index, target = next(steps[-1], (-1, ""))
            if index < 0:
                done.add(trail.pop())
                steps.pop()
            elif target in trail[:-1]:
                circle = " → ".join([*trail[trail.index(target) :], target])
                yield problem(f"queues.{trail[-1]}.overflow[{index}].target", "circle", circle=circle)
            elif target in onward and target not in done and target != trail[-1]:
                trail.append(target)
                steps.append(iter(onward[target]))


def _fields(place: str, fields: tuple[FormField, ...]) -> Problems:
    yield from check_twice(place, (field.id for field in fields))
    for index, field in enumerate(fields):
        here = f"{place}[{index}]"
        yield from check_id(f"{here}.id", field.id)
        yield from check_names(f"{here}.names", field.names)
        if field.kind not in FIELD_KINDS:
            yield problem(f"{here}.kind", "unknown_field_kind", id=field.kind, known=list(FIELD_KINDS))
        if field.kind == "choice" and not field.choices:
            yield problem(f"{here}.choices", "no_choices")
        yield from check_twice(f"{here}.choices", (choice.id for choice in field.choices))
        for number, choice in enumerate(field.choices):
            yield from check_id(f"{here}.choices[{number}].id", choice.id)
            yield from check_names(f"{here}.choices[{number}].names", choice.names)
