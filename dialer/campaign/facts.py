"""The facts of one call to a lead, gathered for the regulation packs. What is not known stays unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from callcenter.domain.campaign_records import CampaignSpec, OptOut, PastAttempts
from callcenter.domain.campaigns import CampaignMode
from callcenter.domain.leads import Lead
from dialer.rules.facts import Consent, DayKind, Facts, Refusal

_TYPES = {"mobile": "mobile", "landline": "landline", "mobile_or_landline": "mobile"}
"""What may be either is a mobile number, whose rules are the stricter ones."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is the same for all leads of a campaign at one moment. ``days`` is the calendar of those days it knows."""

    spec: CampaignSpec
    numbers: frozenset[str]
    days: Mapping[date, DayKind]
    live_answers: int | None = None
    """Of a campaign that dials first: how many people answered, and how many of them found no agent."""
    abandoned: int | None = None


def facts_of(around: Surroundings, lead: Lead, past: PastAttempts, opted_out: OptOut | None, now_ms: int) -> Facts:
    """The facts. ``lead.variables`` may tell ``consent`` (``oral`` or ``written``), ``party``, ``product_risk``,
    ``person_risk``, ``risk_test_months``; other words there are for people."""
    spec, at = around.spec, _at(now_ms)
    told = lead.variables
    return Facts(
        at=at,
        purpose=spec.purpose or None,
        actor="bot" if spec.mode is CampaignMode.FLOW else "human",
        operator=spec.operator or None,
        tz=lead.zones,
        days=around.days,
        number_type=_TYPES.get(lead.number_type),
        from_class=spec.number_class or None,
        from_owned=spec.caller_number in around.numbers,
        consents=consents_of(spec.purpose, told),
        refusals=() if opted_out is None else (Refusal("voice", _at(opted_out.at_ms)),),
        product_kind=spec.product_kind or None,
        product_risk=whole_number(told.get("product_risk")),
        person_risk=whole_number(told.get("person_risk")),
        risk_test_months=whole_number(told.get("risk_test_months")),
        requested=lead.last_outcome == "call_again",
        party=told.get("party") or None,
        failures_in_row=past.failures_in_row,
        unanswered_today=past.unanswered_today,
        connected_today=past.connected_today,
        calls_7d=past.calls_7d,
        last_talk=None if past.last_talk_ms is None else _at(past.last_talk_ms).date(),
        ring_s=spec.ring_ms / 1_000,
        live_answers=around.live_answers,
        abandoned=around.abandoned,
        script_marks=frozenset(spec.marks),
    )


def consents_of(purpose: str, told: Mapping[str, str]) -> tuple[Consent, ...] | None:
    """What a list says in its column ``consent``: ``oral``, ``written``, another word is none; empty is not known."""
    form = told.get("consent", "").strip()
    if not form:
        return None
    return (Consent(purpose, "voice", form),) if form in ("oral", "written") else ()


def whole_number(text: str | None) -> int | None:
    """A number of a list's column; None where it is none."""
    return int(text) if text is not None and text.isascii() and text.isdecimal() else None


def _at(moment_ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=moment_ms)
