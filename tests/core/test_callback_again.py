"""The customer rings again while a callback is open."""

from __future__ import annotations

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.contact import EndReason, LegEndCause, Place
from tests.core.callback_centre import CUSTOMER, MINUTE, a_centre, book, dialled, last, reasons, today


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
