"""Customers of a run: when they come, and what is drawn for each of them on arrival.

Everything about a customer is drawn when they arrive, from streams of the queue's own, so that another staffing, skill
or policy meets the same customers.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from callcenter.domain.config import QueueConfig
from callcenter.routing import overflow
from callcenter.routing.matching import VOICE
from callcenter.simulation.arrivals import moments
from callcenter.simulation.contact_plan import ContactPlan, Visit
from callcenter.simulation.durations import ENDLESS, Draw, DrawBeyond
from callcenter.simulation.figures import Tally
from callcenter.simulation.queue_plan import CALLBACK, QueuePlan, requirements
from callcenter.simulation.scenario import Scenario

if TYPE_CHECKING:
    from callcenter.simulation.run import Run

AT_ONCE = -1
"""In place of a ringing time: the agent is connected without ringing."""
NOTHING: dict[str, Any] = {}


class Caller(Struct, eq=False, gc=False):
    """A customer who wants a person. Times in ms; ``asked`` since when, ``joined`` since when in this queue."""

    contact: str
    queue: QueueRun
    asked: int
    counted: bool
    handling: int
    wrap_up: int
    ring: int
    patience: int
    joined: int
    taken: int = 0
    """How many overflow rules of the queue they have behind them."""
    asks: dict[str, Any] = NOTHING
    """What else the router is asked for."""
    then: tuple[Drawn, ...] = ()
    """Where they wait after the talk."""
    missed: int = 0
    """How many agents will not pick up."""
    virtual: bool = False
    """Whether nobody is on the line: they are to be called back."""
    declined: bool = False
    """Whether they were offered a callback and did not want it."""


class Drawn(Struct, eq=False, gc=False):
    """One wait of a customer, with its draws."""

    queue: QueueRun
    handling: int
    wrap_up: int
    ring: int
    patience: int
    asks: dict[str, Any]
    missed: int


class QueueRun:
    """One queue's laws, each kind of draw with a stream of its own, and its counts."""

    __slots__ = (
        "again",
        "asks",
        "at_most",
        "called_back",
        "config",
        "config_declined",
        "handling",
        "level",
        "moments",
        "name",
        "overflows",
        "patience",
        "patience_beyond",
        "ring",
        "ring_beyond",
        "rule",
        "slowdown",
        "tally",
        "watched",
        "within",
        "wrap_up",
    )

    def __init__(self, name: str, plan: QueuePlan, scenario: Scenario, seed: str, *, wraps_up: bool) -> None:
        def stream(purpose: str) -> Random:
            return Random(f"{seed}/{name}/{purpose}")

        patience = stream("patience")
        self.name = name
        self.config: QueueConfig = plan.config(name, wraps_up=wraps_up)
        self.asks = _of_channel(plan.channel, plan.weight)
        self.slowdown = plan.slowdown
        self.level = scenario.level_of(name)
        self.within = self.level.within_ms
        self.overflows = bool(plan.overflow)
        self.watched = overflow.watches(self.config)
        self.called_back, self.rule = plan.called_back, plan.callback.rule()
        others = tuple(on for on in self.config.overflow if on.target != CALLBACK)
        self.config_declined: QueueConfig = replace(self.config, overflow=others)
        """The queue for whoever does not want to be called back."""
        self.tally = Tally()
        self.moments: Iterator[int] = moments(plan.arrivals, stream("arrivals")) if plan.arrivals else iter(())
        self.handling = plan.handling.drawer(stream("handling"))
        self.patience = plan.patience.drawer(patience) if plan.patience.law != "none" else None
        self.patience_beyond = plan.patience.drawer_beyond(patience)
        ring = stream("ring")
        self.ring = plan.ring.drawer(ring) if plan.ring.law != "none" else None
        self.ring_beyond = plan.ring.drawer_beyond(ring)
        self.again: Draw = plan.ring.drawer(stream("ring again"))
        """Ringing of a second agent, after the first did not pick up."""
        self.wrap_up = plan.wrap_up.drawer(stream("wrap_up")) if plan.wrap_up.law != "none" else None
        self.at_most = plan.wrap_up_at_most
        if self.at_most is not None and self.wrap_up is not None:
            self.wrap_up = _bounded(self.wrap_up, self.at_most)

    def bring(self, run: Run, now: int) -> None:
        """A customer of this queue arrives."""
        run.calls = number = run.calls + 1
        ring, wrap_up, patience = self.ring, self.wrap_up, self.patience
        run.join(
            Caller(
                str(number),
                self,
                now,
                run.warm_up <= now < run.until,
                self.handling(),
                wrap_up() if wrap_up is not None else 0,
                ring() if ring is not None else AT_ONCE,
                patience() if patience is not None else ENDLESS,
                now,
                0,
                self.asks,
            ),
            now,
        )

    def drawn(self, visit: Visit) -> Drawn:
        """A wait of which some is known; the rest is drawn."""
        handling = self.handling() if visit.handling is None else visit.handling
        wrap_up = _known_or_drawn(visit.wrap_up, self.wrap_up, 0)
        return Drawn(
            self,
            handling,
            wrap_up if self.at_most is None else min(wrap_up, self.at_most),
            _at_least(visit.ring, visit.ring_beyond, self.ring_beyond, self.ring, AT_ONCE),
            _at_least(visit.patience, visit.patience_beyond, self.patience_beyond, self.patience, ENDLESS),
            _asks(visit, self.asks),
            visit.missed,
        )


def _at_least(known: int | None, shown: int | None, beyond: DrawBeyond, draw: Draw | None, otherwise: int) -> int:
    if known is None and shown is not None:
        return beyond(shown)
    return _known_or_drawn(known, draw, otherwise)


def _bounded(draw: Draw, at_most: int) -> Draw:
    return lambda: min(draw(), at_most)


def _known_or_drawn(known: int | None, draw: Draw | None, otherwise: int) -> int:
    if known is not None:
        return known
    return draw() if draw is not None else otherwise


class ContactRun:
    """The customers a scenario names one by one, in the order of their arrival."""

    __slots__ = ("moments", "plans", "queues")

    def __init__(self, contacts: tuple[ContactPlan, ...], queues: dict[str, QueueRun]) -> None:
        ordered = sorted(contacts, key=lambda contact: contact.at)
        self.moments = (contact.at for contact in ordered)
        self.plans = iter(ordered)
        self.queues = queues

    def bring(self, run: Run, now: int) -> None:
        """The next customer arrives."""
        visits = [self.queues[visit.queue].drawn(visit) for visit in next(self.plans).visits()]
        run.calls += 1
        counted = run.warm_up <= now < run.until
        run.join(waiting(str(run.calls), visits[0], tuple(visits[1:]), counted, now), now)


def waiting(contact: str, visit: Drawn, then: tuple[Drawn, ...], counted: bool, now: int) -> Caller:
    """The customer as they begin a wait."""
    return Caller(
        contact,
        visit.queue,
        now,
        counted,
        visit.handling,
        visit.wrap_up,
        visit.ring,
        visit.patience,
        now,
        0,
        visit.asks,
        then,
        visit.missed,
    )


def _of_channel(channel: str, weight: int) -> dict[str, Any]:
    return NOTHING if channel == VOICE and weight == 1 else {"channel": channel, "weight": weight}


def _asks(visit: Visit, of_queue: dict[str, Any]) -> dict[str, Any]:
    asks = dict(of_queue)
    if visit.channel:
        asks["channel"] = visit.channel
    if visit.weight is not None:
        asks["weight"] = visit.weight
    if visit.priority:
        asks["priority"] = visit.priority
    if visit.skills:
        asks["skills"] = requirements(visit.skills)
    if visit.preferred:
        asks |= {"preferred": visit.preferred, "preferred_ms": visit.preferred_for}
    if visit.excluded:
        asks["excluded"] = frozenset(visit.excluded)
    return asks
