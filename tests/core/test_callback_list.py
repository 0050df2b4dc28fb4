"""The list of open callbacks: where each is, and what is known of its next attempt."""

from __future__ import annotations

from callcenter.core import callback_list
from callcenter.core.callback_list import open_callbacks
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.contact import LegEndCause
from callcenter.domain.views import CallbackState, OpenCallback
from tests.core.callback_centre import CUSTOMER, MINUTE, a_centre, accepted, book, dialled, local
from tests.core.centre import Centre


def listed(centre: Centre) -> list[OpenCallback]:
    return list(open_callbacks(centre.center, centre.now))


def only(centre: Centre) -> OpenCallback:
    (callback,) = listed(centre)
    return callback


def test_nobody_asked_for_a_call() -> None:
    centre = a_centre()
    centre.call("95002", CUSTOMER)
    assert listed(centre) == []


def test_one_that_waits_has_its_place_among_all_who_wait() -> None:
    centre = a_centre()
    live = centre.call("95001", "13900000009")
    callback = book(centre)
    found = only(centre)
    assert (found.contact, found.queue, found.number) == (callback, "general", CUSTOMER)
    assert (found.state, found.place) == (CallbackState.WAITING, centre.center.acd.position(callback))
    assert (found.place, centre.center.acd.position(live)) == (2, 1)
    assert (found.attempts, found.attempts_allowed, found.outcome) == (0, 3, "")


def test_waits_are_worked_out_for_the_first_places_only() -> None:
    centre = a_centre()
    book(centre)
    book(centre, "13800000002")
    known = [c.expected_wait_ms for c in listed(centre)]
    assert known == [centre.center.acd.expected_wait_ms(c.contact, centre.now) for c in listed(centre)]
    assert [c.place <= callback_list.ESTIMATED for c in listed(centre)] == [True, True]


def test_while_it_rings_the_agent_is_named() -> None:
    centre = a_centre()
    callback = book(centre)
    centre.ready("1001")
    assert (only(centre).state, only(centre).agent) == (CallbackState.OFFERED, "1001")
    accepted(centre, callback)
    assert (only(centre).state, only(centre).agent, only(centre).place) == (CallbackState.DIALLING, "1001", 0)


def test_one_not_reached_says_when_it_is_tried_again() -> None:
    centre = a_centre()
    callback = dialled(centre)
    centre.leg_fails(centre.state(callback).customer_leg, LegEndCause.BUSY)
    found = only(centre)
    assert (found.state, found.due_ms) == (CallbackState.SCHEDULED, centre.now + 5 * MINUTE)
    assert (found.attempts, found.outcome, found.agent) == (1, "busy", "")


def test_hours_asked_for_are_told() -> None:
    centre = a_centre()
    book(centre, when="2")
    found = only(centre)
    window = local("2027-03-10T15:00"), local("2027-03-10T16:00")
    assert (found.not_before_ms, found.until_ms) == window
    assert (found.state, found.due_ms) == (CallbackState.SCHEDULED, window[0])


def test_a_closed_queue_holds_it() -> None:
    centre = a_centre()
    book(centre)
    centre(ev.QueueClosed(by="li", queue="general", announcement={}))
    assert (only(centre).state, only(centre).due_ms, only(centre).place) == (CallbackState.SUSPENDED, None, 0)
    centre(ev.QueueReopened(by="li", queue="general"))
    assert only(centre).state is CallbackState.WAITING


def test_the_oldest_booking_comes_first_and_who_is_reached_is_gone() -> None:
    centre = a_centre()
    first = book(centre)
    centre.now += MINUTE
    second = book(centre, "13800000002")
    assert [c.contact for c in listed(centre)] == [first, second]
    centre(ev.CallbackCancelled(by="li", contact=first, reason="settled"))
    assert [c.contact for c in listed(centre)] == [second]
    assert centre.facts(ef.CallbackWithdrawn)
