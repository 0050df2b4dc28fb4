"""Agents of a run: shifts, breaks, absences after a missed offer, and the time they are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from callcenter.domain.agent import BREAK_REASON_SIGNED_IN, AgentState
from callcenter.domain.config import AgentConfig
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import AgentChanged
from callcenter.simulation.agent_plan import Team
from callcenter.simulation.durations import Draw

BREAK = "break"
LOGGED_OUT, ON_BREAK, AVAILABLE = AgentState.LOGGED_OUT, AgentState.ON_BREAK, AgentState.AVAILABLE
Follow = Callable[[Iterable[Any], int], None]
Later = Callable[[int, Callable[[Any, Any, int], None], Any, Any], None]
"""At a time, do this with two things."""
Counted = Callable[[int, int], int]


class Staff:
    """Who is there. ``follow`` does what the router decides, ``later`` lets something happen at its time.

    ``counted`` says how much of a stretch of time counts.
    """

    def __init__(
        self, acd: Acd, teams: tuple[Team, ...], seed: str, follow: Follow, later: Later, counted: Counted
    ) -> None:
        self._acd, self._follow, self._later, self._counted = acd, follow, later, counted
        self.present_ms = 0
        """The time of all agents signed in and not on break, of stretches that are over."""
        self.agents: dict[str, AgentConfig] = {}
        self._away_law: dict[str, Draw] = {}
        self._since: dict[str, int] = {}
        """Signed-in agents → since when."""
        self._away_since: dict[str, int] = {}
        self._pauses: dict[str, int] = {}
        """Breaks asked for → their lengths, until they begin."""
        self._back_at: dict[str, int] = {}
        self._always: list[str] = []
        self._not_ready: dict[tuple[str, int], int] = {}
        """Shifts that begin with a break → its length."""
        for index, team in enumerate(teams):
            draw = team.away_after_missed.drawer(Random(f"{seed}/{index}/away"))
            for config in team.configs(index):
                self.agents[config.id] = config
                self._away_law[config.id] = draw
                self._plan(config.id, team)

    def _plan(self, agent: str, team: Team) -> None:
        if team.shifts is None:
            self._always.append(agent)
        for shift in team.shifts or ():
            self._later(shift.start, self.begin, agent, None)
            self._later(shift.end, self.go, agent, None)
        starts = {shift.start for shift in team.shifts or ()}
        for pause in team.breaks:
            if pause.at in starts:
                self._not_ready[agent, pause.at] = pause.length
            else:
                self._later(pause.at, self.ask_for_break, agent, pause.length)

    def open(self) -> None:
        """Those without shifts are there from the beginning."""
        for agent in self._always:
            self.begin(agent, None, 0)

    def begin(self, agent: str, _: object, now: int) -> None:
        """The agent signs in and is ready at once, unless the shift begins with a break."""
        self._since.setdefault(agent, now)
        self._follow(self._acd.sign_in(agent, now), now)
        pause = self._not_ready.get((agent, now))
        if pause is not None:
            self._away_since.setdefault(agent, now)
            self._come_back(agent, now + pause)
            return
        self._follow(self._acd.request_state(agent, AVAILABLE, "", now), now)

    def go(self, agent: str, _: object, now: int) -> None:
        """The shift ends; the work at hand is finished first."""
        self._follow(self._acd.sign_out(agent, now), now)

    def ask_for_break(self, agent: str, length: int, now: int) -> None:
        """The agent wants a break: now, or after the work at hand."""
        if agent in self._since and length > 0:
            self._pauses[agent] = length
            self._follow(self._acd.request_state(agent, ON_BREAK, BREAK, now), now)

    def missed(self, agent: str, now: int) -> None:
        """The agent did not pick up and is away for a while."""
        self._come_back(agent, now + self._away_law[agent]())

    def changed(self, change: AgentChanged, now: int) -> None:
        """The router says that an agent is on break or gone."""
        agent = change.agent
        if change.state is LOGGED_OUT:
            self._end_away(agent, now)
            self._pauses.pop(agent, None)
            self._back_at.pop(agent, None)
            start = self._since.pop(agent, None)
            if start is not None:
                self.present_ms += self._counted(start, now)
        elif change.reason != BREAK_REASON_SIGNED_IN:
            self._away_since.setdefault(agent, now)
            if change.reason == BREAK and agent in self._pauses:
                self._come_back(agent, now + self._pauses.pop(agent))

    def _come_back(self, agent: str, at: int) -> None:
        self._back_at[agent] = at = max(at, self._back_at.get(agent, 0))
        self._later(at, self._return, agent, None)

    def _return(self, agent: str, _: object, now: int) -> None:
        if self._back_at.get(agent) != now:
            return
        del self._back_at[agent]
        if agent in self._since and self._acd.agent(agent).state is ON_BREAK:
            self._end_away(agent, now)
            self._follow(self._acd.request_state(agent, AVAILABLE, "", now), now)

    def _end_away(self, agent: str, now: int) -> None:
        start = self._away_since.pop(agent, None)
        if start is not None:
            self.present_ms -= self._counted(start, now)

    def close(self, now: int) -> None:
        """The run is over: count those who are still there."""
        for start in self._since.values():
            self.present_ms += self._counted(start, now)
        for start in self._away_since.values():
            self.present_ms -= self._counted(start, now)
