"""The life of a review, of a risk case and of a calibration: no path around the four eyes."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from callcenter.domain.calibration import CalibrationSession
from callcenter.domain.errors import Rejected
from callcenter.domain.reviews import Appeal, Mark, Review, ReviewAct, ReviewState
from callcenter.domain.risk_cases import RiskAct, RiskCase, RiskState
from callcenter.quality.review import calibration, life, risk
from callcenter.quality.review.marks import MachineItem, judge, lines
from tests.quality.review.samples import AGENT, FIRST, FORM, LEADER, OTHER_AGENT, SECOND, judgement, review

MARKED = lines(FORM)
GOOD = (Mark("greeting", 40), Mark("care", 50), Mark("manners"), Mark("late"))
PEOPLE = (LEADER, FIRST, SECOND, AGENT, OTHER_AGENT)


def act(one: Review, what: ReviewAct, by) -> Review:
    """Any act with all it needs."""
    result = judge(FORM, MARKED, GOOD, by=by.name, at_ms=5, round=life.ROUNDS.get(what, ""))
    match what:
        case ReviewAct.REASSIGN:
            return life.reassigned(one, by, SECOND)
        case ReviewAct.APPEAL:
            return life.appealed(one, by, Appeal(by.name, 3, "not so", ("greeting",)))
        case ReviewAct.UPHOLD:
            return life.answered(one, what, by, 7, "it stays", None)
        case ReviewAct.CHANGE:
            return life.answered(one, what, by, 7, "right", result)
        case ReviewAct.SUBMIT | ReviewAct.SUBMIT_FOR_SECOND | ReviewAct.SECOND_REVIEW:
            return life.judged(one, what, by, result)
    return life.done(one, what, by)


@given(st.lists(st.tuples(st.sampled_from(list(ReviewAct)), st.sampled_from(PEOPLE)), max_size=40))
def test_no_path_leads_around_the_four_eyes(path) -> None:
    one = review()
    for what, by in path:
        allowed = what in life.acts(one, by)
        try:
            after = act(one, what, by)
        except Rejected:
            assert not allowed
            continue
        assert allowed
        one = after
        judges = [each.by for each in one.judgements]
        assert len(judges) == len(set(judges)), "nobody judges twice"
        assert AGENT.name not in judges
        if one.appeal is not None:
            assert one.appeal.by == AGENT.name
            assert one.appeal.answered_by not in [each.by for each in one.judgements if each.round != "appeal"]
        assert (one.judgement is not None) == (one.state in life.DONE)
    if one.state is ReviewState.ACKNOWLEDGED:
        assert not any(life.acts(one, by) for by in PEOPLE)


def test_every_state_is_reached_and_has_an_end() -> None:
    reached, ends = {ReviewState.ASSIGNED}, {ReviewState.ACKNOWLEDGED, ReviewState.WITHDRAWN}
    for _ in ReviewState:
        reached |= {step.to for (state, _), step in life.LIFE.items() if state in reached}
    assert reached == set(ReviewState)
    assert {state for state, _ in life.LIFE} | ends == set(ReviewState)


def test_review_appeal_change_acknowledge() -> None:
    one = act(review(), ReviewAct.SUBMIT, FIRST)
    assert one.judgement is not None
    assert one.judgement.score == 90
    one = act(one, ReviewAct.APPEAL, AGENT)
    for wrong in (FIRST, AGENT):
        with pytest.raises(Rejected):
            act(one, ReviewAct.CHANGE, wrong)
    one = act(one, ReviewAct.CHANGE, SECOND)
    assert one.appeal is not None
    assert (one.appeal.answered_by, one.appeal.answer, len(one.judgements)) == (SECOND.name, "right", 2)
    assert act(one, ReviewAct.ACKNOWLEDGE, AGENT).state is ReviewState.ACKNOWLEDGED


@pytest.mark.parametrize(
    ("appeal", "code"),
    [(Appeal("zhang", 1, " "), "appeal_reason"), (Appeal("zhang", 1, "no", ("nothing",)), "unknown_item")],
)
def test_an_appeal_needs_its_reason(appeal, code) -> None:
    with pytest.raises(Rejected) as refused:
        life.appealed(act(review(), ReviewAct.SUBMIT, FIRST), AGENT, appeal)
    assert refused.value.code == code


def test_a_review_is_handed_on_to_whoever_has_not_judged_the_contact() -> None:
    one, judged = review(), act(replace(review(), id="r2", reviewer=SECOND.name), ReviewAct.SUBMIT, SECOND)
    assert life.reassigned(one, LEADER, SECOND).reviewer == SECOND.name
    submitted = act(one, ReviewAct.SUBMIT, FIRST)
    for each, by, to, others, code in (
        (one, LEADER, SECOND, (judged,), "own_review"),
        (one, LEADER, AGENT, (), "own_contact"),
        (one, AGENT, SECOND, (), "own_contact"),
        (submitted, LEADER, SECOND, (), "review_state"),
    ):
        with pytest.raises(Rejected) as refused:
            life.reassigned(each, by, to, others)
        assert refused.value.code == code


def test_an_answer_needs_words_and_a_change_its_judgement() -> None:
    one = act(act(review(), ReviewAct.SUBMIT, FIRST), ReviewAct.APPEAL, AGENT)
    with pytest.raises(Rejected, match="answer_missing"):
        life.answered(one, ReviewAct.UPHOLD, SECOND, 1, "", None)
    with pytest.raises(Rejected):
        life.answered(one, ReviewAct.CHANGE, SECOND, 1, "so", None)


# --- Marks ---


def test_the_machines_part_stands_beside_the_persons() -> None:
    machine = (MachineItem("greeting", 0, ("greeting_missing",)), MachineItem("care", None), MachineItem("manners", 0))
    found = {line.id: line for line in lines(FORM, machine)}
    assert (found["greeting"].machine, found["greeting"].rules) == (0, ("greeting_missing",))
    assert (found["care"].machine, found["manners"].machine, found["late"].machine) == (None, 1, None)


def test_a_fatal_item_zeroes_the_score_and_deductions_take() -> None:
    broken = (*GOOD[:2], Mark("manners", broken=True), Mark("late"))
    assert judge(FORM, MARKED, broken, by="x", at_ms=1, round="first").score == 0
    late = (*GOOD[:3], Mark("late", -5))
    assert judge(FORM, MARKED, late, by="x", at_ms=1, round="first").score == 85


@pytest.mark.parametrize(
    ("marks", "code", "detail"),
    [
        (GOOD[:1], "items_missing", "care"),
        ((*GOOD, Mark("what")), "unknown_item", "what"),
        ((*GOOD, GOOD[0]), "unknown_item", ""),
        ((Mark("greeting", 41), *GOOD[1:]), "points_range", "greeting"),
        ((Mark("greeting", float("nan")), *GOOD[1:]), "points_range", "greeting"),
        ((*GOOD[:3], Mark("late", -11)), "points_range", "late"),
        ((*GOOD[:3], Mark("late", 0, note="x" * 2001)), "note_long", ""),
    ],
)
def test_marks_outside_the_form_are_refused(marks, code, detail) -> None:
    with pytest.raises(Rejected) as refused:
        judge(FORM, MARKED, marks, by="x", at_ms=1, round="first")
    assert (refused.value.code, refused.value.detail) == (code, detail)


# --- Risk ---

CASE = RiskCase(id="k", contact="c", rules=("forbidden_promise",), opened_ms=0, due_ms=1000, agent="a1")


@given(st.lists(st.tuples(st.sampled_from(list(RiskAct)), st.sampled_from(PEOPLE), st.booleans()), max_size=30))
def test_a_case_is_locked_until_it_is_closed_with_words(path) -> None:
    case = CASE
    for what, by, said in path:
        with suppress(Rejected):
            case = risk.done(case, what, by, 500, "so" if said else "", to=SECOND, due_ms=case.due_ms + 1)
        assert risk.is_locked(case) == (case.state is not RiskState.CLOSED)
        assert (case.assignee != "") == (case.state is not RiskState.LOCKED)
        assert all(step.by != AGENT.name for step in case.steps)
        assert all(step.note for step in case.steps if step.act is RiskAct.CLOSE)


def test_a_deadline_passes_and_is_extended_within_bounds() -> None:
    case = risk.done(CASE, RiskAct.ASSIGN, LEADER, 1, to=SECOND)
    assert not risk.is_overdue(case, 1000)
    assert risk.is_overdue(case, 1001)
    for due in (999, 10**15):
        with pytest.raises(Rejected, match="risk_due"):
            risk.done(case, RiskAct.EXTEND, LEADER, 2, "more time", due_ms=due)
    case = risk.done(case, RiskAct.EXTEND, LEADER, 2, "more time", due_ms=5000)
    assert not risk.is_overdue(case, 1001)
    closed = risk.done(case, RiskAct.CLOSE, SECOND, 3, "called back")
    assert not risk.is_overdue(closed, 9999)


def test_nobody_works_on_a_case_about_themselves() -> None:
    assert risk.acts(CASE, AGENT) == ()
    with pytest.raises(Rejected, match="risk_assignee"):
        risk.done(CASE, RiskAct.ASSIGN, LEADER, 1, to=AGENT)


# --- Calibration ---

SESSION = CalibrationSession(
    id="s",
    title="May",
    form="service",
    form_version=1,
    contacts=("c1", "c2"),
    reviewers=("first", "second"),
    made_by="leader",
    made_ms=0,
)


def _given(session: CalibrationSession, contact: str, by: str, greeting: float) -> CalibrationSession:
    marks = (Mark("greeting", greeting), *GOOD[1:])
    return calibration.marked(session, contact, by, judge(FORM, MARKED, marks, by=by, at_ms=1, round="calibration"))


def test_nobody_sees_others_before_the_end() -> None:
    session = _given(_given(SESSION, "c1", "first", 40), "c1", "second", 0)
    assert [one.reviewer for one in calibration.seen_by(session, "first")] == ["first"]
    ended = calibration.closed(session, "leader", 9, "greeting by name")
    assert len(calibration.seen_by(ended, "first")) == 2
    for refused in (lambda: _given(ended, "c2", "first", 1), lambda: calibration.closed(ended, "leader", 9, "")):
        with pytest.raises(Rejected, match="calibration_closed"):
            refused()


def test_its_maker_sees_all_while_it_is_open_unless_they_score_themselves() -> None:
    session = _given(SESSION, "c1", "first", 40)
    assert [one.reviewer for one in calibration.seen_by(session, "leader")] == ["first"]
    scoring = replace(session, made_by="second")
    assert calibration.seen_by(scoring, "second") == ()
    assert calibration.sees_all(calibration.closed(scoring, "second", 9, ""), "second")


def test_what_waits_for_a_reviewer_and_where_they_differ() -> None:
    session = _given(_given(SESSION, "c1", "first", 40), "c1", "second", 30)
    assert (calibration.waiting(session, "first"), calibration.waiting(session, "leader")) == (("c2",), ())
    assert calibration.waiting(calibration.closed(session, "leader", 9, ""), "first") == ()
    session = _given(session, "c2", "first", 0)
    found = calibration.differences(session)
    assert [(one.contact, one.item) for one in found] == [("c1", "greeting")], "c2 was not scored by both"
    assert {who: item.points for who, item in found[0].given.items()} == {"first": 40, "second": 30}


def test_only_what_all_scored_counts() -> None:
    session = SESSION
    for contact, by, points in (("c1", "first", 40), ("c1", "second", 0), ("c2", "first", 0)):
        session = _given(session, contact, by, points)
    found = calibration.outcome(session)
    assert found.contacts == 1
    greeting = next(one for one in found.items if one.item == "greeting")
    assert greeting.verdicts == {"first": 0, "second": 1}
    assert [(one.reviewer, one.apart) for one in found.reviewers] == [("first", 20), ("second", -20)]
    assert found.overall is not None
    assert found.overall.observed == 0.75


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": ""}, "calibration_title"),
        ({"reviewers": ("first",)}, "calibration_reviewers"),
        ({"reviewers": ("first", "first")}, "calibration_reviewers"),
        ({"contacts": ()}, "calibration_contacts"),
        ({"contacts": tuple(f"c{n}" for n in range(51))}, "calibration_contacts"),
    ],
)
def test_a_session_nobody_can_hold_is_refused(wrong, code) -> None:
    with pytest.raises(Rejected, match=code):
        calibration.begin(replace(SESSION, **wrong))


def test_strangers_do_not_take_part() -> None:
    with pytest.raises(Rejected, match="not_reviewer"):
        _given(SESSION, "c1", "third", 1)
    with pytest.raises(Rejected, match="unknown_contact"):
        calibration.marked(SESSION, "c9", "first", judgement())
    with pytest.raises(Rejected, match="not_its_maker"):
        calibration.closed(SESSION, "first", 1, "")
