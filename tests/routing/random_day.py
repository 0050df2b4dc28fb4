"""A long day of the router drawn from a seed, and the digest of all it decided: ``python -m tests.routing.random_day``.

Needs nothing but the router and msgspec, so that it runs under any Python there is.
"""

from __future__ import annotations

import hashlib
import sys
from random import Random

import msgspec

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, QueueConfig, Relaxation, SkillRequirement
from callcenter.domain.contact import Why
from callcenter.domain.errors import Rejected
from callcenter.routing.acd import Acd
from callcenter.routing.policies import AGENT_POLICIES, CONTACT_POLICIES

SKILLS = ("card", "loan", "english", "dialect", "fund")
ASKED = Why("asked_for_person")


def centre(rng: Random) -> tuple[dict[str, QueueConfig], dict[str, AgentConfig]]:
    """Thirty agents and eight queues, each policy among them."""
    agents, contacts = sorted(AGENT_POLICIES), sorted(CONTACT_POLICIES)
    queues = {
        f"q{number}": QueueConfig(
            id=f"q{number}",
            names={"en": f"q{number}"},
            skills=(SkillRequirement(SKILLS[number % 5], rng.randint(1, 6)),),
            priority=rng.randint(0, 3),
            agent_policy=agents[number % len(agents)],
            contact_policy=contacts[number % len(contacts)],
            reserve=rng.choice((0, 0, 1)),
            relaxations=(Relaxation(after_ms=20_000, lower_by=2), Relaxation(after_ms=60_000, lower_by=5)),
        )
        for number in range(8)
    }
    people = {
        f"a{number}": AgentConfig(
            id=f"a{number}",
            name=f"a{number}",
            skills={skill: rng.randint(1, 10) for skill in rng.sample(SKILLS, rng.randint(1, 4))},
        )
        for number in range(30)
    }
    return queues, people


def digest(seed: int, operations: int) -> str:
    """SHA-256 over every decision and refusal of the day, in order, and over the router's memory at its end."""
    rng, told, now = Random(seed), hashlib.sha256(), 0
    queues, agents = centre(rng)
    acd = Acd()
    told.update(msgspec.json.encode(acd.configure(queues, agents, 0)))
    names, running = sorted(agents), 0
    for _ in range(operations):
        now += rng.choice((0, 50, 400, 3_000))
        agent, contact = rng.choice(names), f"c{rng.randint(max(0, running - 60), running)}"
        asked = [name for name in names if acd.agent(name).offered]
        busy = [name for name in names if acd.agent(name).talks]
        wrapping = [name for name in names if acd.agent(name).wrap_ups]
        try:
            match rng.randrange(12):
                case 0:
                    decided = acd.sign_in(agent, now)
                case 1 | 2:
                    decided = acd.request_state(agent, AgentState.AVAILABLE, "", now)
                case 3 | 4:
                    running += 1
                    queue = rng.choice(sorted(queues))
                    kept_from = frozenset(rng.sample(names, 2))
                    decided = acd.enqueue(f"c{running}", queue, now, why=ASKED, excluded=kept_from)
                case 5 | 6 if asked:
                    agent = rng.choice(asked)
                    decided = acd.accept(acd.agent(agent).offered, agent, now)
                case 7 if asked:
                    agent = rng.choice(asked)
                    how = rng.choice(("declined", "missed", "unreachable", "withdrawn"))
                    decided = acd.refuse(acd.agent(agent).offered, agent, now, how)
                case 8 | 9 if busy:
                    agent = rng.choice(busy)
                    decided = acd.release(agent, acd.agent(agent).talks[0], now, wrap_up=rng.random() < 0.5)
                case 10 if wrapping:
                    agent = rng.choice(wrapping)
                    decided = acd.end_wrap_up(agent, next(iter(acd.agent(agent).wrap_ups)), now)
                case 11 if rng.random() < 0.2:
                    decided = acd.remove(contact, now)
                case _:
                    decided = acd.tick(now)
        except Rejected as refused:
            told.update(refused.code.encode())
        else:
            told.update(msgspec.json.encode(decided))
    acd.check()
    told.update(msgspec.json.encode(acd.dump()))
    return told.hexdigest()


if __name__ == "__main__":
    print(digest(int(sys.argv[1]), int(sys.argv[2])))
