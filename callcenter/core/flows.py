"""Running flows: hands what happened to the interpreter and carries its actions on as effects."""

from __future__ import annotations

from typing import Any

from callcenter.core import callbacks, ending, queueing
from callcenter.core.outlook import Seen
from callcenter.core.state import Contact, Recording
from callcenter.core.turn import Turn
from callcenter.domain.contact import EndReason, Place, Prompt, Why
from callcenter.domain.effects import (
    CallService,
    Effect,
    FlowFailed,
    Gather,
    HandedOver,
    Listen,
    Play,
    RecordingChanged,
    StartRecording,
    StopRecording,
    Understand,
    VariableSet,
)
from callcenter.domain.events import (
    DigitsGathered,
    PlaybackEnded,
    RecordingEnded,
    SentenceHeard,
    SentenceUnderstood,
    ServiceAnswered,
)
from callcenter.flow.actions import (
    AskMeaning,
    AskService,
    BookCallback,
    Collect,
    EndCall,
    Hear,
    JoinQueue,
    Output,
    RecordMessage,
    Speak,
    TransferTo,
)
from callcenter.flow.session import FlowFault

FlowEvent = PlaybackEnded | DigitsGathered | ServiceAnswered | RecordingEnded | SentenceHeard | SentenceUnderstood
UNDERSTAND_MS = 3_000
"""How long the assistant may think about a sentence."""
SERVICE_MARGIN_MS = 2_000
"""A service that never answered (we were restarted while it was asked) counts as failed this much after its time."""


def start(t: Turn, c: Contact, flow: str) -> None:
    """Begin a flow with what is known of the customer. The contact must not be waiting or talking any more."""
    t.move(c, Place.FLOW)
    t.quiet(c)
    c.pending, c.path_before = None, list(c.flow_path)
    if flow not in t.interpreter.flows:
        _failed(t, c, flow, "", f"there is no flow {flow!r}")
        return
    try:
        session, actions = t.interpreter.start(
            c.id,
            flow,
            _known(c),
            t.now,
            counter=c.request_counter,
            heard=c.chat.heard if c.chat is not None else 0,
            outlook=Seen(t, c),
        )
    except FlowFault as fault:
        _broken(t, c, fault)
        return
    c.flow = session
    _carry_on(t, c, actions)


def _known(c: Contact) -> dict[str, Any]:
    return {**c.variables, "queue": c.queue, "contact": c.id}


def resume(t: Turn, c: Contact, event: FlowEvent) -> None:
    """Give the flow what it waited for; what it no longer waits for is ignored by the interpreter."""
    if c.flow is None or c.place is not Place.FLOW:
        return
    if isinstance(event, DigitsGathered) and c.recording is not None and c.recording.id == event.request:
        _close_message(t, c)
        return
    try:
        actions = t.interpreter.resume(c.id, c.flow, event, t.now, outlook=Seen(t, c))
    except FlowFault as fault:
        _broken(t, c, fault)
        return
    if actions or c.flow.pending == "":
        c.pending = None
        t.cancel_timer(f"service:{c.id}")
        t.cancel_timer(f"understand:{c.id}")
    _carry_on(t, c, actions)


def service_silent(t: Turn, contact: str) -> None:
    """A business service never answered."""
    c = t.contact(contact)
    if c is not None and c.flow is not None and c.flow.pending:
        resume(t, c, ServiceAnswered(contact=c.id, request=c.flow.pending, ok=False))


def assistant_silent(t: Turn, contact: str) -> None:
    """The assistant never said what a sentence means."""
    c = t.contact(contact)
    if c is not None and c.flow is not None and c.flow.pending:
        resume(t, c, SentenceUnderstood(contact=c.id, request=c.flow.pending, ok=False))


def ask_again(t: Turn, c: Contact) -> None:
    """Repeat the prompt a flow waits for: its answer may have been lost while the PBX or we were away."""
    if c.place is Place.FLOW and c.pending is not None:
        t.emit(c.pending)


def _carry_on(t: Turn, c: Contact, actions: list[Output]) -> None:
    for action in actions:
        if c.ended or c.place is not Place.FLOW:
            return
        if isinstance(action, Effect):
            if isinstance(action, VariableSet):
                c.variables[action.name] = action.value
            elif isinstance(action, HandedOver):
                c.handed_over = action
            t.emit(action)
        else:
            _do(t, c, action)
        _remember_path(c)


def _remember_path(c: Contact) -> None:
    if c.flow is not None:
        c.flow_path = [*c.path_before, *c.flow.path]
        c.request_counter = max(c.request_counter, c.flow.counter)


def _do(t: Turn, c: Contact, action: object) -> None:
    match action:
        case Speak(request=request, prompts=prompts):
            _ask(t, c, Play(contact=c.id, leg=c.customer_leg, request=request, prompts=prompts))
        case Collect():
            _ask(t, c, _gather(c, action))
        case Hear():
            _ask(t, c, _listen(c, action))
        case AskMeaning():
            t.emit(_understand(c, action))
            t.start_timer(f"understand:{c.id}", t.now + UNDERSTAND_MS + SERVICE_MARGIN_MS)
        case AskService():
            _ask_service(t, c, action)
        case RecordMessage():
            _record_message(t, c, action)
        case JoinQueue(queue=queue, priority=priority, skills=skills, why=why):
            _leave_flow(t, c)
            if queue:
                queueing.join(t, c, queue, why, priority=priority, skills=skills)
            else:
                queueing.rejoin(t, c, why, priority=priority, skills=skills)
        case TransferTo(target=target):
            _leave_flow(t, c)
            t.send(c, target, Why(code="flow_transfer"))
        case BookCallback(queue=queue, number=number, not_before_ms=start, until_ms=end):
            callbacks.book(t, c, queue, number, not_before_ms=start, until_ms=end)
        case EndCall(reason=reason):
            _leave_flow(t, c)
            ending.end(t, c, reason)


def _leave_flow(t: Turn, c: Contact) -> None:
    if c.flow is not None:
        c.variables.update(c.flow.variables)
    c.flow, c.pending = None, None


def _ask(t: Turn, c: Contact, command: Play | Gather | Listen) -> None:
    c.pending = command
    t.emit(command)
    if c.chat is not None and isinstance(command, Gather | Listen):
        t.start_timer(f"silent:{c.id}", t.now + t.chat_rule(c).silent_ms)


def _understand(c: Contact, action: AskMeaning) -> Understand:
    return Understand(
        contact=c.id,
        request=action.request,
        message=action.message,
        quote=action.quote,
        knowledge=action.knowledge,
        timeout_ms=UNDERSTAND_MS,
    )


def _listen(c: Contact, action: Hear) -> Listen:
    return Listen(
        contact=c.id,
        leg=c.customer_leg,
        request=action.request,
        prompts=action.prompts,
        choices=action.choices,
        after=action.after,
        fresh=action.fresh,
        secret=action.secret,
    )


def _gather(c: Contact, action: Collect) -> Gather:
    return Gather(
        contact=c.id,
        leg=c.customer_leg,
        request=action.request,
        prompts=action.prompts,
        max_digits=action.max_digits,
        min_digits=action.min_digits,
        terminator=action.terminator,
        first_timeout_ms=action.first_timeout_ms,
        next_timeout_ms=action.next_timeout_ms,
        secret=action.secret,
        choices=action.choices,
    )


def _ask_service(t: Turn, c: Contact, action: AskService) -> None:
    t.emit(
        CallService(
            contact=c.id,
            request=action.request,
            method=action.method,
            url=action.url,
            params=action.params,
            secrets=action.secrets,
            timeout_ms=action.timeout_ms,
            retries=action.retries,
        )
    )
    t.start_timer(f"service:{c.id}", t.now + action.timeout_ms * (action.retries + 1) + SERVICE_MARGIN_MS)


def _record_message(t: Turn, c: Contact, action: RecordMessage) -> None:
    c.recording = Recording(id=action.request, kind="voicemail", started_ms=t.now)
    t.state.recordings[action.request] = (c.id, "voicemail", t.now)
    t.emit(
        StartRecording(contact=c.id, recording=action.request, leg=c.customer_leg),
        RecordingChanged(contact=c.id, recording=action.request, state="started"),
        Gather(
            contact=c.id,
            leg=c.customer_leg,
            request=action.request,
            terminator=action.terminator,
            first_timeout_ms=action.max_ms,
        ),
    )


def _close_message(t: Turn, c: Contact) -> None:
    if c.recording is not None and c.recording.state != "closing":
        c.recording.state = "closing"
        t.emit(StopRecording(contact=c.id, recording=c.recording.id))


def _broken(t: Turn, c: Contact, fault: FlowFault) -> None:
    _carry_on(t, c, fault.done)
    if not c.ended and c.place is Place.FLOW:
        _failed(t, c, fault.flow, fault.step, fault.message)


def _failed(t: Turn, c: Contact, flow: str, step: str, error: str) -> None:
    """A flow that cannot go on: to its fallback queue, else an apology and the end."""
    found = t.interpreter.flows.get(flow)
    queue = found.fallback_queue if found is not None else ""
    _leave_flow(t, c)
    target = f"queue:{queue}" if queue else "hangup"
    t.emit(FlowFailed(contact=c.id, flow=flow, step=step, error=error, target=target))
    t.alarm("flow_failed", flow=flow, step=step)
    if queue:
        queueing.join(t, c, queue, Why(code="flow_failed", detail={"flow": flow, "step": step}))
        return
    last_words(t, c, (t.say(c, "sorry"),), EndReason.FLOW_FAILED)


def last_words(t: Turn, c: Contact, prompts: tuple[Prompt, ...], reason: EndReason) -> None:
    """Say something outside any flow, then end the contact with ``reason``."""
    c.end_reason = reason
    speak(t, c, prompts, "")


def speak(t: Turn, c: Contact, prompts: tuple[Prompt, ...], then: str) -> None:
    """Say something outside any flow, then send the contact to ``then``; with no target it ends."""
    c.after_words = then
    c.playing = t.request(c)
    _ask(t, c, Play(contact=c.id, leg=c.customer_leg, request=c.playing, prompts=prompts))


def words_over(t: Turn, c: Contact, event: PlaybackEnded) -> None:
    """What was said outside a flow is over (or could not be said): on to where it leads."""
    if c.place is not Place.FLOW or c.flow is not None or event.request != c.playing:
        return
    c.playing, c.pending = "", None
    target, c.after_words = c.after_words, ""
    if target:
        t.send(c, target, Why(code="queue_closed", detail={"from": c.queue}))
    else:
        ending.end(t, c, EndReason.FLOW_FAILED)
