"""The life of a risk case: locked, assigned, followed up, closed in time. One table."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter.domain.errors import Rejected
from callcenter.domain.reviews import Actor
from callcenter.domain.risk_cases import RiskAct, RiskCase, RiskState, RiskStep

_S, _A = RiskState, RiskAct
LIFE: dict[tuple[RiskState, RiskAct], RiskState] = {
    (_S.LOCKED, _A.ASSIGN): _S.ASSIGNED,
    (_S.ASSIGNED, _A.ASSIGN): _S.ASSIGNED,
    (_S.ASSIGNED, _A.FOLLOW_UP): _S.ASSIGNED,
    (_S.ASSIGNED, _A.EXTEND): _S.ASSIGNED,
    (_S.ASSIGNED, _A.CLOSE): _S.CLOSED,
    (_S.CLOSED, _A.REOPEN): _S.ASSIGNED,
}
"""From where which act leads where; anything else is refused."""
_SAID = frozenset({_A.FOLLOW_UP, _A.EXTEND, _A.CLOSE, _A.REOPEN})
MOST_EXTENDED_MS = 30 * 86_400_000
"""A deadline is moved by this at most in one act."""


def is_locked(case: RiskCase) -> bool:
    """Whether its conversation may be neither deleted nor seen by everybody."""
    return case.state is not RiskState.CLOSED


def is_overdue(case: RiskCase, now_ms: int) -> bool:
    """Whether it should have been closed."""
    return is_locked(case) and now_ms > case.due_ms


def acts(case: RiskCase, by: Actor) -> tuple[RiskAct, ...]:
    """What may be done to it now; rights come on top. Nobody works on a case about themselves."""
    if by.agent and by.agent == case.agent:
        return ()
    return tuple(act for state, act in LIFE if state is case.state)


def done(
    case: RiskCase, act: RiskAct, by: Actor, at_ms: int, note: str = "", *, to: Actor | None = None, due_ms: int = 0
) -> RiskCase:
    """The case after an act; ``to`` belongs to ``ASSIGN``, ``due_ms`` to ``EXTEND``.

    Rejected: ``risk_state``, ``own_contact``, ``risk_note`` (a step needs words), ``risk_assignee``, ``risk_due``.
    """
    state = LIFE.get((case.state, act))
    if state is None:
        raise Rejected("risk_state", f"{act} in {case.state}")
    if by.agent and by.agent == case.agent:
        raise Rejected("own_contact")
    if act in _SAID and not note.strip():
        raise Rejected("risk_note")
    if act is RiskAct.ASSIGN and (to is None or not to.name or (to.agent != "" and to.agent == case.agent)):
        raise Rejected("risk_assignee")
    if act is RiskAct.EXTEND and not case.due_ms < due_ms <= max(case.due_ms, at_ms) + MOST_EXTENDED_MS:
        raise Rejected("risk_due")
    assignee = to.name if to is not None and act is RiskAct.ASSIGN else case.assignee
    step = RiskStep(act, by.name, at_ms, note, assignee if act is RiskAct.ASSIGN else "")
    due = due_ms if act is RiskAct.EXTEND else case.due_ms
    return replace(case, state=state, assignee=assignee, due_ms=due, steps=(*case.steps, step))
