"""What the router is held against: a scan of all who wait, and a scan of a queue's members."""

from __future__ import annotations

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
    """An arriving contact looks at the members of its queue, as app_queue does: the free one idle longest."""

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
