"""Callbacks on the pure core: place, agent first, retries, windows, hours, and the races around them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from callcenter.core.center import Center
from callcenter.core.replay import replay as replayed
from callcenter.core.views import desk_view, floor_view
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import Announcements, Calendar, CallbackRule, CenterConfig, Interval, Overflow, RetryAfter
from callcenter.domain.contact import EndReason, LegEndCause, Place
from callcenter.domain.events import GatherOutcome
from callcenter.domain.figures import QueueSums
from callcenter.flow.loader import load_text
from callcenter.web import i18n
from callcenter.web.desk.regions import part_of, render_regions
from callcenter.web.wording.words import words_for
from tests.core.centre import MENU, Centre, config

CUSTOMER = "13800000001"
SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR = 60_000, 3_600_000
DAY = 24 * HOUR

OFFER = """
flow: offer
title: {zh: 回电, en: Callback}
start: ask
fallback_queue: general
steps:
  ask:
    type: callback
    queue: general
    text: {zh: 回电请按1, en: Press 1}
    ask_number: {text: {zh: 号码, en: The number}}
    confirm: {text: {zh: 确认, en: Right}}
    ask_time: {text: {zh: 时间, en: When}}
    times: {"1": soon, "2": "15:00-16:00"}
    next: bye
    declined: back
  back: {type: queue, queue: general}
  bye: {type: hangup}
"""


def offer_flow(text: str) -> dict[str, object]:
    """The flow as it is published."""
    return load_text("offer.yaml", text).flow.to_plain()


def local(text: str) -> int:
    """Ms since 1970 of a local time in Shanghai."""
    return round(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC).timestamp() * 1000)


def with_rule(centre: Centre, **fields: object) -> None:
    """Give the general queue this callback rule; what else the centre has stays."""
    before = centre.center.state.config
    general = before.queues["general"]
    calendars = fields.pop("calendars", before.calendars)
    overflow, key = fields.pop("overflow", ()), fields.pop("key", "")
    told = Announcements(first_after_ms=10_000, every_ms=30_000, callback_key=key)
    queue = replace(general, callback=CallbackRule(**fields), overflow=overflow, announcements=told)
    queues = {**before.queues, "general": queue}
    centre(ev.CenterConfigured(config=replace(before, queues=queues, calendars=calendars)))


def a_centre(at: str = "2027-03-10T10:00", **rule: object) -> Centre:
    """A centre with the callback flow at 95002, on a Wednesday morning."""
    centre = Centre(with_flows=False)
    centre.now = local(at)
    started: CenterConfig = config()
    centre(ev.CenterConfigured(config=replace(started, numbers={**started.numbers, "95002": "offer"})))
    centre(ev.FlowsPublished(flows={"offer": offer_flow(OFFER), "menu": load_text("menu.yaml", MENU).flow.to_plain()}))
    with_rule(centre, **rule)
    return centre


def press(centre: Centre, contact: str, digits: str) -> tuple[ef.Effect, ...]:
    c = centre.state(contact)
    outcome = GatherOutcome.COMPLETE
    return centre(ev.DigitsGathered(leg=c.customer_leg, request=c.flow.pending, outcome=outcome, digits=digits))


def book(centre: Centre, caller: str = CUSTOMER, when: str = "1") -> str:
    """A customer books a callback by the flow; returns its contact. ``when`` 2: between 15 and 16 o'clock."""
    contact = centre.call("95002", caller)
    chosen(centre, contact, when)
    return centre.facts(ef.CallbackBooked)[-1].callback


def chosen(centre: Centre, contact: str, when: str = "1") -> None:
    """To this number, at that time."""
    press(centre, contact, "1")
    press(centre, contact, when)


def accepted(centre: Centre, callback: str) -> str:
    """The agent to whom the callback is offered takes it; returns the agent."""
    agent = centre.state(callback).offered_agent
    centre.answer(callback)
    return agent


def dialled(centre: Centre, agent: str = "1001") -> str:
    """A callback that is being dialled for ``agent``."""
    callback = book(centre)
    centre.ready(agent)
    assert accepted(centre, callback) == agent
    return callback


def last(centre: Centre, kind: type) -> object:
    return centre.facts(kind)[-1]


def reasons(centre: Centre, contact: str) -> list[EndReason]:
    return [fact.reason for fact in centre.facts(ef.ContactEnded) if fact.contact == contact]


def dials(centre: Centre) -> list[ef.Originate]:
    return [order for order in centre.facts(ef.Originate) if order.endpoint.kind == "number"]


# --- booking and place


def test_a_booking_opens_a_contact_of_its_own_linked_to_the_call() -> None:
    centre = a_centre()
    contact = centre.call("95002", CUSTOMER)
    chosen(centre, contact)
    opened, booked = last(centre, ef.ContactOpened), last(centre, ef.CallbackBooked)
    assert (opened.origin, opened.direction, opened.caller) == (contact, "outbound", CUSTOMER)
    assert (booked.contact, booked.callback, booked.known) == (contact, opened.contact, False)
    assert reasons(centre, contact) == [EndReason.CALLBACK_BOOKED]
    assert centre.state(opened.contact).place is Place.WAITING


def test_it_waits_until_the_call_in_which_it_was_booked_is_over() -> None:
    centre = a_centre()
    flow = OFFER.replace("bye: {type: hangup}", "bye: {type: hangup, text: {zh: 再见, en: Goodbye}}")
    centre(ev.FlowsPublished(flows={"offer": offer_flow(flow)}))
    centre.ready("1001")
    contact = centre.call("95002", CUSTOMER)
    chosen(centre, contact)
    callback = last(centre, ef.CallbackBooked).callback
    assert centre.state(callback).place is Place.SCHEDULED
    centre.hang_up(contact)
    assert reasons(centre, contact) == [EndReason.CALLBACK_BOOKED]
    assert centre.state(callback).place is Place.OFFERED


def test_who_books_after_an_overflow_keeps_place_priority_and_skills() -> None:
    centre = a_centre(flow="offer", overflow=(Overflow(target="callback", after_ms=3 * MINUTE),))
    centre.call("95001", CUSTOMER)
    began = centre.now
    centre.advance(MINUTE)
    later = centre.call("95001", "13900000003")
    centre.state("c1").queue_priority = 2
    centre.advance(2 * MINUTE)
    assert centre.state("c1").place is Place.FLOW
    chosen(centre, "c1")
    callback = last(centre, ef.CallbackBooked).callback
    c = centre.state(callback)
    assert (c.place, c.queued_ms, c.queue_priority) == (Place.WAITING, began, 2)
    assert centre.center.acd.waiting("general") == [callback, later]


def test_whoever_declined_waits_on_at_the_old_place_and_is_not_asked_again() -> None:
    centre = a_centre(flow="offer", overflow=(Overflow(target="callback", after_ms=3 * MINUTE),))
    contact = centre.call("95001", CUSTOMER)
    began = centre.now
    centre.advance(3 * MINUTE)
    press(centre, contact, "3")
    assert (centre.state(contact).place, centre.state(contact).queued_ms) == (Place.WAITING, began)
    centre.advance(HOUR)
    assert centre.state(contact).place is Place.WAITING


def test_nobody_on_the_line_hears_music_or_announcements() -> None:
    centre = a_centre()
    callback = book(centre)
    effects = centre.advance(5 * MINUTE)
    assert not [e for e in effects if isinstance(e, (ef.Play, ef.StartMusic, ef.QueueAnnounced))]
    assert centre.state(callback).place is Place.WAITING


def test_a_second_booking_for_number_and_queue_changes_the_first() -> None:
    centre = a_centre()
    first = book(centre)
    began = centre.now
    centre.advance(MINUTE)
    assert book(centre, f"+86{CUSTOMER}") == first
    assert last(centre, ef.CallbackBooked).known
    assert last(centre, ef.CallbackUpdated).contact == first
    assert centre.state(first).queued_ms == began
    assert len(centre.center.state.callbacks) == 1


def test_another_number_is_another_callback() -> None:
    centre = a_centre()
    assert book(centre) != book(centre, "13800000002")
    assert len(centre.center.state.callbacks) == 2


def test_a_callback_is_no_visit_and_reaches_a_person_for_the_call_in_which_it_was_booked() -> None:
    centre = a_centre(flow="offer", overflow=(Overflow(target="callback", after_ms=10_000),))
    contact = centre.call("95001", CUSTOMER)
    centre.advance(10_000)
    chosen(centre, contact)
    callback = last(centre, ef.CallbackBooked).callback
    centre.ready("1001")
    accepted(centre, callback)
    centre.leg_fails(centre.state(callback).customer_leg, LegEndCause.BUSY)
    assert today(centre) == QueueSums(offered=1, handed_on=1, longest_wait_ms=10_000, asked=1)
    centre.advance(5 * MINUTE)
    accepted(centre, callback)
    centre(ev.LegAnswered(leg=centre.state(callback).customer_leg))
    assert today(centre) == QueueSums(offered=1, handed_on=1, longest_wait_ms=10_000, asked=1, reached=1)


def today(centre: Centre) -> QueueSums:
    return centre.center.state.figures.queues["general"]


def test_who_rings_again_asks_for_a_person_once() -> None:
    centre = a_centre()
    book(centre)
    assert (today(centre).offered, today(centre).asked) == (0, 1)
    centre.call("95001", f"+86{CUSTOMER}")
    assert (today(centre).offered, today(centre).asked, today(centre).reached) == (1, 1, 0)
    centre.ready("1001")
    again = centre.center.state.contacts[centre.center.acd.agent("1001").contact]
    centre.answer(again.id)
    assert (today(centre).answered, today(centre).asked, today(centre).reached) == (1, 1, 1)


# --- the key while waiting


def test_a_key_while_waiting_books_to_the_number_of_the_call() -> None:
    centre = a_centre(key="1")
    contact = centre.call("95001", CUSTOMER)
    began = centre.now
    centre.advance(10_000)
    gather = last(centre, ef.Gather)
    assert (gather.leg, gather.prompts, gather.type_ahead) == (centre.state(contact).customer_leg, (), False)
    assert "按1" in last(centre, ef.Play).prompts[-1].text
    pressed_key(centre, gather, "1")
    callback = last(centre, ef.CallbackBooked).callback
    assert last(centre, ef.QueueLeft).outcome == "callback"
    assert centre.state(contact).place is Place.FLOW
    played = last(centre, ef.Play)
    assert [prompt.text for prompt in played.prompts][1] == "具体回电时间暂时无法准确告知。再见。"
    centre(ev.PlaybackEnded(leg=played.leg, request=played.request))
    assert reasons(centre, contact) == [EndReason.CALLBACK_BOOKED]
    assert (centre.state(callback).place, centre.state(callback).queued_ms) == (Place.WAITING, began)
    assert (today(centre).abandoned, today(centre).handed_on) == (0, 1)


def pressed_key(centre: Centre, gather: ef.Gather, digits: str) -> tuple[ef.Effect, ...]:
    outcome = GatherOutcome.COMPLETE if digits else GatherOutcome.TIMEOUT
    return centre(ev.DigitsGathered(leg=gather.leg, request=gather.request, outcome=outcome, digits=digits))


@pytest.mark.parametrize("digits", ["", "5"])
def test_another_key_or_none_is_listened_past(digits: str) -> None:
    centre = a_centre(key="1")
    contact = centre.call("95001", CUSTOMER)
    centre.advance(10_000)
    first = last(centre, ef.Gather)
    pressed_key(centre, first, digits)
    assert centre.state(contact).place is Place.WAITING
    again = last(centre, ef.Gather)
    assert again.request != first.request
    pressed_key(centre, first, "1")
    assert centre.state(contact).place is Place.WAITING
    pressed_key(centre, again, "1")
    assert centre.state(contact).place is Place.FLOW


def test_while_an_agent_is_rung_for_the_customer_the_key_does_not_count() -> None:
    centre = a_centre(key="1")
    contact = centre.call("95001", CUSTOMER)
    centre.advance(10_000)
    centre.ready("1001")
    pressed_key(centre, last(centre, ef.Gather), "1")
    assert centre.state(contact).place is Place.OFFERED
    centre.answer(contact)
    assert last(centre, ef.StopGather).request == last(centre, ef.Gather).request
    assert centre.state(contact).place is Place.TALKING


def test_a_key_leads_to_the_flow_where_there_is_one() -> None:
    centre = a_centre(key="1", flow="offer")
    contact = centre.call("95001", CUSTOMER)
    centre.advance(10_000)
    pressed_key(centre, last(centre, ef.Gather), "1")
    assert centre.state(contact).flow.flow == "offer"


def test_a_withheld_number_is_offered_no_key() -> None:
    centre = a_centre(key="1")
    centre.call("95001", "anonymous")
    centre.advance(HOUR)
    assert not centre.facts(ef.Gather)


# --- agent first


def test_the_customer_is_dialled_once_the_agent_is_on_the_line() -> None:
    centre = a_centre(caller_number="95588", ring_ms=25_000)
    callback = book(centre)
    centre.ready("1001")
    c = centre.state(callback)
    assert (c.place, dials(centre)) == (Place.OFFERED, [])
    effects = centre.answer(callback)
    (dial,) = dials(centre)
    assert (dial.endpoint.address, dial.caller, dial.timeout_ms) == (CUSTOMER, "95588", 25_000)
    assert [e.leg for e in effects if isinstance(e, ef.StartRingback)] == [c.agent_leg]
    assert (c.place, c.agent, centre.agent("1001")) == (Place.DIALLING, "1001", AgentState.BUSY)
    effects = centre(ev.LegAnswered(leg=dial.leg))
    (connect,) = [e for e in effects if isinstance(e, ef.Connect)]
    assert connect.legs == (dial.leg, c.agent_leg)
    assert [e.leg for e in effects if isinstance(e, ef.StartRecording)] == [dial.leg]
    assert (c.place, centre.center.state.callbacks) == (Place.TALKING, {})
    centre.advance(MINUTE)
    centre.hang_up(callback)
    assert reasons(centre, callback) == [EndReason.CUSTOMER_HUNG_UP]
    assert centre.agent("1001") is AgentState.WRAP_UP
    assert [(f.attempt, f.outcome) for f in centre.facts(ef.AttemptEnded)] == [(1, "answered")]


def test_never_more_numbers_are_dialled_than_agents_hold_them() -> None:
    centre = a_centre()
    waiting = [book(centre, f"1380000000{n}") for n in range(6)]
    centre.ready("1001", "1002")
    for contact in waiting:
        if centre.state(contact).place is Place.OFFERED:
            centre.answer(contact)
    places = [centre.state(contact).place for contact in waiting]
    assert places == [Place.DIALLING] * 2 + [Place.WAITING] * 4
    assert len(dials(centre)) == 2


@pytest.mark.parametrize(
    ("cause", "outcome", "after"),
    [
        (LegEndCause.BUSY, "busy", 5 * MINUTE),
        (LegEndCause.NO_ANSWER, "no_answer", 15 * MINUTE),
        (LegEndCause.REJECTED, "rejected", 30 * MINUTE),
        (LegEndCause.FAILED, "failed", 5 * MINUTE),
        (LegEndCause.UNREACHABLE, "failed", 5 * MINUTE),
    ],
)
def test_who_was_not_reached_is_tried_again_later_at_the_same_place(
    cause: LegEndCause, outcome: str, after: int
) -> None:
    centre = a_centre()
    callback = dialled(centre)
    began = centre.state(callback).queued_ms
    effects = centre.leg_fails(centre.state(callback).customer_leg, cause)
    assert last(centre, ef.AttemptEnded).outcome == outcome
    assert centre.agent("1001") is AgentState.AVAILABLE
    assert not [e for e in effects if isinstance(e, ef.AgentLeft)]
    assert last(centre, ef.CallbackScheduled).at_ms == centre.now + after
    assert centre.state(callback).place is Place.SCHEDULED
    centre.advance(after - 1)
    assert centre.state(callback).place is Place.SCHEDULED
    centre.advance(1)
    assert (centre.state(callback).place, centre.state(callback).queued_ms) == (Place.OFFERED, began)


def test_an_agent_may_have_time_for_a_note_after_an_attempt() -> None:
    centre = a_centre(wrap_up=True)
    callback = dialled(centre)
    centre.leg_fails(centre.state(callback).customer_leg, LegEndCause.NO_ANSWER)
    assert centre.agent("1001") is AgentState.WRAP_UP
    centre(ev.WrapUpCompleted(agent="1001", contact=callback, disposition="resolved", note="mailbox"))
    assert centre.agent("1001") is AgentState.AVAILABLE
    assert centre.state(callback).place is Place.SCHEDULED


def test_after_the_last_attempt_it_ends_and_is_told_as_failed() -> None:
    centre = a_centre(attempts=2)
    callback = dialled(centre)
    centre.leg_fails(centre.state(callback).customer_leg, LegEndCause.BUSY)
    centre.advance(5 * MINUTE)
    accepted(centre, callback)
    centre.leg_fails(centre.state(callback).customer_leg, LegEndCause.NO_ANSWER)
    assert reasons(centre, callback) == [EndReason.CALLBACK_FAILED]
    failed = last(centre, ef.CallbackFailed)
    assert (failed.reason, failed.attempts) == ("attempts", 2)
    assert centre.center.state.callbacks == {}
    centre.advance(DAY)
    assert len(dials(centre)) == 2


def test_a_call_that_the_pbx_forgets_to_end_is_ended_by_us() -> None:
    centre = a_centre(ring_ms=30_000)
    callback = dialled(centre)
    centre.advance(32_000)
    assert last(centre, ef.AttemptEnded).outcome == "no_answer"
    assert centre.state(callback).place is Place.SCHEDULED


@pytest.mark.parametrize("by_page", [True, False])
def test_an_agent_who_hangs_up_cancels_the_dialling(by_page: bool) -> None:
    centre = a_centre()
    callback = dialled(centre)
    c = centre.state(callback)
    customer = c.customer_leg
    if by_page:
        effects = centre(ev.HangUpRequested(agent="1001", contact=callback))
    else:
        effects = centre.leg_fails(c.agent_leg, LegEndCause.NORMAL)
    assert customer in [e.leg for e in effects if isinstance(e, ef.HangUp)]
    assert last(centre, ef.AttemptEnded).outcome == "cancelled"
    assert centre.agent("1001") is AgentState.AVAILABLE
    assert centre.state(callback).callback.due_ms == centre.now + MINUTE
    late = centre(ev.LegAnswered(leg=customer))
    assert [e.leg for e in late if isinstance(e, ef.HangUp)] == [customer]


@pytest.mark.parametrize("how", ["leg", "page"])
def test_an_agent_who_falls_away_cancels_the_dialling_and_the_place_is_kept(how: str) -> None:
    centre = a_centre()
    callback = dialled(centre)
    c = centre.state(callback)
    customer = c.customer_leg
    if how == "leg":
        effects = centre.leg_fails(c.agent_leg, LegEndCause.FAILED)
    else:
        effects = centre(ev.DeskLost(agent="1001", desk="desk-1001"))
        centre.advance(10_000)
    assert customer in [e.leg for e in effects if isinstance(e, ef.HangUp)]
    assert last(centre, ef.AttemptEnded).outcome == "agent_lost"
    assert centre.agent("1001") is AgentState.ON_BREAK
    assert (c.outbound.attempts, c.outbound.dials) == (0, 1)
    centre.ready("1002")
    assert (c.place, c.offered_agent) == (Place.OFFERED, "1002")


def test_a_customer_is_not_rung_for_ever_because_of_us() -> None:
    centre = a_centre(attempts=2)
    callback = book(centre)
    for _ in range(4):
        centre.ready("1001")
        accepted(centre, callback)
        centre.leg_fails(centre.state(callback).agent_leg, LegEndCause.FAILED)
    assert reasons(centre, callback) == [EndReason.CALLBACK_FAILED]
    assert len(dials(centre)) == 4


def test_a_result_typed_during_one_attempt_is_not_that_of_the_next() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre(ev.WrapUpCompleted(agent="1001", contact=callback, disposition="resolved", note="x"))
    centre.leg_fails(centre.state(callback).customer_leg, LegEndCause.BUSY)
    assert centre.state(callback).disposition == ""


# --- hours and windows


def test_nobody_is_called_in_quiet_hours() -> None:
    centre = a_centre("2027-03-10T21:30")
    centre.ready("1001")
    callback = book(centre)
    assert centre.state(callback).callback.due_ms == local("2027-03-11T08:00")
    assert last(centre, ef.CallbackScheduled).why.code == "callback_hours"
    began = centre.now
    centre.advance(local("2027-03-11T08:00") - centre.now)
    assert (centre.state(callback).place, centre.state(callback).queued_ms) == (Place.OFFERED, began)


def test_a_callback_steps_out_of_the_queue_when_the_hours_are_over_and_its_offer_is_withdrawn() -> None:
    centre = a_centre("2027-03-10T20:59:50")
    centre.ready("1001")
    callback = book(centre)
    assert centre.state(callback).place is Place.OFFERED
    centre.advance(10_000)
    assert centre.state(callback).place is Place.SCHEDULED
    assert centre.agent("1001") is AgentState.AVAILABLE


def test_an_agent_who_accepts_when_the_hours_are_over_is_let_go_without_a_call() -> None:
    centre = a_centre("2027-03-10T20:59:55")
    centre.ready("1001")
    callback = book(centre)
    centre.now += 6_000  # the timer is late
    accepted(centre, callback)
    assert (centre.state(callback).place, dials(centre)) == (Place.SCHEDULED, [])
    assert centre.agent("1001") is AgentState.AVAILABLE


def business_hours(years: tuple[int, ...] = (2027,)) -> dict[str, Calendar]:
    hours = tuple(Interval(weekday=day, start_minute=9 * 60, end_minute=17 * 60) for day in range(5))
    days = {"2027-03-11": "holiday", "2027-03-13": "workday"}
    return {"office": Calendar(id="office", timezone="Asia/Shanghai", hours=hours, days=days, years=years)}


def test_a_queue_with_opening_hours_calls_back_within_them() -> None:
    centre = a_centre("2027-03-10T16:30", calendar="office", calendars=business_hours())
    callback = book(centre)
    assert centre.state(callback).place is Place.WAITING
    centre.advance(30 * MINUTE)
    assert centre.state(callback).callback.due_ms == local("2027-03-12T09:00"), "the 11th is a holiday"


def test_in_a_year_the_calendar_does_not_know_nobody_is_called() -> None:
    centre = a_centre("2027-03-10T10:00", calendar="office", calendars=business_hours((2026,)))
    callback = book(centre)
    assert last(centre, ef.CallbackFailed).reason == "never_open"
    assert reasons(centre, callback) == [EndReason.CALLBACK_FAILED]


def test_a_window_is_kept_to_and_the_place_is_that_of_the_booking() -> None:
    centre = a_centre()
    began = centre.now
    callback = book(centre, when="2")
    c = centre.state(callback)
    assert (c.place, c.callback.due_ms) == (Place.SCHEDULED, local("2027-03-10T15:00"))
    centre.advance(5 * HOUR)
    assert (c.place, c.queued_ms) == (Place.WAITING, began)


def test_a_queue_may_count_the_age_from_the_window() -> None:
    centre = a_centre(age_from_window=True)
    callback = book(centre, when="2")
    centre.advance(5 * HOUR)
    assert centre.state(callback).queued_ms == local("2027-03-10T15:00")


def test_a_window_in_which_nobody_was_free_is_tried_the_next_day_and_then_given_up() -> None:
    centre = a_centre(window_days=1)
    callback = book(centre, when="2")
    centre.advance(6 * HOUR)
    assert centre.state(callback).callback.due_ms == local("2027-03-11T15:00")
    centre.advance(DAY)
    assert last(centre, ef.CallbackFailed).reason == "window_missed"
    assert reasons(centre, callback) == [EndReason.CALLBACK_FAILED]


def test_a_retry_that_falls_out_of_the_window_is_made_on_the_next_day() -> None:
    centre = a_centre()
    callback = book(centre, when="2")
    centre.advance(5 * HOUR + 50 * MINUTE)
    centre.ready("1001")
    accepted(centre, callback)
    centre.leg_fails(centre.state(callback).customer_leg, LegEndCause.NO_ANSWER)
    assert centre.state(callback).callback.due_ms == local("2027-03-11T15:00")


def test_a_closed_day_is_no_day_in_vain() -> None:
    centre = a_centre("2027-03-10T17:30", window_days=0, calendar="office", calendars=business_hours())
    callback = book(centre, when="2")
    assert centre.state(callback).callback.due_ms == local("2027-03-12T15:00")


def test_one_that_nobody_takes_is_given_up_after_a_while() -> None:
    centre = a_centre(keep_ms=2 * DAY)
    callback = book(centre)
    centre.advance(2 * DAY)
    assert last(centre, ef.CallbackFailed).reason == "expired"
    assert reasons(centre, callback) == [EndReason.CALLBACK_FAILED]


def test_a_queue_closed_by_hand_holds_callbacks_until_it_opens() -> None:
    centre = a_centre()
    callback = book(centre)
    began = centre.state(callback).queued_ms
    centre(ev.QueueClosed(by="ops", queue="general", announcement={}))
    assert centre.state(callback).place is Place.SCHEDULED
    centre.advance(HOUR)
    centre(ev.QueueReopened(by="ops", queue="general"))
    assert (centre.state(callback).place, centre.state(callback).queued_ms) == (Place.WAITING, began)


def test_callbacks_of_a_queue_that_is_removed_are_listed_as_failed() -> None:
    centre = a_centre("2027-03-10T22:00")
    callback = book(centre)
    before = centre.center.state.config
    queues = {key: queue for key, queue in before.queues.items() if key != "general"}
    centre(ev.CenterConfigured(config=replace(before, queues=queues)))
    assert (last(centre, ef.CallbackFailed).reason, reasons(centre, callback)) == (
        "queue_gone",
        [EndReason.CALLBACK_FAILED],
    )


# --- the customer rings again


def test_ringing_again_takes_the_place_over() -> None:
    centre = a_centre()
    callback = book(centre)
    began = centre.now
    centre.advance(MINUTE)
    other = centre.call("95001", "13900000009")
    centre.advance(MINUTE)
    again = centre.call("95001", f"+86{CUSTOMER}")
    assert centre.state(again).queued_ms == began
    assert centre.center.acd.waiting("general") == [again, other]
    assert reasons(centre, callback) == [EndReason.SUPERSEDED]
    assert last(centre, ef.PlaceTakenOver).callback == callback
    assert last(centre, ef.CallbackSuperseded).by == again
    assert today(centre).offered == 2


def test_ringing_again_for_another_queue_changes_nothing() -> None:
    centre = a_centre()
    callback = book(centre)
    centre.call("12378", CUSTOMER)
    assert centre.state(callback).place is Place.WAITING


def test_ringing_again_while_an_agent_is_rung_for_the_callback() -> None:
    centre = a_centre()
    centre.ready("1001")
    callback = book(centre)
    assert centre.state(callback).place is Place.OFFERED
    again = centre.call("95001", CUSTOMER)
    assert reasons(centre, callback) == [EndReason.SUPERSEDED]
    assert (centre.state(again).place, centre.state(again).offered_agent) == (Place.OFFERED, "1001")


def test_ringing_again_while_being_dialled_gives_the_agent_to_the_live_call() -> None:
    centre = a_centre()
    callback = dialled(centre)
    customer = centre.state(callback).customer_leg
    centre.advance(1_000)
    centre.call("95001", "13900000009")
    again = centre.call("95001", CUSTOMER)
    assert reasons(centre, callback) == [EndReason.SUPERSEDED]
    assert last(centre, ef.AttemptEnded).outcome == "stopped"
    assert (centre.state(again).place, centre.state(again).offered_agent) == (Place.OFFERED, "1001")
    late = centre(ev.LegAnswered(leg=customer))
    assert [e.leg for e in late if isinstance(e, ef.HangUp)] == [customer]


def test_once_the_customer_was_reached_ringing_again_is_a_call_like_any_other() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre(ev.LegAnswered(leg=centre.state(callback).customer_leg))
    again = centre.call("95001", CUSTOMER)
    assert (centre.state(callback).place, centre.state(again).place) == (Place.TALKING, Place.WAITING)
    assert not centre.facts(ef.CallbackSuperseded)


def test_booking_again_while_being_dialled_leaves_the_attempt_alone() -> None:
    centre = a_centre()
    callback = dialled(centre)
    assert book(centre) == callback
    assert centre.state(callback).place is Place.DIALLING
    centre.leg_fails(centre.state(callback).customer_leg, LegEndCause.BUSY)
    assert centre.state(callback).place is Place.SCHEDULED


def test_booking_again_after_an_attempt_in_vain_is_tried_at_once() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre.leg_fails(centre.state(callback).customer_leg, LegEndCause.NO_ANSWER)
    book(centre)
    assert centre.state(callback).place is Place.OFFERED


# --- supervisors


def test_a_supervisor_takes_a_callback_off_the_list_with_a_reason() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre(ev.CallbackCancelled(by="li", contact=callback, reason=" "))
    assert last(centre, ef.CommandRefused).code == "callback_reason"
    effects = centre(ev.CallbackCancelled(by="li", contact=callback, reason="settled by mail"))
    assert reasons(centre, callback) == [EndReason.CALLBACK_WITHDRAWN]
    assert [e.note for e in effects if isinstance(e, ef.CallbackWithdrawn)] == ["settled by mail"]
    assert centre.agent("1001") is AgentState.AVAILABLE
    centre(ev.CallbackCancelled(by="li", contact=callback, reason="again"))
    assert last(centre, ef.CommandRefused).code == "callback_gone"


def test_nobody_listens_in_before_anybody_speaks() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre(ev.SuperviseRequested(agent="1003", contact=callback, mode="listen"))
    assert last(centre, ef.CommandRefused).code == "nobody_to_listen_to"


def test_a_callback_is_handed_on_like_any_call_once_the_customer_is_there() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre(ev.LegAnswered(leg=centre.state(callback).customer_leg))
    centre.ready("1002")
    mode = ev.TransferMode.BLIND
    centre(ev.TransferRequested(agent="1001", contact=callback, target="agent:1002", mode=mode))
    assert (centre.state(callback).place, centre.state(callback).offered_agent) == (Place.OFFERED, "1002")
    centre.answer(callback)
    assert (centre.state(callback).place, len(dials(centre))) == (Place.TALKING, 1)


# --- screens


def test_the_agents_page_shows_the_callback_while_it_rings_and_while_the_customer_is_called() -> None:
    centre = a_centre()
    callback = book(centre)
    centre.advance(MINUTE)
    centre.ready("1001")
    view = desk_view(centre.center, "1001", centre.now)
    assert view is not None
    (card,) = view.contacts
    assert part_of(view, card) == "offered"
    assert card.callback is not None
    assert (card.callback.booked_ms, card.callback.attempt) == (centre.now - MINUTE, 1)
    accepted(centre, callback)
    view = desk_view(centre.center, "1001", centre.now)
    assert view is not None
    (card,) = view.contacts
    assert part_of(view, card) == "dialling"
    assert card.callback is not None
    assert card.callback.dialled_ms == centre.now
    i18n.compile_catalogues(only_stale=True)
    words = words_for("zh", "Asia/Shanghai", centre.center.state.config)
    drawn = render_regions(words, view, None, desk="desk-1001", telephony_up=True)
    assert "正在呼叫客户" in drawn["work"]
    assert 'data-act="hang_up"' in drawn["conversation"]
    assert CUSTOMER not in drawn["work"] + drawn["conversation"]


def test_the_floor_counts_callbacks_apart_from_those_on_the_line() -> None:
    centre = a_centre()
    book(centre)
    centre.advance(MINUTE)
    centre.call("95001", "13900000009")
    centre.advance(1_000)
    queue = next(q for q in floor_view(centre.center, centre.now).queues if q.id == "general")
    assert (queue.waiting, queue.callbacks_waiting, queue.longest_wait_ms) == (1, 1, 1_000)


# --- bad days


def test_a_dial_goes_on_after_our_restart_and_the_agent_hears_it_ring() -> None:
    centre = a_centre()
    callback = dialled(centre)
    c = centre.state(callback)
    legs = (c.agent_leg, c.customer_leg)
    centre.restart()
    effects = centre(ev.TelephonyRestored(legs=legs, answered=legs[:1]))
    assert [e.leg for e in effects if isinstance(e, ef.StartRingback)] == [c.agent_leg]
    assert not [e for e in effects if isinstance(e, ef.Originate)]
    centre(ev.LegAnswered(leg=legs[1]))
    assert centre.state(callback).place is Place.TALKING


def test_a_customer_who_answered_while_we_were_away_is_connected() -> None:
    centre = a_centre()
    callback = dialled(centre)
    c = centre.state(callback)
    legs = (c.agent_leg, c.customer_leg)
    centre.restart()
    effects = centre(ev.TelephonyRestored(legs=legs, answered=legs))
    assert [e.legs for e in effects if isinstance(e, ef.Connect)][:1] == [(legs[1], legs[0])]
    assert centre.state(callback).place is Place.TALKING


@pytest.mark.parametrize("left", ["agent", "customer", "nobody"])
def test_what_the_pbx_lost_of_an_attempt_is_an_attempt_lost(left: str) -> None:
    centre = a_centre()
    callback = dialled(centre)
    c = centre.state(callback)
    legs = {"agent": (c.agent_leg,), "customer": (c.customer_leg,), "nobody": ()}[left]
    centre(ev.TelephonyLost())
    effects = centre(ev.TelephonyRestored(legs=legs, answered=legs))
    assert last(centre, ef.AttemptEnded).outcome in ("lost", "agent_lost")
    assert set(legs) <= {e.leg for e in effects if isinstance(e, ef.HangUp)}
    assert c.outbound.attempts == 0
    assert (c.place, c.offered_agent) == (Place.OFFERED, "1001")


def test_while_the_pbx_is_away_nothing_is_decided() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre(ev.TelephonyLost())
    centre.advance(10 * MINUTE)
    assert centre.state(callback).place is Place.DIALLING


def test_a_day_of_callbacks_replays_to_the_same_effects() -> None:
    centre = a_centre(retry=RetryAfter(busy_ms=MINUTE))
    callback = dialled(centre)
    centre.leg_fails(centre.state(callback).customer_leg, LegEndCause.BUSY)
    centre.advance(MINUTE)
    accepted(centre, callback)
    centre(ev.LegAnswered(leg=centre.state(callback).customer_leg))
    centre.advance(MINUTE)
    centre.hang_up(callback)
    assert not list(replayed(Center(), centre.through_text()))
