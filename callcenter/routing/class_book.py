"""Who may take what: queues, agents by skill, and the classes of contacts that both come together in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from callcenter.domain.agent import AgentState
from callcenter.domain.config import SkillRequirement
from callcenter.routing import explain
from callcenter.routing.agent_slot import AgentSlot
from callcenter.routing.decisions import Asked, Unserved
from callcenter.routing.matching import VOICE, Demand, demand_of, qualifies
from callcenter.routing.policies import BY_PLACE
from callcenter.routing.work_class import QueueSlot, Waiter, WorkClass

LOGGED_OUT = AgentState.LOGGED_OUT


class ClassBook:
    """The router's queues and agents. A class is made when first asked for, and knows all who qualify for it."""

    def __init__(self, *, explain: bool) -> None:
        self.explain = explain
        self.queues: dict[str, QueueSlot] = {}
        self.scored = False
        """Whether any queue chooses among contacts by more than their places."""
        self.shares = 0
        """The sum of the shares of queues under ``fixed_queue_ratio``."""
        self.agents: dict[str, AgentSlot] = {}
        self.holders: dict[str, list[AgentSlot]] = {}
        """Agents by each skill they have, in the order of their ids."""

    def class_for(self, queue: QueueSlot, skills: tuple[SkillRequirement, ...]) -> WorkClass:
        """The class of calls with these extra requirements, made when it is new."""
        work = queue.by_skills.get(skills)
        if work is None:
            work = queue.by_skills[skills] = self.class_of(queue, demand_of(queue.config, skills))
        return work

    def base(self, queue: QueueSlot) -> WorkClass:
        """The class of a plain contact of the channel by which the queue's staffing is counted."""
        if queue.config.channel == VOICE:
            return self.class_for(queue, ())
        return self.class_of(queue, demand_of(queue.config, (), channel=queue.config.channel))

    def class_of(self, queue: QueueSlot, demand: Demand) -> WorkClass:
        """The class of contacts that ask for this, made when it is new."""
        work = queue.classes.get(demand)
        if work is None:
            work = queue.classes[demand] = WorkClass(queue, demand)
            self.admit(work)
        return work

    def admit(self, work: WorkClass) -> None:
        """Enter every agent who qualifies into a new class; looks only at those who have its rarest skill."""
        for slot in self.candidates(work.demand):
            if slot.capacity.get(work.channel, 0) >= work.weight and qualifies(slot.config, work.queue, work.demand):
                work.members.append(slot)
                slot.classes.append(work)
                work.signed_in += slot.state is not LOGGED_OUT
                if slot.idle_seq and slot.fits(work.channel, work.weight):
                    work.list_idle(slot)
        if self.explain:
            work.counts = dict(sorted(Counter(slot.label for slot in work.members).items()))

    def candidates(self, demand: Demand) -> list[AgentSlot]:
        """A list in the order of ids that has everybody who could qualify."""
        if demand.only:
            return [self.agents[demand.only]] if demand.only in self.agents else []
        lists = [self.holders.get(need.skill, []) for need in demand.needs if need.required]
        return min(lists, key=len) if lists else [self.agents[agent] for agent in sorted(self.agents)]

    def retire(self, work: WorkClass) -> None:
        """Forget the class of a preferred agent for whom nobody waits any more."""
        if work.demand.only and not work.live and work.home.classes.pop(work.demand, None) is not None:
            for slot in work.members:
                slot.classes.remove(work)

    def unserved(self, waiter: Waiter) -> Unserved:
        """The decision that says so of a waiting contact."""
        asked = Asked(waiter.skills, waiter.channel, waiter.weight, tuple(sorted(waiter.excluded)))
        return Unserved(waiter.contact, waiter.queue, explain.unserved(waiter.work), asked)

    def class_in_the_end(self, queue: QueueSlot, asked: Asked) -> WorkClass:
        """The class of contacts that ask for this and have all relaxations behind them."""
        steps = len(queue.config.relaxations)
        demand = demand_of(queue.config, asked.skills, steps, channel=asked.channel, weight=asked.weight)
        return self.class_of(queue, demand)

    def could_serve(self, excluded: Collection[str], work: WorkClass) -> bool:
        """Whether anybody signed in may take a contact of the class some time that excludes these agents."""
        if not excluded or not work.signed_in:
            return work.signed_in > 0
        gone = (self.agents.get(agent) for agent in excluded)
        return work.signed_in > sum(
            1 for slot in gone if slot is not None and slot.state is not LOGGED_OUT and work in slot.classes
        )

    def forget(self, slot: AgentSlot) -> None:
        """Drop a signed-out agent who is no longer configured."""
        del self.agents[slot.id]
        for skill in slot.config.skills:
            self.holders[skill].remove(slot)
        for work in slot.classes:
            work.members.remove(slot)

    def ratio_waiting(self) -> int:
        """How many wait in queues under ``fixed_queue_ratio``."""
        return sum(queue.live for queue in self.queues.values() if queue.config.contact_policy == "fixed_queue_ratio")

    def choose_by(self) -> None:
        """Note how contacts are chosen, after the queues' settings have changed."""
        policies = [(queue.config.contact_policy, queue.config.share) for queue in self.queues.values()]
        self.scored = any(policy not in (BY_PLACE, "longest_wait") for policy, _ in policies)
        self.shares = sum(share for policy, share in policies if policy == "fixed_queue_ratio")
