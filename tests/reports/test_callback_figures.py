"""What callbacks count as: who is reached is answered in the queue; an attempt that reaches nobody is no handling."""

from __future__ import annotations

import pytest

from callcenter.domain import events as ev
from callcenter.domain.contact import Channel, LegEndCause
from callcenter.domain.figures import AgentSums, QueueSums
from callcenter.reports import metrics
from callcenter.reports.fold import from_journal
from tests.core.callback_centre import MINUTE, a_centre, accepted, book, dialled, press, today
from tests.core.centre import Centre
from tests.reports import plain
from tests.reports.test_fold import check_same


def sums_of(centre: Centre) -> QueueSums:
    """The general queue's, by the journal; the plain count and the live figures say the same."""
    figures = from_journal(centre.through_text())
    check_same(figures, plain.count(centre.through_text()))
    found = QueueSums.of(sums for (_, queue, _), sums in figures.queues.items() if queue == "general")
    assert found == today(centre)
    return found


def talked(centre: Centre, callback: str) -> None:
    """The customer picks up and they speak for three minutes."""
    centre(ev.LegAnswered(leg=centre.state(callback).customer_leg))
    centre.advance(3 * MINUTE)
    centre.hang_up(callback)


def test_who_is_called_back_and_picks_up_is_answered_in_the_queue() -> None:
    centre = a_centre()
    callback = dialled(centre)
    assert sums_of(centre).answered == 0
    centre.advance(8_000)
    talked(centre, callback)
    sums = sums_of(centre)
    assert (sums.offered, sums.answered, sums.called_back, metrics.waiting(sums)) == (1, 1, 1, 0)
    assert (sums.handled, sums.talk_ms) == (1, 3 * MINUTE)
    assert metrics.service_level(sums) is metrics.asa_ms(sums) is metrics.abandonment(sums) is None
    assert (sums.asked, sums.reached) == (1, 1)


def test_waits_and_shares_are_those_of_customers_on_the_line() -> None:
    """A callback that waited for an hour neither lengthens nor shortens what callers waited."""
    centre = a_centre()
    caller = centre.call("95002", "13900000002")
    press(centre, caller, "3")
    callback = book(centre)
    centre.advance(12_000)
    centre.ready("1001")
    centre.answer(caller)
    centre.advance(60 * MINUTE)
    centre.ready("1002")
    accepted(centre, callback)
    talked(centre, callback)
    sums = sums_of(centre)
    assert (sums.offered, sums.answered, sums.called_back) == (2, 2, 1)
    assert metrics.asa_ms(sums) == sums.longest_wait_ms == 12_000
    assert metrics.service_level(sums) == 1
    assert (sums.asked, sums.reached) == (2, 2)


@pytest.mark.parametrize("cause", [LegEndCause.NO_ANSWER, LegEndCause.BUSY, LegEndCause.REJECTED])
@pytest.mark.parametrize("wrap_up", [True, False])
def test_an_attempt_that_reaches_nobody_is_neither_answered_nor_handled(cause: LegEndCause, wrap_up: bool) -> None:
    centre = a_centre(wrap_up=wrap_up)
    callback = dialled(centre)
    centre.advance(20_000)
    centre.leg_fails(centre.state(callback).customer_leg, cause)
    centre.advance(5 * MINUTE)
    sums = sums_of(centre)
    assert (sums.offered, sums.answered, sums.called_back) == (0, 0, 0)
    figures = from_journal(centre.through_text())
    agents = AgentSums.of(figures.agents.values())
    assert (sums.handled, agents.handled) == (0, 0)
    assert metrics.handle_ms(sums) == metrics.handle_ms(agents) == 0
    estimate = centre.center.acd.estimate("general", Channel.VOICE.value)
    assert (estimate.handled, estimate.handling_ms) == (0, 0), "expected waits learn nothing from a ring"


def test_expected_waits_learn_from_callbacks_that_were_answered() -> None:
    centre = a_centre()
    talked(centre, dialled(centre))
    centre.advance(5 * MINUTE)
    assert centre.center.acd.estimate("general", Channel.VOICE.value).handled == 1
