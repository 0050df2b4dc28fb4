"""A campaign whose calls fail pauses; ordinary bad luck and our own faults do not pause it."""

from __future__ import annotations

import pytest

from callcenter.domain.campaigns import Outcome
from callcenter.domain.effects import LeadSettled
from callcenter.domain.leads import LeadState
from dialer.campaign.breaker import LOOKED_AT, Breaker, Failing, failing_of

SHARE = 0.8


def came_to(breaker: Breaker, outcome: Outcome, times: int, *, campaign: str = "c", dialled: bool = True) -> None:
    for _ in range(times):
        breaker.observe(
            LeadSettled(
                contact="x",
                campaign=campaign,
                lead=1,
                number="+8613900000001",
                attempt=1,
                outcome=outcome,
                state=LeadState.WAITING,
                due_ms=1,
                dialled=dialled,
                agent="",
                disposition="",
                began_ms=1,
            )
        )


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.REJECTED])
def test_it_opens_when_as_many_failed_as_the_campaign_says_and_not_one_earlier(outcome: Outcome) -> None:
    breaker = Breaker()
    came_to(breaker, Outcome.BUSY, 4)
    came_to(breaker, outcome, LOOKED_AT - 5)
    assert breaker.failing("c", SHARE) is None
    came_to(breaker, outcome, 1)
    assert breaker.failing("c", SHARE) == Failing(16, 20)
    assert breaker.failing("c", 0.81) is None
    assert breaker.failing("c", 0) is None


def test_only_the_last_attempts_of_this_campaign_count_and_only_what_was_dialled() -> None:
    breaker = Breaker()
    came_to(breaker, Outcome.FAILED, LOOKED_AT)
    came_to(breaker, Outcome.NO_ANSWER, 5)
    assert breaker.failing("c", SHARE) is None
    came_to(breaker, Outcome.FAILED, LOOKED_AT, campaign="other", dialled=False)
    for ours in (Outcome.LOST, Outcome.AGENT_LOST, Outcome.CANCELLED):
        came_to(breaker, ours, LOOKED_AT, campaign="other")
    assert breaker.failing("other", SHARE) is None


def test_whoever_starts_it_again_starts_it_with_nothing_against_it() -> None:
    breaker = Breaker()
    came_to(breaker, Outcome.FAILED, LOOKED_AT)
    breaker.forget("c")
    came_to(breaker, Outcome.FAILED, LOOKED_AT - 1)
    assert breaker.failing("c", SHARE) is None


@pytest.mark.parametrize("note", ["", "carrier_fails", "carrier_fails a/b", "back at nine", "carrier_fails 3"])
def test_a_note_of_people_is_none_of_its_own(note: str) -> None:
    assert failing_of(note) is None


def test_its_note_is_read_again() -> None:
    assert failing_of(Failing(17, 20).note) == Failing(17, 20)
