"""What is done from the floor: states, messages, closed queues, alarms; and what supervisors do in a talk."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.core import views
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.alarms import AlarmRule, Metric
from callcenter.domain.config import FormField, Overflow, Reason
from callcenter.domain.contact import EndReason, LegEndCause, Place
from tests.core.centre import Centre, config


def refusal(effects: tuple[ef.Effect, ...]) -> tuple[str, str]:
    return next(((e.code, e.detail) for e in effects if isinstance(e, ef.CommandRefused)), ("", ""))


def listening(centre: Centre, contact: str, supervisor: str, mode: str = "listen") -> str:
    centre(ev.SuperviseRequested(agent=supervisor, contact=contact, mode=mode))
    leg = centre.state(contact).supervisors[supervisor]
    centre(ev.LegAnswered(leg=leg))
    return leg


def test_a_supervisor_on_break_takes_a_customer_over_and_goes_back_to_the_break() -> None:
    centre = Centre()
    centre.ready("1001")
    centre(ev.AgentSignedIn(agent="1002", desk="desk-1002"))
    contact, agent = centre.talking()
    leg = listening(centre, contact, "1002")
    effects = centre(ev.TakeOverRequested(agent="1002", contact=contact))
    assert refusal(effects) == ("", "")
    assert (centre.state(contact).agent, centre.state(contact).agent_leg) == ("1002", leg)
    assert centre.agent(agent) is AgentState.WRAP_UP
    assert centre.agent("1002") is AgentState.BUSY
    assert [f.supervisor for f in centre.facts(ef.TakenOver)] == ["1002"]
    centre.hang_up(contact)
    centre.advance(20_000)
    assert centre.agent("1002") is AgentState.ON_BREAK


def test_of_two_supervisors_the_second_is_told_that_the_customer_is_taken() -> None:
    centre = Centre(agents=4)
    centre.ready("1001")
    for supervisor in ("1002", "1003"):
        centre(ev.AgentSignedIn(agent=supervisor, desk=f"desk-{supervisor}"))
    contact, _ = centre.talking()
    listening(centre, contact, "1002")
    listening(centre, contact, "1003")
    centre(ev.TakeOverRequested(agent="1002", contact=contact))
    late = centre(ev.TakeOverRequested(agent="1003", contact=contact))
    assert refusal(late)[0] == "already_taken_over"
    assert centre.state(contact).agent == "1002"


@pytest.mark.parametrize(("prepare", "code"), [("nothing", "listen_first"), ("signed_out", "not_signed_in")])
def test_taking_over_needs_a_supervisor_who_listens_and_is_signed_in(prepare: str, code: str) -> None:
    centre = Centre()
    centre.ready("1001")
    contact, agent = centre.talking()
    if prepare == "signed_out":
        listening(centre, contact, "1002")
    assert refusal(centre(ev.TakeOverRequested(agent="1002", contact=contact)))[0] == code
    assert centre.state(contact).agent == agent


def test_forced_states_take_effect_after_the_talk_and_name_who_set_them() -> None:
    centre = Centre()
    centre.ready("1001", "1002")
    contact, agent = centre.talking()
    centre(ev.AgentStateForced(by="leader", agent=agent, state=AgentState.ON_BREAK, reason="meeting"))
    assert centre.agent(agent) is AgentState.BUSY
    other = "1002" if agent == "1001" else "1001"
    effects = centre(ev.AgentStateForced(by="leader", agent=other, state=AgentState.LOGGED_OUT))
    changed = [e for e in effects if isinstance(e, ef.AgentStateChanged)]
    assert [(e.agent, e.state, e.by) for e in changed] == [(other, AgentState.LOGGED_OUT, "leader")]
    centre.hang_up(contact)
    centre.advance(20_000)
    assert centre.agent(agent) is AgentState.ON_BREAK


def test_nobody_is_made_available_without_a_page_to_ring() -> None:
    centre = Centre()
    centre(ev.AgentSignedIn(agent="1001", desk="d"))
    centre(ev.DeskLost(agent="1001", desk="d"))
    effects = centre(ev.AgentStateForced(by="leader", agent="1001", state=AgentState.AVAILABLE))
    assert refusal(effects) == ("desk_not_open", "1001")


def test_a_closed_queue_sends_on_those_who_wait_ring_and_come() -> None:
    centre = Centre()
    waiting = centre.call("95001")
    centre.ready("1002")
    ringing = centre.call("95001")
    assert {centre.state(waiting).place, centre.state(ringing).place} == {Place.OFFERED, Place.WAITING}
    words = {"zh": "系统维护", "en": "Maintenance"}
    centre(ev.QueueClosed(by="ops", queue="general", announcement=words, target="queue:card"))
    late = centre.call("95001")
    for contact in (waiting, ringing, late):
        playing = centre.state(contact).playing
        assert centre.state(contact).place is Place.FLOW
        centre(ev.PlaybackEnded(leg=centre.state(contact).customer_leg, request=playing))
        assert centre.state(contact).queue == "card"
    said = [e.prompts[0].text for e in centre.facts(ef.Play)]
    assert said.count("系统维护") == 3
    assert centre.agent("1002") is AgentState.AVAILABLE
    assert [f.outcome for f in centre.facts(ef.QueueLeft)] == ["closed", "closed"]


def test_a_closed_queue_without_a_target_ends_the_call_politely_and_opens_again() -> None:
    centre = Centre()
    centre(ev.QueueClosed(by="ops", queue="general", announcement={}))
    contact = centre.call("95001")
    centre(ev.PlaybackEnded(leg=centre.state(contact).customer_leg, request=centre.state(contact).playing))
    assert [f.reason for f in centre.facts(ef.ContactEnded)] == [EndReason.QUEUE_CLOSED]
    centre(ev.QueueReopened(by="ops", queue="general"))
    assert centre.state(centre.call("95001")).place is Place.WAITING
    assert refusal(centre(ev.QueueReopened(by="ops", queue="general")))[0] == "queue_not_closed"


def test_closures_never_go_in_a_circle() -> None:
    centre = Centre()
    centre(ev.QueueClosed(by="ops", queue="general", announcement={"zh": "一"}, target="queue:card"))
    effects = centre(ev.QueueClosed(by="ops", queue="card", announcement={"zh": "二"}, target="queue:general"))
    assert refusal(effects)[0] == "closure_circle"
    for target in ("queue:none", "flow:none", "number:x", "rubbish", "queue:general"):
        effects = centre(ev.QueueClosed(by="ops", queue="general", announcement={}, target=target))
        assert refusal(effects)[0] in ("bad_target", "closure_circle"), target


def test_messages_reach_desks_are_read_and_only_the_last_are_kept() -> None:
    centre = Centre()
    for n in range(12):
        centre(ev.MessageSent(by="leader", message=f"m{n}", agents=("1001", "1001", "9999"), text=f"第{n}条"))
    centre(ev.MessageRead(agent="1001", message="m11"))
    view = views.desk_view(centre.center, "1001", centre.now)
    assert view is not None
    assert [(m.id, m.read) for m in view.messages[:2]] == [("m11", True), ("m10", False)]
    assert len(view.messages) == 10
    assert refusal(centre(ev.MessageSent(by="x", message="m", agents=("9999",), text="?")))[0] == "unknown_agent"
    assert refusal(centre(ev.MessageSent(by="x", message="m", agents=("1001",), text="字" * 1001)))[0] == (
        "message_too_long"
    )


def test_an_alarm_stands_until_the_figure_is_back_and_its_rule_exists() -> None:
    centre = Centre()
    rule = AlarmRule(id="wait", metric=Metric.LONGEST_WAIT_MS, limit=60_000)
    with_rule = msgspec.structs.replace(config(), alarms=(rule,))
    centre(ev.CenterConfigured(config=with_rule))
    centre(ev.ThresholdPassed(rule="wait", subject="general", value=70_000, raised=True))
    centre(ev.ThresholdPassed(rule="none", subject="general", value=1, raised=True))
    centre(ev.AlarmAcknowledged(by="leader", alarm="wait:general"))
    floor = views.floor_view(centre.center, centre.now)
    assert [(a.id, a.value, a.acknowledged_by) for a in floor.alarms] == [("wait:general", 70_000, "leader")]
    centre(ev.CenterConfigured(config=config()))
    assert views.floor_view(centre.center, centre.now).alarms == ()
    assert refusal(centre(ev.AlarmAcknowledged(by="leader", alarm="wait:general")))[0] == "alarm_gone"


def test_payment_mode_pauses_the_recording_refuses_keys_and_ends_with_the_talk() -> None:
    centre = Centre()
    centre.ready("1001", "1002")
    contact, agent = centre.talking()
    on = centre(ev.PaymentModeRequested(agent=agent, contact=contact, on=True))
    assert [e.paused for e in on if isinstance(e, ef.PauseRecording)] == [True]
    keys = centre(ev.DigitsRequested(agent=agent, contact=contact, digits="123"))
    resume = centre(ev.RecordingPauseRequested(agent=agent, contact=contact, paused=False))
    assert (refusal(keys)[0], refusal(resume)[0]) == ("payment_mode_on", "payment_mode_on")
    off = centre(ev.PaymentModeRequested(agent=agent, contact=contact, on=False))
    assert [e.paused for e in off if isinstance(e, ef.PauseRecording)] == [False]
    centre(ev.PaymentModeRequested(agent=agent, contact=contact, on=True))
    end = centre.hang_up(contact)
    assert not [e for e in end if isinstance(e, ef.PauseRecording)]
    assert [f.on for f in centre.facts(ef.PaymentModeChanged)] == [True, False, True, False]


def test_payment_mode_leaves_a_recording_paused_that_the_agent_paused_before() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, agent = centre.talking()
    centre(ev.RecordingPauseRequested(agent=agent, contact=contact, paused=True))
    centre(ev.PaymentModeRequested(agent=agent, contact=contact, on=True))
    off = centre(ev.PaymentModeRequested(agent=agent, contact=contact, on=False))
    assert not [e for e in off if isinstance(e, ef.PauseRecording)]


CHOICES = (Reason(id="lost", names={}), Reason(id="stolen", names={}))
FORM = (
    FormField(id="card_tail", names={"zh": "卡尾号"}, kind="number", required=True),
    FormField(id="when", names={"zh": "日期"}, kind="date"),
    FormField(
        id="why",
        names={"zh": "原因"},
        kind="choice",
        choices=CHOICES,
    ),
)


def with_form() -> Centre:
    centre = Centre()
    plain = config()
    queues = {**plain.queues, "general": msgspec.structs.replace(plain.queues["general"], fields=FORM)}
    centre(ev.CenterConfigured(config=msgspec.structs.replace(plain, queues=queues)))
    centre.ready("1001")
    return centre


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ("field_missing", "card_tail")),
        ({"card_tail": "  "}, ("field_missing", "card_tail")),
        ({"card_tail": "12a"}, ("field_invalid", "card_tail")),
        ({"card_tail": "1234", "when": "31.12."}, ("field_invalid", "when")),
        ({"card_tail": "1234", "why": "eaten"}, ("field_invalid", "why")),
        ({"card_tail": "1234", "other": "x"}, ("field_unknown", "other")),
        ({"card_tail": "1234", "why": "lost", "when": "2026-12-31"}, ("", "")),
    ],
)
def test_the_form_of_the_queue_is_checked_field_by_field(fields: dict[str, str], expected: tuple[str, str]) -> None:
    centre = with_form()
    contact, agent = centre.talking()
    centre.hang_up(contact)
    effects = centre(ev.WrapUpCompleted(agent=agent, contact=contact, disposition="resolved", fields=fields))
    assert refusal(effects) == expected
    assert centre.agent(agent) is (AgentState.WRAP_UP if expected[0] else AgentState.AVAILABLE)


def test_a_follow_up_lies_ahead_and_within_a_year() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, agent = centre.talking()
    for at_ms, code in ((centre.now - 1, "follow_up_time"), (centre.now + 400 * 86_400_000, "follow_up_time")):
        filed = ev.WrapUpCompleted(agent=agent, contact=contact, disposition="resolved", follow_up_ms=at_ms)
        assert refusal(centre(filed))[0] == code
    tomorrow = centre.now + 86_400_000
    centre(ev.WrapUpCompleted(agent=agent, contact=contact, disposition="resolved", follow_up_ms=tomorrow))
    assert [f.follow_up_ms for f in centre.facts(ef.WrapUpFiled)] == [tomorrow]


def test_wrap_up_is_extended_once_and_then_ends_by_itself() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, agent = centre.talking()
    centre.hang_up(contact)
    centre.advance(10_000)
    centre(ev.WrapUpExtended(agent=agent, contact=contact))
    assert refusal(centre(ev.WrapUpExtended(agent=agent, contact=contact)))[0] == "already_extended"
    centre.advance(15_000)
    assert centre.agent(agent) is AgentState.WRAP_UP
    centre.advance(10_000)
    assert centre.agent(agent) is AgentState.AVAILABLE


def test_an_agent_removed_while_talking_finishes_the_call_and_is_then_gone() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, agent = centre.talking()
    plain = config()
    fewer = {name: a for name, a in plain.agents.items() if name != agent}
    centre(ev.CenterConfigured(config=msgspec.structs.replace(plain, agents=fewer)))
    view = views.desk_view(centre.center, agent, centre.now)
    assert view is not None
    assert view.contacts[0].id == contact
    centre(ev.HoldRequested(agent=agent, contact=contact))
    assert centre.state(contact).on_hold
    centre(ev.HangUpRequested(agent=agent, contact=contact))
    centre.advance(20_000)
    assert views.desk_view(centre.center, agent, centre.now) is None


def test_todays_figures_count_hold_wrap_up_and_missed_offers() -> None:
    centre = Centre(agents=1)
    centre.ready("1001")
    contact, agent = centre.talking()
    centre(ev.HoldRequested(agent=agent, contact=contact))
    centre.advance(5_000)
    centre(ev.ResumeRequested(agent=agent, contact=contact))
    centre.hang_up(contact)
    centre.advance(15_000)
    missed = centre.call()
    centre.leg_fails(centre.state(missed).offer_leg, LegEndCause.NO_ANSWER)
    view = views.desk_view(centre.center, agent, centre.now)
    assert view is not None
    assert (view.today.hold_ms, view.today.wrap_up_ms, view.today.missed) == (5_000, 15_000, 1)


def with_queue(**changes: object) -> Centre:
    centre = Centre()
    plain = config()
    queues = {**plain.queues, "general": msgspec.structs.replace(plain.queues["general"], **changes)}
    centre(ev.CenterConfigured(config=msgspec.structs.replace(plain, queues=queues)))
    return centre


def test_overflow_conditions_are_watched_all_the_time_and_the_first_to_hold_counts() -> None:
    rules = (Overflow(target="queue:card", when_unstaffed=True), Overflow(target="queue:card", staffed_below=2))
    centre = with_queue(overflow=rules[:1])
    centre.ready("1002")
    talk, _ = centre.talking()
    waiting = centre.call()
    centre.advance(60_000)
    assert centre.state(waiting).queue == "general"
    centre(ev.AgentSignedOut(agent="1002"))
    centre.hang_up(talk)
    centre.advance(30_000)
    assert (centre.state(waiting).queue, centre.state(waiting).why.code) == ("card", "overflow_unstaffed")
    fewer = with_queue(overflow=rules[1:])
    fewer.ready("1002")
    fewer.talking()
    assert fewer.state(fewer.call()).why.code == "overflow_understaffed"


def test_a_queue_hands_on_whoever_would_wait_too_long() -> None:
    centre = with_queue(overflow=(Overflow(target="queue:card", expected_ms=300_000),), wrap_up_ms=0)
    centre.ready("1002")
    for _ in range(4):
        contact, _agent = centre.talking()
        centre.advance(180_000)
        centre.hang_up(contact)
    centre.talking()
    first, second = centre.call(), centre.call()
    centre.advance(5_000)
    assert (centre.state(first).queue, centre.state(second).queue) == ("general", "card")


def test_a_customer_comes_back_to_the_agent_they_spoke_with() -> None:
    centre = with_queue(prefer_last_agent_ms=30_000, wrap_up_ms=60_000)
    centre.ready("1001", "1002")
    first, agent = centre.talking()
    centre.hang_up(first)
    again = centre.call()
    assert centre.state(again).place is Place.WAITING
    centre.advance(29_000)
    assert centre.state(again).place is Place.WAITING
    centre(ev.WrapUpCompleted(agent=agent, contact=first, disposition="resolved"))
    assert centre.state(again).offered_agent == agent
    stranger = centre.call(caller="13900000000")
    assert centre.state(stranger).offered_agent not in ("", agent)


def test_joining_a_queue_is_told_with_all_that_the_contact_asks_for() -> None:
    centre = with_queue(prefer_last_agent_ms=30_000, wrap_up_ms=60_000)
    centre.ready("1001")
    first, agent = centre.talking()
    centre.hang_up(first)
    centre.call()
    told = [(fact.preferred, fact.preferred_ms) for fact in centre.facts(ef.QueueJoined)]
    assert told == [("", 0), (agent, 30_000)]
