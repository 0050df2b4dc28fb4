"""What must hold after every event, checked by the tests; raises ``Corrupt`` naming the breach."""

from __future__ import annotations

from callcenter.core.center import Center
from callcenter.core.state import Contact
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Place
from callcenter.domain.errors import Corrupt


def check(center: Center) -> None:
    """Check the whole memory. O(contacts + agents)."""
    center.acd.check()
    for contact in center.state.contacts.values():
        _check_contact(center, contact)
    for agent in center.state.config.agents:
        _check_agent(center, agent)
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
    _must(bool(c.offer_leg) == (c.place is Place.OFFERED), f"{name} with offer leg {c.offer_leg!r}")
    if c.place is Place.OFFERED:
        _must(center.acd.agent(c.offered_agent).contact == c.id, f"{name}: {c.offered_agent} has another contact")
        _must(f"offer:{c.id}" in center.state.timers, f"{name}: the offer has no time-out")
    _must(bool(c.agent) == (c.place in (Place.TALKING, Place.AGENT_LOST)), f"{name} with agent {c.agent!r}")
    if c.place is Place.TALKING:
        _must(c.agent_leg in c.legs, f"{name}: the agent's leg is gone")
        _must(center.acd.agent(c.agent).contact == c.id, f"{name}: {c.agent} is on another contact")
    if c.place is Place.AGENT_LOST:
        _must(f"grace:{c.id}" in center.state.timers, f"{name}: nothing ends the wait for the agent")
    if c.place is Place.OUTSIDE:
        _must(c.outside_leg in c.legs, f"{name}: the outside leg is gone")
    if c.consult is not None:
        _must(c.consult.leg in c.legs, f"{name}: the consulted leg is gone")
    _must(c.customer_leg in c.legs, f"{name}: the customer's leg is gone")


def _check_agent(center: Center, agent: str) -> None:
    status = center.acd.agent(agent)
    if status.state in (AgentState.OFFERED, AgentState.BUSY):
        contact = center.state.contacts.get(status.contact)
        _must(contact is not None and not contact.ended, f"agent {agent} is {status.state} on {status.contact!r}")
    if status.state is AgentState.WRAP_UP:
        _must(f"wrapup:{agent}" in center.state.timers, f"agent {agent} is in wrap-up that nothing ends")
