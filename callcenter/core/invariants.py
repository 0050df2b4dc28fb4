"""What must hold after every event, checked by the tests; raises ``Corrupt`` naming the breach."""

from __future__ import annotations

from callcenter.core import unserved
from callcenter.core.center import Center
from callcenter.core.queueing import wrap_up_timer
from callcenter.core.state import Contact
from callcenter.domain.alarms import UNSERVED_RULE
from callcenter.domain.contact import Channel, Place
from callcenter.domain.errors import Corrupt

VIRTUAL = (Place.SCHEDULED, Place.WAITING, Place.OFFERED)
"""Where a contact may be whose customer is not on the line."""


def check(center: Center) -> None:
    """Check the whole memory. O(contacts + agents)."""
    center.acd.check()
    for contact in center.state.contacts.values():
        _check_contact(center, contact)
    for agent in center.state.config.agents:
        _check_agent(center, agent)
    _check_unserved(center)
    for key, callback in center.state.callbacks.items():
        c = center.state.contacts.get(callback)
        _must(c is not None and c.callback is not None and c.callback.key == key, f"callback {key} is over")
    for lead, holder in center.state.leads.items():
        c = center.state.contacts.get(holder)
        _must(c is not None and c.lead is not None and c.lead.lead == lead, f"lead {lead} is held by nobody")
    for leg, owner in center.state.legs.items():
        _must(owner in center.state.contacts, f"leg {leg} belongs to contact {owner}, which is gone")
        _must(leg in center.state.contacts[owner].legs, f"leg {leg} is unknown to its contact {owner}")


def _must(holds: bool, breach: str) -> None:
    if not holds:
        raise Corrupt(breach)


def _check_contact(center: Center, c: Contact) -> None:
    name = f"contact {c.id} ({c.place})"
    queue = center.acd.queue_of(c.id)
    _must(c.ended == (c.place is Place.ENDED), f"{name}: ended is {c.ended}")
    if c.ended:
        _must(not c.legs, f"{name} has ended with legs {list(c.legs)}")
        _must(bool(c.recording or c.wrapping_up), f"{name} has ended and is kept for nothing")
        return
    _must((queue is not None) == (c.place in (Place.WAITING, Place.OFFERED)), f"{name} but the router has {queue}")
    _must((c.chat is not None) == (c.channel is Channel.CHAT), f"{name} by {c.channel}")
    _must(bool(c.offer_leg) == (c.place is Place.OFFERED), f"{name} with offer leg {c.offer_leg!r}")
    _must(c.place is not Place.WAITING or c.queue not in center.state.closures, f"{name} waits in a closed queue")
    _must(c.payment_since_ms is None or bool(c.agent), f"{name} in payment mode")
    if c.place is Place.OFFERED:
        _must(center.acd.agent(c.offered_agent).offered == c.id, f"{name}: {c.offered_agent} has another contact")
        _must(f"offer:{c.id}" in center.state.timers, f"{name}: the offer has no time-out")
    held = (Place.TALKING, Place.AGENT_LOST, Place.DIALLING)
    dials_first = c.place is Place.DIALLING and c.lead is not None
    _must(bool(c.agent) == (c.place in held) or dials_first, f"{name} with agent {c.agent!r}")
    if c.place is Place.TALKING:
        _must(c.agent_leg in c.legs, f"{name}: the agent's leg is gone")
        _must(c.id in center.acd.agent(c.agent).talks, f"{name}: {c.agent} is not on it")
    if c.place is Place.AGENT_LOST:
        _must(f"grace:{c.id}" in center.state.timers, f"{name}: nothing ends the wait for the agent")
    if c.place is Place.OUTSIDE:
        _must(c.outside_leg in c.legs, f"{name}: the outside leg is gone")
    if c.consult is not None:
        _must(c.consult.leg in c.legs, f"{name}: the consulted leg is gone")
    if c.callback is not None:
        _check_callback(center, c, name)
    if c.lead is not None:
        _check_lead(center, c, name)
    if c.virtual:
        _must(c.outbound is not None and c.place in VIRTUAL, f"{name}: there is no customer")
    else:
        _must(c.customer_leg in c.legs, f"{name}: the customer's leg is gone")


def _check_unserved(center: Center) -> None:
    """Each queue in which somebody waits in vain is known until it can be served, and in its hours has an alarm."""
    state, queues = center.state, center.state.config.queues
    told = {alarm.subject for alarm in state.alarms.values() if alarm.rule == UNSERVED_RULE}
    _must(told <= set(state.unserved), f"alarms for {sorted(told)}, but nobody can serve {sorted(state.unserved)}")
    quiet = {queue for queue in state.unserved if queues[queue].calendar}
    _must(told >= set(state.unserved) - quiet, f"nobody can serve {sorted(state.unserved)}, told was {sorted(told)}")
    _must((unserved.TIMER in state.timers) == bool(state.unserved), "nothing looks at the hours of unserved queues")
    for c in state.contacts.values():
        vain = c.queue in queues and center.acd.is_unserved(c.id)
        _must(not vain or c.queue in state.unserved, f"contact {c.id} waits in {c.queue} in vain and nobody knows")
    for queue, asked in state.unserved.items():
        _must(not any(center.acd.could_serve(queue, kind) for kind in asked), f"{queue} can be served again")


def _check_callback(center: Center, c: Contact, name: str) -> None:
    assert c.callback is not None
    timers, ours = center.state.timers, center.state.callbacks.get(c.callback.key) == c.id
    _must(ours == (c.virtual or c.place is Place.DIALLING), f"{name} {'is' if ours else 'is not'} an open callback")
    if c.virtual:
        _must(f"callback:{c.id}" in timers, f"{name}: nothing ends the wait")
    if c.place is Place.SCHEDULED:
        _must(not c.legs and not c.agent, f"{name} with legs {list(c.legs)}")
    if c.place is Place.DIALLING:
        _must(f"dial:{c.id}" in timers, f"{name}: nothing ends the dialling")
        _must(c.agent_leg in c.legs and not c.legs[c.customer_leg].answered, f"{name}: somebody hears nobody")
        _must(c.id in center.acd.agent(c.agent).talks, f"{name}: {c.agent} is not on it")


def _check_lead(center: Center, c: Contact, name: str) -> None:
    assert c.lead is not None
    timers = center.state.timers
    _must(center.state.leads.get(c.lead.lead) == c.id, f"{name}: another contact has its lead")
    if c.virtual:
        _must(f"patience:{c.id}" in timers, f"{name}: nothing ends the wait for an agent")
    if c.place is Place.DIALLING:
        _must(f"dial:{c.id}" in timers, f"{name}: nothing ends the dialling")
        _must(not c.legs[c.customer_leg].answered, f"{name}: somebody hears nobody")


def _check_agent(center: Center, agent: str) -> None:
    desk = center.state.desks.get(agent)
    if desk is not None and desk.supervising:
        c = center.state.contacts.get(desk.supervising)
        _must(c is not None and agent in c.supervisors, f"agent {agent} listens to {desk.supervising}, which is over")
    status = center.acd.agent(agent)
    for name in (*filter(None, [status.offered]), *status.talks):
        contact = center.state.contacts.get(name)
        _must(contact is not None and not contact.ended, f"agent {agent} is {status.state} on {name!r}")
    for name in status.wrap_ups:
        timer = wrap_up_timer(agent, name)
        _must(timer in center.state.timers, f"agent {agent} is in wrap-up of {name} that nothing ends")
    wrap_ups = sorted(desk.wrap_ups) if desk is not None else []
    _must(wrap_ups == sorted(status.wrap_ups), f"agent {agent} wraps up {wrap_ups}, the router thinks otherwise")
