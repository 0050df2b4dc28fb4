"""Free agents in the order in which they are asked, among entries of agents who have gone."""

from __future__ import annotations

import json
import random

import msgspec
import pytest

from callcenter.domain.agent import AgentState
from callcenter.routing.acd import Acd
from callcenter.routing.policies import AGENT_POLICIES
from tests.routing.build import ASKED, agent, need, offers, queue, router

MANY = 60


@pytest.mark.parametrize("policy", AGENT_POLICIES)
def test_who_is_asked_is_whom_a_look_at_everybody_finds(policy: str) -> None:
    """Beside a scan of all agents by the policy's own words, while agents come and go in another queue."""
    chance = random.Random(policy)
    agents = [agent(f"a{n:02}", card=chance.randint(1, 5), loan=1) for n in range(MANY)]
    acd = router([queue("card", need("card"), agent_policy=policy), queue("loan", need("loan"))], agents)
    idle = {a.id: (0, n) for n, a in enumerate(agents)}
    worked = dict.fromkeys(idle, 0)
    last = dict.fromkeys(idle, 0)
    busy: dict[str, tuple[str, int]] = {}
    order = len(agents)

    def number(name: str) -> int:
        level = next(a.skills["card"] for a in agents if a.id == name)
        return {
            "longest_idle": idle[name][0],
            "least_occupied": worked[name],
            "highest_level": -level,
            "round_robin": last[name],
        }[policy]

    for now in range(1, 1_500):
        if busy and (len(busy) > MANY - 5 or chance.random() < 0.5):
            name = chance.choice(sorted(busy))
            contact, since = busy.pop(name)
            acd.release(name, contact, now, wrap_up=False)
            worked[name] += now - since
            order += 1
            idle[name] = (now, order)
        else:
            where = chance.choice(("card", "loan", "loan"))
            [(contact, name)] = offers(acd.enqueue(f"c{now}", where, now, why=ASKED))
            if where == "card":
                assert name == min(idle, key=lambda each: (number(each), idle[each]))
            acd.accept(contact, name, now)
            del idle[name]
            order += 1
            last[name] = order
            busy[name] = (contact, now)
        if now % 25 == 0:
            acd.check()


def test_reasons_do_not_depend_on_entries_of_agents_who_have_gone() -> None:
    """A router that was loaded a moment ago has none of them, and must say the same."""
    settings = [queue("card", need("card")), queue("loan", need("loan"))]
    agents = [agent(f"a{n:02}", card=1, **({"loan": 1} if n < MANY - 4 else {})) for n in range(MANY)]
    acd = router(settings, agents)
    for n in range(MANY - 10):
        for contact, name in offers(acd.enqueue(f"c{n}", "loan", 1, why=ASKED)):
            acd.accept(contact, name, 1)
    data = json.loads(json.dumps(acd.dump()))
    twin = Acd.load(data, {q.id: q for q in settings}, {a.id: a for a in agents})
    first, second = (router.enqueue("next", "card", 5, why=ASKED) for router in (acd, twin))
    assert msgspec.json.encode(first) == msgspec.json.encode(second)
    assert len(first[-1].why.detail["candidates"]) == 3  # type: ignore[union-attr]
    assert acd.agent("a50").state is AgentState.OFFERED
