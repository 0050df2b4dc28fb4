"""A day of a small centre, lived by people in virtual time on the real core; what remains of it is the journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random

from callcenter.core.center import Center
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import (
    AgentConfig,
    Announcements,
    CenterConfig,
    Overflow,
    QueueConfig,
    SkillRequirement,
    Team,
)
from callcenter.domain.contact import LegEndCause
from callcenter.domain.events import TransferMode
from callcenter.domain.journal import JournalEntry

MIDNIGHT_MS = 1_795_708_800_000
"""2026-11-27 00:00 in Shanghai."""
HOUR_MS = 3_600_000
SILENT = Announcements(first_after_ms=0)


@dataclass
class Customer:
    """One call: when, where to, how long the talk and its wrap-up take, when the customer gives up."""

    at_ms: int
    dialled: str
    talk_ms: int
    wrap_up_ms: int
    patience_ms: int
    ring_ms: int
    missed: int = 0
    """How many agents do not pick up before one does."""
    transfer: str = ""
    """Where the agent hands it on to, at the end of the first talk."""


@dataclass
class Shift:
    """When an agent comes, goes, and takes breaks (when asked for, how long)."""

    agent: str
    start_ms: int
    end_ms: int
    breaks: list[tuple[int, int]] = field(default_factory=list)


def bank() -> CenterConfig:
    """Two teams, three queues: calls for cards overflow to general agents, the elderly come first."""
    queues = (
        QueueConfig("general", {"en": "General", "zh": "综合"}, wrap_up_ms=90_000, announcements=SILENT, record=False),
        QueueConfig(
            "card",
            {"en": "Cards", "zh": "信用卡"},
            skills=(SkillRequirement("card", 3),),
            overflow=(Overflow("queue:general", after_ms=40_000),),
            wrap_up_ms=90_000,
            announcements=SILENT,
            record=False,
        ),
        QueueConfig(
            "elder",
            {"en": "Elder", "zh": "敬老"},
            priority=5,
            service_level_ms=15_000,
            wrap_up_ms=90_000,
            announcements=SILENT,
            record=False,
        ),
    )
    agents = [
        AgentConfig(f"{1001 + n}", f"坐席 {n}", team="cards" if n % 2 else "floor", skills={"card": 5} if n % 2 else {})
        for n in range(6)
    ]
    return CenterConfig(
        queues={queue.id: queue for queue in queues},
        agents={agent.id: agent for agent in agents},
        teams={team: Team(team, {"en": team, "zh": team}) for team in ("cards", "floor")},
        numbers={f"{95001 + n}": f"queue:{queue.id}" for n, queue in enumerate(queues)},
    )


def customers(seed: int, per_hour: float = 75, hours: tuple[int, int] = (9, 13)) -> list[Customer]:
    """Customers of a morning."""
    rng, at_ms, found = Random(seed), float(hours[0] * HOUR_MS), []
    while (at_ms := at_ms + rng.expovariate(per_hour / HOUR_MS)) < hours[1] * HOUR_MS:
        found.append(
            Customer(
                int(at_ms),
                rng.choice(["95001", "95001", "95002", "95002", "95003"]),
                int(rng.lognormvariate(12.0, 0.5)),
                int(rng.expovariate(1 / 20_000)),
                int(rng.expovariate(1 / 90_000)),
                rng.randrange(2_000, 9_000),
                transfer="queue:card" if rng.random() < 0.08 else "",
            )
        )
    return found


def shifts() -> list[Shift]:
    """Everybody from 8:45 to 13:30, with a tea break each."""
    return [
        Shift(
            f"{1001 + n}",
            int(8.75 * HOUR_MS) + n * 60_000,
            int(13.5 * HOUR_MS),
            [(10 * HOUR_MS + n * 7 * 60_000, 12 * 60_000)],
        )
        for n in range(6)
    ]


class VirtualDay:
    """Lives the day; ``journal`` is then what was written, ``answered`` who spoke with whom."""

    def __init__(self, config: CenterConfig | None = None, start_ms: int = MIDNIGHT_MS) -> None:
        self.center = Center()
        self.midnight_ms = self.now = start_ms
        self.journal: list[JournalEntry] = []
        self._plan: list[tuple[int, int, Callable[[], None]]] = []
        self._number = 0
        self._people: dict[str, Customer] = {}
        self(ev.CenterConfigured(config=config or bank(), version=1))

    def __call__(self, event: ev.Event) -> None:
        effects = self.center.handle(event, self.now)
        contacts = tuple(dict.fromkeys(c for e in effects if (c := getattr(e, "contact", ""))))
        self.journal.append(JournalEntry(len(self.journal) + 1, self.now, event, effects, contacts))
        for effect in effects:
            self._react(effect)

    def at(self, ms: int, do: Callable[[], None]) -> None:
        """Do something at a time of day."""
        self._number += 1
        heappush(self._plan, (max(self.midnight_ms + ms, self.now), self._number, do))

    def live(self, people: list[Customer], staff: list[Shift], until_ms: int = 24 * HOUR_MS) -> VirtualDay:
        """From now to ``until_ms`` after midnight, or until nothing more happens."""
        for number, customer in enumerate(people):
            self.at(customer.at_ms, lambda c=customer, n=number: self._call(f"c{n}", c))
        for shift in staff:
            self._staff(shift)
        while True:
            timers = self.center.state.timers
            name = min(timers, key=lambda t: (timers[t], t), default=None)
            due = [timers[name]] if name is not None else []
            due += [self._plan[0][0]] if self._plan else []
            if not due or min(due) > self.midnight_ms + until_ms:
                return self
            self.now = max(self.now, min(due))
            if self._plan and self._plan[0][0] <= self.now:
                heappop(self._plan)[2]()
            else:
                self(ev.TimerFired(timer=name))

    def _later(self, ms: int, do: Callable[[], None]) -> None:
        self.at(self.now - self.midnight_ms + ms, do)

    def _staff(self, shift: Shift) -> None:
        agent = shift.agent
        ready = ev.StateRequested(agent=agent, state=AgentState.AVAILABLE)
        self.at(shift.start_ms, lambda: self(ev.AgentSignedIn(agent=agent, desk=f"desk-{agent}")))
        self.at(shift.start_ms + 45_000, lambda: self(ready))
        self.at(shift.end_ms, lambda: self(ev.AgentSignedOut(agent=agent)))
        for at_ms, length_ms in shift.breaks:
            rest = ev.StateRequested(agent=agent, state=AgentState.ON_BREAK, reason="tea")
            self.at(at_ms, lambda r=rest, n=length_ms: self._rest(r, n))

    def _rest(self, wish: ev.StateRequested, length_ms: int) -> None:
        self._lengths = {**getattr(self, "_lengths", {}), wish.agent: length_ms}
        self(wish)

    def _call(self, contact: str, customer: Customer) -> None:
        self._people[contact] = customer
        leg = f"sip-{contact}"
        self(ev.CallArrived(contact=contact, leg=leg, caller="13800000000", dialled=customer.dialled, answered=True))
        self._later(customer.patience_ms, lambda: self._give_up(contact))

    def _give_up(self, contact: str) -> None:
        c = self.center.state.contacts.get(contact)
        if c is not None and not c.ended and c.place in ("waiting", "offered"):
            self(ev.LegEnded(leg=f"sip-{contact}"))

    def _react(self, effect: ef.Effect) -> None:
        match effect:
            case ef.Originate(contact=contact, leg=leg, timeout_ms=timeout_ms):
                customer = self._people[contact]
                if not customer.missed:
                    self._later(customer.ring_ms, lambda: self(ev.LegAnswered(leg=leg)))
                else:
                    customer.missed -= 1
                    self._later(timeout_ms, lambda: self(ev.LegEnded(leg=leg, cause=LegEndCause.NO_ANSWER)))
            case ef.AgentConnected(contact=contact, agent=agent):
                self._later(self._people[contact].talk_ms, lambda: self._talk_over(contact, agent))
            case ef.AgentStateChanged(agent=agent, state=AgentState.WRAP_UP, contact=contact):
                filed = ev.WrapUpCompleted(agent=agent, contact=contact, disposition="")
                self._later(self._people[contact].wrap_up_ms, lambda: self(filed))
            case ef.AgentStateChanged(agent=agent, state=AgentState.ON_BREAK, reason=reason) if reason != "signed_in":
                length_ms = self._lengths.pop(agent, 60_000) if reason == "tea" else 60_000
                back = ev.StateRequested(agent=agent, state=AgentState.AVAILABLE)
                self._later(length_ms, lambda: self(back))

    def _talk_over(self, contact: str, agent: str) -> None:
        c = self.center.state.contacts.get(contact)
        if c is None or c.ended or c.agent != agent:
            return
        customer = self._people[contact]
        target, customer.transfer = customer.transfer, ""
        if target:
            customer.patience_ms = 10 * HOUR_MS
            mode = TransferMode.BLIND
            self(ev.TransferRequested(agent=agent, contact=contact, target=target, mode=mode))
        else:
            self(ev.LegEnded(leg=f"sip-{contact}"))
