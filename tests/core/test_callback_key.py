"""The key that books a callback while waiting."""

from __future__ import annotations

import pytest

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.contact import EndReason, Place
from callcenter.domain.events import GatherOutcome
from tests.core.callback_centre import CUSTOMER, HOUR, a_centre, last, reasons, today
from tests.core.centre import Centre


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
