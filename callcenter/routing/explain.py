"""The router's reasons in data: codes and facts that the screens turn into sentences.

Each is small (at most ``CAP`` names, the rest as counts) and costs no more with two thousand agents than with two.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Detail, Why
from callcenter.routing.heaps import ascending
from callcenter.routing.matching import Requirements, level_score

if TYPE_CHECKING:
    from callcenter.routing.agent_slot import AgentSlot
    from callcenter.routing.pool import Pool
    from callcenter.routing.work_class import Waiter, WorkClass

CAP = 5
LOOK = 16
"""How many entries are looked at in search of ``CAP`` live ones."""


def label(slot: AgentSlot) -> str:
    """What the agent does, in one word; a break with its reason; empty when signed out."""
    if slot.state is AgentState.LOGGED_OUT:
        return ""
    return f"on_break:{slot.reason}" if slot.state is AgentState.ON_BREAK else slot.state.value


def count(slot: AgentSlot) -> None:
    """Move the agent from their old label to the new one in the counts of all their classes."""
    old, new = slot.label, label(slot)
    if old == new:
        return
    slot.label = new
    for work in slot.classes:
        counts = work.counts
        if old:
            counts[old] -= 1
        if new:
            counts[new] = counts.get(new, 0) + 1


def counts_of(work: WorkClass, *, kept: bool) -> dict[str, int]:
    """Signed-in members by what they do, sorted by name; read from the ``kept`` counts or counted now."""
    counts = work.counts
    if not kept:
        counts = {}
        for slot in work.members:
            counts[label(slot)] = counts.get(label(slot), 0) + 1
    return {name: number for name, number in sorted(counts.items()) if number and name}


def asks_for(needs: Requirements) -> list[str]:
    """The requirements in short form: ``english>=3``, a preferred one with a question mark."""
    return [f"{need.skill}>={need.level}" + ("" if need.required else "?") for need in needs]


def best_agent(pool: Pool, waiter: Waiter, slot: AgentSlot) -> Why:
    """Why this agent gets an arriving contact: who was free, and what kept the others from it."""
    work = waiter.work
    assert work is not None
    now_ms = pool.now_ms
    candidates: list[dict[str, Any]] = []
    for entry in islice(ascending(work.idle), LOOK):
        other = entry[3]
        if entry[2] == other.idle_seq and waiter.allows(other.id):
            level = level_score(other.config, work.needs)
            candidates.append({"agent": other.id, "idle_ms": now_ms - other.idle_since_ms, "level": level})
            if len(candidates) == CAP:
                break
    detail: Detail = {
        "policy": pool.queues[work.queue].config.agent_policy,
        "idle_ms": now_ms - slot.idle_since_ms,
        "waited_ms": max(0, now_ms - waiter.arrived_ms),
        "candidates": candidates,
        "asked": waiter.why.code,
    }
    return Why("best_agent", detail | ruled_out(pool, waiter, work))


def next_contact(pool: Pool, waiter: Waiter, slot: AgentSlot) -> Why:
    """Why a freed agent gets this contact: who else was next elsewhere, and how long this one waited."""
    heads = []
    for work in slot.classes:
        head = work.head() if work.live else None
        if head is not None and head[2] is not waiter:
            other = head[2]
            waited_ms = max(0, pool.now_ms - other.arrived_ms)
            heads.append((head[:2], {"contact": other.contact, "queue": work.queue, "waited_ms": waited_ms}))
    heads.sort(key=lambda pair: pair[0])
    detail: Detail = {
        "waited_ms": max(0, pool.now_ms - waiter.arrived_ms),
        "priority": waiter.priority,
        "waiting": pool.queues[waiter.queue].live,
        "next_elsewhere": [head for _, head in heads[:CAP]],
        "asked": waiter.why.code,
    }
    if waiter.front:
        detail["front"] = True
    assert waiter.work is not None
    return Why("next_contact", detail | ruled_out(pool, waiter, waiter.work))


def ruled_out(pool: Pool, waiter: Waiter, work: WorkClass) -> Detail:
    """Who could not take the contact: members by what they do, others by lack of skill, and those kept from it."""
    counts = counts_of(work, kept=pool.explain)
    available = counts.pop("available", 0)
    lacking = pool.signed_in - work.signed_in
    if lacking:
        counts["lacks_skill"] = lacking
    detail: Detail = {"available": available, "ruled_out": counts}
    if waiter.excluded:
        detail["excluded"] = sorted(waiter.excluded)[:CAP]
    if waiter.barred:
        detail["said_no"] = sorted(waiter.barred)[:CAP]
    return detail


def unserved(work: WorkClass) -> Why:
    """Nobody signed in could take it."""
    return Why("nobody_signed_in", {"asks": asks_for(work.needs), "agents": len(work.members)})


def waiting(pool: Pool, waiter: Waiter, now_ms: int) -> Why:
    """Why a contact still waits, or that it is being offered."""
    work = waiter.work
    facts: Detail = {"queue": waiter.queue, "waited_ms": max(0, now_ms - waiter.arrived_ms)}
    if waiter.offer is not None or work is None:
        return Why("being_offered", facts | {"agent": waiter.offer.id if waiter.offer else ""})
    facts |= {"position": pool.position(waiter), "asks": asks_for(work.needs)} | ruled_out(pool, waiter, work)
    if not pool.could_serve(waiter, work):
        return Why("nobody_signed_in", facts | {"agents": len(work.members)})
    if facts["available"]:
        return Why("free_agents_kept_from_it", facts)
    if all(name.startswith("on_break:") or name == "lacks_skill" for name in facts["ruled_out"]):
        return Why("all_on_break", facts)
    return Why("all_busy", facts)


def idle(pool: Pool, slot: AgentSlot, now_ms: int) -> Why:
    """Why an agent has nothing to do."""
    facts: Detail = {"state": slot.state.value, "since_ms": slot.since_ms}
    if slot.state is not AgentState.AVAILABLE:
        return Why("not_available", facts | {"reason": slot.reason})
    facts["idle_ms"] = now_ms - slot.idle_since_ms
    kept = sum(work.live for work in slot.classes)
    elsewhere = sum(queue.live for queue in pool.queues.values()) - kept
    if kept:
        return Why("kept_from_waiting_contacts", facts | {"waiting": kept})
    if elsewhere:
        return Why("waiting_contacts_ask_for_more", facts | {"waiting": elsewhere})
    return Why("nobody_waits", facts | {"queues": sorted({work.queue for work in slot.classes})[:CAP]})
