"""Columns are guessed by their headings; rows become leads or say why not; no number twice; rules at upload."""

from __future__ import annotations

import json

import pytest

from callcenter.domain.campaign_records import CampaignSpec, PastAttempts
from callcenter.domain.lead_lists import Mapping, Use
from callcenter.domain.leads import FurtherNumber, Lead, LeadState, NewLead
from dialer.campaign.facts import Surroundings, facts_of
from dialer.lists.columns import MappingFault, fault_of, guess
from dialer.lists.duplicates import Placed, without_duplicates
from dialer.lists.judging import CampaignRules, UploadJudge
from dialer.lists.reasons import Code, Reject
from dialer.lists.rows import MAX_TEXT, RowReader
from dialer.rules.pack import parse, shipped

AT_MS = 1_796_000_000_000


def test_headings_in_both_languages() -> None:
    chinese = guess(["客户姓名", "手机号码", "办公电话", "额度", "优先级", "", "客户经理工号"])
    assert chinese.uses == (Use.NAME, Use.NUMBER, Use.FURTHER, Use.VARIABLE, Use.PRIORITY, Use.IGNORE, Use.OWNER)
    english = guess(["Full Name", "MOBILE_NUMBER", "Phone", "Time zone", "ext."])
    assert english.uses == (Use.NAME, Use.NUMBER, Use.FURTHER, Use.ZONE, Use.VARIABLE)
    assert guess(["座机", "备注"]).uses == (Use.NUMBER, Use.VARIABLE)
    assert guess(["姓名", "联系人", "电话"]).uses == (Use.NAME, Use.VARIABLE, Use.NUMBER)


def test_a_mapping_that_cannot_be_used_says_why() -> None:
    assert fault_of(guess(["姓名", "额度"])) == (MappingFault.NO_NUMBER, "")
    twice = Mapping(("a", "b"), (Use.NUMBER, Use.NUMBER))
    assert fault_of(twice) == (MappingFault.USED_TWICE, "number")
    assert fault_of(guess(["电话", "额度", "额度"])) == (MappingFault.SAME_HEADING, "额度")
    assert fault_of(guess(["电话", "额度"])) is None


READER = RowReader(guess(["姓名", "手机号", "座机", "额度", "优先级", "时区", "工号"]), agents={"1001"})


def test_a_row_becomes_a_lead() -> None:
    cells = ["王小明", "138 0000 1234", "022-87654321-8/没有", " 5万 ", "3", "Asia/Urumqi", "1001"]
    assert READER.read(2, cells) == NewLead(
        2,
        "+8613800001234",
        further=(FurtherNumber("+862287654321", "8"),),
        name="王小明",
        variables={"额度": "5万"},
        region="CN",
        zones=("Asia/Urumqi",),
        number_type="mobile",
        priority=3,
        owner="agent:1001",
    )
    short = READER.read(3, ["李", "13900001234"])
    assert isinstance(short, NewLead)
    assert (short.zones, short.variables, short.priority) == (("Asia/Shanghai",), {}, 0)
    assert isinstance(READER.read(4, ["李", "没有/13900001234", *[""] * 9]), NewLead)


@pytest.mark.parametrize(
    ("cells", "reject"),
    [
        (["", " ", ""], Reject(7, "", Code.EMPTY_ROW)),
        ([], Reject(7, "", Code.EMPTY_ROW)),
        (["王", ""], Reject(7, "手机号", Code.NO_NUMBER)),
        (["王", "没有"], Reject(7, "手机号", Code.NOT_A_NUMBER)),
        (["王", "13800001234", "", "", "11"], Reject(7, "优先级", Code.BAD_PRIORITY, {"most": 10})),
        (["王", "13800001234", "", "", "高"], Reject(7, "优先级", Code.BAD_PRIORITY, {"most": 10})),
        (["王", "13800001234", "", "", "", "火星"], Reject(7, "时区", Code.BAD_ZONE)),
        (["王", "13800001234", "", "", "", "../etc/passwd"], Reject(7, "时区", Code.BAD_ZONE)),
        (["王", "13800001234", "", "", "", "", "9"], Reject(7, "工号", Code.UNKNOWN_OWNER)),
        (["王", "13800001234", *["x"] * 6], Reject(7, "", Code.MORE_CELLS, {"cells": 8, "columns": 7})),
        (["王" * (MAX_TEXT + 1), "1"], Reject(7, "姓名", Code.TOO_MUCH_TEXT, {"most": MAX_TEXT})),
    ],
)
def test_a_row_that_is_none_says_why(cells: list[str], reject: Reject) -> None:
    assert READER.read(7, cells) == reject


def lead(row: int, number: str = "+8613800001234", **more: object) -> NewLead:
    return NewLead(row, number, number_type="mobile", **more)  # type: ignore[arg-type]


def test_each_number_is_there_once() -> None:
    placed = [
        Placed("loan", 3, 9, "+1", ""),
        Placed("loan", 4, 5, "+2", ""),
        Placed("cards", 1, 5, "+3", ""),
        Placed("cards", 1, 6, "+4", "", open=False),
        Placed("old", 1, 7, "+5", ""),
    ]
    given = [lead(row, f"+{number}") for row, number in enumerate((1, 2, 3, 4, 5, 6, 6), 10)]
    kept, rejects = without_duplicates([*given, lead(20, "+6", extension="8")], placed, "loan", 4, {"cards"})
    assert [(one.number, one.row) for one in kept] == [("+4", 13), ("+5", 14), ("+6", 15), ("+6", 20)]
    assert rejects == [
        Reject(10, "", Code.IN_CAMPAIGN, {"list": 3, "first": 9}),
        Reject(11, "", Code.TWICE_IN_LIST, {"first": 5}),
        Reject(12, "", Code.IN_OTHER_CAMPAIGN, {"campaign": "cards"}),
        Reject(16, "", Code.TWICE_IN_LIST, {"first": 15}),
    ]


def test_a_number_of_unknown_class_is_refused_by_its_rule_and_the_verdict_is_kept() -> None:
    judge = UploadJudge([shipped("cn")], CampaignRules("marketing", "human", "own"), AT_MS)
    refused = judge.judged(NewLead(2, "+8613", number_type="other"), opted_out=False)
    assert (refused.state, refused.reason) == (LeadState.REFUSED, "cn_number_type_known")
    told = json.loads(refused.verdict)
    assert (told["pack"], told["version"], told["seen"]) == ("cn", "2026.11.22", {"number_type": "other"})
    good = lead(3)
    assert judge.judged(good, opted_out=False) is good


def test_who_opted_out_is_kept_as_such_with_the_rule_that_says_so() -> None:
    judge = UploadJudge([shipped("cn")], CampaignRules("marketing", "human", "own"), AT_MS)
    kept = judge.judged(lead(2), opted_out=True)
    assert (kept.state, kept.reason) == (LeadState.OPTED_OUT, "opted_out")
    assert json.loads(kept.verdict)["rule"] == "cn_marketing_refusal"
    without = UploadJudge([], CampaignRules(), AT_MS).judged(lead(2), opted_out=True)
    assert (without.state, without.verdict) == (LeadState.OPTED_OUT, "")


RULES = """
pack: test
version: 2026.1.1
review_by: 2027-01-01
rules:
  - {{id: r1, kind: custom, sure: Q, source: ours, applies: {applies}, check: {check}, broken: {broken}}}
"""


@pytest.mark.parametrize(
    ("applies", "check", "broken", "state"),
    [
        ("{purpose: [marketing]}", "never", "refuse", LeadState.REFUSED),
        ("{purpose: [marketing]}", "never", "ask", LeadState.SUSPENDED),
        ("{purpose: [marketing]}", "never", "duty", LeadState.READY),
        ("{purpose: [survey]}", "never", "refuse", LeadState.READY),
        ("{product_kind: [insurance]}", "never", "refuse", LeadState.READY),  # not known: decided when dialling
        ("{party: [unrelated]}", "never", "refuse", LeadState.READY),
        ("{}", '{hours: {every: ["01:00-01:01"]}}', "refuse", LeadState.READY),
        ("{}", "{one_of: {fact: from_class, values: ['95']}}", "refuse", LeadState.READY),
        ("{}", "{not_above: {fact: product_risk, other: person_risk}}", "refuse", LeadState.READY),
    ],
)
def test_only_what_no_later_moment_decides_otherwise_is_judged(
    applies: str, check: str, broken: str, state: LeadState
) -> None:
    pack = parse(RULES.format(applies=applies, check=check, broken=broken), "test.yaml")
    judged = UploadJudge([pack], CampaignRules("marketing"), AT_MS).judged(lead(2), opted_out=False)
    assert judged.state is state


@pytest.mark.parametrize(("written", "kind"), [("13800001234", "mobile"), ("022-87654321", "landline")])
def test_the_kind_of_a_number_is_known_in_the_moment_of_dialling(written: str, kind: str) -> None:
    """What a list says of a number is what the rules ask for when it is dialled."""
    read = READER.read(2, ["王", written])
    assert isinstance(read, NewLead)
    kept = Lead(**{name: getattr(read, name) for name in NewLead.__struct_fields__}, id=1, campaign="loan", list=1)
    around = Surroundings(CampaignSpec({"en": "Loans"}), frozenset(), {})
    assert facts_of(around, kept, PastAttempts(), None, AT_MS).number_type == kind


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"consent": "no"}, "cn_marketing_consent"),
        ({"consent": "oral"}, ""),
        ({"consent": "oral", "product_risk": "4", "person_risk": "3"}, "cn_sale_suitability"),
        ({"consent": "oral", "product_risk": "3", "person_risk": "3"}, ""),
        ({"consent": "oral", "product_risk": "4"}, ""),  # the person's is not known: decided when dialling
        ({}, ""),
    ],
)
def test_what_a_list_says_of_a_person_is_judged_at_upload(told: dict[str, str], reason: str) -> None:
    rules = CampaignRules("marketing", "human", "own", "investment")
    judged = UploadJudge([shipped("cn")], rules, AT_MS).judged(lead(2, variables=told), opted_out=False)
    assert (judged.reason, judged.state is LeadState.REFUSED) == (reason, bool(reason))
