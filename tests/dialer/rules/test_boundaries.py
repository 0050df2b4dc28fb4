"""The boundary of each numeric rule, from the catalogue of rules; each case names its rule, and that its source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dialer.rules.facts import Consent, DayKind, Facts, Refusal
from dialer.rules.judge import judge
from dialer.rules.pack import Verdict, shipped

CHINA, EAST = "Asia/Shanghai", "America/New_York"
DAY = date(2026, 11, 24)


def at(clock: str, zone: str = CHINA, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)


def said(pack: str, rule: str, facts: Facts) -> Verdict:
    """What the one rule says."""
    (finding,) = (one for one in judge([shipped(pack)], facts).findings if one.rule == rule)
    return finding.verdict


def collect(clock: str = "10:00", **more: Any) -> Facts:
    return Facts(at(clock), "collections", tz=(CHINA,), **more)


def market(clock: str = "10:00", **more: Any) -> Facts:
    return Facts(at(clock), "marketing", tz=(CHINA,), days={DAY: DayKind.WORKDAY}, **more)


ALLOW, REFUSE, DUTY, ASK = Verdict.ALLOW, Verdict.REFUSE, Verdict.DUTY, Verdict.ASK
AGREED = ((time(20), time(23)),)
SMS_ONLY = (Consent("marketing", "sms"),)
US = {"purpose": "marketing", "tz": (EAST,)}
CASES = [
    ("cn", "cn_collect_hours", collect("21:59:59"), ALLOW),
    ("cn", "cn_collect_hours", collect("22:00:00"), REFUSE),
    ("cn", "cn_collect_hours", collect("07:59:59"), REFUSE),
    ("cn", "cn_collect_hours", collect("08:00:00"), ALLOW),
    ("cn", "cn_collect_hours", collect("22:30", agreed_hours=AGREED), ALLOW),
    ("cn", "cn_collect_hours", replace(collect(), tz=()), REFUSE),
    ("cn", "cn_collect_attempts_6", collect(unanswered_today=5), ALLOW),
    ("cn", "cn_collect_attempts_6", collect(unanswered_today=6), REFUSE),
    ("cn", "cn_collect_attempts_6", collect(), REFUSE),
    ("cn", "cn_collect_connected_3", collect(connected_today=2), ALLOW),
    ("cn", "cn_collect_connected_3", collect(connected_today=3), REFUSE),
    ("cn", "cn_collect_third_party", collect(party="unrelated", failures_in_row=2), REFUSE),
    ("cn", "cn_collect_third_party", collect(party="unrelated", failures_in_row=3), DUTY),
    ("cn", "cn_collect_third_party_bot", collect(party="unrelated", failures_in_row=3, actor="bot"), REFUSE),
    ("cn", "cn_collect_outsource", collect(operator="agency"), REFUSE),
    ("cn", "cn_collect_outsource", collect(operator="agency", notice_sent_at=at("09:59")), ALLOW),
    ("cn", "cn_insurance_tele_hours", market("20:59:59", product_kind="insurance"), ALLOW),
    ("cn", "cn_insurance_tele_hours", market("21:00:00", product_kind="insurance"), REFUSE),
    ("cn", "cn_insurance_tele_hours", market("08:59:59", product_kind="insurance"), REFUSE),
    ("cn", "cn_insurance_tele_hours", market("09:00:00", product_kind="insurance"), ALLOW),
    ("cn", "cn_marketing_hours_custom", market("11:59:59"), ALLOW),
    ("cn", "cn_marketing_hours_custom", market("12:00:00"), REFUSE),
    ("cn", "cn_marketing_hours_custom", market("14:00:00"), ALLOW),
    ("cn", "cn_marketing_hours_custom", market("20:00:00"), REFUSE),
    ("cn", "cn_marketing_hours_custom", replace(market("18:00"), days={DAY: DayKind.OTHER}), REFUSE),
    ("cn", "cn_marketing_hours_custom", replace(market("10:00"), days={DAY: DayKind.CLOSED}), REFUSE),
    ("cn", "cn_marketing_hours_custom", replace(market("10:00"), days={}), REFUSE),
    ("cn", "cn_marketing_consent", market(consents=SMS_ONLY), REFUSE),
    ("cn", "cn_marketing_consent", market(consents=(*SMS_ONLY, Consent("marketing", "voice"))), ALLOW),
    ("cn", "cn_marketing_consent", market(consents=(Consent("marketing", "voice", "oral", at("09:00")),)), REFUSE),
    ("cn", "cn_marketing_consent", market(), REFUSE),
    ("cn", "cn_marketing_refusal", market(refusals=(Refusal("voice", at("09:00") - timedelta(days=1_096)),)), REFUSE),
    ("cn", "cn_marketing_refusal", market(refusals=()), ALLOW),
    ("cn", "cn_callcentre_licence", market(operator="licensed_callcentre"), REFUSE),
    ("cn", "cn_callcentre_licence", market(), REFUSE),
    ("cn", "cn_callcentre_licence", market(operator="own"), ALLOW),
    ("cn", "cn_sale_suitability", market(product_kind="investment", product_risk=4, person_risk=3), REFUSE),
    ("cn", "cn_sale_suitability", market(product_kind="investment", product_risk=3, person_risk=3), ALLOW),
    ("cn", "cn_sale_suitability_test_age", market(product_kind="investment", risk_test_months=12.0), ALLOW),
    ("cn", "cn_sale_suitability_test_age", market(product_kind="investment", risk_test_months=12.03), REFUSE),
    ("cn", "cn_number_classes", market(), REFUSE),
    ("cn", "cn_number_classes", market(from_class="mobile"), REFUSE),
    ("cn", "cn_number_type_known", market(), REFUSE),
    ("cn", "cn_ai_voice_label", market(actor="bot", script_marks=frozenset()), REFUSE),
    ("cn", "cn_ai_voice_label", market(actor="bot", script_marks=frozenset({"ai_label"})), DUTY),
    ("us", "us_hours", Facts(at("07:59:59", EAST), **US), REFUSE),
    ("us", "us_hours", Facts(at("08:00:00", EAST), **US), ALLOW),
    ("us", "us_hours", Facts(at("20:59:59", EAST), **US), ALLOW),
    ("us", "us_hours", Facts(at("21:00:00", EAST), **US), REFUSE),
    ("us", "us_hours", Facts(at("10:59", EAST), "marketing", tz=(EAST, "America/Los_Angeles")), REFUSE),
    ("us", "us_hours", Facts(at("11:00", EAST), "marketing", tz=(EAST, "America/Los_Angeles")), ALLOW),
    ("us", "us_abandon_3pct", Facts(at("12:00", EAST), **US, live_answers=1_000, abandoned=30), ALLOW),
    ("us", "us_abandon_3pct", Facts(at("12:00", EAST), **US, live_answers=1_000, abandoned=31), REFUSE),
    ("us", "us_ring_15s", Facts(at("12:00", EAST), **US, ring_s=14), REFUSE),
    ("us", "us_ring_15s", Facts(at("12:00", EAST), **US, ring_s=15), ALLOW),
    ("us", "us_ai_voice_is_artificial", Facts(at("12:00", EAST), "service", actor="bot", consents=()), REFUSE),
    ("us", "us_collect_7in7", Facts(at("12:00", EAST), "collections", tz=(EAST,), calls_7d=6), ALLOW),
    ("us", "us_collect_7in7", Facts(at("12:00", EAST), "collections", tz=(EAST,), calls_7d=7), REFUSE),
    ("us", "us_national_dnc_listed", Facts(at("12:00", EAST), **US, on_registry=True), ASK),
    ("uk", "uk_abandon_no_safe_harbour", Facts(at("12:00"), "service", live_answers=1_000, abandoned=9), ALLOW),
    ("uk", "uk_abandon_no_safe_harbour", Facts(at("12:00"), "service", live_answers=1_000, abandoned=10), REFUSE),
    ("uk", "uk_live_marketing_tps_listed", Facts(at("12:00"), "marketing", actor="human", on_registry=True), REFUSE),
    ("eu", "eu_ai_interaction", Facts(at("12:00"), "service", actor="bot", script_marks=frozenset()), REFUSE),
]


@pytest.mark.parametrize(("pack", "rule", "facts", "verdict"), CASES)
def test_at_its_boundary_a_rule_says(pack: str, rule: str, facts: Facts, verdict: Verdict) -> None:
    assert said(pack, rule, facts) is verdict


@pytest.mark.parametrize(("days", "verdict"), [(31, ALLOW), (32, REFUSE)])
def test_a_copy_of_the_registry_is_good_for_31_days(days: int, verdict: Verdict) -> None:
    facts = Facts(at("12:00", EAST), **US, registry_fetched_at=at("12:00", EAST) - timedelta(days=days))
    assert said("us", "us_national_dnc_31d", facts) is verdict


@pytest.mark.parametrize(("day", "verdict"), [(7, REFUSE), (8, ALLOW)])
def test_after_a_talk_on_the_first_the_eighth_is_free(day: int, verdict: Verdict) -> None:
    moment = at("12:00", EAST, date(2026, 11, day))
    facts = Facts(moment, "collections", tz=(EAST,), calls_7d=1, last_talk=date(2026, 11, 1))
    assert said("us", "us_collect_7in7_talk", facts) is verdict


def test_every_rule_with_a_number_has_a_boundary() -> None:
    tested = {rule for _, rule, _, _ in CASES} | {"us_national_dnc_31d", "us_collect_7in7_talk"}
    numeric = {
        rule.id
        for name in ("cn", "us")
        for rule in shipped(name).rules
        if rule.on and type(rule.check).__name__ in ("Hours", "Bounds", "Fresh", "AbandonedBelow", "QuietAfterTalk")
    }
    assert numeric - tested <= {"cn_service_hours", "us_collect_hours"}, "these have the checks of others"
