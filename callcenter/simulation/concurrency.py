"""Agents who have several contacts in hand at once: how long each then takes, and how long the agent is at work.

A contact's handling time is the work it needs. While an agent has n contacts in talk, work on one of them goes on at
1 ÷ (1 + slowdown × (n − 1)) of the pace it has alone; so a talk's end moves whenever another begins or ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from callcenter.simulation.callers import Caller

if TYPE_CHECKING:
    from callcenter.simulation.run import Run


class Talk(Struct, eq=False):
    """One contact in talk: the work left (ms) at ``since``, and how much longer than alone it takes."""

    caller: Caller
    agent: str
    left: float
    since: int
    pace: float = 1.0
    plan: int = 0
    """Counts the times its end was moved, so that the old ends are known."""


class Concurrency:
    """The contacts in agents' hands, where one agent may have several."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._talks: dict[str, dict[str, Talk]] = {}
        self._in_hand: dict[str, int] = {}
        self._busy_since: dict[str, int] = {}

    def take(self, agent: str, now: int) -> None:
        """The agent has one more in hand."""
        if not self._in_hand.get(agent):
            self._busy_since[agent] = now
        self._in_hand[agent] = self._in_hand.get(agent, 0) + 1

    def begin(self, agent: str, caller: Caller, now: int) -> None:
        """The agent begins to talk with one in hand."""
        talks = self._talks.setdefault(agent, {})
        self._work_on(talks, now)
        talks[caller.contact] = Talk(caller, agent, float(caller.handling), now)
        self._plan(talks, now)

    def put_down(self, agent: str, now: int) -> None:
        """A contact is out of the agent's hands, wrap-up included."""
        self._in_hand[agent] -= 1
        if not self._in_hand[agent]:
            self._run.busy_ms += self._run.counted(self._busy_since.pop(agent), now)

    def _work_on(self, talks: dict[str, Talk], now: int) -> None:
        for talk in talks.values():
            talk.left -= (now - talk.since) / talk.pace
            talk.since = now

    def _plan(self, talks: dict[str, Talk], now: int) -> None:
        for talk in talks.values():
            talk.pace = 1.0 + talk.caller.queue.slowdown * (len(talks) - 1)
            talk.plan += 1
            self._run.later(now + max(0, round(talk.left * talk.pace)), self._ends, talk, talk.plan)

    def _ends(self, talk: Talk, plan: int, now: int) -> None:
        if talk.plan != plan:
            return
        talks = self._talks[talk.agent]
        self._work_on(talks, now)
        del talks[talk.caller.contact]
        self._plan(talks, now)
        if not self._run.end_talk(talk.agent, talk.caller, now):
            self.put_down(talk.agent, now)
