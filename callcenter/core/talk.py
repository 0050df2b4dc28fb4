"""What happens during a talk: hold, keys, hanging up, a lost agent, supervisors."""

from __future__ import annotations

from callcenter.core import agents, dialling_out, ending, flows, queueing
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.agent import BREAK_REASON_CONNECTION_LOST, AgentState
from callcenter.domain.contact import Endpoint, EndReason, LegRole, Place, Why
from callcenter.domain.effects import (
    AgentLeft,
    Connect,
    EndBridge,
    HangUp,
    HoldChanged,
    Originate,
    PaymentModeChanged,
    Play,
    SendDigits,
    Separate,
)
from callcenter.domain.errors import Rejected
from callcenter.domain.events import (
    DigitsRequested,
    HangUpRequested,
    HoldRequested,
    PaymentModeRequested,
    RecordingPauseRequested,
    RejoinRequested,
    ResumeRequested,
)

REJOIN_TIMEOUT_MS = 10_000


def talking(t: Turn, contact: str, agent: str) -> Contact:
    """The contact this agent is on. Raises ``Rejected("not_your_contact")``."""
    c = t.contact(contact)
    if c is None or c.agent != agent or c.place is not Place.TALKING:
        raise Rejected("not_your_contact")
    return c


def on_the_phone(t: Turn, contact: str, agent: str) -> Contact:
    """The call this agent speaks on. Raises ``Rejected``: ``not_your_contact``, ``not_in_chat``."""
    c = talking(t, contact, agent)
    if c.chat is not None:
        raise Rejected("not_in_chat")
    return c


def hold(t: Turn, e: HoldRequested) -> None:
    """Customer to music. Asking twice changes nothing."""
    c = on_the_phone(t, e.contact, e.agent)
    if c.consult is not None:
        raise Rejected("consult_running")
    if c.on_hold:
        return
    c.hold_since_ms = t.now
    t.emit(Separate(contact=c.id, bridge=c.bridge, legs=(c.customer_leg,)))
    t.music_on(c)
    t.emit(HoldChanged(contact=c.id, agent=e.agent, on_hold=True))


def resume(t: Turn, e: ResumeRequested) -> None:
    """Customer back to the agent."""
    c = on_the_phone(t, e.contact, e.agent)
    if c.consult is not None:
        raise Rejected("consult_running")
    if not c.on_hold:
        return
    agents.end_hold(t, c)
    t.quiet(c)
    t.emit(
        Connect(contact=c.id, bridge=c.bridge, legs=(c.customer_leg, c.agent_leg)),
        HoldChanged(contact=c.id, agent=e.agent, on_hold=False),
    )


def send_digits(t: Turn, e: DigitsRequested) -> None:
    """Keys to the customer's side, or to the consulted party while one is asked."""
    c = on_the_phone(t, e.contact, e.agent)
    if c.payment_since_ms is not None:
        raise Rejected("payment_mode_on")
    if not e.digits or any(digit not in "0123456789*#ABCD" for digit in e.digits):
        raise Rejected("bad_digits")
    leg = c.consult.leg if c.consult is not None else c.customer_leg
    t.emit(SendDigits(contact=c.id, leg=leg, digits=e.digits))


def pause_recording(t: Turn, e: RecordingPauseRequested) -> None:
    """Pause or resume the recording."""
    c = on_the_phone(t, e.contact, e.agent)
    if c.recording is None:
        raise Rejected("no_recording")
    if c.payment_since_ms is not None:
        raise Rejected("payment_mode_on")
    agents.pause_recording(t, c, e.paused)


def payment_mode(t: Turn, e: PaymentModeRequested) -> None:
    """Card data are about to be given, or no longer: the recording pauses meanwhile. Asking twice changes nothing."""
    c = on_the_phone(t, e.contact, e.agent)
    if e.on and c.payment_since_ms is None:
        c.payment_since_ms = t.now
        c.payment_paused = c.recording is not None and c.recording.state == "on"
        agents.pause_recording(t, c, True)
        t.emit(PaymentModeChanged(contact=c.id, agent=e.agent, on=True))
    elif not e.on:
        agents.end_payment(t, c)


def hang_up(t: Turn, e: HangUpRequested) -> None:
    """The agent ends the call: out of a conference alone, else for the customer too, after a survey if asked for."""
    c = t.contact(e.contact)
    if c is not None and c.agent == e.agent and c.place is Place.DIALLING:
        dialling_out.agent_hung_up(t, c)
        return
    if c is not None and c.chat is not None and c.consult is not None and c.consult.agent == e.agent:
        ending.end_consult(t, c, "ended")  # whoever was asked reads along no more
        return
    if c is None or c.agent != e.agent or c.place not in (Place.TALKING, Place.AGENT_LOST):
        raise Rejected("not_your_contact")
    agent_hung_up(t, c)


def agent_hung_up(t: Turn, c: Contact) -> None:
    """The agent is gone of their own will."""
    ending.end_consult(t, c, "ended")
    agents.part(t, c, "hung_up")
    queue = t.state.config.queues.get(c.queue)
    if c.chat is None and queue is not None and queue.survey_flow in t.interpreter.flows and queue.survey_flow:
        c.end_reason = EndReason.AGENT_HUNG_UP
        agents.stop_recording(t, c)
        t.emit(EndBridge(contact=c.id, bridge=c.bridge))
        flows.start(t, c, queue.survey_flow)
    else:
        ending.end(t, c, EndReason.AGENT_HUNG_UP)


def page_lost_ms(t: Turn, agent: str) -> int:
    """Since when the agent cannot be reached: when their page went, else now."""
    lost = t.desk(agent).lost_ms
    return t.now if lost is None else lost


def agent_lost(t: Turn, c: Contact) -> None:
    """The agent's leg fell away: music for the customer, and some time for the agent to come back."""
    ending.end_consult(t, c, "ended")
    t.drop_leg(c, c.agent_leg)
    c.agent_leg = ""
    t.move(c, Place.AGENT_LOST)
    agents.end_hold(t, c)
    t.emit(AgentLeft(contact=c.id, agent=c.agent, outcome="connection_lost"))
    t.music_on(c)
    t.start_timer(f"grace:{c.id}", max(t.now, page_lost_ms(t, c.agent) + t.state.config.agent_grace_ms))


def rejoin(t: Turn, e: RejoinRequested) -> None:
    """Ring the agent's new page and put it back into the call; the old leg, if any is left, goes."""
    c = t.contact(e.contact)
    if c is None or c.agent != e.agent or c.place not in (Place.TALKING, Place.AGENT_LOST):
        raise Rejected("not_your_contact")
    if c.rejoining:
        return
    if c.agent_leg:
        t.emit(HangUp(contact=c.id, leg=c.agent_leg))
        t.drop_leg(c, c.agent_leg)
    c.rejoining = True
    leg = t.add_leg(c, LegRole.AGENT, e.agent)
    c.agent_leg = leg
    t.emit(
        Originate(
            contact=c.id,
            leg=leg,
            endpoint=Endpoint(kind="agent", address=e.agent),
            caller=c.caller,
            timeout_ms=REJOIN_TIMEOUT_MS,
            auto_answer=True,
        )
    )
    t.start_timer(f"grace:{c.id}", t.now + REJOIN_TIMEOUT_MS + 1_000)


def rejoined(t: Turn, c: Contact) -> None:
    """The agent's new leg is up: back to the customer, or to the consulted party, or to the customer on hold."""
    t.cancel_timer(f"grace:{c.id}")
    c.legs[c.agent_leg].answered = True
    if c.consult is not None and c.consult.state == "talking":
        c.rejoining = False
        t.emit(Connect(contact=c.id, bridge=c.consult_bridge, legs=(c.agent_leg, c.consult.leg)))
    elif c.on_hold or c.consult is not None:
        c.rejoining = False
    else:
        agents.connect(t, c, c.agent, c.agent_leg, rejoined=True)


def grace_over(t: Turn, contact: str) -> None:
    """The agent did not come back: the customer is told and goes to the front of the queue, marked why."""
    c = t.contact(contact)
    if c is None or not c.agent or c.place not in (Place.TALKING, Place.AGENT_LOST):
        return
    lost = c.agent
    ending.end_consult(t, c, "ended")
    t.emit(Separate(contact=c.id, bridge=c.bridge, legs=(c.customer_leg,)))
    take_off_the_floor(t, lost)
    back_to_queue(t, c)


def back_to_queue(t: Turn, c: Contact) -> None:
    """The customer's agent is gone: to the front of the queue, and they are told."""
    lost = c.agent
    agents.part(t, c, "lost", wrap_up=False)
    t.quiet(c)
    queue = c.queue or next(iter(t.state.config.queues), "")
    queueing.join(t, c, queue, Why(code="agent_lost", detail={"agent": lost}), front=True)
    if not c.ended and c.place in (Place.WAITING, Place.OFFERED):
        t.quiet(c)
        c.playing = t.request(c)
        prompts = (t.say(c, "agent_lost" if c.chat is None else "chat_agent_lost"),)
        t.emit(Play(contact=c.id, leg=c.customer_leg, request=c.playing, prompts=prompts))


def take_off_the_floor(t: Turn, agent: str) -> None:
    """No more offers for an agent whose line has fallen away; they come back of their own accord."""
    if t.acd.agent(agent).state is AgentState.LOGGED_OUT:
        return
    decisions = t.acd.request_state(agent, AgentState.ON_BREAK, BREAK_REASON_CONNECTION_LOST, t.now)
    queueing.apply(t, decisions)
