"""What a campaign's limits leave: calls a day, calls in all, and its budget."""

from __future__ import annotations

from callcenter.domain.campaign_records import CampaignSpec, Funnel

_MINUTE_MS = 60_000
UNLIMITED = 1_000_000


def spent(spec: CampaignSpec, funnel: Funnel) -> float:
    """What its calls have cost so far, in the currency of its budget."""
    return funnel.line_ms / _MINUTE_MS * spec.price_minute


def calls_left(spec: CampaignSpec, funnel: Funnel, being_called: int) -> int:
    """How many calls may follow. Those being called count as dialled, and as if they cost what the others did."""
    left = [UNLIMITED]
    if spec.daily_limit:
        left.append(spec.daily_limit - funnel.dialled_today - being_called)
    if spec.total_limit:
        left.append(spec.total_limit - funnel.dialled - being_called)
    if spec.budget and spec.price_minute:
        left.append(_affordable(spec, funnel) - being_called)
    return max(0, min(left))


def _affordable(spec: CampaignSpec, funnel: Funnel) -> int:
    """How many calls the rest of the budget pays, if they cost what those so far did in the mean."""
    each, rest = spent(spec, funnel) / max(1, funnel.dialled), spec.budget - spent(spec, funnel)
    return 0 if rest <= 0 else min(UNLIMITED, int(rest / each)) if each else UNLIMITED


def stopped_by(spec: CampaignSpec, funnel: Funnel) -> str:
    """Which limit keeps it from dialling: ``total_limit``, ``budget``, ``daily_limit``; empty: none."""
    if spec.total_limit and funnel.dialled >= spec.total_limit:
        return "total_limit"
    if spec.budget and spec.price_minute and not _affordable(spec, funnel):
        return "budget"
    return "daily_limit" if spec.daily_limit and funnel.dialled_today >= spec.daily_limit else ""
