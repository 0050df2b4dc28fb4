"""Who decides how many to dial: the pacing of production, and the laws it is compared with."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Protocol

import numpy as np

from callcenter.simulation.dialing.plan import DialScenario, Law
from dialer.pacing.floor import Floor
from dialer.pacing.pacer import Pacer
from dialer.pacing.spans import Floats
from dialer.pacing.words import CampaignPacing, DialMode, Limits

Orders = list[tuple[str, tuple[float, ...]]]
"""Campaigns, and the risk of each call to place."""


class Room(Protocol):
    """What laws see of the world."""

    @property
    def idle(self) -> int:
        """Agents who are free and stay."""

    @property
    def engaged(self) -> int:
        """Agents who talk."""

    @property
    def ringing(self) -> int:
        """Calls that ring."""

    @property
    def held(self) -> int:
        """People who answered and wait for an agent."""

    def abandoned_share(self) -> float:
        """Of the people who answered today, in the whole."""

    @property
    def answers(self) -> int:
        """People who answered today."""


class DialLaw(Protocol):
    """Asked once a tick how many calls to place."""

    def decide(self, now: int, leads: Mapping[str, int]) -> Orders:
        """The calls to place now."""


class Foresight(Floor):
    """A floor that knows when each agent will be free: nobody can pace better than with it."""

    def __init__(self, free_at: dict[str, int]) -> None:
        super().__init__()
        self._free_at = free_at

    def free_by(self, now_s: float) -> Floats:
        """Certain numbers in place of chances."""
        ends = np.fromiter((at for agent, at in self._free_at.items() if agent not in self._leaving), dtype=np.float64)
        free = np.array([(ends <= (now_s + reach) * 1_000).sum() for reach in self._reach], dtype=np.float64)
        return np.concatenate((free, np.zeros(2 * len(self._reach))))


def pacer_for(scenario: DialScenario, law: Law, free_at: dict[str, int]) -> Pacer:
    """The pacing of production for a scenario; every law is told of everything through one."""
    modes = {"pacer": None, "clairvoyant": None}
    return Pacer(
        (
            CampaignPacing(
                name,
                plan.mode if law.law in modes else DialMode.PROGRESSIVE,
                plan.cap,
                plan.weight,
                plan.machines.detection.mistaken if plan.machines.detection is not None else 0.0,
            )
            for name, plan in scenario.campaigns.items()
        ),
        Limits(scenario.trunk.lines, scenario.trunk.calls_per_second),
        Foresight(free_at) if law.law == "clairvoyant" else None,
    )


class Paced:
    """Production's pacing, progressive dialling and the clairvoyant bound."""

    def __init__(self, pacer: Pacer) -> None:
        self._pacer = pacer

    def decide(self, now: int, leads: Mapping[str, int]) -> Orders:
        """As the pacer says."""
        return [(dial.campaign, dial.risks) for dial in self._pacer.decide(now, leads)]


class Turns:
    """Campaigns by turns, as laws without shares dial."""

    def __init__(self, scenario: DialScenario) -> None:
        self._names = list(scenario.campaigns)
        self._trunk = scenario.trunk
        self._next = 0

    def spread(self, wanted: int, taken: int, leads: Mapping[str, int]) -> Orders:
        """So many calls, no more than lines, speed (the tick as a second) and leads allow."""
        if self._trunk.lines is not None:
            wanted = min(wanted, self._trunk.lines - taken)
        if self._trunk.calls_per_second is not None:
            wanted = min(wanted, self._trunk.calls_per_second)
        counts = dict.fromkeys(self._names, 0)
        for _ in range(max(0, wanted)):
            for _ in self._names:
                name = self._names[self._next % len(self._names)]
                self._next += 1
                if counts[name] < leads.get(name, counts[name] + 1):
                    counts[name] += 1
                    break
        return [(name, (0.0,) * count) for name, count in counts.items()]


class FixedRatio:
    """So many lines for each idle agent: what most dialers call a ratio."""

    def __init__(self, scenario: DialScenario, ratio: float, room: Room) -> None:
        self._turns, self._ratio, self._room = Turns(scenario), ratio, room

    def decide(self, now: int, leads: Mapping[str, int]) -> Orders:
        """Fill up to the ratio."""
        room = self._room
        wanted = int(self._ratio * room.idle) - room.ringing - room.held
        return self._turns.spread(wanted, room.ringing + room.held + room.engaged, leads)


class Vicidial:
    """VICIdial's adaptive dialling as published: ``AST_VDadapt.pl`` with ``ADAPT_AVERAGE`` and its defaults.

    Every 15 s the level is multiplied by 1 + (idle agents − waiting calls, averaged over the last minute) ÷ agents,
    kept between 1 and the maximum, and halved while more than 50 answered and the day's share of abandoned is over
    the limit. ``AST_VDauto_dial.pl`` keeps level × active agents (idle or in talk) lines, talks included.
    """

    EVERY_MS = 15_000
    SAMPLES = 20
    SAMPLE_MS = 3_000

    def __init__(self, scenario: DialScenario, max_level: float, room: Room) -> None:
        self._turns, self._room = Turns(scenario), room
        self._cap = min(plan.cap for plan in scenario.campaigns.values())
        self._max = max_level
        self._level = 1.0
        self._seen: deque[tuple[int, int]] = deque(maxlen=self.SAMPLES)
        self._sampled, self._adapted = -self.SAMPLE_MS, 0

    def decide(self, now: int, leads: Mapping[str, int]) -> Orders:
        """Adapt the level when it is due, and fill up to it."""
        room = self._room
        active = room.idle + room.engaged
        if now >= self._sampled + self.SAMPLE_MS:
            self._sampled = now
            self._seen.append((room.idle - room.held, active))
        if now >= self._adapted + self.EVERY_MS:
            self._adapted = now
            self._adapt()
        taken = room.ringing + room.held + room.engaged
        return self._turns.spread(int(self._level * active) - taken, taken, leads)

    def _adapt(self) -> None:
        agents = sum(active for _, active in self._seen)
        difference = sum(difference for difference, _ in self._seen)
        level = self._level * (1.0 + (difference / agents if agents else 0.0))
        level = max(1.0, min(self._max, level))
        if self._room.answers > 50 and self._room.abandoned_share() > self._cap:
            level /= 2.0
        self._level = max(1.0, level)
