"""A stretch of ordinary work in a small centre: calls, holds, breaks, missed offers, people who give up."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from random import Random

from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import LegEndCause, Place
from tests.core.centre import Centre

AGENTS = ("1001", "1002", "1003", "1004")
STEP_MS, MEAN_GAP_MS, MEAN_TALK_MS, MEAN_PATIENCE_MS = 3_001, 50_000, 150_000, 120_000


class Day:
    """Plays people at random; what they do next lies in a heap by time."""

    def __init__(self, config: CenterConfig, seed: int) -> None:
        self.centre = Centre(agents=len(AGENTS))
        self.centre(ev.CenterConfigured(config=config))
        self.random = Random(seed)
        self.plans: list[tuple[int, int, Callable[[], None]]] = []
        for agent in AGENTS:
            self.centre.ready(agent)
        self.later(0, self.call)

    def later(self, mean_ms: int, act: Callable[[], None]) -> None:
        length = int(self.random.expovariate(1 / mean_ms)) if mean_ms else 0
        heappush(self.plans, (self.centre.now + length, len(self.centre.journal) + len(self.plans), act))

    def run(self, hours: float) -> Centre:
        end = self.centre.now + int(hours * 3_600_000)
        while self.centre.now < end:
            self.centre.advance(STEP_MS)
            while self.plans and self.plans[0][0] <= self.centre.now:
                heappop(self.plans)[2]()
            self.pick_up()
        return self.centre

    def live(self, place: Place) -> list:
        return [c for c in self.centre.center.state.contacts.values() if c.place is place]

    def call(self) -> None:
        contact = self.centre.call(self.random.choice(["95001", "95001", "12378"]))
        self.later(MEAN_PATIENCE_MS, lambda: self.give_up(contact))
        self.later(MEAN_GAP_MS, self.call)

    def give_up(self, contact: str) -> None:
        found = self.centre.center.state.contacts.get(contact)
        if found is not None and found.place in (Place.WAITING, Place.OFFERED):
            self.centre.hang_up(contact)

    def pick_up(self) -> None:
        for c in self.live(Place.OFFERED):
            chance = self.random.random()
            if chance < 0.5:
                self.centre.answer(c.id)
                self.later(MEAN_TALK_MS // 3, lambda c=c: self.hold(c.id))
                self.later(MEAN_TALK_MS, lambda c=c: self.hang_up(c.id))
            elif chance > 0.97:
                agent = c.offered_agent
                self.centre(ev.LegEnded(leg=c.offer_leg, cause=LegEndCause.NO_ANSWER))
                self.later(60_000, lambda agent=agent: self.back(agent))

    def hold(self, contact: str) -> None:
        c = self.centre.center.state.contacts.get(contact)
        if c is not None and c.place is Place.TALKING and self.random.random() < 0.4:
            self.centre(ev.HoldRequested(agent=c.agent, contact=contact))
            self.centre.advance(self.random.randrange(5_000, 40_000))
            if c.place is Place.TALKING:
                self.centre(ev.ResumeRequested(agent=c.agent, contact=contact))

    def hang_up(self, contact: str) -> None:
        c = self.centre.center.state.contacts.get(contact)
        if c is not None and c.place is Place.TALKING:
            agent = c.agent
            self.centre.hang_up(contact)
            if self.random.random() < 0.1:
                self.centre(ev.StateRequested(agent=agent, state=AgentState.ON_BREAK, reason="lunch"))
                self.later(300_000, lambda: self.back(agent))

    def back(self, agent: str) -> None:
        self.centre(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))
