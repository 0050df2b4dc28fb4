"""Booking a callback: its place, its age, one for each number and queue."""

from __future__ import annotations

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.config import Overflow
from callcenter.domain.contact import EndReason, LegEndCause, Place
from callcenter.domain.figures import QueueSums
from tests.core.callback_centre import (
    CUSTOMER,
    HOUR,
    MINUTE,
    OFFER,
    a_centre,
    accepted,
    book,
    chosen,
    last,
    offer_flow,
    press,
    reasons,
    today,
)


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


def test_a_callback_is_a_visit_once_answered_and_reaches_a_person_for_the_call_in_which_it_was_booked() -> None:
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
    told = {"offered": 2, "answered": 1, "called_back": 1, "handed_on": 1, "longest_wait_ms": 10_000}
    assert today(centre) == QueueSums(**told, asked=1, reached=1)


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
