"""The router's reasons in data: codes and facts that the screens turn into sentences.

Each is small (at most ``CAP`` names, the rest as counts) and costs no more with two thousand agents than with two.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Detail, Why
from callcenter.routing.matching import VOICE, Requirements, level_score, preferred_met
from callcenter.routing.reserves import touched

if TYPE_CHECKING:
    from callcenter.routing.agent_slot import AgentSlot
    from callcenter.routing.pool import Pool
    from callcenter.routing.work_class import WaitEntry, Waiter, WorkClass

CAP = 5
RIVALS = 3
"""How many of those in question are named with their figures: enough to see why the first one came first."""


BUSY, ON_BREAK = AgentState.BUSY, AgentState.ON_BREAK
_LABELS = {state: str(state.value) for state in AgentState} | {AgentState.LOGGED_OUT: ""}


def label(slot: AgentSlot) -> str:
    """What the agent does, in one word; a break with its reason; empty when signed out."""
    state = slot.state
    if state is BUSY and slot.talks and VOICE not in slot.load:
        return "in_chats"
    return f"on_break:{slot.reason}" if state is ON_BREAK else _LABELS[state]


def count(slot: AgentSlot) -> None:
    """Move the agent from their old label to the new one in the counts of all their classes."""
    old, new = slot.label, label(slot)
    if old == new:
        return
    slot.label = new
    for work in slot.classes:
        counts = work.counts
        counts[old] -= 1
        try:
            counts[new] += 1
        except KeyError:
            work.counts = dict(sorted((counts | {new: 1}).items()))


def counts_of(work: WorkClass, *, kept: bool) -> dict[str, int]:
    """Signed-in members by what they do, sorted by name; read from the ``kept`` counts or counted now."""
    counts = work.counts if kept else dict(sorted(Counter(map(label, work.members)).items()))
    return {name: number for name, number in counts.items() if number and name}


def asks_for(needs: Requirements) -> list[str]:
    """The requirements in short form: ``english>=3``, a preferred one with a question mark."""
    return [f"{need.skill}>={need.level}" + ("" if need.required else "?") for need in needs]


def best_agent(pool: Pool, waiter: Waiter, slot: AgentSlot) -> Why:
    """Why this agent gets an arriving contact: who was free, and what kept the others from it."""
    work = waiter.work
    assert work is not None
    now_ms = pool.now_ms
    needs, simple, policy = work.needs, work.simple, work.home.config.agent_policy
    candidates: list[dict[str, Any]] = []
    for other in work.idle.front(RIVALS, waiter):
        level = other.config.skills.get(simple, 0) if simple else level_score(other.config, needs)
        candidate: dict[str, Any] = {"agent": other.id, "idle_ms": now_ms - other.idle_since_ms, "level": level}
        if other.talks:
            candidate["in_hand"] = other.talks
        if work.prefers:
            candidate["preferred"] = preferred_met(other.config, needs)
        if policy == "least_occupied":
            candidate["worked_ms"] = other.worked_ms
        candidates.append(candidate)
    waited_ms = now_ms - waiter.arrived_ms
    detail: Detail = {
        "policy": policy,
        "idle_ms": now_ms - slot.idle_since_ms,
        "waited_ms": waited_ms if waited_ms > 0 else 0,
        "candidates": candidates,
        "asked": waiter.why.code,
    }
    if slot.talks:
        detail["in_hand"] = slot.talks
    _rule_out(detail, pool, waiter, work)
    return Why("best_agent", detail)


def next_contact(pool: Pool, waiter: Waiter, slot: AgentSlot, heads: list[WaitEntry]) -> Why:
    """Why a freed agent gets this contact, the first of ``heads``; they could have taken the others instead."""
    now_ms, scored = pool.now_ms, pool.scored
    others: list[dict[str, Any]] = []
    for entry in heads[1 : RIVALS + 1]:
        other = entry[2]
        facts = {"contact": other.contact, "queue": other.queue, "waited_ms": max(0, now_ms - other.arrived_ms)}
        if scored:
            facts["score"] = other.work.home.contact_policy(pool, other.work, other)
        others.append(facts)
    detail: Detail = {
        "waited_ms": max(0, now_ms - waiter.arrived_ms),
        "priority": waiter.priority,
        "waiting": pool.queues[waiter.queue].live,
        "next_elsewhere": others,
        "asked": waiter.why.code,
    }
    if waiter.front:
        detail["front"] = True
    if slot.talks:
        detail["in_hand"] = slot.talks
    if pool.scored:
        detail["policy"] = waiter.work.home.config.contact_policy
        detail["score"] = waiter.work.home.contact_policy(pool, waiter.work, waiter)
    _rule_out(detail, pool, waiter, waiter.work)
    return Why("next_contact", detail)


def _rule_out(detail: Detail, pool: Pool, waiter: Waiter, work: WorkClass) -> None:
    """Add who could not take the contact: members by what they do, others by lack of skill, those kept from it."""
    counts = counts_of(work, kept=pool.explain)
    detail["available"] = counts.pop("available", 0)
    detail["ruled_out"] = counts
    lacking = pool.signed_in - work.signed_in
    if lacking:
        counts["lacks_skill"] = lacking
    if waiter.excluded:
        detail["excluded"] = sorted(waiter.excluded)[:CAP]
    if waiter.barred:
        detail["said_no"] = sorted(waiter.barred)[:CAP]


def unserved(work: WorkClass) -> Why:
    """Nobody signed in could take it."""
    return Why("nobody_signed_in", {"asks": asks_for(work.needs), "agents": len(work.members)})


def waiting(pool: Pool, waiter: Waiter, now_ms: int) -> Why:
    """Why a contact still waits, or that it is being offered."""
    work = waiter.work
    facts: Detail = {"queue": waiter.queue, "waited_ms": max(0, now_ms - waiter.arrived_ms)}
    if waiter.offer is not None or work is None:
        return Why("being_offered", facts | {"agent": waiter.offer.id if waiter.offer else ""})
    if waiter.step:
        facts["relaxed"] = waiter.step
    if waiter.only:
        facts |= {"prefers": waiter.only, "until_ms": waiter.next_step_ms}
    facts |= {"position": pool.position(waiter), "asks": asks_for(work.needs)}
    _rule_out(facts, pool, waiter, work)
    if not pool.could_serve(waiter.excluded, work):
        if waiter.next_step_ms is not None:
            return Why("waits_to_ask_for_less", facts | {"until_ms": waiter.next_step_ms})
        return Why("nobody_signed_in", facts | {"agents": len(work.members)})
    open_for_some = [slot for slot in work.members if slot.idle_seq]
    roomy = [slot for slot in open_for_some if slot.fits(work.channel, work.weight)]
    if len(roomy) < len(open_for_some):
        facts["at_capacity"] = len(open_for_some) - len(roomy)
    if any(waiter.allows(slot.id) for slot in roomy):
        kept = {queue.id for slot in roomy for queue in touched(slot, work)}
        return Why("agents_reserved", facts | {"reserved_for": sorted(kept)[:CAP]})
    if roomy:
        return Why("free_agents_kept_from_it", facts)
    if all(name.startswith("on_break:") or name == "lacks_skill" for name in facts["ruled_out"]):
        return Why("all_on_break", facts)
    return Why("all_busy", facts)


def idle(pool: Pool, slot: AgentSlot) -> Why:
    """Why an agent has nothing to do."""
    facts: Detail = {"state": slot.state.value, "since_ms": slot.since_ms}
    if slot.state is not AgentState.AVAILABLE:
        return Why("not_available", facts | {"reason": slot.reason})
    kept = sum(work.live for work in slot.classes)
    reserving = {queue.id for work in slot.classes if work.live for queue in touched(slot, work)}
    if reserving:
        return Why("reserved", facts | {"waiting": kept, "reserved_for": sorted(reserving)[:CAP]})
    if kept:
        return Why("kept_from_waiting_contacts", facts | {"waiting": kept})
    elsewhere = sum(queue.live for queue in pool.queues.values())
    if elsewhere:
        return Why("waiting_contacts_ask_for_more", facts | {"waiting": elsewhere, "lacks": _lacks(pool, slot)})
    return Why("nobody_waits", facts | {"queues": sorted({work.queue for work in slot.classes})[:CAP]})


def _lacks(pool: Pool, slot: AgentSlot) -> dict[str, int]:
    """What the agent would need for those who wait, and for how many of them; the most frequent first."""
    found: Counter[str] = Counter()
    for queue in pool.queues.values():
        for work in queue.classes.values() if queue.live else ():
            if work.live:
                found[_lack(slot, work)] += work.live
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:CAP])


def _lack(slot: AgentSlot, work: WorkClass) -> str:
    """The first thing that keeps an agent out of a class: another agent, the queue, a team, room, or a skill."""
    config, demand = slot.config, work.demand
    if demand.only:
        return f"preferred:{demand.only}"
    if config.queues and work.queue not in config.queues:
        return f"queue:{work.queue}"
    if demand.teams and config.team not in demand.teams:
        return f"team:{','.join(demand.teams)}"
    if slot.capacity.get(work.channel, 0) < work.weight:
        return f"channel:{work.channel}"
    missing = (need for need in work.needs if need.required and config.skills.get(need.skill, 0) < need.level)
    return next(iter(asks_for(tuple(missing))), "")
