"""An agent joins or leaves a talk: bridges, recording, talk time, wrap-up."""

from __future__ import annotations

from callcenter.core import leads, queueing
from callcenter.core.state import Contact, Recording
from callcenter.core.turn import Turn
from callcenter.domain.contact import Place
from callcenter.domain.effects import (
    AgentConnected,
    AgentLeft,
    Connect,
    HangUp,
    PauseRecording,
    PaymentModeChanged,
    Play,
    RecordingChanged,
    StartRecording,
    StopRecording,
    SupervisionChanged,
)

RECENT_CONTACTS = 20
REMEMBERED_CALLERS = 20_000
GOES_ON = frozenset({"transferred", "taken_over", "lost"})
"""Ways to leave a talk after which the customer is still with us."""


def connect(t: Turn, c: Contact, agent: str, leg: str, *, rejoined: bool = False) -> None:
    """Let agent and customer speak."""
    t.move(c, Place.TALKING)
    t.quiet(c)
    c.agent, c.agent_leg, c.rejoining = agent, leg, False
    c.legs[leg].answered = True
    if c.connected_ms is None or not rejoined:
        c.connected_ms = t.now
    c.talk_since_ms = t.now
    c.variables["agent"] = agent
    t.emit(Connect(contact=c.id, bridge=c.bridge, legs=(c.customer_leg, leg)))
    if c.chat is None:
        start_recording(t, c)
    else:
        _greet(t, c)
    waited = 0 if c.queued_ms is None or rejoined else t.now - c.queued_ms
    leads.connected(c, agent)
    first, c.reached = not c.reached and c.asked_in != "", True
    t.emit(
        AgentConnected(
            contact=c.id,
            agent=agent,
            waited_ms=waited,
            rejoined=rejoined,
            channel=c.channel,
            asked_in=c.asked_in if first else "",
            asked_ms=c.asked_ms if first else 0,
        )
    )


def _greet(t: Turn, c: Contact) -> None:
    """Tell a chat's visitor that a person is there; they have been waiting for an answer since they came."""
    assert c.chat is not None
    c.chat.replied, c.chat.awaited_ms = False, t.now
    t.emit(Play(contact=c.id, leg=c.customer_leg, request=t.request(c), prompts=(t.say(c, "chat_joined"),)))


def start_recording(t: Turn, c: Contact, kind: str = "call") -> None:
    """Record from the first word with an agent to the end, across holds and transfers."""
    queue = t.state.config.queues.get(c.queue)
    if c.recording is not None or (queue is not None and not queue.record):
        return
    c.request_counter += 1
    recording = Recording(id=f"rec-{c.id}-{c.request_counter}", kind=kind, started_ms=t.now)
    c.recording = recording
    t.state.recordings[recording.id] = (c.id, kind, t.now)
    t.emit(
        StartRecording(contact=c.id, recording=recording.id, leg=c.customer_leg),
        RecordingChanged(contact=c.id, recording=recording.id, state="started"),
    )


def pause_recording(t: Turn, c: Contact, paused: bool) -> None:
    """Pause or resume; nothing of the pause is kept."""
    recording = c.recording
    if recording is None or recording.state not in ("on", "paused"):
        return
    recording.state = "paused" if paused else "on"
    state = "paused" if paused else "resumed"
    t.emit(
        PauseRecording(contact=c.id, recording=recording.id, paused=paused),
        RecordingChanged(contact=c.id, recording=recording.id, state=state),
    )


def stop_recording(t: Turn, c: Contact) -> None:
    """Close the recording; it is filed when the PBX says it is closed."""
    if c.recording is not None and c.recording.state != "closing":
        c.recording.state = "closing"
        t.emit(StopRecording(contact=c.id, recording=c.recording.id))


def part(t: Turn, c: Contact, outcome: str, *, wrap_up: bool = True) -> None:
    """Take the agent off the contact: end their leg, count the talk, begin wrap-up."""
    agent, leg = c.agent, c.agent_leg
    end_payment(t, c, resume=outcome in GOES_ON)
    talked = 0 if c.talk_since_ms is None or c.connected_ms is None else t.now - c.connected_ms
    end_hold(t, c)
    t.emit(
        AgentLeft(
            contact=c.id,
            agent=agent,
            outcome=outcome,
            talked_ms=talked,
            held_ms=c.held_ms,
            queue=c.queue,
            team=t.team(agent),
            channel=c.channel,
        )
    )
    if leg:
        t.emit(HangUp(contact=c.id, leg=leg))
        t.drop_leg(c, leg)
    end_supervision(t, c)
    remember_contact(t, agent, c.id)
    _remember(t, c, agent)
    c.agent, c.agent_leg, c.connected_ms, c.talk_since_ms, c.held_ms = "", "", None, None, 0
    c.rejoining = False
    t.cancel_timer(f"grace:{c.id}")
    t.cancel_timer(f"silent:{c.id}")
    watch_page(t, agent)
    filed = bool(c.disposition)
    queueing.apply(t, t.acd.release(agent, c.id, t.now, wrap_up=wrap_up and not filed))


def watch_page(t: Turn, agent: str) -> None:
    """The agent is free again: whose page is gone has no longer than the grace time to come back."""
    desk = t.desk(agent)
    if desk.lost_ms is not None:
        t.start_timer(f"desk:{agent}", max(t.now, desk.lost_ms + t.state.config.agent_grace_ms))


def remember_contact(t: Turn, agent: str, contact: str) -> None:
    """The agent may still file a result for it."""
    desk = t.desk(agent)
    desk.recent = [*desk.recent, contact][-RECENT_CONTACTS:]


def end_payment(t: Turn, c: Contact, *, resume: bool = True) -> None:
    """No card data any more; what the payment mode paused is recorded again, unless the talk is over anyway."""
    if c.payment_since_ms is None:
        return
    c.payment_since_ms = None
    if resume and c.payment_paused:
        pause_recording(t, c, False)
    c.payment_paused = False
    t.emit(PaymentModeChanged(contact=c.id, agent=c.agent, on=False))


def end_hold(t: Turn, c: Contact) -> None:
    """Add up the hold time; the caller decides what the customer hears next."""
    if c.hold_since_ms is not None:
        c.held_ms += t.now - c.hold_since_ms
        c.hold_since_ms = None


def end_supervision(t: Turn, c: Contact) -> None:
    """Supervisors leave with the agent they listened to."""
    for supervisor, leg in list(c.supervisors.items()):
        t.emit(
            HangUp(contact=c.id, leg=leg),
            SupervisionChanged(contact=c.id, supervisor=supervisor, mode="stop"),
        )
        t.drop_leg(c, leg)
        t.desk(supervisor).supervising = ""
    c.supervisors.clear()
    c.supervise_modes.clear()


def _remember(t: Turn, c: Contact, agent: str) -> None:
    """The customer's own agent from now on, where a queue makes use of it."""
    if not c.person or not any(queue.prefer_last_agent_ms for queue in t.state.config.queues.values()):
        return
    known = t.state.last_agents
    known.pop(c.person, None)
    known[c.person] = agent
    while len(known) > REMEMBERED_CALLERS:
        del known[next(iter(known))]
