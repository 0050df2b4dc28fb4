"""More or fewer agents, as people say it: one more in a team between ten and eleven."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from callcenter.domain.errors import ConfigError
from callcenter.routing.matching import demand_of, qualifies
from callcenter.simulation.agent_plan import Shift, Team
from callcenter.simulation.durations import Strict
from callcenter.simulation.scenario import Scenario

_STAFFING = re.compile(
    r"(?P<count>[+-]\d+) in (?P<where>team|queue) (?P<name>\S+)(?: like (?P<like>\S+))?"
    r"(?: (?P<start>\d{1,2}:\d{2}) ?[-–] ?(?P<end>\d{1,2}:\d{2}))?"  # people write either dash
)
FORM = (
    "write +1 in team NAME 10:00-11:00, or -2 in team NAME, or in queue NAME; "
    "'like AGENT' says whose skills a new one has"
)
MOST = 200
"""How many agents one line may add."""


class Staffing(Strict):
    """More or fewer agents in a team, or of those who serve a queue, during some hours of the clock or all the time."""

    count: int
    team: str = ""
    queue: str = ""
    like: str = ""
    start: time | None = None
    end: time | None = None

    @classmethod
    def read(cls, text: str) -> Staffing:
        """From ``+1 in team general 10:00-11:00``. ValueError when it is nothing like it."""
        found = _STAFFING.fullmatch(" ".join(text.split()))
        if found is None:
            raise ValueError(f"{text!r} is no change of staff; {FORM}")
        count = int(found["count"])
        if not 0 < abs(count) <= MOST:
            raise ValueError(f"{found['count']} agents is too many or none; at most {MOST}")
        return cls(
            count=count,
            team=found["name"] if found["where"] == "team" else "",
            queue=found["name"] if found["where"] == "queue" else "",
            like=found["like"] or "",
            start=_clock(found["start"]),
            end=_clock(found["end"]),
        )

    def __str__(self) -> str:
        """As it is written."""
        like = f" like {self.like}" if self.like else ""
        hours = f" {self.start:%H:%M}-{self.end:%H:%M}" if self.start is not None and self.end is not None else ""
        where = f"queue {self.queue}" if self.queue else f"team {self.team}"
        return f"{self.count:+d} in {where}{like}{hours}"


def _clock(text: str | None) -> time | None:
    if text is None:
        return None
    hour, minute = (int(part) for part in text.split(":"))
    if (hour, minute) == (24, 0):
        return time(0)
    if hour > 23 or minute > 59:
        raise ValueError(f"{text} is no time of day")
    return time(hour, minute)


def staffed(scenario: Scenario, agents: list[Team], change: Staffing) -> list[Team]:
    """The agents with more or fewer of them. Raises ConfigError when the change names what is not there."""
    members = _members(scenario, agents, change)
    window = hours_of(scenario, change)
    if change.count > 0:
        like = _named(members, change.like) if change.like else typical(members)
        return [*agents, *_newcomers(agents, like, change, window)]
    return _without(scenario, agents, change, window)


def _members(scenario: Scenario, agents: Iterable[Team], change: Staffing) -> list[Team]:
    """Those the change speaks of; never empty."""
    if not change.queue:
        found = [team for team in agents if team.name == change.team]
        if not found:
            known = ", ".join(sorted({team.name for team in agents}))
            raise ConfigError("agents", f"there is nobody in team {change.team!r}", f"there are {known}", "team_empty")
        return found
    plan = scenario.queues.get(change.queue)
    if plan is None:
        raise ConfigError("agents", f"there is no queue {change.queue!r}", f"there are {', '.join(scenario.queues)}")
    demand = demand_of(plan.config(change.queue), ())
    found = [team for team in agents if qualifies(team.configs(0)[0], change.queue, demand)]
    if not found:
        raise ConfigError(
            "agents", f"nobody can serve queue {change.queue!r}", "name a team, or change skills", "unserved"
        )
    return found


def hours_of(scenario: Scenario, change: Staffing) -> tuple[int, int] | None:
    """The hours of a change in ms from the scenario's start, on the day that counts; None: always.

    Without ``begins`` the scenario starts at midnight.
    """
    if change.start is None or change.end is None:
        return None
    begins = scenario.begins or datetime(2000, 1, 1)  # the clock on the wall, of no zone
    counts_from = begins + timedelta(milliseconds=scenario.warm_up)
    start = datetime.combine(counts_from.date(), change.start)
    end = datetime.combine(counts_from.date(), change.end)
    if end <= start:
        end += timedelta(days=1)
    if end <= counts_from:
        start, end = start + timedelta(days=1), end + timedelta(days=1)
    first, last = (int((moment - begins).total_seconds() * 1_000) for moment in (start, end))
    if first >= scenario.horizon:
        raise ConfigError("agents", f"{change}: not within the scenario", "choose hours in which customers come")
    return max(first, 0), last


def _named(members: Iterable[Team], agent: str) -> Team:
    for team in members:
        if team.id == agent:
            return team
    raise ConfigError("agents", f"there is no agent {agent!r} among them", "name one of its agents after 'like'")


def typical(members: list[Team]) -> Team:
    """Whose skills most of a team have; of equals the first by id."""
    profiles = Counter({_profile(team): 0 for team in members})
    for team in members:
        profiles[_profile(team)] += team.count
    best = max(profiles.values())
    return min((team for team in members if profiles[_profile(team)] == best), key=lambda team: (team.id, team.name))


def _profile(team: Team) -> tuple[Any, ...]:
    return tuple(sorted(team.skills.items())), team.queues, tuple(sorted(team.channels.items()))


def _newcomers(agents: list[Team], like: Team, change: Staffing, window: tuple[int, int] | None) -> Iterable[Team]:
    known = {team.id for team in agents}
    shifts = None if window is None else (Shift.model_construct(start=window[0], end=window[1]),)
    number = 0
    for _ in range(change.count):
        number = next(n for n in range(number + 1, number + len(known) + 2) if f"{like.name}+{n}" not in known)
        yield like.model_copy(update={"id": f"{like.name}+{number}", "count": 1, "shifts": shifts, "breaks": ()})


def _without(scenario: Scenario, agents: list[Team], change: Staffing, window: tuple[int, int] | None) -> list[Team]:
    """Fewer: those who would have been there longest in that time, with the team's usual skills before others."""
    hours = window or (0, scenario.horizon)
    meant = {id(team) for team in _members(scenario, agents, change)}
    singles: list[Team] = []
    members: list[Team] = []
    for team in agents:
        each = _apart(team) if id(team) in meant else [team]
        singles += each
        members += [one for one in each if id(team) in meant and (not change.like or one.id == change.like)]
    present = [team for team in members if _present(team, hours, scenario) > 0]
    if len(present) < -change.count:
        said = f"{change}: only {len(present)} of them are there then"
        raise ConfigError("agents", said, "take away fewer", "too_few_there")
    usual = _profile(typical(members))
    order = sorted(present, key=lambda team: (_profile(team) != usual, -_present(team, hours, scenario), team.id))
    gone = {id(team) for team in order[: -change.count]}
    return [_absent(team, hours, scenario) if id(team) in gone else team for team in singles]


def _apart(team: Team) -> list[Team]:
    """Like agents one by one."""
    return [team] if team.count == 1 else [team.model_copy(update={"count": 1}) for _ in range(team.count)]


def _spans(team: Team, scenario: Scenario) -> list[tuple[int, int]]:
    return [(0, scenario.horizon)] if team.shifts is None else [(shift.start, shift.end) for shift in team.shifts]


def _present(team: Team, hours: tuple[int, int], scenario: Scenario) -> int:
    spans = _spans(team, scenario)
    return sum(max(0, min(end, hours[1]) - max(start, hours[0])) for start, end in spans)


def _absent(team: Team, hours: tuple[int, int], scenario: Scenario) -> Team:
    """The agent without those hours; a shift in two parts has its breaks where they were."""
    left = []
    for start, end in _spans(team, scenario):
        left += [(start, min(end, hours[0])), (max(start, hours[1]), end)]
    shifts = tuple(Shift.model_construct(start=start, end=end) for start, end in left if start < end)
    return team.model_copy(update={"shifts": shifts})
