"""Calls on bad days: pages and voices that are gone, a PBX away, services and numbers that do not answer."""

from __future__ import annotations

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import EndReason, LegEndCause, Place
from tests.core.centre import Centre, ends, press


def test_a_talk_goes_on_while_the_voice_does_though_the_page_is_gone() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    centre(ev.DeskLost(agent="1001", desk="desk-1001"))
    centre.advance(600_000)
    assert centre.state(contact).place is Place.TALKING
    centre.hang_up(contact)
    centre.advance(15_000)
    assert (centre.agent("1001"), centre.center.acd.agent("1001").reason) == (AgentState.ON_BREAK, "connection_lost")


def test_an_agent_whose_page_and_voice_are_gone_loses_the_call_to_the_front_of_the_queue() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    waiting = centre.call()
    centre(ev.DeskLost(agent="1001", desk="desk-1001"))
    centre.advance(5_000)
    centre.leg_fails(centre.state(contact).agent_leg, LegEndCause.FAILED)
    assert centre.state(contact).place is Place.AGENT_LOST
    effects = centre.advance(3_000)
    assert centre.center.acd.position(contact) == 1
    assert centre.center.acd.position(waiting) == 2
    assert centre.state(contact).why.code == "agent_lost"
    assert any(isinstance(effect, ef.Play) and effect.contact == contact for effect in effects)
    assert centre.agent("1001") is AgentState.ON_BREAK


def test_a_page_that_comes_back_in_time_keeps_the_call() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    centre(ev.DeskLost(agent="1001", desk="desk-1001"))
    centre.advance(3_000)
    centre(ev.AgentSignedIn(agent="1001", desk="new-tab"))
    centre(ev.RejoinRequested(agent="1001", contact=contact))
    (dialled,) = [e for e in centre.journal[-1].effects if isinstance(e, ef.Originate)]
    assert dialled.auto_answer
    centre(ev.LegAnswered(leg=dialled.leg))
    centre.advance(60_000)
    assert (centre.state(contact).place, centre.state(contact).agent_leg) == (Place.TALKING, dialled.leg)


def test_a_second_desk_replaces_the_first_and_the_first_ones_end_is_ignored() -> None:
    centre = Centre()
    centre.ready("1001")
    centre(ev.AgentSignedIn(agent="1001", desk="second"))
    centre(ev.DeskLost(agent="1001", desk="desk-1001"))
    centre.advance(20_000)
    assert centre.agent("1001") is AgentState.AVAILABLE


def test_calls_the_pbx_lost_end_with_that_reason_and_free_their_agents() -> None:
    centre = Centre()
    centre.ready("1001")
    contact, _ = centre.talking()
    waiting = centre.call()
    centre(ev.TelephonyLost())
    centre(ev.TelephonyRestored(legs=()))
    assert ends(centre) == [EndReason.TELEPHONY_LOST] * 2
    assert centre.agent("1001") is AgentState.WRAP_UP
    assert {contact, waiting} <= set(centre.center.state.ended)


def test_an_agents_answer_during_our_absence_is_found_out() -> None:
    centre = Centre()
    centre.ready("1001")
    contact = centre.call()
    c = centre.state(contact)
    centre.restart()
    centre(ev.TelephonyRestored(legs=(c.customer_leg, c.offer_leg), answered=(c.customer_leg, c.offer_leg)))
    assert centre.state(contact).place is Place.TALKING


def test_after_an_absence_the_menu_is_asked_again() -> None:
    centre = Centre()
    contact = centre.call("95000")
    pending = centre.state(contact).pending
    effects = centre(ev.TelephonyRestored(legs=(centre.state(contact).customer_leg,)))
    assert pending in effects


def test_a_service_that_never_answers_counts_as_failed() -> None:
    centre = Centre()
    contact = centre.call("95000")
    press(centre, contact, "5")
    centre.advance(20_000)
    assert centre.state(contact).queue == "card"


def test_an_unknown_number_is_told_so_and_ends() -> None:
    centre = Centre()
    effects = centre(ev.CallArrived(contact="x", leg="l", caller="1", dialled="404"))
    assert ends(centre) == [EndReason.UNKNOWN_NUMBER]
    (hang_up,) = [effect for effect in effects if isinstance(effect, ef.HangUp)]
    assert hang_up.cause is LegEndCause.UNREACHABLE


def test_an_outside_number_that_does_not_answer_gives_the_customer_back_to_the_queue() -> None:
    centre = Centre()
    contact = centre.call("95000")
    press(centre, contact, "4")
    assert centre.state(contact).place is Place.OUTSIDE
    centre.leg_fails(centre.state(contact).outside_leg, LegEndCause.BUSY)
    assert centre.state(contact).place is Place.WAITING


def test_a_ring_that_fell_away_with_us_is_no_fault_of_the_agents() -> None:
    centre = Centre()
    centre.ready("1001")
    contact = centre.call()
    customer, ring = centre.state(contact).customer_leg, centre.state(contact).offer_leg
    centre(ev.TelephonyRestored(legs=(customer,), answered=(customer,)))
    assert ring not in centre.center.state.legs
    assert centre.state(contact).place is Place.OFFERED
    assert centre.state(contact).offered_agent == "1001"
    assert centre.state(contact).offer_leg not in ("", ring)


def test_who_hangs_up_in_the_moment_in_which_they_would_be_offered_again_leaves_nobody_offered() -> None:
    centre = Centre()
    centre.ready("1001")
    contact = centre.call("95001")
    centre(ev.OfferDeclined(agent="1001", contact=contact))
    due = centre.center.acd.next_due_ms()
    assert due is not None
    centre.now = due
    centre.hang_up(contact)
    assert centre.agent("1001") is AgentState.AVAILABLE
    assert ends(centre) == [EndReason.ABANDONED_IN_QUEUE]
    assert [fact.outcome for fact in centre.facts(ef.OfferEnded)] == ["declined"]
