"""Who is listened to: both sides of a talk in a queue that wants it, and nobody else."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.contact import LegEndCause
from callcenter.domain.speech import Speaker, tap_name, tap_of
from tests.core.centre import Centre


def listening(wanted: bool = True, *, ears: bool = True) -> Centre:
    centre = Centre()
    config = centre.center.state.config
    queues = {n: msgspec.structs.replace(q, live_transcript=wanted) for n, q in config.queues.items()}
    centre(ev.CenterConfigured(config=msgspec.structs.replace(config, queues=queues)))
    if ears:
        centre(ev.EarsReady())
    centre.ready("1001")
    return centre


def taps(centre: Centre) -> dict[str, str]:
    """Tap → leg, as the PBX has them after all commands."""
    there: dict[str, str] = {}
    for entry in centre.journal:
        for effect in entry.effects:
            if isinstance(effect, ef.TapMedia):
                there[effect.tap] = effect.leg
            elif isinstance(effect, ef.StopTap):
                del there[effect.tap]
    return there


def test_both_sides_of_a_talk_are_listened_to_until_it_ends() -> None:
    centre = listening()
    contact, _ = centre.talking()
    state = centre.state(contact)
    assert {tap_of(tap): leg for tap, leg in taps(centre).items()} == {
        (Speaker.CUSTOMER, contact): state.customer_leg,
        (Speaker.AGENT, contact): state.agent_leg,
    }
    centre.hang_up(contact)
    assert taps(centre) == {}
    replay(Center(), centre.journal)


@pytest.mark.parametrize("centre", [listening(wanted=False), listening(ears=False)])
def test_nobody_is_listened_to_where_the_queue_does_not_want_it_or_there_are_no_ears(centre: Centre) -> None:
    centre.talking()
    assert taps(centre) == {}


def test_who_waits_is_not_listened_to() -> None:
    centre = listening()
    centre(ev.AgentSignedOut(agent="1001"))
    centre.call()
    assert taps(centre) == {}


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        (ev.HoldRequested, ev.ResumeRequested),
        (
            lambda **who: ev.RecordingPauseRequested(paused=True, **who),
            lambda **who: ev.RecordingPauseRequested(paused=False, **who),
        ),
        (lambda **who: ev.PaymentModeRequested(on=True, **who), lambda **who: ev.PaymentModeRequested(on=False, **who)),
    ],
)
def test_what_the_customer_or_the_recording_must_not_hear_is_not_heard(begin, end) -> None:
    centre = listening()
    contact, _ = centre.talking()
    before = set(taps(centre))
    centre(begin(agent="1001", contact=contact))
    assert taps(centre) == {}
    centre(end(agent="1001", contact=contact))
    after = set(taps(centre))
    assert len(after) == 2
    assert not before & after, "a tap's name is never used twice"


def test_an_agent_who_falls_away_is_not_listened_to_and_is_again_when_back() -> None:
    centre = listening()
    contact, _ = centre.talking()
    centre.leg_fails(centre.state(contact).agent_leg, LegEndCause.LOST)
    assert taps(centre) == {}
    centre(ev.RejoinRequested(agent="1001", contact=contact))
    leg = centre.state(contact).agent_leg
    centre(ev.LegAnswered(leg=leg))
    assert leg in taps(centre).values()


def test_new_ears_and_a_pbx_that_is_back_begin_anew() -> None:
    centre = listening()
    contact, _ = centre.talking()
    first = set(taps(centre))
    centre(ev.EarsLost())
    assert taps(centre) == {}
    centre(ev.EarsReady())
    second = set(taps(centre))
    legs = (centre.state(contact).customer_leg, centre.state(contact).agent_leg)
    centre(ev.TelephonyLost())
    centre(ev.TelephonyRestored(legs=legs, answered=legs))
    third = set(taps(centre))
    assert len(first | second | third) == 6


@pytest.mark.parametrize("name", ["t/1", "hear-customer", "hear-nobody-c-1", "hear-customer--1", "hear-agent-c1-", ""])
def test_other_taps_are_nobodys(name: str) -> None:
    assert tap_of(name) is None
    assert tap_of(tap_name(Speaker.AGENT, "c-with-hyphens", 12)) == (Speaker.AGENT, "c-with-hyphens")
