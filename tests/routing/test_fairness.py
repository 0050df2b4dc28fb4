"""Agents of equal standing get the same share of the work, and nobody who waits is passed over."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from callcenter.domain.agent import AgentState
from callcenter.routing.decisions import Offered
from tests.routing.build import ASKED, agent, queue, router

AGENTS = tuple(f"a{number}" for number in range(12))


@pytest.mark.parametrize("seed", range(4))
def test_round_robin_asks_whoever_was_asked_longest_ago(seed: int) -> None:
    """Of all who are free when a contact comes, and so each gets the same number of offers in the long run."""
    rng, now = Random(seed), 0
    acd = router([queue("all", agent_policy="round_robin")], [agent(name) for name in AGENTS])
    last = dict.fromkeys(AGENTS, -1)
    offers: Counter[str] = Counter()
    talking: list[tuple[int, str, str]] = []
    for number in range(3_000):
        now += round(rng.expovariate(1 / 20_000))
        for ends, name, contact in sorted(talking):
            if ends <= now:
                talking.remove((ends, name, contact))
                acd.release(name, contact, ends, wrap_up=False)
        free = [name for name in AGENTS if acd.agent(name).state is AgentState.AVAILABLE]
        decided = acd.enqueue(f"c{number}", "all", now, why=ASKED)
        if not free:
            acd.remove(f"c{number}", now)
            continue
        asked = [one.agent for one in decided if isinstance(one, Offered)]
        assert asked == [min(free, key=last.__getitem__)] or last[asked[0]] == min(last[name] for name in free) == -1
        last[asked[0]] = number
        offers[asked[0]] += 1
        acd.accept(f"c{number}", asked[0], now)
        talking.append((now + round(rng.expovariate(1 / 100_000)), asked[0], f"c{number}"))
    assert max(offers.values()) - min(offers.values()) < 0.25 * max(offers.values())


@pytest.mark.parametrize(
    ("policy", "turn"), [("priority", 21), ("ageing_by_class", 21), ("longest_wait", 1), ("fixed_queue_ratio", 1)]
)
def test_everybody_who_waits_is_reached_while_the_line_is_full(policy: str, turn: int) -> None:
    """Five steps of priority count as 300 s: whoever comes within them goes before, two every 30 s, and nobody else."""
    high = queue("high", contact_policy=policy, priority=5, share=9)
    low = queue("low", contact_policy=policy, share=1)
    acd = router([high, low], [agent("a")])
    acd.enqueue("h0", "high", 0, why=ASKED)
    acd.enqueue("waits", "low", 0, why=ASKED)
    turns = 0
    while acd.agent("a").offered != "waits":
        now, contact, turns = turns * 30_000, acd.agent("a").offered, turns + 1
        assert contact.startswith("h")
        acd.accept(contact, "a", now)
        for number in range(2):
            acd.enqueue(f"h{turns}-{number}", "high", now, why=ASKED)
        acd.release("a", contact, now + 30_000, wrap_up=False)
        assert turns < 100, "passed over for ever"
    assert turns == turn
