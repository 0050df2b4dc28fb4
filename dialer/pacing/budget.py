"""The abandoned calls a campaign may still have in this counting period, and what risk that allows for one call."""

from __future__ import annotations

from math import sqrt

_HIGHEST_RISK = 0.5
_HOPE_AHEAD = 1_500
"""Answers ahead over which a lead over the plan is spent, at most."""
_SPREAD = 2.5
"""Standard deviations kept back for abandoned calls that are on their way."""
_BORROWED = 0.2
"""Share of the allowance still to come that may be spent beforehand, once the model is proven."""
_FEW_AGENTS, _MANY_AGENTS = 10, 30
_CALIBRATE = 4.0


def reserve_calls(agents: int) -> float:
    """Calls kept unspent to the end: one up to 10 agents, four from 30 on (found by simulation)."""
    return 1.0 + 3.0 * min(1.0, max(0.0, (agents - _FEW_AGENTS) / (_MANY_AGENTS - _FEW_AGENTS)))


class Budget:
    """One campaign's count of people who answered and who were abandoned, in this period.

    The law is a proportional controller of the planned share of abandoned calls. Its aim is a slack of
    ``reserve + √(cap · answers ahead)``, one standard deviation of what is yet to come as a Poisson number, so that
    the share planned from here on ends the period under the cap. Found by simulation; no theorem.
    """

    def __init__(self, cap: float, mistaken: float) -> None:
        self.cap = cap
        self._mistaken = mistaken / (1.0 - mistaken)
        """People taken for machines for each one recognised."""
        self._begun_s = 0.0
        self._length_s = 0.0
        self.answers = 0
        self.abandoned = 0
        self._foretold = 0.0
        self._happened = 0
        self._used = 1.0
        """How much of the allowed risk answered calls had: an average."""
        self._risk = 0.0
        self.slack = 0.0

    def period(self, now_s: float, length_s: float, answers: int = 0, abandoned: int = 0) -> None:
        """A counting period begins, or began with these counts, in which calls can be dialled for so many s."""
        self._begun_s, self._length_s = now_s, length_s
        self.answers, self.abandoned = answers, abandoned

    def answered(self, risk: float) -> None:
        """A person answered a call that was placed with this risk."""
        self.answers += 1
        self._foretold += risk
        if self._risk > 0:
            self._used += 0.02 * (min(1.5, risk / self._risk) - self._used)

    def dropped(self) -> None:
        """That person found no agent in time."""
        self.abandoned += 1
        self._happened += 1

    def not_a_person(self) -> None:
        """What was counted as a person was a machine."""
        self.answers = max(0, self.answers - 1)

    @property
    def counted(self) -> tuple[float, float]:
        """Abandoned calls and answers, with the people whom detection took for machines."""
        lost = self._mistaken * self.answers
        return self.abandoned + lost, self.answers + lost

    def allowed(self, now_s: float, pending: float, agents: int, proven: float) -> tuple[float, float]:
        """The risk one more call may have, and the guard: at or below 0 calls nothing may be risked.

        ``pending`` abandoned calls are on their way in the mean; ``proven`` from 0 to 1 says how far the model is.
        """
        abandoned, answers = self.counted
        passed_s = max(0.0, now_s - self._begun_s)
        ahead = (answers + 1.0) / (passed_s + 60.0) * max(0.0, self._length_s - passed_s)
        self.slack = self.cap * answers - abandoned - pending
        reserve = reserve_calls(agents) / 2.0 + 0.005 * self.cap * (answers + ahead)
        floor = _SPREAD * sqrt(pending) + reserve
        near = min(ahead, _HOPE_AHEAD)
        aim = floor + reserve + sqrt(self.cap * near)
        cap = max(0.0, self.cap - self._mistaken / (1.0 + self._mistaken))
        share = min(2.0 * cap, max(0.0, cap + (self.slack - aim) / (near + 1.0)))
        calibration = min(4.0, max(0.25, (self._happened + _CALIBRATE) / (self._foretold + _CALIBRATE)))
        self._risk = min(_HIGHEST_RISK, share / (max(0.2, self._used) * calibration))
        return self._risk, self.slack - floor + _BORROWED * proven * cap * ahead
