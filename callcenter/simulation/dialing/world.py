"""One simulated run: an event heap of ringing, talks and agents around whoever decides about dialling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

from callcenter.simulation.dialing.counts import CampaignCount, Counts
from callcenter.simulation.dialing.laws import DialLaw, FixedRatio, Paced, Vicidial, pacer_for
from callcenter.simulation.dialing.people import Call, Ending, People
from callcenter.simulation.dialing.plan import DialScenario, Law
from callcenter.simulation.dialing.staffing import Agent, agents_of, timetable
from callcenter.simulation.durations import poisson_gap, stream
from dialer.pacing.floor import CONNECT_S
from dialer.pacing.words import AgentMode, DialMode

CONNECT_MS = CONNECT_S * 1_000
_HOUR_MS = 3_600_000
Happening = Callable[[], None]


@dataclass(slots=True, eq=False)
class Caller:
    """Somebody who called in: answered by the same agents, before anything dialled."""

    handling: int
    waits: bool = True


class World:
    """One run of a scenario under one law. After :meth:`go` its ``counts`` say what came out."""

    def __init__(self, scenario: DialScenario, law: Law, seed: str) -> None:
        self._plan = scenario
        self.now = 0
        self._heap: list[tuple[int, int, Happening]] = []
        self._order = count()
        self._free_at: dict[str, int] = {}
        self._people = {name: People(name, plan, seed) for name, plan in scenario.campaigns.items()}
        self._pacer = pacer_for(scenario, law, self._free_at)
        self._law = self._lawyer(law)
        self._idle: dict[str, Agent] = {}
        self._held: dict[str, Call] = {}
        self._callers: list[Caller] = []
        self.ringing = 0
        self.engaged = 0
        self.counts = Counts(
            {
                name: CampaignCount(plan.period or scenario.horizon, scenario.horizon)
                for name, plan in scenario.campaigns.items()
            }
        )
        self._chance = stream(f"{seed}/inbound")
        self._handling = scenario.inbound.handling.drawer(self._chance) if scenario.inbound is not None else None
        self._read = {
            name: plan.preview.drawer(stream(f"{seed}/{name}/preview")) for name, plan in scenario.campaigns.items()
        }
        self._agents = agents_of(scenario)

    def _lawyer(self, law: Law) -> DialLaw:
        if law.law == "ratio":
            return FixedRatio(self._plan, law.ratio, self)
        if law.law == "vicidial":
            return Vicidial(self._plan, law.max_level, self)
        return Paced(self._pacer)

    @property
    def idle(self) -> int:
        """Agents who are free and stay."""
        return sum(not agent.leaving for agent in self._idle.values())

    @property
    def held(self) -> int:
        """People who answered and wait for an agent."""
        return len(self._held)

    @property
    def answers(self) -> int:
        """People who answered so far."""
        return self.counts.answers

    def abandoned_share(self) -> float:
        """Of the people who answered so far."""
        return self.counts.abandoned_share()

    def at(self, moment: int, happening: Happening) -> None:
        """Something will happen; what is due at once keeps its order."""
        heappush(self._heap, (moment, next(self._order), happening))

    def go(self) -> Counts:
        """Run to the end: after the horizon nothing is dialled, what rings then is served."""
        plan = self._plan
        for agent in self._agents:
            timetable(agent, plan, self)
        for name, campaign in plan.campaigns.items():
            length = campaign.period or plan.horizon
            for begins in range(0, plan.horizon, length):
                self.at(begins, self._period(name, min(length, plan.horizon - begins)))
        if plan.inbound is not None:
            self._expect(plan.inbound.per_hour)
        self.at(0, self._tick)
        heap = self._heap
        while heap:
            self.now, _, happening = heappop(heap)
            happening()
        self.counts.end(self._agents, plan.horizon)
        return self.counts

    def _period(self, name: str, length: int) -> Happening:
        return lambda: self._pacer.period(name, self.now, length)

    def _tick(self) -> None:
        if self.now >= self._plan.horizon:
            return
        leads = {name: left for name, people in self._people.items() if (left := people.left()) is not None}
        for name, risks in self._law.decide(self.now, leads):
            preview = self._plan.campaigns[name].mode is DialMode.PREVIEW
            for risk in risks:
                if preview:
                    self._preview(name)
                else:
                    self._dial(name, risk)
        self.at(self.now + self._plan.decides_every, self._tick)

    def _preview(self, name: str) -> None:
        """An agent reads a lead, and then listens to the ringing."""
        agent = next((one for one in self._idle.values() if not one.leaving), None)
        if agent is None:
            return
        self.take(agent, AgentMode.ELSEWHERE)
        self.at(self.now + self._read[name](), lambda: self._dial(name, 0.0, agent))

    def _dial(self, name: str, risk: float, agent: Agent | None = None) -> None:
        call = self._people[name].call(self.now)
        self.counts.dialled(name)
        self.ringing += 1
        self._pacer.dialled(call.id, name, self.now, risk)
        self.at(self.now + call.ring, lambda: self._rung(call, agent))

    def _rung(self, call: Call, agent: Agent | None) -> None:
        self.ringing -= 1
        if call.ending in (Ending.PERSON, Ending.MISTAKEN):
            self.counts.answered(call.campaign, self.now)
        if call.ending is Ending.MISTAKEN:
            self.counts.abandoned(call.campaign, self.now)
        if call.ending not in (Ending.PERSON, Ending.MACHINE):
            self._pacer.ended(call.id, self.now)
            if agent is not None:
                self.free(agent)
            return
        call.answered_at = self.now
        self._pacer.answered(call.id, self.now)
        self._held[call.id] = call
        if agent is not None:
            self._connect(agent, call)
        elif self._idle:
            self._connect(next(iter(self._idle.values())), call)
        else:
            self.at(self.now + CONNECT_MS, lambda: self._too_late(call))

    def _too_late(self, call: Call) -> None:
        if self._held.pop(call.id, None) is not None:
            self._pacer.dropped(call.id)
            if call.ending is Ending.PERSON:
                self.counts.abandoned(call.campaign, call.answered_at)

    def _connect(self, agent: Agent, call: Call) -> None:
        del self._held[call.id]
        self._pacer.connected(call.id)
        self.take(agent, AgentMode.TALK, call.campaign)
        self.engaged += 1
        talk, wrap_up = round(call.talk * agent.pace), round(call.wrap_up * agent.pace)
        self._free_at[agent.id] = self.now + talk + wrap_up
        self.at(self.now + talk, lambda: self._hung_up(agent, call, wrap_up))

    def _hung_up(self, agent: Agent, call: Call, wrap_up: int) -> None:
        self.engaged -= 1
        if call.ending is Ending.MACHINE:
            self._pacer.not_a_person(call.campaign)
        if not wrap_up:
            self.free(agent)
            return
        self._pacer.agent_is(agent.id, AgentMode.WRAP, self.now, call.campaign)
        self.at(self.now + wrap_up, lambda: self.free(agent))

    def take(self, agent: Agent, mode: AgentMode, campaign: str = "") -> None:
        """An idle agent begins something."""
        if self._idle.pop(agent.id, None) is not None:
            self.counts.waited(agent, self.now, self._plan.horizon)
        agent.busy_since = self.now
        self._pacer.agent_is(agent.id, mode, self.now, campaign)

    def free(self, agent: Agent) -> None:
        """An agent has nothing in hand: goes, or takes who waits."""
        self.counts.worked(agent, self.now, self._plan.horizon)
        self._free_at.pop(agent.id, None)
        if agent.leaving:
            self.gone(agent)
            return
        agent.idle_since = self.now
        self._idle[agent.id] = agent
        self._pacer.agent_is(agent.id, AgentMode.IDLE, self.now)
        caller = next((one for one in self._callers if one.waits), None)
        if caller is not None:
            self._answer(agent, caller)
        elif (held := self._pacer.next_held()) is not None:
            self._connect(agent, self._held[held])

    def gone(self, agent: Agent) -> None:
        """An agent goes; whoever is in talk does so afterwards."""
        if self._idle.pop(agent.id, None) is not None:
            self.counts.waited(agent, self.now, self._plan.horizon)
        agent.present = False
        self.counts.left(agent, self.now, self._plan.horizon)
        self._pacer.agent_is(agent.id, AgentMode.GONE, self.now)

    def asks_to_go(self, agent: Agent) -> None:
        """Nothing more is dialled for them; an idle one goes after the notice."""
        if not agent.present:
            return
        agent.leaving = True
        self._pacer.agent_leaves(agent.id)
        self.at(self.now + self._plan.notice, lambda: self._still_idle(agent))

    def _still_idle(self, agent: Agent) -> None:
        if agent.leaving and agent.present and agent.id in self._idle:
            self.gone(agent)

    def comes(self, agent: Agent) -> None:
        """An agent signs in, or comes back."""
        agent.leaving = False
        if agent.present:
            self._pacer.agent_stays(agent.id)
            return
        agent.present, agent.since, agent.busy_since = True, self.now, None
        self.free(agent)

    def _expect(self, per_hour: float) -> None:
        moment = self.now + int(poisson_gap(self._chance, per_hour / _HOUR_MS))
        if moment < self._plan.horizon:
            self.at(moment, lambda: self._called_in(per_hour))

    def _called_in(self, per_hour: float) -> None:
        self._expect(per_hour)
        if self._handling is None or self._plan.inbound is None:
            return
        caller = Caller(self._handling())
        if self._idle:
            self._answer(next(iter(self._idle.values())), caller)
        else:
            self._callers.append(caller)
            self.at(self.now + self._plan.inbound.patience, lambda: self._gives_up(caller))

    def _gives_up(self, caller: Caller) -> None:
        caller.waits = False
        if caller in self._callers:
            self._callers.remove(caller)

    def _answer(self, agent: Agent, caller: Caller) -> None:
        if caller in self._callers:
            self._callers.remove(caller)
        self.take(agent, AgentMode.ELSEWHERE)
        self._free_at[agent.id] = self.now + caller.handling
        self.at(self.now + caller.handling, lambda: self.free(agent))
