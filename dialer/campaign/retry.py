"""What follows an attempt: whether a lead is called again, and when. Rules by outcome, as each campaign sets them."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.domain.campaigns import NOT_DIALLED, OURS, NextStep, Outcome, RunningCampaign
from callcenter.domain.leads import LeadState

_MOST_OF_OURS = 3
"""How often our own faults put a lead back on the list; afterwards it counts as done, so that nothing goes round."""
_FINAL = frozenset({Outcome.ANSWERED, Outcome.PROMISED, Outcome.WRONG_NUMBER, Outcome.NO_RESULT})


def next_step(
    campaign: RunningCampaign,
    outcome: Outcome,
    tried: Mapping[str, int],
    now_ms: int,
    asked_for_ms: int | None = None,
) -> NextStep:
    """Where the lead goes after an attempt with ``outcome``.

    ``tried`` counts its attempts by outcome, this one among them. ``asked_for_ms`` is when the person asked to be
    called again; that is kept whatever the number of attempts, and only for :attr:`Outcome.CALL_AGAIN`.
    """
    if outcome is Outcome.OPTED_OUT:
        return NextStep(LeadState.OPTED_OUT)
    if outcome in NOT_DIALLED:
        return NextStep(LeadState.READY)
    if outcome in _FINAL:
        return NextStep(LeadState.DONE)
    if outcome is Outcome.CALL_AGAIN and asked_for_ms is not None:
        return NextStep(LeadState.WAITING, max(asked_for_ms, now_ms))
    if outcome in OURS:
        again = sum(tried.get(name, 0) for name in OURS - NOT_DIALLED) <= _MOST_OF_OURS
        return NextStep(LeadState.WAITING, now_ms + campaign.ours_after_ms) if again else NextStep(LeadState.DONE)
    counted = sum(count for name, count in tried.items() if name not in OURS)
    rule = campaign.retries.get(outcome)
    if rule is None or tried.get(outcome, 0) > rule.most or counted >= campaign.attempts:
        return NextStep(LeadState.DONE)
    return NextStep(LeadState.WAITING, now_ms + rule.after_ms)
