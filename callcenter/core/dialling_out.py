"""A number is dialled: for an agent who is on the line, or, for a campaign that dials first, for whoever gets free.

Callbacks and campaigns are made of it; what is theirs is their *errand* (:mod:`callback_errand`, :mod:`lead_errand`).
Agent first: a number is dialled only while the agent who accepted the contact is on the line and holds it, so there are
never more numbers being dialled than agents waiting for them, by construction. Whoever answers is heard by somebody:
without the agent the dialling ends at once.

An attempt is one dialling and ends with one outcome: ``answered``; ``busy``, ``no_answer``, ``rejected``, ``failed``;
``cancelled`` (the agent hung up), ``agent_lost``, ``lost`` (the PBX or we were away meanwhile); ``stopped`` (nobody is
to be reached any more).
"""

from __future__ import annotations

from typing import Protocol

from callcenter.core import agents, callback_errand, callback_rules, lead_errand, queueing, talk
from callcenter.core.state import Contact, Outbound
from callcenter.core.turn import Turn
from callcenter.domain.contact import Endpoint, LegEndCause, LegRole, Place
from callcenter.domain.effects import AttemptEnded, AttemptStarted, HangUp, Originate, StartRingback

RING_MARGIN_MS = 2_000
"""The PBX gives up an unanswered call itself; our own timer follows this much later, in case it did not."""
DETECTION_MS = 8_000
"""So long after it was picked up the PBX may listen whether a machine answered."""


class Errand(Protocol):
    """Why somebody is dialled: what depends on whether it is a callback or a campaign's lead."""

    def may_dial(self, t: Turn, c: Contact) -> bool:
        """The last look before the number is dialled."""

    def not_now(self, t: Turn, c: Contact) -> None:
        """It may not be dialled; nobody holds the contact any more."""

    def caller_number(self, t: Turn, c: Contact) -> str:
        """The number shown; empty: the centre's."""

    def ring_ms(self, t: Turn, c: Contact) -> int:
        """How long it may ring."""

    def detects_machines(self, t: Turn, c: Contact) -> bool:
        """Whether is listened first if a machine answered."""

    def machine(self, t: Turn, c: Contact) -> bool:
        """A machine answered; whether it is left a message instead of being connected."""

    def leave_message(self, t: Turn, c: Contact) -> None:
        """Speak to the machine, whose line nobody else holds any more."""

    def wraps_up(self, t: Turn, c: Contact, outcome: str) -> bool:
        """Whether the agent gets time for a note after an attempt that reached nobody."""

    def queue(self, c: Contact) -> str:
        """The queue whose figures the attempt counts in; empty: none."""

    def answered(self, t: Turn, c: Contact) -> None:
        """The person is on the line, and an agent with them if one is."""

    def not_reached(self, t: Turn, c: Contact, outcome: str) -> None:
        """The attempt is over and reached nobody; nobody holds the contact any more."""


def errand_of(c: Contact) -> Errand:
    """Why this contact is dialled."""
    return lead_errand if c.lead is not None else callback_errand


_OUTCOMES = {
    LegEndCause.BUSY: "busy",
    LegEndCause.NO_ANSWER: "no_answer",
    LegEndCause.NORMAL: "no_answer",
    LegEndCause.REJECTED: "rejected",
    LegEndCause.LOST: "lost",
}


def begin(t: Turn, c: Contact, agent: str, leg: str) -> None:
    """The agent accepted and is on the line: dial the other party, and let the agent hear it ring."""
    t.move(c, Place.DIALLING)
    c.agent, c.agent_leg = agent, leg
    c.legs[leg].answered = True
    if not errand_of(c).may_dial(t, c):
        _let_agent_go(t, c, wrap_up=False)
        errand_of(c).not_now(t, c)
        return
    _dial(t, c)
    t.emit(StartRingback(contact=c.id, leg=leg))


def begin_without_agent(t: Turn, c: Contact) -> None:
    """Dial first; an agent or a flow is found when somebody answers."""
    t.move(c, Place.DIALLING)
    _dial(t, c)


def _dial(t: Turn, c: Contact) -> None:
    errand, outbound = errand_of(c), _outbound(c)
    c.customer_leg = t.add_leg(c, LegRole.CUSTOMER, outbound.number)
    outbound.dials, outbound.dialled_ms, outbound.outcome = outbound.dials + 1, t.now, ""
    ring_ms, detects = errand.ring_ms(t, c), errand.detects_machines(t, c)
    t.emit(
        AttemptStarted(contact=c.id, agent=c.agent, attempt=outbound.dials),
        Originate(
            contact=c.id,
            leg=c.customer_leg,
            endpoint=Endpoint(kind="number", address=outbound.number),
            caller=errand.caller_number(t, c) or t.state.config.caller_number,
            timeout_ms=ring_ms,
            detect_machines=detects,
        ),
    )
    t.start_timer(f"dial:{c.id}", t.now + ring_ms + RING_MARGIN_MS + (DETECTION_MS if detects else 0))


def answered(t: Turn, c: Contact, *, machine: bool = False) -> None:
    """The other party picked up: they and the agent speak, or they are found somebody, or it was a machine."""
    outbound = _outbound(c)
    c.legs[c.customer_leg].answered = True
    t.cancel_timer(f"dial:{c.id}")
    if machine and errand_of(c).machine(t, c):
        _end_attempt(t, c, "machine", wrap_up=False, keep_customer=True)
        errand_of(c).leave_message(t, c)
        return
    callback_rules.count(outbound, "answered")
    t.emit(_ended(c, "answered"))
    errand_of(c).answered(t, c)
    if c.agent:
        agents.connect(t, c, c.agent, c.agent_leg)
        c.queued_ms = None


def customer_leg_ended(t: Turn, c: Contact, cause: LegEndCause) -> None:
    """The other party was not reached."""
    _not_reached(t, c, _OUTCOMES.get(cause, "failed"))


def timed_out(t: Turn, contact: str) -> None:
    """Nobody answered and the PBX did not say so. While it is away nothing is decided: the call may be up there."""
    c = t.contact(contact)
    if c is None or c.place is not Place.DIALLING:
        return
    if t.state.telephony_up:
        _not_reached(t, c, "no_answer")
    else:
        t.start_timer(f"dial:{contact}", t.now + RING_MARGIN_MS)


def agent_hung_up(t: Turn, c: Contact) -> None:
    """The agent does not want to go on."""
    _not_reached(t, c, "cancelled")


def agent_leg_ended(t: Turn, c: Contact, cause: LegEndCause) -> None:
    """The agent's telephone hung up, or fell away: nobody would hear whoever answers now."""
    if cause is LegEndCause.NORMAL:
        agent_hung_up(t, c)
        return
    if cause is not LegEndCause.LOST:  # all legs are gone after a restart of the PBX; the telephone may be well
        talk.take_off_the_floor(t, c.agent)
    _not_reached(t, c, "agent_lost")


def desk_lost(t: Turn, c: Contact) -> None:
    """The agent's page is gone, and with it a softphone in the browser, which the PBX would miss only seconds later.

    Of a talk a lost page says nothing; here only an attempt is lost, and a customer might answer to nobody.
    """
    talk.take_off_the_floor(t, c.agent)
    _not_reached(t, c, "agent_lost")


def stop(t: Turn, c: Contact) -> None:
    """Nobody is to be reached any more. The contact is left without agent and legs, for its owner to go on with."""
    _end_attempt(t, c, "stopped", wrap_up=False)


def _not_reached(t: Turn, c: Contact, outcome: str) -> None:
    errand = errand_of(c)
    callback_rules.count(_outbound(c), outcome)
    _end_attempt(t, c, outcome, wrap_up=errand.wraps_up(t, c, outcome))
    errand.not_reached(t, c, outcome)


def _end_attempt(t: Turn, c: Contact, outcome: str, *, wrap_up: bool, keep_customer: bool = False) -> None:
    """The dialling ends and the agent is free for others at once, or after a note."""
    outbound = _outbound(c)
    outbound.outcome, outbound.dialled_ms = outcome, None
    t.cancel_timer(f"dial:{c.id}")
    t.emit(_ended(c, outcome))
    _let_agent_go(t, c, wrap_up=wrap_up, keep_customer=keep_customer)


def _ended(c: Contact, outcome: str) -> AttemptEnded:
    queue = errand_of(c).queue(c)
    return AttemptEnded(contact=c.id, agent=c.agent, attempt=_outbound(c).dials, outcome=outcome, queue=queue)


def _let_agent_go(t: Turn, c: Contact, *, wrap_up: bool, keep_customer: bool = False) -> None:
    agent, kept = c.agent, c.customer_leg if keep_customer else ""
    for leg in (c.customer_leg, c.agent_leg):
        if leg in c.legs and leg != kept:
            t.emit(HangUp(contact=c.id, leg=leg))
            t.drop_leg(c, leg)
    c.customer_leg, c.agent_leg, c.agent = kept, "", ""
    c.disposition, c.note, c.fields, c.follow_up_ms = "", "", {}, None
    t.move(c, Place.FLOW if kept else Place.SCHEDULED)
    if not agent:
        return
    if wrap_up:
        agents.remember_contact(t, agent, c.id)
    agents.watch_page(t, agent)
    queueing.apply(t, t.acd.release(agent, c.id, t.now, wrap_up=wrap_up, served=False))


def _outbound(c: Contact) -> Outbound:
    assert c.outbound is not None
    return c.outbound
