"""Handing a contact on: blind, warm (consult, then complete, return or conference), and to outside numbers."""

from __future__ import annotations

from callcenter.core import agents, ending, flows, notes, overflow, queueing
from callcenter.core.state import Consult, Contact
from callcenter.core.talk import talking
from callcenter.core.turn import Turn
from callcenter.domain.contact import Endpoint, EndReason, LegRole, Place, Why
from callcenter.domain.effects import (
    Connect,
    ConsultEnded,
    ConsultStarted,
    EndBridge,
    Originate,
    Play,
    QueueJoined,
    Separate,
    Transferred,
)
from callcenter.domain.errors import Rejected
from callcenter.domain.events import (
    ConferenceRequested,
    ConsultCancelled,
    TransferCompleted,
    TransferMode,
    TransferRequested,
)

RING_MS = 20_000
OUTSIDE_RING_MS = 40_000


def request(t: Turn, e: TransferRequested) -> None:
    """Begin a transfer. Everything that can be refused is refused before the customer notices anything."""
    c = talking(t, e.contact, e.agent)
    if c.consult is not None:
        raise Rejected("consult_running")
    kind, _, address = e.target.partition(":")
    _check_target(t, c, e, kind, address)
    if c.chat is not None and kind == "number":
        raise Rejected("not_in_chat")
    if e.mode is TransferMode.WARM:
        notes.hand_on(t, c, e.agent, e.note)
        _consult(t, c, e.target, kind, address)
    else:
        _blind(t, c, e, kind, address)


def _check_target(t: Turn, c: Contact, e: TransferRequested, kind: str, address: str) -> None:
    if kind == "agent":
        if address == c.agent:
            raise Rejected("transfer_to_self")
        if address not in t.state.config.agents:
            raise Rejected("unknown_agent")
        if not t.acd.has_room(address, c.channel.value):
            raise Rejected("agent_not_available")
    elif kind == "queue":
        if address not in t.state.config.queues:
            raise Rejected("unknown_queue")
    elif kind == "flow":
        if address not in t.interpreter.flows:
            raise Rejected("unknown_flow")
    elif kind != "number" or not address.lstrip("+").isdigit():
        raise Rejected("bad_target")
    if e.mode is TransferMode.WARM and kind not in ("agent", "number"):
        raise Rejected("warm_needs_a_person")


def _blind(t: Turn, c: Contact, e: TransferRequested, kind: str, address: str) -> None:
    t.emit(Transferred(contact=c.id, agent=e.agent, target=e.target, mode=e.mode, note=e.note))
    t.emit(Separate(contact=c.id, bridge=c.bridge, legs=(c.customer_leg, c.agent_leg)))
    notes.hand_on(t, c, e.agent, e.note)
    agents.part(t, c, "transferred")
    c.queued_ms = t.now
    why = Why(code="transferred", detail={"by": e.agent})
    if kind == "agent":
        _offer_direct(t, c, address, why)
    else:
        send_to(t, c, e.target, why)


def _offer_direct(t: Turn, c: Contact, agent: str, why: Why) -> None:
    """Ring one agent; when they do not take it the contact goes to the front of its queue."""
    queue = c.queue or next(iter(t.state.config.queues))
    first = queueing.start_waiting(t, c, queue, why)
    try:
        decisions = t.acd.offer_direct(c.id, agent, queue, t.now, why, channel=c.channel.value)
    except Rejected:
        queueing.join(t, c, queue, why, front=True)
        return
    expected_ms = queueing.expect(t, c)
    t.emit(
        QueueJoined(
            contact=c.id,
            queue=queue,
            position=1,
            why=why,
            channel=c.channel,
            first=first,
            expected_wait_ms=expected_ms,
        )
    )
    queueing.apply(t, decisions)
    queueing.settle(t, c)


def send_to(t: Turn, c: Contact, target: str, why: Why) -> None:
    """Send a contact that nobody talks to on to a queue, flow, agent or outside number."""
    if target == overflow.CALLBACK:
        queue = t.state.config.queues.get(c.queue)
        target = f"flow:{queue.callback.flow}" if queue is not None else target
    kind, _, address = target.partition(":")
    known_queue = kind == "queue" and address in t.state.config.queues
    if c.place in (Place.WAITING, Place.OFFERED) and not known_queue:
        queueing.leave(t, c, "overflow")
    if known_queue:
        queueing.join(t, c, address, why)
    elif kind == "flow":
        flows.start(t, c, address)
    elif kind == "number":
        _to_number(t, c, address)
    elif kind == "agent" and address in t.state.config.agents:
        _offer_direct(t, c, address, why)
    else:
        t.alarm("bad_target", target=target, contact=c.id)
        flows.start(t, c, address)


def _to_number(t: Turn, c: Contact, number: str) -> None:
    t.move(c, Place.OUTSIDE)
    t.music_on(c)
    c.outside_leg = t.add_leg(c, LegRole.CONSULTED, number)
    t.emit(_dial(c, c.outside_leg, f"number:{number}", OUTSIDE_RING_MS, t.state.config.caller_number))


def outside_answered(t: Turn, c: Contact) -> None:
    """The outside number picked up: connect the customer."""
    t.quiet(c)
    c.legs[c.outside_leg].answered = True
    t.emit(Connect(contact=c.id, bridge=c.bridge, legs=(c.customer_leg, c.outside_leg)))


def outside_ended(t: Turn, c: Contact, answered: bool) -> None:
    """The outside party is gone: that was the talk, or they did not answer and we take the customer back."""
    t.drop_leg(c, c.outside_leg)
    c.outside_leg = ""
    if answered:
        ending.end(t, c, EndReason.TRANSFERRED_OUT)
        return
    queue = c.queue or next(iter(t.state.config.queues), "")
    queueing.join(t, c, queue, Why(code="transfer_failed"), front=True)
    if c.place is Place.WAITING:
        t.quiet(c)
        c.playing = t.request(c)
        t.emit(Play(contact=c.id, leg=c.customer_leg, request=c.playing, prompts=(t.say(c, "transfer_failed"),)))


def _dial(c: Contact, leg: str, target: str, ring_ms: int, caller: str) -> Originate:
    kind, _, address = target.partition(":")
    return Originate(
        contact=c.id,
        leg=leg,
        endpoint=Endpoint(kind=kind, address=address),
        caller=c.caller if kind == "agent" else caller,
        timeout_ms=ring_ms,
    )


def _consult(t: Turn, c: Contact, target: str, kind: str, address: str) -> None:
    if kind == "agent":
        queueing.apply(t, t.acd.seize(address, c.id, t.now, c.queue, channel=c.channel.value))
    if c.chat is None and not c.on_hold:  # a visitor is written to meanwhile
        t.emit(Separate(contact=c.id, bridge=c.bridge, legs=(c.customer_leg,)))
        t.music_on(c)
    agents.end_hold(t, c)
    leg = t.add_leg(c, LegRole.CONSULTED, address)
    c.consult = Consult(target=target, leg=leg)
    t.emit(
        ConsultStarted(contact=c.id, agent=c.agent, target=target),
        _dial(c, leg, target, RING_MS, t.state.config.caller_number),
    )
    t.start_timer(f"consult:{c.id}", t.now + RING_MS + queueing.OFFER_MARGIN_MS)


def consult_answered(t: Turn, c: Contact) -> None:
    """The consulted party picked up: agent and they speak, the customer goes on hearing music."""
    consult = c.consult
    if consult is None:
        return
    t.cancel_timer(f"consult:{c.id}")
    consult.state = "talking"
    c.legs[consult.leg].answered = True
    t.emit(
        Separate(contact=c.id, bridge=c.bridge, legs=(c.agent_leg,)),
        Connect(contact=c.id, bridge=c.consult_bridge, legs=(c.agent_leg, consult.leg)),
    )


def complete(t: Turn, e: TransferCompleted) -> None:
    """Customer and consulted party speak; the first agent leaves."""
    c = talking(t, e.contact, e.agent)
    if c.consult is None or c.consult.state == "ringing":
        raise Rejected("consult_not_answered")
    _complete(t, c)


def _complete(t: Turn, c: Contact) -> None:
    consult, c.consult = c.consult, None
    assert consult is not None
    first = c.agent
    in_conference = consult.state == "conference"
    if not in_conference:
        legs = (c.agent_leg, consult.leg) if c.agent_leg else (consult.leg,)
        t.emit(Separate(contact=c.id, bridge=c.consult_bridge, legs=legs))
    t.emit(
        ConsultEnded(contact=c.id, agent=first, target=consult.target, outcome="completed"),
        Transferred(contact=c.id, agent=first, target=consult.target, mode=TransferMode.WARM),
    )
    agents.part(t, c, "transferred")
    t.emit(EndBridge(contact=c.id, bridge=c.consult_bridge))
    if consult.agent:
        agents.connect(t, c, consult.agent, consult.leg)
    else:
        t.move(c, Place.OUTSIDE)
        c.outside_leg = consult.leg
        outside_answered(t, c)


def cancel(t: Turn, e: ConsultCancelled) -> None:
    """Drop the consulted party and return to the customer."""
    c = talking(t, e.contact, e.agent)
    if c.consult is None:
        raise Rejected("no_consult")
    _return(t, c, "cancelled")


def _return(t: Turn, c: Contact, outcome: str) -> None:
    consult = c.consult
    assert consult is not None
    t.cancel_timer(f"consult:{c.id}")
    if consult.state == "talking" and c.agent_leg:
        t.emit(Separate(contact=c.id, bridge=c.consult_bridge, legs=(c.agent_leg,)))
    ending.end_consult(t, c, outcome)
    t.quiet(c)
    if c.agent_leg and not c.rejoining:
        t.emit(Connect(contact=c.id, bridge=c.bridge, legs=(c.customer_leg, c.agent_leg)))


def consult_timed_out(t: Turn, contact: str) -> None:
    """Nobody answered and the PBX did not say so."""
    c = t.contact(contact)
    if c is not None and c.consult is not None and c.consult.state == "ringing":
        _return(t, c, "refused")


def consult_leg_ended(t: Turn, c: Contact) -> None:
    """The consulted party hung up or did not answer: back to the customer, who is already there in a conference."""
    assert c.consult is not None
    _return(t, c, "refused" if c.consult.state == "ringing" else "ended")


def conference(t: Turn, e: ConferenceRequested) -> None:
    """All three speak together. In a chat only one agent writes to the visitor: refused, ``not_in_chat``."""
    c = talking(t, e.contact, e.agent)
    if c.chat is not None:
        raise Rejected("not_in_chat")
    if c.consult is None or c.consult.state == "ringing":
        raise Rejected("consult_not_answered")
    if c.consult.state == "conference":
        return
    c.consult.state = "conference"
    t.emit(Separate(contact=c.id, bridge=c.consult_bridge, legs=(c.agent_leg, c.consult.leg)))
    t.quiet(c)
    t.emit(
        Connect(contact=c.id, bridge=c.bridge, legs=(c.customer_leg, c.agent_leg, c.consult.leg)),
        EndBridge(contact=c.id, bridge=c.consult_bridge),
        ConsultEnded(contact=c.id, agent=c.agent, target=c.consult.target, outcome="conference"),
    )


def first_agent_left(t: Turn, c: Contact) -> bool:
    """The first agent hung up while a consulted party speaks: that completes the transfer. False if there is none."""
    if c.consult is None or c.consult.state == "ringing":
        return False
    _complete(t, c)
    return True
