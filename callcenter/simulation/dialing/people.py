"""What would happen to each call of a campaign, drawn when it is dialled."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import pi, sin

from callcenter.simulation.dialing.plan import AnswerPlan, OutboundPlan
from callcenter.simulation.durations import stream


class Ending(StrEnum):
    """What the ringing comes to."""

    PERSON = "person"
    MISTAKEN = "mistaken"
    """A person whom detection takes for a machine."""
    MACHINE = "machine"
    """Taken for a person, or not listened to."""
    FOUND = "found"
    """A machine that detection recognised."""
    NOBODY = "nobody"


@dataclass(slots=True, eq=False)
class Call:
    """One call: when its ringing comes to what, and what an agent would have to do with it. Times in ms."""

    id: str
    campaign: str
    ending: Ending
    ring: int
    talk: int
    wrap_up: int
    answered_at: int = 0


class People:
    """The people of one campaign. Their stream of chance is their own, whoever decides about dialling."""

    def __init__(self, name: str, plan: OutboundPlan, seed: str) -> None:
        rng = stream(f"{seed}/{name}")
        self._name, self._plan, self._chance = name, plan, rng.random
        self._ring = plan.ring.drawer(rng)
        self._refused_after = plan.refused_after.drawer(rng)
        self._talk, self._wrap_up = plan.talk.drawer(rng), plan.wrap_up.drawer(rng)
        self._machine_talk = plan.machines.talk.drawer(rng)
        detection = plan.machines.detection
        self._takes = detection.takes.drawer(rng) if detection is not None else None
        self.dialled = 0

    def left(self) -> int | None:
        """How many leads are left; None: endless."""
        return None if self._plan.leads is None else max(0, self._plan.leads - self.dialled)

    def call(self, now: int) -> Call:
        """The next lead is dialled."""
        self.dialled += 1
        plan, name = self._plan, f"{self._name}-{self.dialled}"
        answered = self._chance() < rate(plan.answers, now)
        ring = self._ring()
        talk, wrap_up = self._talk(), self._wrap_up()
        if not answered or ring >= plan.ring_limit:
            refused = not answered and self._chance() < plan.refused
            length = min(self._refused_after(), plan.ring_limit) if refused else plan.ring_limit
            return Call(name, self._name, Ending.NOBODY, length, 0, 0)
        machine = self._chance() < plan.machines.share
        ending = Ending.MACHINE if machine else Ending.PERSON
        if self._takes is not None and plan.machines.detection is not None:
            ring += self._takes()
            found, mistaken = plan.machines.detection.found, plan.machines.detection.mistaken
            if self._chance() < (found if machine else mistaken):
                ending = Ending.FOUND if machine else Ending.MISTAKEN
        if machine:
            talk, wrap_up = self._machine_talk(), 0
        return Call(name, self._name, ending, ring, talk, wrap_up)


def rate(plan: AnswerPlan, now: int) -> float:
    """The share that answers, of calls dialled at ``now``."""
    if plan.wave is not None:
        middle, swing = (plan.wave.high + plan.wave.low) / 2, (plan.wave.high - plan.wave.low) / 2
        return middle + swing * sin(2 * pi * now / plan.wave.every)
    if plan.steps:
        return next(step.share for step in reversed(plan.steps) if step.since <= now)
    return plan.share or 0.0
