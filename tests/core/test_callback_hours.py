"""Quiet hours, opening hours and windows of callbacks."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import Calendar, Interval
from callcenter.domain.contact import EndReason, LegEndCause, Place
from tests.core.callback_centre import DAY, HOUR, MINUTE, a_centre, accepted, book, dials, last, local, reasons


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
