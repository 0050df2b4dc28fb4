"""Pictures of the live state for screens. They read the memory and change nothing."""

from __future__ import annotations

from callcenter.core.center import Center
from callcenter.core.state import Contact, DeskState, WrapUp
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import LegRole, Place, Why
from callcenter.domain.views import (
    AgentView,
    CallbackView,
    ChatView,
    ContactView,
    DeskView,
    FloorView,
    LeadView,
    LegView,
    QueueView,
    WrapUpView,
)


def desk_view(center: Center, agent: str, now_ms: int) -> DeskView | None:
    """What one agent sees; None for an unknown agent."""
    config = center.acd.config_of(agent)
    if config is None:
        return None
    status = center.acd.agent(agent)
    desk = center.state.desks.get(agent) or DeskState(agent=agent)
    in_hand = [center.state.contacts.get(name) for name in (status.offered, *status.talks) if name]
    contacts = [c for c in in_hand if c is not None and not c.ended and _takes_part(c, agent)]
    heard = center.state.contacts.get(desk.supervising)
    if not contacts and heard is not None and not heard.ended:
        contacts = [heard]
    wrap_ups = tuple(_wrap_up(center, contact, held, agent) for contact, held in desk.wrap_ups.items())
    return DeskView(
        agent=agent,
        name=config.name,
        desk=desk.desk if desk.connected else "",
        state=status.state,
        since_ms=status.since_ms,
        reason=status.reason,
        next_state=status.next_state,
        next_reason=status.next_reason,
        contacts=tuple(contact_view(c, agent) for c in contacts),
        wrap_ups=wrap_ups,
        today=center.state.figures.agent_today(agent, center.state.midnight(now_ms)),
        messages=tuple(desk.messages),
        telephony_up=center.state.telephony_up,
        idle_why=center.acd.explain_idle(agent) if status.state is AgentState.AVAILABLE else None,
    )


def _wrap_up(center: Center, contact: str, held: WrapUp, agent: str) -> WrapUpView:
    c = center.state.contacts[contact]
    return WrapUpView(
        contact=contact_view(c, agent), since_ms=held.since_ms, ends_ms=held.ends_ms, extended=held.extended
    )


def contact_view(c: Contact, viewer: str = "") -> ContactView:
    """One contact as ``viewer`` sees it: a consulted agent is being offered it until they pick up."""
    consulted = c.consult is not None and c.consult.agent == viewer and viewer != ""
    place, why, leg = c.place, c.why, c.agent_leg
    if c.chosen is not None and c.chosen.agent == (c.offered_agent or c.agent):
        why = c.chosen.why
    if consulted and c.consult is not None:
        leg = c.consult.leg
        why = Why(code="consult", detail={"agent": c.agent})
        place = Place.OFFERED if c.consult.state == "ringing" else Place.TALKING
    elif c.place is Place.OFFERED:
        leg = c.offer_leg
    return ContactView(
        id=c.id,
        channel=c.channel,
        chat=_chat(c),
        handed_over=c.handed_over,
        place=place,
        caller=c.caller,
        dialled=c.dialled,
        queue=c.queue,
        flow_path=tuple(c.flow_path),
        variables=_shown(c),
        arrived_ms=c.arrived_ms,
        queued_ms=c.queued_ms if c.queued_ms is not None else c.joined_ms,
        offered_ms=c.offered_ms,
        connected_ms=c.connected_ms,
        why=why,
        on_hold=c.on_hold,
        hold_since_ms=c.hold_since_ms,
        consult=c.consult.state if c.consult is not None else "",
        consult_target=c.consult.target if c.consult is not None else "",
        recording=c.recording.state if c.recording is not None and c.recording.kind == "call" else "",
        agent_leg=leg,
        agent_leg_up=leg in c.legs and c.legs[leg].answered,
        rejoining=c.rejoining,
        legs=tuple(_leg(c, leg) for leg in c.legs),
        notes=tuple(c.notes),
        disposition=c.disposition,
        note=c.note,
        fields=dict(c.fields),
        follow_up_ms=c.follow_up_ms,
        payment_since_ms=c.payment_since_ms,
        agent=c.agent,
        offered_agent=c.offered_agent,
        supervisors=dict(c.supervise_modes),
        supervising=c.supervise_modes.get(viewer, ""),
        callback=_callback(c),
        lead=_lead(c),
    )


def _lead(c: Contact) -> LeadView | None:
    if c.lead is None or c.outbound is None:
        return None
    return LeadView(
        names=c.lead.names,
        attempt=c.lead.attempt,
        name=str(c.variables.get("name") or ""),
        script=c.lead.script,
        dialled_ms=c.outbound.dialled_ms if c.place is Place.DIALLING else None,
    )


def _callback(c: Contact) -> CallbackView | None:
    if c.callback is None or c.outbound is None:
        return None
    out = c.outbound
    return CallbackView(
        booked_ms=c.callback.booked_ms,
        attempt=out.dials if c.place is Place.DIALLING else out.dials + 1,
        outcome=out.outcome,
        dialled_ms=out.dialled_ms if c.place is Place.DIALLING else None,
    )


def _chat(c: Contact) -> ChatView | None:
    if c.chat is None:
        return None
    chat = c.chat
    return ChatView(
        entry=chat.entry, here=chat.here, awaited_ms=chat.awaited_ms, replied=chat.replied, asked=chat.asked
    )


def floor_view(center: Center, now_ms: int) -> FloorView:
    """Queues, agents and contacts at one moment."""
    state = center.state
    handled = state.figures.handled(state.midnight(now_ms))
    return FloorView(
        at_ms=now_ms,
        telephony_up=state.telephony_up,
        queues=tuple(_queue(center, queue, now_ms) for queue in state.config.queues),
        agents=tuple(_agent(center, agent, handled.get(agent, 0)) for agent in state.config.agents),
        contacts=tuple(contact_view(c) for c in state.contacts.values() if not c.ended),
        alarms=tuple(state.alarms.values()),
    )


def _queue(center: Center, queue: str, now_ms: int) -> QueueView:
    stats = center.acd.queue_stats(queue)
    waiting = center.acd.waiting(queue)
    oldest = stats.oldest_arrived_ms
    callbacks = 0
    if center.state.callbacks or center.state.leads:
        contacts = center.state.contacts
        live = [contacts[contact] for contact in waiting if not contacts[contact].virtual]
        callbacks = len(waiting) - len(live)
        oldest = min((c.queued_ms or c.arrived_ms for c in live), default=None)
    return QueueView(
        id=queue,
        names=center.state.config.queues[queue].names,
        waiting=stats.waiting - callbacks,
        callbacks_waiting=callbacks,
        longest_wait_ms=0 if oldest is None else max(0, now_ms - oldest),
        expected_wait_ms=center.acd.expected_wait_ms(waiting[-1], now_ms) if waiting else None,
        agents_available=stats.agents_available,
        agents_signed_in=stats.agents_signed_in,
        today=center.state.figures.queue_today(queue, center.state.midnight(now_ms)),
        recent=center.state.figures.recent(queue, now_ms),
        closure=center.state.closures.get(queue),
    )


def _agent(center: Center, agent: str, handled: int) -> AgentView:
    config = center.state.config.agents[agent]
    status = center.acd.agent(agent)
    desk = center.state.desks.get(agent) or DeskState(agent=agent)
    c = center.state.contacts.get(status.contact) if status.contact else None
    return AgentView(
        id=agent,
        name=config.name,
        team=config.team,
        state=status.state,
        since_ms=status.since_ms,
        reason=status.reason if status.state is not AgentState.AVAILABLE else "",
        contact=status.contact,
        talks=status.talks,
        queue=c.queue if c is not None else "",
        on_hold=c is not None and c.agent == agent and c.on_hold,
        hold_since_ms=c.hold_since_ms if c is not None and c.agent == agent else None,
        desk_open=desk.connected,
        next_state=status.next_state,
        skills=config.skills,
        handled_today=handled,
        supervisors=dict(c.supervise_modes) if c is not None else {},
    )


def _takes_part(c: Contact, agent: str) -> bool:
    """Whether the agent is offered, speaks on or is asked about the contact; one handed on is only wrapped up."""
    return agent in (c.agent, c.offered_agent, c.consult.agent if c.consult is not None else "")


def _shown(c: Contact) -> dict[str, object]:
    """Variables without the secrets' keys."""
    values = c.variables if c.flow is None else {**c.variables, **c.flow.variables}
    return {name: value for name, value in values.items() if not isinstance(value, dict)}


def _leg(c: Contact, leg: str) -> LegView:
    found = c.legs[leg]
    return LegView(
        id=leg,
        role=found.role,
        party=found.party,
        answered=found.answered,
        on_hold=c.on_hold and found.role is LegRole.CUSTOMER,
    )
