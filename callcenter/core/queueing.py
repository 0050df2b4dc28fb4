"""Waiting: joining and leaving queues, offers, announcements, overflow. Turns the router's decisions into effects."""

from __future__ import annotations

from collections.abc import Iterable

from callcenter.core import callback_key, callback_waits, callbacks, flows, leads, overflow, unserved
from callcenter.core.prompts import announce as announce_words
from callcenter.core.state import Choice, Contact, WrapUp
from callcenter.core.turn import Turn
from callcenter.domain.agent import AgentState
from callcenter.domain.config import SkillRequirement
from callcenter.domain.contact import Endpoint, EndReason, LegRole, Place, Why
from callcenter.domain.effects import (
    AgentStateChanged,
    HangUp,
    OfferEnded,
    OfferMade,
    Originate,
    QueueJoined,
    QueueLeft,
    WrappedUp,
)
from callcenter.reports.fold import counted_as
from callcenter.routing.decisions import (
    AgentChanged,
    Decision,
    Offered,
    OfferWithdrawn,
    Requeued,
    Unserved,
    WrapUpEnded,
    WrapUpStarted,
)

MAX_WEIGHT = 10
OFFER_MARGIN_MS = 1_000
"""The PBX ends an unanswered ring itself; our own timer follows this much later, in case it did not."""


def join(
    t: Turn,
    c: Contact,
    queue: str,
    why: Why,
    *,
    priority: int = 0,
    skills: tuple[SkillRequirement, ...] = (),
    front: bool = False,
) -> None:
    """Let a contact wait in ``queue``, with the waiting time it has; in the first one if that is gone by now."""
    if queue not in t.state.config.queues:
        queue = next(iter(t.state.config.queues), queue)
    if queue in t.state.closures:
        divert(t, c, queue)
        return
    former = callbacks.give_place(t, c, queue)
    priority = max(priority, former.queue_priority) if former is not None else priority
    if c.place in (Place.WAITING, Place.OFFERED):
        leave(t, c, "overflow")
    first = start_waiting(t, c, queue, why)
    c.queue_priority, c.queue_skills = priority, skills
    preferred, preferred_ms = _own_agent(t, c, queue)
    excluded = _excluded(c)
    decisions = t.acd.enqueue(
        c.id,
        queue,
        t.now,
        arrived_ms=c.queued_ms,
        priority=priority,
        skills=skills,
        front=front,
        excluded=excluded,
        preferred=preferred,
        preferred_ms=preferred_ms,
        channel=c.channel.value,
        weight=_weight(c),
        why=why,
    )
    t.emit(
        QueueJoined(
            contact=c.id,
            queue=queue,
            position=max(1, t.acd.position(c.id)),
            why=why,
            priority=priority,
            skills=skills,
            preferred=preferred,
            preferred_ms=preferred_ms if preferred else 0,
            excluded=tuple(sorted(excluded)),
            channel=c.channel,
            first=first,
            virtual=c.virtual,
            expected_wait_ms=expect(t, c),
        )
    )
    apply(t, decisions)
    settle(t, c)
    if former is not None:
        callbacks.supersede(t, former, c)


def rejoin(t: Turn, c: Contact, why: Why, *, priority: int = 0, skills: tuple[SkillRequirement, ...] = ()) -> None:
    """Back to where the contact waited, at the same place; to the first queue if it never waited."""
    queue = c.queue or next(iter(t.state.config.queues), "")
    join(t, c, queue, why, priority=max(priority, c.queue_priority), skills=skills or c.queue_skills)


def _own_agent(t: Turn, c: Contact, queue: str) -> tuple[str, int]:
    """The agent this customer is to wait for, and how long: the flow's ``preferred_agent``, else the last one."""
    if c.lead is not None and c.virtual:
        return leads.whose(t, c)
    bound_ms = t.state.config.queues[queue].prefer_last_agent_ms if queue in t.state.config.queues else 0
    if not bound_ms or c.diverted_from:
        return "", 0
    return str(c.variables.get("preferred_agent") or t.state.last_agents.get(c.person, "")), bound_ms


def _weight(c: Contact) -> int:
    """How much of an agent's capacity the contact takes: the flow's ``weight``, 1 unless it says more."""
    weight = c.variables.get("weight")
    return weight if isinstance(weight, int) and 1 <= weight <= MAX_WEIGHT else 1


def _excluded(c: Contact) -> frozenset[str]:
    """Agents who never get this customer: the flow's ``excluded_agents``, a list or ids with commas between."""
    named = c.variables.get("excluded_agents") or ()
    ids = named.split(",") if isinstance(named, str) else named
    return frozenset(str(agent).strip() for agent in ids if str(agent).strip()) if ids else frozenset()


def divert(t: Turn, c: Contact, queue: str) -> None:
    """``queue`` is closed by hand: say so and send the contact where the closure says, or end it politely.

    A contact that comes back to the same closed queue is not sent round again.
    """
    if c.virtual:
        (leads.give_back if c.lead is not None else callback_waits.suspend)(t, c)
        return
    closure = t.state.closures[queue]
    if c.place in (Place.WAITING, Place.OFFERED):
        leave(t, c, "closed" if c.queue == queue else "overflow")
    t.move(c, Place.FLOW)
    t.quiet(c)
    c.queue, c.flow, c.pending = queue, None, None
    target = "" if queue in c.diverted_from else closure.target
    c.diverted_from = [*c.diverted_from, queue]
    if not target:
        c.end_reason = EndReason.QUEUE_CLOSED
    prompt = announce_words(c, closure.announcement)
    flows.speak(t, c, (prompt or t.say(c, "queue_closed"),), target)


def start_waiting(t: Turn, c: Contact, queue: str, why: Why) -> bool:
    """Note that the contact now waits in ``queue``; whether it asks for a person for the first time."""
    t.move(c, Place.WAITING)
    c.queue, c.why, c.joined_ms, c.overflows_taken, c.told_ms = queue, why, t.now, 0, None
    if c.queued_ms is None:
        c.queued_ms = t.now
    first = not c.asked_in
    if first:
        c.asked_in, c.asked_ms = queue, t.now
    return first


def expect(t: Turn, c: Contact) -> int | None:
    """How long a contact that has just joined its queue will probably wait; kept, to be held against what comes."""
    c.expected_ms = t.acd.expected_wait_ms(c.id, t.now)
    return c.expected_ms


def settle(t: Turn, c: Contact) -> None:
    """Music, announcements and overflow for a contact that has just begun to wait; a virtual caller hears nothing."""
    if c.virtual or c.place not in (Place.WAITING, Place.OFFERED):
        return
    t.music_on(c)
    config = t.queue_config(c)
    if overflow.settle(t, c, config):
        return
    if c.chat is not None:
        t.start_timer(f"announce:{c.id}", t.now)
        if not c.chat.here:
            t.start_timer(f"absent:{c.id}", t.now + config.chat.absent_ms)
    elif config.announcements.first_after_ms:
        t.start_timer(f"announce:{c.id}", t.now + config.announcements.first_after_ms)


def leave(t: Turn, c: Contact, outcome: str) -> None:
    """Take a contact out of its queue; an offer for it is withdrawn, its agent freed."""
    t.move(c, Place.WAITING)
    decisions = t.acd.remove(c.id, t.now, "caller_left" if outcome == "abandoned" else "withdrawn")
    left(t, c, outcome)
    apply(t, decisions)


def accepted(t: Turn, c: Contact, agent: str, outcome: str = "connected") -> None:
    """The offered agent took the contact: waiting is over."""
    t.emit(OfferEnded(contact=c.id, agent=agent, outcome="accepted", team=t.team(agent), channel=c.channel))
    if c.expected_ms is not None and outcome == "connected" and c.queue in t.state.config.queues:
        t.acd.estimate(c.queue, c.channel.value).proved(c.expected_ms, t.now - (c.joined_ms or t.now))
    left(t, c, outcome)


def left(t: Turn, c: Contact, outcome: str) -> None:
    """Note that waiting in the queue is over and end what belongs to it."""
    t.emit(
        QueueLeft(
            contact=c.id,
            queue=c.queue,
            outcome=outcome,
            waited_ms=t.now - (c.joined_ms or t.now),
            channel=c.channel,
            virtual=c.virtual,
            level=t.queue_config(c).level,
            expected_wait_ms=c.expected_ms,
            told_wait_ms=c.told_ms,
            told_after_ms=0 if c.told_ms is None else c.told_at_ms - (c.joined_ms or c.told_at_ms),
        )
    )
    t.cancel_timer(f"announce:{c.id}")
    t.cancel_timer(f"overflow:{c.id}")
    t.cancel_timer(f"absent:{c.id}")
    callback_key.stop(t, c)
    t.quiet(c)


def apply(t: Turn, decisions: Iterable[Decision]) -> None:
    """Turn the router's decisions, in their order, into effects."""
    refused: list[OfferWithdrawn] = []
    for decision in decisions:
        match decision:
            case Offered():
                _offered(t, decision)
            case OfferWithdrawn():
                _withdrawn(t, decision)
                refused.append(decision)
            case AgentChanged():
                _agent_changed(t, decision)
            case WrapUpStarted(agent=agent, contact=contact, ends_at_ms=ends):
                t.desk(agent).wrap_ups[contact] = WrapUp(t.now, ends, queue=_wrapped_up_for(t, contact))
                t.state.contacts[contact].wrapping_up.append(agent)
                t.start_timer(wrap_up_timer(agent, contact), ends)
            case WrapUpEnded(agent=agent, contact=contact):
                _wrap_up_over(t, agent, contact)
            case Requeued():
                _requeued(t, decision)
            case Unserved():
                unserved.note(t, decision)
    for decision in refused:
        _to_others(t, decision)


def offer_timed_out(t: Turn, contact: str) -> None:
    """The offer's own timer ran out: nobody answered and the PBX did not say so."""
    c = t.contact(contact)
    if c is not None and c.place is Place.OFFERED:
        apply(t, t.acd.refuse(c.id, c.offered_agent, t.now, "missed"))


def _offered(t: Turn, decision: Offered) -> None:
    c = t.state.contacts[decision.contact]
    t.move(c, Place.OFFERED)
    leg = t.add_leg(c, LegRole.AGENT, decision.agent)
    c.offered_agent, c.offer_leg, c.offered_ms = decision.agent, leg, t.now
    c.chosen = Choice(decision.agent, decision.why)
    t.emit(
        OfferMade(contact=c.id, agent=decision.agent, queue=decision.queue, leg=leg, why=decision.why),
        Originate(
            contact=c.id,
            leg=leg,
            endpoint=Endpoint(kind="agent", address=decision.agent),
            caller=c.caller,
            timeout_ms=decision.expires_at_ms - t.now,
            auto_answer=_picks_up_itself(t, c),
        ),
    )
    t.start_timer(f"offer:{c.id}", decision.expires_at_ms + OFFER_MARGIN_MS)


def _picks_up_itself(t: Turn, c: Contact) -> bool:
    """Whether the agent is not asked: chats where their queue says so, and campaigns that leave nothing to decide."""
    if c.lead is not None:
        return leads.picks_up_itself(t, c)
    return c.chat is not None and t.queue_config(c).chat.auto_accept


def _withdrawn(t: Turn, decision: OfferWithdrawn) -> None:
    c = t.state.contacts.get(decision.contact)
    if c is None:
        return
    t.cancel_timer(f"offer:{c.id}")
    t.emit(
        OfferEnded(
            contact=c.id,
            agent=decision.agent,
            outcome=decision.outcome,
            why=decision.why,
            team=t.team(decision.agent),
            channel=c.channel,
        )
    )
    if c.offer_leg:
        t.emit(HangUp(contact=c.id, leg=c.offer_leg))
        t.drop_leg(c, c.offer_leg)
    c.offered_agent, c.offer_leg, c.offered_ms = "", "", None


def _to_others(t: Turn, decision: OfferWithdrawn) -> None:
    """A contact offered to one named agent, who did not take it, goes to the front of its queue."""
    c = t.contact(decision.contact)
    if c is None or c.place is not Place.OFFERED or c.offer_leg:
        return
    join(t, c, c.queue, Why(code="transfer_failed", detail={"agent": decision.agent}), front=True)


def _requeued(t: Turn, decision: Requeued) -> None:
    c = t.state.contacts[decision.contact]
    t.move(c, Place.WAITING)
    c.queue = decision.queue
    t.emit(
        QueueJoined(
            contact=c.id,
            queue=decision.queue,
            position=decision.position,
            why=decision.why,
            channel=c.channel,
            virtual=c.virtual,
            again=True,
        )
    )
    t.music_on(c)
    overflow.arm(t, c, t.queue_config(c))


def wrap_up_timer(agent: str, contact: str) -> str:
    """The name of the timer that ends an agent's wrap-up of a contact."""
    return f"wrapup:{agent}/{contact}"


def _agent_changed(t: Turn, decision: AgentChanged) -> None:
    desk, team = t.desk(decision.agent), t.team(decision.agent)
    before, before_ms = desk.counts_as, t.now - desk.counts_since_ms
    t.emit(
        AgentStateChanged(
            agent=decision.agent,
            state=decision.state,
            reason=decision.reason,
            contact=decision.contact,
            by=t.by,
            before=before,
            before_ms=0 if before is AgentState.LOGGED_OUT else before_ms,
            team=team,
        )
    )
    desk.counts_as, desk.counts_since_ms = counted_as(before, decision.state), t.now
    t.staff_left |= decision.state is AgentState.LOGGED_OUT


def _wrapped_up_for(t: Turn, contact: str) -> str:
    """The queue of the talk that is wrapped up; none when nobody was reached."""
    c = t.state.contacts[contact]
    return "" if c.virtual else c.queue


def _wrap_up_over(t: Turn, agent: str, contact: str) -> None:
    wrap_up = t.desk(agent).wrap_ups.pop(contact)
    t.cancel_timer(wrap_up_timer(agent, contact))
    c = t.state.contacts.get(contact)
    if c is not None:
        c.wrapping_up = [other for other in c.wrapping_up if other != agent]
        leads.over(t, c)
        if wrap_up.queue:
            t.emit(
                WrappedUp(
                    contact=contact,
                    agent=agent,
                    queue=wrap_up.queue,
                    wrap_up_ms=t.now - wrap_up.since_ms,
                    team=t.team(agent),
                    channel=c.channel,
                )
            )
        t.forget_if_over(contact)
