"""Waiting: joining and leaving queues, offers, announcements, overflow. Turns the router's decisions into effects."""

from __future__ import annotations

from collections.abc import Iterable

from callcenter.core.prompts import place_in_queue
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.config import QueueConfig, SkillRequirement
from callcenter.domain.contact import Endpoint, LegRole, Place, Why
from callcenter.domain.effects import (
    AgentStateChanged,
    HangUp,
    OfferEnded,
    OfferMade,
    Originate,
    Play,
    QueueAnnounced,
    QueueJoined,
    QueueLeft,
)
from callcenter.routing.decisions import (
    AgentChanged,
    Decision,
    Offered,
    OfferWithdrawn,
    Requeued,
    Unserved,
    WrapUpStarted,
)

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
    """Let a contact wait in ``queue``, with the waiting time it already has."""
    if c.place in (Place.WAITING, Place.OFFERED):
        leave(t, c, "overflow")
    start_waiting(t, c, queue, why)
    c.queue_priority = priority
    t.queue_day(queue).offered += 1
    decisions = t.acd.enqueue(
        c.id, queue, t.now, arrived_ms=c.queued_ms, priority=priority, skills=skills, front=front, why=why
    )
    t.emit(QueueJoined(contact=c.id, queue=queue, position=max(1, t.acd.position(c.id)), why=why))
    apply(t, decisions)
    settle(t, c)


def start_waiting(t: Turn, c: Contact, queue: str, why: Why) -> None:
    """Note that the contact now waits in ``queue``."""
    t.move(c, Place.WAITING)
    c.queue, c.why, c.joined_ms, c.overflows_taken = queue, why, t.now, 0
    if c.queued_ms is None:
        c.queued_ms = t.now


def settle(t: Turn, c: Contact) -> None:
    """Music, announcements and overflow for a contact that has just begun to wait."""
    if c.place not in (Place.WAITING, Place.OFFERED):
        return
    t.music_on(c)
    config = _config(t, c)
    if c.place is Place.WAITING and _overflow(t, c, config):
        return
    if config.announcements.first_after_ms:
        t.start_timer(f"announce:{c.id}", t.now + config.announcements.first_after_ms)
    _arm_overflow(t, c, config)


def leave(t: Turn, c: Contact, outcome: str) -> None:
    """Take a contact out of its queue; an offer for it is withdrawn, its agent freed."""
    t.move(c, Place.WAITING)
    decisions = t.acd.remove(c.id, t.now, "caller_left" if outcome == "abandoned" else "withdrawn")
    if outcome == "abandoned":
        t.queue_day(c.queue).abandoned += 1
    left(t, c, outcome)
    apply(t, decisions)


def accepted(t: Turn, c: Contact, agent: str) -> None:
    """The offered agent took the contact: waiting is over."""
    t.emit(OfferEnded(contact=c.id, agent=agent, outcome="accepted"))
    left(t, c, "connected")


def left(t: Turn, c: Contact, outcome: str) -> None:
    """Note that waiting in the queue is over and end what belongs to it."""
    t.emit(QueueLeft(contact=c.id, queue=c.queue, outcome=outcome, waited_ms=t.now - (c.joined_ms or t.now)))
    t.cancel_timer(f"announce:{c.id}")
    t.cancel_timer(f"overflow:{c.id}")
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
            case AgentChanged(agent=agent, state=state, reason=reason, contact=contact):
                t.emit(AgentStateChanged(agent=agent, state=state, reason=reason, contact=contact))
                _wrap_up_over(t, agent, state)
            case WrapUpStarted(agent=agent, contact=contact, ends_at_ms=ends):
                desk = t.desk(agent)
                desk.wrap_up, desk.wrap_up_ends_ms = contact, ends
                t.state.contacts[contact].wrapping_up.append(agent)
                t.start_timer(f"wrapup:{agent}", ends)
            case Requeued():
                _requeued(t, decision)
            case Unserved(contact=contact, queue=queue):
                t.alarm("queue_unserved", queue=queue, contact=contact)
    for decision in refused:
        _to_others(t, decision)


def offer_timed_out(t: Turn, contact: str) -> None:
    """The offer's own timer ran out: nobody answered and the PBX did not say so."""
    c = t.contact(contact)
    if c is not None and c.place is Place.OFFERED:
        apply(t, t.acd.refuse(c.id, c.offered_agent, t.now, "missed"))


def announce(t: Turn, contact: str) -> None:
    """Tell a waiting customer their place; while an agent is being rung, wait for the next turn."""
    c = t.contact(contact)
    if c is None or c.place not in (Place.WAITING, Place.OFFERED):
        return
    settings = _config(t, c).announcements
    if settings.every_ms:
        t.start_timer(f"announce:{c.id}", t.now + settings.every_ms)
    if c.place is Place.OFFERED or c.playing or not settings.position:
        return
    position = t.acd.position(c.id)
    wait = t.acd.expected_wait_ms(c.id, t.now) if settings.expected_wait else None
    t.quiet(c)
    c.playing = t.request(c)
    t.emit(
        Play(contact=c.id, leg=c.customer_leg, request=c.playing, prompts=place_in_queue(c, position, wait)),
        QueueAnnounced(contact=c.id, queue=c.queue, position=position, expected_wait_ms=wait),
    )


def announcement_over(t: Turn, c: Contact, request: str) -> None:
    """Back to music after an announcement."""
    if request != c.playing:
        return
    c.playing = ""
    if c.place in (Place.WAITING, Place.OFFERED, Place.AGENT_LOST):
        t.music_on(c)


def overflow_due(t: Turn, contact: str) -> None:
    """A waiting time was reached at which the queue hands contacts on."""
    c = t.contact(contact)
    if c is not None and c.place is Place.WAITING:
        config = _config(t, c)
        if not _overflow(t, c, config):
            _arm_overflow(t, c, config)


def _config(t: Turn, c: Contact) -> QueueConfig:
    return t.state.config.queues.get(c.queue) or QueueConfig(id=c.queue, names={})


def _overflow(t: Turn, c: Contact, config: QueueConfig) -> bool:
    waited = t.now - (c.joined_ms or t.now)
    for index, rule in enumerate(config.overflow):
        if index < c.overflows_taken:
            continue
        unstaffed = rule.when_unstaffed and t.acd.queue_stats(c.queue).agents_signed_in == 0
        if unstaffed or (not rule.when_unstaffed and waited >= rule.after_ms):
            c.overflows_taken = index + 1
            code = "overflow_unstaffed" if unstaffed else "overflow_waited"
            t.send(c, rule.target, Why(code=code, detail={"from": c.queue, "waited_ms": waited}))
            return True
    return False


def _arm_overflow(t: Turn, c: Contact, config: QueueConfig) -> None:
    ahead = [r.after_ms for i, r in enumerate(config.overflow) if i >= c.overflows_taken and not r.when_unstaffed]
    if ahead:
        t.start_timer(f"overflow:{c.id}", max(t.now, (c.joined_ms or t.now) + min(ahead)))


def _offered(t: Turn, decision: Offered) -> None:
    c = t.state.contacts[decision.contact]
    t.move(c, Place.OFFERED)
    leg = t.add_leg(c, LegRole.AGENT, decision.agent)
    c.offered_agent, c.offer_leg, c.offered_ms = decision.agent, leg, t.now
    t.emit(
        OfferMade(contact=c.id, agent=decision.agent, queue=decision.queue, leg=leg, why=decision.why),
        Originate(
            contact=c.id,
            leg=leg,
            endpoint=Endpoint(kind="agent", address=decision.agent),
            caller=c.caller,
            timeout_ms=decision.expires_at_ms - t.now,
        ),
    )
    t.start_timer(f"offer:{c.id}", decision.expires_at_ms + OFFER_MARGIN_MS)


def _withdrawn(t: Turn, decision: OfferWithdrawn) -> None:
    c = t.state.contacts.get(decision.contact)
    if c is None:
        return
    t.cancel_timer(f"offer:{c.id}")
    t.emit(OfferEnded(contact=c.id, agent=decision.agent, outcome=decision.outcome, why=decision.why))
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
    t.emit(QueueJoined(contact=c.id, queue=decision.queue, position=decision.position, why=decision.why))
    t.music_on(c)
    _arm_overflow(t, c, _config(t, c))


def _wrap_up_over(t: Turn, agent: str, state: str) -> None:
    desk = t.state.desks.get(agent)
    if desk is None or not desk.wrap_up or state == "wrap_up":
        return
    contact, desk.wrap_up, desk.wrap_up_ends_ms = desk.wrap_up, "", None
    t.cancel_timer(f"wrapup:{agent}")
    c = t.state.contacts.get(contact)
    if c is not None:
        c.wrapping_up = [other for other in c.wrapping_up if other != agent]
        t.forget_if_over(contact)
