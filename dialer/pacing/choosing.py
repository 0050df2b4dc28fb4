"""One decision: call after call for the campaign that is owed the next, until each has its reason to stop."""

from __future__ import annotations

from dataclasses import dataclass, field

from dialer.pacing.budget import Budget
from dialer.pacing.floor import Floor
from dialer.pacing.lines import Lines
from dialer.pacing.rings import QUANTILES
from dialer.pacing.tail import chance_of_none
from dialer.pacing.words import CampaignPacing, Dial, DialMode, PacingReason

_COUNT = len(QUANTILES)


@dataclass(slots=True)
class Standing:
    """A campaign at the moment of a decision. ``leads`` None: as many as wanted."""

    config: CampaignPacing
    lines: Lines
    budget: Budget
    held: int
    served: float
    leads: int | None
    ringing: list[float] = field(default_factory=list)
    """Answers to come by each horizon."""
    fresh: list[float] = field(default_factory=list)
    doubt: float = 0.0
    risk_allowed: float = 0.0
    guard: float = 0.0
    proven: float = 0.0
    risks: list[float] = field(default_factory=list)
    reason: PacingReason | None = None

    def owed(self) -> float:
        """The lower, the sooner the next call is for it."""
        return self.served + self.ringing[-1] / self.config.share


class Chooser:
    """Adds up the pool at this moment and chooses.

    ``room`` is lines and calls a second left; None: no limit. ``weighs`` says whether risks are needed: where nobody
    dials predictively they are not.
    """

    def __init__(self, floor: Floor, now_s: float, room: tuple[int | None, int | None], *, weighs: bool) -> None:
        self._floor = floor
        self._now_s = now_s
        self._lines_left, self._speed_left = room
        self._weighs = weighs
        self._sums: list[float] = floor.free_by(now_s).tolist() if weighs else [0.0] * (3 * _COUNT)
        self._idle = floor.idle
        self._lines = 0
        self._held = 0
        self._all: list[Standing] = []

    def enter(self, one: Standing) -> None:
        """Add a campaign that shares the agents."""
        loads, pending = one.lines.answered_by(self._now_s)
        sums, minus = self._sums, loads.tolist()
        for place in range(_COUNT):
            sums[place] -= minus[place]
            sums[_COUNT + place] += minus[_COUNT + place]
            sums[2 * _COUNT + place] -= minus[2 * _COUNT + place]
        one.ringing, one.fresh, one.doubt = minus[:_COUNT], one.lines.fresh.tolist(), one.lines.doubt
        agents = self._floor.present
        one.proven = min(1.0, self._floor.talks(one.config.id) / (3.0 * agents + 20.0))
        one.risk_allowed, one.guard = one.budget.allowed(self._now_s, pending, agents, one.proven)
        self._lines += len(one.lines)
        self._held += one.held
        self._all.append(one)

    def choose(self) -> tuple[Dial, ...]:
        """Go on until every campaign has a reason to stop. One guard stands over the whole pool."""
        guards = [one.guard for one in self._all if one.config.mode is DialMode.PREDICTIVE]
        safe = min(1.0, max(0.0, min(guards, default=0.0)))
        open_ones = list(self._all)
        while open_ones:
            one = min(open_ones, key=Standing.owed) if len(open_ones) > 1 else open_ones[0]
            one.reason = self._stopped(one) or self._risky(one, safe)
            if one.reason is not None:
                open_ones.remove(one)
        return tuple(self._dial(one, safe) for one in self._all)

    def _stopped(self, one: Standing) -> PacingReason | None:
        if one.leads is not None and len(one.risks) >= one.leads:
            return PacingReason.NO_LEADS
        if self._lines_left == 0:
            return PacingReason.TRUNK_FULL
        return PacingReason.TOO_FAST if self._speed_left == 0 else None

    def _risky(self, one: Standing, safe: float) -> PacingReason | None:
        """Take one more call, or say why not."""
        risk = self._risk() if self._weighs else 0.0
        if self._lines + self._held >= self._idle:
            if one.config.mode is not DialMode.PREDICTIVE:
                return PacingReason.IDLE_SERVED if self._idle else PacingReason.NO_AGENT
            if safe <= 0.0:
                return PacingReason.BUDGET_SPENT if one.proven >= 1.0 else PacingReason.LEARNING
            if risk > one.risk_allowed * safe:
                return PacingReason.AT_RISK
        self._take(one, risk)
        return None

    def _take(self, one: Standing, risk: float) -> None:
        one.risks.append(risk)
        sums, fresh = self._sums, one.fresh
        for place in range(_COUNT):
            one.ringing[place] += fresh[place]
            sums[place] -= fresh[place]
            sums[_COUNT + place] += fresh[_COUNT + place]
            sums[2 * _COUNT + place] -= fresh[2 * _COUNT + place]
        self._lines += 1
        if self._lines_left is not None:
            self._lines_left -= 1
        if self._speed_left is not None:
            self._speed_left -= 1

    def _risk(self) -> float:
        """P(one more call, if a person answers it, finds no agent), over the times at which that may be."""
        total, sums = 0.0, self._sums
        spare = self._idle - self._held
        for place in range(_COUNT):
            variance = sums[_COUNT + place]
            for one in self._all:
                variance += one.doubt * one.ringing[place] ** 2
            total += chance_of_none(spare + sums[place], variance, sums[2 * _COUNT + place])
        return total / _COUNT

    def _dial(self, one: Standing, safe: float) -> Dial:
        predictive = one.config.mode is DialMode.PREDICTIVE
        facts = {
            "idle": self._idle,
            "lines": len(one.lines),
            "held": one.held,
            "answer_rate": one.lines.rate.mean,
            "risk_allowed": one.risk_allowed * safe if predictive else 0.0,
            "slack": one.budget.slack,
        }
        mode = one.config.mode if not predictive or safe > 0.0 else DialMode.PROGRESSIVE
        return Dial(one.config.id, tuple(one.risks), mode, one.reason or PacingReason.AT_RISK, facts)
