"""What the router is held against: a scan of all who wait, and scans of a queue's members."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from heapq import nsmallest
from typing import Any

from callcenter.domain.contact import Why
from callcenter.routing.decisions import AgentChanged, Decision, Offered
from callcenter.routing.explain import RIVALS
from callcenter.routing.pool import BUSY, DEFAULT_OFFER_TIMEOUT_MS, OFFERED
from scripts.benchmarks.routing_plan import Plan


class NaiveScan:
    """A freed agent looks at everybody who waits: highest priority-aged wait among those whose skills they have."""

    def __init__(self, plan: Plan) -> None:
        self.skills = plan.agents
        self.waiting = {name: (needs, key) for name, needs, key in plan.waiting()}

    def freed(self, agent: str) -> str | None:
        """The contact with the smallest key that the agent can serve, taken out."""
        skills, waiting = self.skills[agent], self.waiting
        able = (
            (key, name)
            for name, (needs, key) in waiting.items()
            if all(skills.get(need, 0) >= level for need, level in needs)
        )
        _, best = min(able, default=(0, None))
        if best is not None:
            del waiting[best]
        return best


class MemberScan:
    """An arriving contact looks at the members of its queue: the free one idle longest, and nothing else is asked."""

    def __init__(self, plan: Plan) -> None:
        self.members = {
            queue: [agent for agent, skills in plan.agents.items() if skills.get(skill, 0) >= 1]
            for queue, skill in plan.queues.items()
        }
        self.idle_since = dict.fromkeys(plan.agents, 0)
        self.free = dict.fromkeys(plan.agents, True)

    def arrived(self, queue: str) -> str | None:
        """The free member who has been idle longest, taken."""
        free = (agent for agent in self.members[queue] if self.free[agent])
        best = min(free, key=self.idle_since.__getitem__, default=None)
        if best is not None:
            self.free[best] = False
        return best

    def freed(self, agent: str, now_ms: int) -> None:
        """Free again."""
        self.free[agent], self.idle_since[agent] = True, now_ms


@dataclass(slots=True)
class Member:
    """An agent as the scan with all duties keeps them."""

    id: str
    skills: dict[str, int]
    state: str = "available"
    in_hand: int = 0
    capacity: int = 1
    idle_since_ms: int = 0


class DutifulScan:
    """A scan of the queue's members that owes what the router owes.

    Who is free and has room, has the levels and is not excluded; least in hand and then longest idle first; the same
    decisions as answer; and, where wanted, the reasons in the same form, from the same pass.
    """

    def __init__(self, plan: Plan, *, explain: bool) -> None:
        self.explain = explain
        self.agents = {agent: Member(agent, skills) for agent, skills in plan.agents.items()}
        self.needs = {queue: ((skill, 1),) for queue, skill in plan.queues.items()}
        self.members = {
            queue: [member for member in self.agents.values() if member.skills.get(skill, 0) >= 1]
            for queue, skill in plan.queues.items()
        }

    def arrived(self, contact: str, queue: str, now_ms: int, why: Why, excluded: frozenset[str]) -> list[Decision]:
        """The offer of the contact to whom the policy asks first; nothing when nobody is free."""
        needs, free = self.needs[queue], []
        for member in self.members[queue]:
            if member.state != "available" or member.in_hand >= member.capacity or member.id in excluded:
                continue
            for skill, level in needs:
                if member.skills.get(skill, 0) < level:
                    break
            else:
                free.append((member.in_hand, member.idle_since_ms, member.id, member))
        if not free:
            return []
        best = min(free)[3]
        if self.explain:
            why = self._why(queue, now_ms, why, best, free)
        best.state = "offered"
        changed = AgentChanged(best.id, OFFERED, "", contact)
        return [changed, Offered(contact, best.id, queue, now_ms, now_ms + DEFAULT_OFFER_TIMEOUT_MS, why)]

    def _why(self, queue: str, now_ms: int, asked: Why, best: Member, free: list[tuple[int, int, str, Member]]) -> Why:
        skill = self.needs[queue][0][0]
        counts = Counter(member.state for member in self.members[queue])
        candidates: list[dict[str, Any]] = [
            {"agent": member.id, "idle_ms": now_ms - member.idle_since_ms, "level": member.skills[skill]}
            for *_, member in nsmallest(RIVALS, free)
        ]
        return Why(
            "best_agent",
            {
                "policy": "longest_idle",
                "idle_ms": now_ms - best.idle_since_ms,
                "waited_ms": 0,
                "candidates": candidates,
                "asked": asked.code,
                "available": counts.pop("available"),
                "ruled_out": counts | {"lacks_skill": len(self.agents) - len(self.members[queue])},
            },
        )

    def accept(self, agent: str) -> None:
        """The agent talks."""
        member = self.agents[agent]
        member.state, member.in_hand = BUSY.value, 1

    def freed(self, agent: str, now_ms: int) -> None:
        """Free again."""
        member = self.agents[agent]
        member.state, member.in_hand, member.idle_since_ms = "available", 0, now_ms
