"""The agents of a scenario of outbound dialling: when they come, and when they ask to go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from callcenter.simulation.dialing.plan import DialScenario, OutboundTeam


@dataclass(slots=True, eq=False)
class Agent:
    """One agent in a run. Times in ms; ``busy_since`` None: idle or gone."""

    id: str
    pace: float
    team: OutboundTeam
    present: bool = False
    leaving: bool = False
    since: int = 0
    idle_since: int = 0
    busy_since: int | None = None
    busy: int = 0
    there: int = 0


class Door(Protocol):
    """Through which agents come and go."""

    def at(self, moment: int, happening: Callable[[], None]) -> None:
        """Something will happen."""

    def comes(self, agent: Agent) -> None:
        """They are there."""

    def asks_to_go(self, agent: Agent) -> None:
        """They go once they are free."""


def agents_of(scenario: DialScenario) -> list[Agent]:
    """One for each that the teams count."""
    return [
        Agent(f"{team.name}-{place}.{number}", team.pace, team)
        for place, team in enumerate(scenario.agents, 1)
        for number in range(1, team.count + 1)
    ]


def timetable(agent: Agent, plan: DialScenario, door: Door) -> None:
    """Put an agent's comings and goings before the door. The notice lies before a shift's end and a break."""
    if agent.team.shifts is None:
        door.at(0, lambda: door.comes(agent))
    for shift in agent.team.shifts or ():
        door.at(shift.start, lambda: door.comes(agent))
        if shift.end < plan.horizon:
            door.at(max(shift.start, shift.end - plan.notice), lambda: door.asks_to_go(agent))
    for pause in agent.team.breaks:
        door.at(max(0, pause.at - plan.notice), lambda: door.asks_to_go(agent))
        door.at(pause.at + pause.length, lambda: door.comes(agent))
