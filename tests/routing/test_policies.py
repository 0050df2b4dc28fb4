"""The numbers by which waiting contacts are compared: what people are told as ``score`` with each offer."""

from __future__ import annotations

from typing import Any

import pytest

from callcenter.domain.config import QueueConfig
from callcenter.domain.contact import Detail
from callcenter.domain.errors import ConfigError
from callcenter.routing.decisions import Offered
from callcenter.routing.policies import agent_policy, contact_policy
from tests.routing.build import ASKED, agent, queue, router

BEGINS = 1_000
"""Not 0, so that a place in time and a wait are different numbers."""


def chosen(queues: list[QueueConfig], waiting: list[tuple[str, str, int]], freed_ms: int) -> Detail:
    """Why whom: one agent is in a talk of the first queue from ``BEGINS`` to ``freed_ms``; meanwhile these come."""
    acd = router(queues, [agent("a")])
    acd.enqueue("talk", queues[0].id, BEGINS, why=ASKED)
    acd.accept("talk", "a", BEGINS)
    for contact, where, at_ms in waiting:
        acd.enqueue(contact, where, at_ms, why=ASKED)
    [offered] = [one for one in acd.release("a", "talk", freed_ms) if isinstance(one, Offered)]
    return {"contact": offered.contact, **offered.why.detail}


def by(policy: str, name: str, **more: Any) -> QueueConfig:
    return queue(name, contact_policy=policy, wrap_up_ms=0, **more)


def test_generalised_c_mu_weighs_the_wait_by_cost_and_speed_of_service() -> None:
    """Served in 70 s: 60 s of waiting count 180/70-fold. Nothing known of the dear queue: its 40 s count twice."""
    queues = [by("generalised_c_mu", "quick"), by("generalised_c_mu", "dear", wait_cost=2)]
    found = chosen(queues, [("q", "quick", 11_000), ("d", "dear", 31_000)], 71_000)
    assert (found["contact"], found["policy"], found["score"]) == ("q", "generalised_c_mu", 154_285)
    assert found["next_elsewhere"] == [{"contact": "d", "queue": "dear", "waited_ms": 40_000, "score": 80_000}]


def test_ageing_by_class_counts_steps_of_each_queues_own_length() -> None:
    """9 s at 7 s a step are more than 20 s at 30 s a step."""
    queues = [by("ageing_by_class", "fast", ageing_ms=7_000), by("ageing_by_class", "slow", ageing_ms=30_000)]
    found = chosen(queues, [("s", "slow", 11_000), ("f", "fast", 22_000)], 31_000)
    assert (found["contact"], found["score"]) == ("f", 77_142)
    assert found["next_elsewhere"][0]["score"] == 40_000


def test_fixed_queue_ratio_measures_the_line_against_its_share_of_all_who_wait() -> None:
    """Shares of 5 and 2 in 7: of two who wait, one in each line, the smaller share is above its own."""
    queues = [by("fixed_queue_ratio", "large", share=5), by("fixed_queue_ratio", "small", share=2)]
    found = chosen(queues, [("l", "large", 11_000), ("s", "small", 21_000)], 31_000)
    assert (found["contact"], found["score"]) == ("s", 25_714)
    assert found["next_elsewhere"][0]["score"] == -25_715


@pytest.mark.parametrize(("policy", "first"), [("priority", "high"), ("longest_wait", "low")])
def test_priority_and_longest_wait_beside_a_policy_of_another_line(policy: str, first: str) -> None:
    """A line under another policy makes the router compare numbers; these two give the wait, and a head start."""
    low, high = by(policy, "low"), by(policy, "high", priority=1)
    found = chosen(
        [low, high, by("ageing_by_class", "other")], [("low", "low", 2_000), ("high", "high", 11_000)], 31_000
    )
    assert found["contact"] == first
    scores = {first: found["score"], **{one["contact"]: one["score"] for one in found["next_elsewhere"]}}
    assert scores == {"low": 29_000, "high": 80_000 if policy == "priority" else 20_000}


@pytest.mark.parametrize(
    ("find", "place", "known"),
    [
        (agent_policy, r"^queue card\.agent_policy", "longest_idle, least_occupied, highest_level, round_robin"),
        (contact_policy, r"^queue card\.contact_policy", "priority, longest_wait, ageing_by_class"),
    ],
)
def test_an_unknown_policy_is_named_with_its_place_and_those_there_are(find: Any, place: str, known: str) -> None:
    with pytest.raises(ConfigError, match=f"{place}.*no policy is called 'nicest'.*use one of {known}"):
        find("nicest", "card")
