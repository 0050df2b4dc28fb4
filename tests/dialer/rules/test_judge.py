"""The verdict on a call: the strictest wins, what is not known is never harmless, each finding can be told later."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from callcenter.domain.errors import ConfigError
from dialer.rules.facts import Consent, DayKind, Facts
from dialer.rules.judge import judge
from dialer.rules.pack import SHIPPED, Verdict, parse, shipped

NOON = datetime(2026, 11, 24, 2, tzinfo=UTC)  # 10:00 in Shanghai, a Tuesday
GOOD = Facts(
    NOON,
    "marketing",
    actor="human",
    operator="own",
    tz=("Asia/Shanghai",),
    days={NOON.date(): DayKind.WORKDAY},
    number_type="mobile",
    from_class="95",
    from_owned=True,
    consents=(Consent("marketing", "voice"),),
    refusals=(),
    product_kind="deposit",
    script_marks=frozenset({"recording"}),
)


def without(**gone: Any) -> Facts:
    return Facts(**{one.name: getattr(GOOD, one.name) for one in fields(Facts)} | gone)


def test_a_call_with_all_its_facts_may_be_placed_with_its_duty() -> None:
    found = judge([shipped("cn")], GOOD)
    assert found.verdict is Verdict.DUTY
    assert [one.rule for one in found.reasons] == ["cn_recording_notice"]


@pytest.mark.parametrize(
    ("name", "nothing"),
    [
        ("purpose", None), ("operator", None), ("tz", ()), ("days", {}), ("number_type", None),
        ("from_class", None), ("from_owned", None), ("consents", None), ("refusals", None),
    ],
)  # fmt: skip
def test_what_is_not_known_is_a_refusal_that_names_it(name: str, nothing: Any) -> None:
    found = judge([shipped("cn")], without(**{name: nothing}))
    assert found.verdict is Verdict.REFUSE
    told = " ".join(missing for one in found.reasons for missing in one.missing)
    assert ("calendar of 2026-11-24" if name == "days" else name) in told


def test_a_zone_that_does_not_exist_is_missing_and_no_crash() -> None:
    found = judge([shipped("cn")], without(tz=("Asia/Bohai",)))
    assert found.verdict is Verdict.REFUSE
    assert any(one.missing == ("tz",) for one in found.reasons)


def test_a_finding_says_rule_pack_version_and_what_was_seen() -> None:
    (finding,) = (one for one in judge([shipped("cn")], GOOD).findings if one.rule == "cn_marketing_hours_custom")
    assert (finding.pack, finding.version) == ("cn", shipped("cn").version)
    assert finding.seen == {"Asia/Shanghai": "2026-11-24T10:00:00+08:00", "day": "workday"}


def test_the_strictest_of_several_packs_wins() -> None:
    """The United States want a copy of the registry that China does not know."""
    assert judge([shipped("cn"), shipped("us")], GOOD).verdict is Verdict.REFUSE


def test_where_no_rule_applies_nothing_is_known() -> None:
    assert judge([], GOOD).verdict is Verdict.REFUSE


def test_rules_from_memory_and_drafts_ship_off() -> None:
    off = {rule.id for name in SHIPPED for rule in shipped(name).rules if not rule.on}
    assert off == {"cn_sms_voice_draft", "cn_collect_nifa_2018", "us_disclosures"}
    told = {one.rule for name in SHIPPED for one in judge([shipped(name)], GOOD).findings}
    assert not off & told


def test_a_rule_is_silent_before_it_is_in_force() -> None:
    facts = without(actor="bot", at=datetime(2026, 8, 1, 10, tzinfo=UTC))
    assert "eu_ai_interaction" not in {one.rule for one in judge([shipped("eu")], facts).findings}
    later = without(actor="bot", at=datetime(2026, 8, 2, 10, tzinfo=UTC))
    assert "eu_ai_interaction" in {one.rule for one in judge([shipped("eu")], later).findings}


def test_clock_changes_do_not_move_the_called_person() -> None:
    """08:00 in New York before and after the clocks went back on 1 November 2026."""
    for day, hour in ((31, 12), (32, 13)):
        moment = datetime(2026, 10, 1, hour, tzinfo=UTC) + timedelta(days=day - 1)
        for seconds, verdict in ((-1, Verdict.REFUSE), (0, Verdict.ALLOW)):
            facts = Facts(moment + timedelta(seconds=seconds), "collections", tz=("America/New_York",))
            (said,) = (one for one in judge([shipped("us")], facts).findings if one.rule == "us_collect_hours")
            assert said.verdict is verdict


UNKNOWN: dict[str, Any] = {
    "purpose": None, "operator": None, "tz": (), "days": {}, "number_type": None, "from_class": None,
    "from_owned": None, "consents": None, "refusals": None, "actor": None, "product_kind": None, "script_marks": None,
}  # fmt: skip


@given(st.sets(st.sampled_from(sorted(UNKNOWN))), st.sets(st.sampled_from(sorted(UNKNOWN))))
def test_knowing_less_never_allows_more(gone: set[str], more: set[str]) -> None:
    order = list(Verdict)
    packs = [shipped("cn")]
    less = judge(packs, without(**{name: UNKNOWN[name] for name in gone | more})).verdict
    assert order.index(less) >= order.index(judge(packs, without(**{name: UNKNOWN[name] for name in gone})).verdict)


def test_every_rule_names_its_source_and_its_pack_a_day_of_review() -> None:
    for name in SHIPPED:
        pack = shipped(name)
        assert pack.review_by > NOON.date()
        assert all(len(rule.source) > 10 for rule in pack.rules)


RULE = {"id": "r", "kind": "law", "sure": "C", "source": "some law", "check": "consent"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"check": "politeness"}, "p.yaml: r.check: no check is called 'politeness'; use one of hours, consent"),
        ({"check": {"hours": {"every": ["8 to 9"]}}}, "write hours as 09:00-12:00"),
        ({"sure": "X"}, "p.yaml: r.sure: "),
        ({"applies": {"purpos": ["marketing"]}}, "no fact is called 'purpos'"),
        (
            {"verdict": "refuse"},
            "p.yaml: r.verdict: Extra inputs are not permitted — remove it or correct its spelling",
        ),
    ],
)
def test_a_pack_that_is_wrong_is_refused_with_its_place(change: dict[str, Any], said: str) -> None:
    pack = {"pack": "p", "version": "1", "review_by": "2027-01-01", "rules": [RULE | change]}
    with pytest.raises(ConfigError) as caught:
        parse(yaml.safe_dump(pack), "p.yaml")
    assert said in str(caught.value)


def test_a_rule_twice_and_no_yaml_and_an_unknown_pack_are_refused() -> None:
    pack = {"pack": "p", "version": "1", "review_by": "2027-01-01", "rules": [RULE, RULE]}
    with pytest.raises(ConfigError, match="rule r stands there twice"):
        parse(yaml.safe_dump(pack), "p.yaml")
    with pytest.raises(ConfigError, match=r"p\.yaml:1: this is not YAML"):
        parse("rules: [", "p.yaml")
    with pytest.raises(ConfigError, match="use one of cn, us, uk, eu"):
        shipped("fr")


def test_a_time_without_a_zone_is_no_time() -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        Facts(datetime(2026, 11, 24, 10))
