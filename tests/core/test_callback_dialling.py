"""The agent comes first, then the customer is dialled, and tried again."""

from __future__ import annotations

import pytest

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import EndReason, LegEndCause, Place
from tests.core.callback_centre import CUSTOMER, DAY, MINUTE, a_centre, accepted, book, dialled, dials, last, reasons


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
