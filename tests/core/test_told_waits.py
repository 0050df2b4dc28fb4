"""A flow that offers a callback tells a time only while expected waits have come true of late."""

from __future__ import annotations

import pytest

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.routing.estimates import ENOUGH_PROOFS
from tests.core.callback_centre import OFFER, a_centre, offer_flow
from tests.core.centre import Centre

TOLD = OFFER.replace(
    "    ask_number:",
    "    estimate: {text: {zh: '约{{ minutes }}分钟', en: 'About {{ minutes }}'}}\n"
    "    no_estimate: {text: {zh: 说不准, en: Unsure}}\n"
    "    ask_number:",
)


def centre_that_expected(expected_ms: int, came_ms: int, times: int = ENOUGH_PROOFS) -> Centre:
    """Six answers half a minute apart, and as many expectations that went like this."""
    centre = a_centre()
    centre(ev.FlowsPublished(flows={"offer": offer_flow(TOLD)}))
    estimate = centre.center.acd.estimate("general", "voice")
    for _ in range(7):
        estimate.started(centre.now, 1)
        centre.now += 30_000
    estimate.last_start_ms = centre.now
    for _ in range(times):
        estimate.proved(expected_ms, came_ms)
    return centre


def heard(centre: Centre) -> str:
    """What the customer is told before they choose."""
    centre.call("95002", "13800000009")
    gathers = [e for entry in centre.journal[-3:] for e in entry.effects if isinstance(e, ef.Gather)]
    return " ".join(str(prompt) for prompt in gathers[-1].prompts)


@pytest.mark.parametrize(
    ("expected_ms", "came_ms", "times", "told"),
    [
        (30_000, 40_000, ENOUGH_PROOFS, True),
        (30_000, 300_000, ENOUGH_PROOFS, False),
        (30_000, 40_000, ENOUGH_PROOFS - 1, False),
    ],
)
def test_the_time_is_told_only_while_it_may_be_trusted(expected_ms: int, came_ms: int, times: int, told: bool) -> None:
    centre = centre_that_expected(expected_ms, came_ms, times)
    known = centre.center.acd.expected_wait_joining_ms("general", centre.now)
    assert known == 30_000, "the router has an expectation either way"
    said = heard(centre)
    assert ("约1分钟" in said) == told
    assert ("说不准" in said) != told
    assert (centre.center.acd.told_wait_joining_ms("general", centre.now) == 30_000) == told
