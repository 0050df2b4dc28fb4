"""A configuration of the product in the words of a scenario, and a scenario under another configuration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from callcenter.domain.config import (
    CHANNELS,
    AgentConfig,
    CallbackRule,
    CenterConfig,
    ChannelConfig,
    Overflow,
    QueueConfig,
)
from callcenter.domain.errors import ConfigError
from callcenter.simulation.agent_plan import ChannelPlan
from callcenter.simulation.contact_plan import ContactPlan
from callcenter.simulation.queue_plan import QueuePlan
from callcenter.simulation.scenario import Scenario

NO_TEAM = "-"
"""The team of those who are in none."""
BEHAVIOUR = frozenset({"arrivals", "handling", "patience", "ring", "wrap_up", "slowdown", "weight", "called_back"})
"""What people do, as against what is configured."""
CONFIGURED = tuple(name for name in QueuePlan.model_fields if name not in BEHAVIOUR)


def plan_of(config: QueueConfig, **behaviour: Any) -> QueuePlan:
    """The queue as a scenario says it, with ``behaviour`` as :data:`BEHAVIOUR` names it."""
    return QueuePlan.model_validate(
        {
            "skills": [{"skill": need.skill, "level": need.level, "required": need.required} for need in config.skills],
            "priority": config.priority,
            "ageing": config.ageing_ms / 1_000,
            "policy": config.agent_policy,
            "contact_policy": config.contact_policy,
            "share": config.share,
            "wait_cost": config.wait_cost,
            "channel": config.channel,
            "offer_timeout": config.offer_timeout_ms / 1_000,
            "teams": config.teams,
            "relaxations": [
                {"after": step.after_ms / 1_000, "drop": step.drop, "lower_by": step.lower_by, "teams": step.teams}
                for step in config.relaxations
            ],
            "reserve": config.reserve,
            "overflow": [_onward(rule) for rule in config.overflow],
            "service_level": {
                "within": config.service_level_ms / 1_000,
                "abandons": config.abandons,
                "short": config.short_abandon_ms / 1_000,
            },
            "callback": _callback(config.callback),
            **behaviour,
        }
    )


def _callback(rule: CallbackRule) -> dict[str, Any]:
    """Without the calendar: a scenario has none."""
    return {
        "attempts": rule.attempts,
        "retry": {"busy": rule.retry.busy_ms / 1_000, "no_answer": rule.retry.no_answer_ms / 1_000},
        "ring": rule.ring_ms / 1_000,
        "wrap_up": rule.wrap_up,
        "call_from": rule.call_from,
        "call_until": rule.call_until,
        "window_days": rule.window_days,
        "age_from_window": rule.age_from_window,
        "keep": rule.keep_ms / 1_000,
    }


def _onward(rule: Overflow) -> dict[str, Any]:
    return {
        "target": rule.target,
        "after": rule.after_ms / 1_000,
        "when_unstaffed": rule.when_unstaffed,
        "expected": rule.expected_ms / 1_000,
        "staffed_below": rule.staffed_below,
    }


def channels_of(channels: Mapping[str, ChannelConfig]) -> dict[str, ChannelPlan]:
    """The channels as a scenario says them."""
    return {name: ChannelPlan(capacity=rule.capacity, pauses=rule.pauses) for name, rule in channels.items()}


def agent_fields(agent: AgentConfig) -> dict[str, Any]:
    """What is configured of an agent, as a scenario says it."""
    return {
        "name": agent.team or NO_TEAM,
        "skills": dict(agent.skills),
        "queues": agent.queues,
        "channels": dict(agent.capacity),
    }


def with_configuration(scenario: Scenario, after: CenterConfig, before: CenterConfig | None = None) -> Scenario:
    """The same customers and presence under the configuration ``after``; ``before`` was in force then, if known.

    A section that ``after`` leaves empty stays as it is. Agents who are not configured any more are gone; new ones
    are left out, since nobody knows when they would have been there. ConfigError when customers waited in a queue
    that there is no more.
    """
    queues, agents, contacts = scenario.queues, scenario.agents, scenario.contacts
    if after.queues:
        _refuse_lost(scenario, after.queues)
        queues = {name: _changed(scenario, name, config, before) for name, config in after.queues.items()}
        contacts = tuple(_preferring(contacts, after.queues, before.queues if before is not None else {}))
    if after.agents:
        agents = tuple(
            team.model_copy(update=agent_fields(after.agents[team.id])) if team.id else team
            for team in scenario.agents
            if not team.id or team.id in after.agents
        )
    return rechecked(
        scenario,
        queues=queues,
        agents=agents,
        contacts=contacts,
        channels=scenario.channels if before is None and after.channels == CHANNELS else channels_of(after.channels),
        teams=tuple(sorted({*scenario.teams, *(team for plan in queues.values() for team in plan.team_names())})),
    )


def rechecked(scenario: Scenario, **changes: Any) -> Scenario:
    """The scenario with other parts, checked as a whole. Raises ConfigError."""
    kept = {name: getattr(scenario, name) for name in Scenario.model_fields} | changes
    return checked(**kept)


def checked(**parts: Any) -> Scenario:
    """A scenario of parts that have been checked one by one. Raises ConfigError when they do not fit together."""
    whole = Scenario.model_construct(**parts)
    try:
        whole.fit()
    except ValueError as error:
        raise ConfigError("scenario", str(error), "change one of the two") from error
    return whole


def _refuse_lost(scenario: Scenario, queues: Mapping[str, QueueConfig]) -> None:
    used: dict[str, int] = {name: 1 for name, plan in scenario.queues.items() if plan.arrivals is not None}
    for contact in scenario.contacts:
        for visit in contact.visits():
            used[visit.queue] = used.get(visit.queue, 0) + 1
    for name, count in used.items():
        if name not in queues:
            raise ConfigError(
                f"queues.{name}",
                f"the other configuration has no queue {name!r}, where {count} contacts waited",
                "keep the queue, or change its settings instead",
            )


def _changed(scenario: Scenario, name: str, config: QueueConfig, before: CenterConfig | None) -> QueuePlan:
    """The plan of a queue under its new settings; what people do in it stays."""
    old = scenario.queues.get(name)
    if old is None:
        like = next(iter(scenario.queues.values()))
        return plan_of(config, handling=like.handling, wrap_up=like.wrap_up, ring=like.ring)
    fresh = plan_of(config, handling=old.handling)
    update = {field: getattr(fresh, field) for field in CONFIGURED if field != "wrap_up_at_most"}
    former = before.queues.get(name) if before is not None else None
    if former is None or config.wrap_up_ms < former.wrap_up_ms:
        update["wrap_up_at_most"] = config.wrap_up_ms
    return old.model_copy(update=update)


def _preferring(
    contacts: Iterable[ContactPlan], after: Mapping[str, QueueConfig], before: Mapping[str, QueueConfig]
) -> Iterable[ContactPlan]:
    """Who waited for their own agent waits as long for them as the queue now says."""
    bounds = {
        name: config.prefer_last_agent_ms
        for name, config in after.items()
        if name in before and before[name].prefer_last_agent_ms != config.prefer_last_agent_ms
    }
    for contact in contacts:
        if contact.preferred and contact.queue in bounds:
            yield replace(contact, preferred_for=bounds[contact.queue])
        else:
            yield contact
