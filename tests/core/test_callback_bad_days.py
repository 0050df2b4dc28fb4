"""Callbacks across restarts and losses."""

from __future__ import annotations

import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay as replayed
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.config import RetryAfter
from callcenter.domain.contact import LegEndCause, Place
from tests.core.callback_centre import MINUTE, a_centre, accepted, dialled, last


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
