"""A campaign's pure rules: its life, its hours where the person is, retries, and the one door to dialling."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from callcenter.domain.campaign_records import (
    Campaign,
    CampaignAct,
    CampaignSpec,
    CampaignState,
    OptOut,
    PastAttempts,
    Window,
)
from callcenter.domain.campaigns import NOT_DIALLED, LeadState, Outcome, RunningCampaign
from callcenter.domain.errors import Rejected
from callcenter.domain.leads import Lead
from dialer.campaign import life
from dialer.campaign.check import Known, faults
from dialer.campaign.facts import Surroundings
from dialer.campaign.hours import is_open, next_open_ms
from dialer.campaign.retry import next_step
from dialer.campaign.verdict import rule
from dialer.rules.pack import shipped

ROOT = Path(__file__).parents[2]
SPEC = CampaignSpec(
    names={"en": "Loans"},
    goal="calls",
    purpose="service",
    queue="general",
    caller_number="95000",
    number_class="95",
    marks=("recording",),
    windows=tuple(Window(day, "09:00", "12:00") for day in range(5)),
)
KNOWN = Known({"general"}, {"survey"}, {"95000"})
LEAD = Lead(row=2, number="+8613900000001", zones=("Asia/Shanghai",), number_type="mobile", id=1, campaign="c", list=1)


def at(text: str, zone: str = "Asia/Shanghai") -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def ruling(spec: CampaignSpec, lead: Lead, moment: int, opted_out: OptOut | None = None):
    around = Surroundings(spec, frozenset(KNOWN.numbers), {})
    return rule(around, (shipped("cn"),), lead, PastAttempts(), opted_out, moment)


@given(st.lists(st.tuples(st.sampled_from(list(CampaignAct)), st.sampled_from(["maker", "checker"])), max_size=25))
def test_nothing_runs_that_somebody_else_has_not_approved(acts: list[tuple[CampaignAct, str]]) -> None:
    campaign = Campaign(id="c", spec=SPEC, requested_by="maker")
    for act, by in acts:
        with suppress(Rejected):
            campaign = life.done(campaign, act, by)
        if campaign.state in (CampaignState.APPROVED, CampaignState.RUNNING, CampaignState.PAUSED):
            assert campaign.approved_by
            assert campaign.approved_by != campaign.requested_by
    own, others = life.acts(campaign, campaign.requested_by), life.acts(campaign, "somebody else")
    assert (CampaignAct.APPROVE in others) == (campaign.state is CampaignState.SUBMITTED)
    assert CampaignAct.APPROVE not in own


def test_what_was_approved_is_a_draft_again_once_it_is_changed() -> None:
    approved = Campaign(id="c", spec=SPEC, state=CampaignState.APPROVED, requested_by="maker", approved_by="checker")
    changed = life.edited(approved, replace(SPEC, goal="more"), "maker")
    assert (changed.state, changed.approved_by) == (CampaignState.DRAFT, "")
    with pytest.raises(Rejected):
        life.edited(replace(approved, state=CampaignState.RUNNING), SPEC, "maker")


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-06-05T08:59:59", "2026-06-05T09:00:00"),
        ("2026-06-05T09:00:00", "2026-06-05T09:00:00"),
        ("2026-06-05T11:59:59", "2026-06-05T11:59:59"),
        ("2026-06-05T12:00:00", "2026-06-08T09:00:00"),
    ],
)
def test_hours_are_those_of_the_place_where_the_person_is(moment: str, opens: str) -> None:
    assert next_open_ms(SPEC, ("Asia/Shanghai",), at(moment)) == at(opens)
    assert next_open_ms(SPEC, ("America/New_York",), at(moment, "America/New_York")) == at(opens, "America/New_York")


def test_where_the_person_may_be_in_several_places_it_must_be_open_in_all() -> None:
    zones = ("America/New_York", "America/Los_Angeles")
    assert next_open_ms(SPEC, zones, at("2026-06-05T09:00", "America/New_York")) is None
    wide = replace(SPEC, windows=tuple(Window(day, "09:00", "20:00") for day in range(7)))
    assert next_open_ms(wide, zones, at("2026-06-05T09:00", zones[0])) == at("2026-06-05T09:00", zones[1])
    assert not is_open(wide, (), at("2026-06-05T10:00"))


def test_hours_follow_the_clocks_when_they_are_changed() -> None:
    days = replace(SPEC, windows=tuple(Window(day, "09:00", "12:00") for day in range(7)))
    night = at("2026-03-08T01:00", "America/New_York")
    assert next_open_ms(days, ("America/New_York",), night) == night + 7 * 3_600_000, (
        "the hour from 2 to 3 is not there"
    )


def test_a_campaign_is_over_after_its_last_day() -> None:
    ended = replace(SPEC, last_day="2026-06-04")
    assert next_open_ms(ended, ("Asia/Shanghai",), at("2026-06-05T08:00")) is None
    found = ruling(ended, LEAD, at("2026-06-05T10:00"))
    assert (found.dials, found.reason, found.state) == (False, "never_open", LeadState.SUSPENDED)


def test_a_ruling_keeps_what_the_rules_saw() -> None:
    found = ruling(SPEC, LEAD, at("2026-06-05T10:00"))
    assert found.dials
    assert {one["rule"] for one in found.told["findings"]} >= {"cn_number_truth", "cn_service_hours"}
    assert all(one["version"] for one in found.told["findings"])


def test_whoever_opted_out_is_refused_whatever_the_packs_say() -> None:
    found = ruling(SPEC, LEAD, at("2026-06-05T10:00"), OptOut(LEAD.number, 1, "c1"))
    assert (found.dials, found.reason, found.state) == (False, "opted_out", LeadState.OPTED_OUT)


@given(
    st.dictionaries(st.sampled_from([str(outcome) for outcome in Outcome]), st.integers(1, 9)),
    st.sampled_from(list(Outcome)),
)
def test_no_lead_is_tried_for_ever(tried: dict[str, int], outcome: Outcome) -> None:
    campaign = RunningCampaign(id="c", attempts=3)
    step = next_step(campaign, outcome, {**tried, outcome: tried.get(outcome, 0) + 1}, 1_000)
    rounds = 0
    while step.state is LeadState.WAITING:
        assert step.due_ms is not None
        assert step.due_ms > 1_000
        tried[outcome] = tried.get(outcome, 0) + 1
        step = next_step(campaign, outcome, tried, 1_000)
        rounds += 1
        assert rounds < 10
    assert step.state is not LeadState.READY or outcome in NOT_DIALLED


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"names": {}}, "names", "missing"),
        ({"goal": " "}, "goal", "missing"),
        ({"purpose": "fun"}, "purpose", "missing"),
        ({"queue": "gone"}, "queue", "unknown"),
        ({"caller_number": ""}, "caller_number", "missing"),
        ({"caller_number": "95588"}, "caller_number", "not_ours"),
        ({"windows": ()}, "windows", "never_open"),
        ({"windows": (Window(0, "12:00", "09:00"),)}, "windows", "not_hours"),
        ({"first_day": "2026-06-05", "last_day": "2026-06-04"}, "last_day", "before_first"),
        ({"last_day": "tomorrow"}, "last_day", "not_a_day"),
        ({"packs": ("xx",)}, "packs", "unknown"),
        ({"attempts": 0}, "attempts", "out_of_bounds"),
        ({"cap": 0.5}, "cap", "out_of_bounds"),
    ],
)
def test_a_faulty_request_names_the_field(change: dict, field: str, code: str) -> None:
    assert faults(SPEC, KNOWN) == []
    assert (field, code) in [(fault.field, fault.code) for fault in faults(replace(SPEC, **change), KNOWN)]


def test_only_the_dialler_has_a_lead_called() -> None:
    """Whatever else would dial a lead would dial round the rules."""
    sources = [path for folder in ("callcenter", "dialer") for path in (ROOT / folder).rglob("*.py")]
    made = [path for path in sources if re.search(r"\bLeadCalled\((?!Event)", path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in made] == ["callcenter/app/campaigns/dialler.py"]
