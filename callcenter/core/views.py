"""Pictures of the live state for screens. They read the memory and change nothing."""

from __future__ import annotations

from callcenter.core.center import Center
from callcenter.core.state import Contact, DeskState, QueueDay
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import LegRole, Place, Why
from callcenter.domain.views import AgentView, ContactView, DeskView, FloorView, LegView, QueueView


def desk_view(center: Center, agent: str, now_ms: int) -> DeskView | None:
    """What one agent sees; None for an unknown agent."""
    config = center.state.config.agents.get(agent)
    if config is None:
        return None
    status = center.acd.agent(agent)
    desk = center.state.desks.get(agent) or DeskState(agent=agent)
    contact = center.state.contacts.get(status.contact) if status.contact else None
    if contact is None or contact.ended or not _takes_part(contact, agent):
        contact = _supervised(center, agent)
    wrap_up = center.state.contacts.get(desk.wrap_up) if desk.wrap_up else None
    today = desk.day == center.state.local_day(now_ms)
    return DeskView(
        agent=agent,
        name=config.name,
        desk=desk.desk if desk.connected else "",
        state=status.state,
        since_ms=status.since_ms,
        reason=status.reason,
        next_state=status.next_state,
        next_reason=status.next_reason,
        contacts=(contact_view(contact, agent),) if contact is not None and not contact.ended else (),
        wrap_up=contact_view(wrap_up, agent) if wrap_up is not None else None,
        wrap_up_ends_ms=desk.wrap_up_ends_ms,
        handled_today=desk.handled_today if today else 0,
        talk_ms_today=desk.talk_ms_today if today else 0,
    )


def contact_view(c: Contact, viewer: str = "") -> ContactView:
    """One contact as ``viewer`` sees it: a consulted agent is being offered it until they pick up."""
    consulted = c.consult is not None and c.consult.agent == viewer and viewer != ""
    place, why, leg = c.place, c.why, c.agent_leg
    if consulted and c.consult is not None:
        leg = c.consult.leg
        why = Why(code="consult", detail={"agent": c.agent})
        place = Place.OFFERED if c.consult.state == "ringing" else Place.TALKING
    elif c.place is Place.OFFERED:
        leg = c.offer_leg
    return ContactView(
        id=c.id,
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
        disposition=c.disposition,
        note=c.note,
    )


def floor_view(center: Center, now_ms: int) -> FloorView:
    """Queues, agents and contacts at one moment."""
    state = center.state
    return FloorView(
        at_ms=now_ms,
        telephony_up=state.telephony_up,
        queues=tuple(_queue(center, queue, now_ms) for queue in state.config.queues),
        agents=tuple(_agent(center, agent) for agent in state.config.agents),
        contacts=tuple(contact_view(c) for c in state.contacts.values() if not c.ended),
    )


def _queue(center: Center, queue: str, now_ms: int) -> QueueView:
    stats = center.acd.queue_stats(queue)
    waiting = center.acd.waiting(queue)
    counts = center.state.queue_days.get(queue) or QueueDay()
    if counts.day != center.state.local_day(now_ms):
        counts = QueueDay()
    oldest = stats.oldest_arrived_ms
    return QueueView(
        id=queue,
        names=center.state.config.queues[queue].names,
        waiting=stats.waiting,
        longest_wait_ms=0 if oldest is None else max(0, now_ms - oldest),
        expected_wait_ms=center.acd.expected_wait_ms(waiting[-1], now_ms) if waiting else None,
        agents_available=stats.agents_available,
        agents_signed_in=stats.agents_signed_in,
        offered_today=counts.offered,
        answered_today=counts.answered,
        abandoned_today=counts.abandoned,
        within_level_today=counts.within_level,
    )


def _agent(center: Center, agent: str) -> AgentView:
    config = center.state.config.agents[agent]
    status = center.acd.agent(agent)
    return AgentView(
        id=agent,
        name=config.name,
        team=config.team,
        state=status.state,
        since_ms=status.since_ms,
        reason=status.reason if status.state is not AgentState.AVAILABLE else "",
        contact=status.contact,
    )


def _takes_part(c: Contact, agent: str) -> bool:
    """Whether the agent is offered, speaks on or is asked about the contact; one handed on is only wrapped up."""
    return agent in (c.agent, c.offered_agent, c.consult.agent if c.consult is not None else "")


def _supervised(center: Center, agent: str) -> Contact | None:
    return next((c for c in center.state.contacts.values() if agent in c.supervisors), None)


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
