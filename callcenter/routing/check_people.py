"""Checks of agents, teams, roles and alarms."""

from __future__ import annotations

from callcenter.domain.access import SCOPED_RIGHTS, Right, Scope
from callcenter.domain.alarms import QUEUE_METRICS, RULED_METRICS, Metric
from callcenter.domain.config import CenterConfig
from callcenter.routing.check_values import (
    MAX_NAME,
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

LANGUAGES = ("zh", "en")
INDISPENSABLE = (Right.MANAGE_USERS, Right.CHANGE_CONFIGURATION, Right.APPROVE_CONFIGURATION)
"""Rights that some role must hold, or nobody could ever give them again."""
_METRICS = {metric.value for metric in RULED_METRICS}
_PERCENT = (Metric.SERVICE_LEVEL, Metric.ABANDONED)
_DAY_MS = 86_400_000


def check_agents(config: CenterConfig) -> Problems:
    """Agents: names, numbers, teams, queues, levels."""
    for key, agent in config.agents.items():
        place = f"agents.{key}"
        yield from check_id(place, key)
        yield from check_same_id(place, key, agent.id)
        if not agent.name.strip():
            yield problem(f"{place}.name", "no_name")
        elif len(agent.name) > MAX_NAME:
            yield problem(f"{place}.name", "too_long", most=MAX_NAME, length=len(agent.name))
        if agent.number:
            yield from check_phone(f"{place}.number", agent.number)
        if agent.team:
            yield from check_known(f"{place}.team", agent.team, config.teams, "team")
        for index, queue in enumerate(agent.queues):
            yield from check_known(f"{place}.queues[{index}]", queue, config.queues, "queue")
        for skill, level in agent.skills.items():
            yield from check_id(f"{place}.skills.{skill}", skill)
            yield from check_level(f"{place}.skills.{skill}", level)
        for index, language in enumerate(agent.languages):
            yield from check_known(f"{place}.languages[{index}]", language, LANGUAGES, "language")


def check_teams(config: CenterConfig) -> Problems:
    """Teams: names, leaders, queues."""
    for key, team in config.teams.items():
        place = f"teams.{key}"
        yield from check_id(place, key)
        yield from check_same_id(place, key, team.id)
        yield from check_names(f"{place}.names", team.names)
        for index, queue in enumerate(team.queues):
            yield from check_known(f"{place}.queues[{index}]", queue, config.queues, "queue")
        if not team.leaders:
            yield problem(f"{place}.leaders", "no_leader", False)


def check_roles(config: CenterConfig) -> Problems:
    """Roles: names, scopes, and that nobody locks everybody out."""
    for key, role in config.roles.items():
        place = f"roles.{key}"
        yield from check_id(place, key)
        yield from check_same_id(place, key, role.id)
        yield from check_names(f"{place}.names", role.names)
        for right, scope in role.rights.items():
            if right not in SCOPED_RIGHTS and scope is not Scope.ALL:
                yield problem(f"{place}.rights.{right}", "scope_without_meaning", right=str(right))
    for right in INDISPENSABLE:
        if not any(right in role.rights for role in config.roles.values()):
            yield problem("roles", "nobody_holds", right=right.value)


def check_alarms(config: CenterConfig) -> Problems:
    """Alarm rules: figures, limits, what they are about."""
    yield from check_twice("alarms", (rule.id for rule in config.alarms))
    for index, rule in enumerate(config.alarms):
        place = f"alarms[{index}]"
        yield from check_id(f"{place}.id", rule.id)
        if rule.metric not in _METRICS:
            yield problem(f"{place}.metric", "unknown_metric", id=str(rule.metric), known=sorted(_METRICS))
            continue
        most = 100.0 if rule.metric in _PERCENT else float(_DAY_MS)
        yield from check_range(f"{place}.limit", rule.limit, 0, most, "s" if rule.metric.endswith("_ms") else "")
        yield from check_range(f"{place}.for_ms", rule.for_ms, 0, 3_600_000, "s")
        for number, queue in enumerate(rule.queues):
            yield from check_known(f"{place}.queues[{number}]", queue, config.queues, "queue")
        for number, team in enumerate(rule.teams):
            yield from check_known(f"{place}.teams[{number}]", team, config.teams, "team")
        if rule.metric in QUEUE_METRICS and rule.teams:
            yield problem(f"{place}.teams", "alarm_is_about_queues", False)
        if rule.metric not in QUEUE_METRICS and rule.queues:
            yield problem(f"{place}.queues", "alarm_is_about_agents", False)
