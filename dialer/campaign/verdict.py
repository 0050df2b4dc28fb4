"""May this lead be dialled at this moment? The campaign's hours and limits, the person's wish, and every pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from callcenter.domain.campaign_records import OptOut, PastAttempts
from callcenter.domain.leads import Lead, LeadState
from dialer.campaign.facts import Surroundings, facts_of
from dialer.campaign.hours import is_open, next_open_ms
from dialer.rules.judge import Finding, Judgement, judge
from dialer.rules.pack import Pack, Verdict

LATER_MS = 3_600_000
"""A rule that says no now is asked again after an hour: hours and counts change by themselves."""

_COUNTS = frozenset({"unanswered_today", "connected_today", "calls_7d", "last_talk"})


@dataclass(frozen=True, slots=True)
class Ruling:
    """What follows: dial, or not before ``due_ms``, or ``state``. ``reason`` is a rule or a code.

    ``state`` is ``refused`` where a rule forbids it for good, ``suspended`` where a fact is missing or a person must
    decide: once that is mended the lead may be handed out again.
    """

    dials: bool
    reason: str = ""
    due_ms: int | None = None
    state: LeadState | None = None
    told: dict[str, Any] = field(default_factory=dict)
    """The verdict as it is kept with the attempt."""


def rule(
    around: Surroundings, packs: tuple[Pack, ...], lead: Lead, past: PastAttempts, opted_out: OptOut | None, now_ms: int
) -> Ruling:
    """The ruling on one call. Whoever opted out is never dialled, whatever the packs of the campaign say."""
    if opted_out is not None:
        return Ruling(False, "opted_out", state=LeadState.OPTED_OUT)
    if not lead.zones:
        return Ruling(False, "place_unknown", state=LeadState.SUSPENDED)
    if not is_open(around.spec, lead.zones, now_ms):
        at = next_open_ms(around.spec, lead.zones, now_ms)
        if at is None:
            return Ruling(False, "never_open", state=LeadState.SUSPENDED)
        return Ruling(False, "outside_hours", at)
    judgement = judge(packs, facts_of(around, lead, past, opted_out, now_ms))
    told = _told(judgement)
    if judgement.verdict in (Verdict.ALLOW, Verdict.DUTY):
        return Ruling(True, told=told)
    first = next(iter(judgement.reasons), None)
    reason = first.rule if first is not None else "no_rule"
    if first is not None and _passes(first, lead):
        return Ruling(False, reason, now_ms + LATER_MS, told=told)
    mends = first is None or first.missing or judgement.verdict is Verdict.ASK
    return Ruling(False, reason, state=LeadState.SUSPENDED if mends else LeadState.REFUSED, told=told)


def _passes(finding: Finding, lead: Lead) -> bool:
    """Whether the rule may say otherwise later by itself: it looks at the hour or at counts, and misses nothing."""
    return not finding.missing and bool((_COUNTS | set(lead.zones)) & set(finding.seen))


def _told(judgement: Judgement) -> dict[str, Any]:
    return {
        "verdict": str(judgement.verdict),
        "findings": [
            {
                "rule": one.rule,
                "pack": one.pack,
                "version": one.version,
                "verdict": str(one.verdict),
                "seen": one.seen,
                "missing": list(one.missing),
                **({"duty": one.duty} if one.duty else {}),
            }
            for one in judgement.findings
        ],
    }
