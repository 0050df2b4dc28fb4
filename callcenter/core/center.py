"""``handle(event, now) -> effects``: the one door into the core."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from callcenter.core import (
    announcements,
    callback_key,
    callback_waits,
    callbacks,
    calls,
    chats,
    desks,
    dialling_out,
    ending,
    floor,
    flows,
    leads,
    listening,
    live_figures,
    notes,
    overflow,
    queueing,
    recovery,
    results,
    supervision,
    talk,
    transfer,
    unserved,
)
from callcenter.core.state import CoreState
from callcenter.core.turn import Parts, Turn
from callcenter.domain import events as ev
from callcenter.domain.effects import CommandRefused, Effect
from callcenter.domain.errors import Rejected
from callcenter.flow.interpreter import Interpreter
from callcenter.flow.model import Flow
from callcenter.routing.acd import Acd

E = TypeVar("E", bound=ev.Event)
REMEMBERED_COMMANDS = 50
ROUTER_TIMER = "router:"


class Center:
    """The whole centre as a pure machine: memory, router and flows behind :meth:`handle`."""

    def __init__(self, state: CoreState | None = None, acd: Acd | None = None) -> None:
        state = state or CoreState()
        self.parts = Parts(state=state, acd=acd or Acd(), interpreter=Interpreter({}, {}))
        self._load_flows(state.flows)

    @property
    def state(self) -> CoreState:
        """The memory, for reading."""
        return self.parts.state

    @property
    def acd(self) -> Acd:
        """The router, for reading."""
        return self.parts.acd

    def handle(self, event: ev.Event, now_ms: int) -> tuple[Effect, ...]:
        """Decide what an event means. Never raises for late, double or impossible events.

        ``now_ms`` is the entry's time in ms since 1970; it must not run backwards. A command of a person that
        cannot be done yields ``CommandRefused`` and changes nothing.
        """
        t = Turn(self.parts, now_ms)
        if isinstance(event, ev.AgentEvent):
            self._command(t, event)
        elif isinstance(event, ev.FloorEvent):
            self._floor_command(t, event)
        elif isinstance(event, ev.CenterConfigured):
            self._configure(t, event)
        elif isinstance(event, ev.FlowsPublished):
            self._load_flows(event.flows)
        else:
            _HANDLERS[type(event)](t, event)
        _redirect(t)
        while t.staff_left:
            t.staff_left = False
            overflow.staff_left(t)
            _redirect(t)
        unserved.look(t)
        listening.follow(t)
        _arm_router(t)
        live_figures.note(t.state.figures, t.effects, t.now, t.state.midnight(t.now))
        return tuple(t.effects)

    def _command(self, t: Turn, event: ev.AgentEvent) -> None:
        known = t.acd.config_of(event.agent) is not None
        desk = t.desk(event.agent) if known else None
        if desk is not None and event.command:
            if event.command in desk.commands:
                return
            desk.commands = [*desk.commands, event.command][-REMEMBERED_COMMANDS:]
        try:
            if not known:
                raise Rejected("unknown_agent")
            _HANDLERS[type(event)](t, event)
        except Rejected as refusal:
            t.emit(_refused(event.agent, event.command, refusal))

    def _floor_command(self, t: Turn, event: ev.FloorEvent) -> None:
        done = t.state.floor_commands
        if event.command:
            if event.command in done:
                return
            t.state.floor_commands = [*done, event.command][-REMEMBERED_COMMANDS:]
        t.by = event.by
        try:
            _HANDLERS[type(event)](t, event)
        except Rejected as refusal:
            t.emit(_refused(event.by, event.command, refusal))

    def _configure(self, t: Turn, event: ev.CenterConfigured) -> None:
        t.state.config = event.config
        floor.forget_removed(t, event.config)
        queueing.apply(t, t.acd.configure(event.config.queues, event.config.agents, t.now, event.config.channels))
        self.parts.interpreter = Interpreter(self.parts.interpreter.flows, event.config.calendars)
        callback_waits.reconfigured(t)
        overflow.reconfigured(t)

    def _load_flows(self, flows_plain: Mapping[str, Any]) -> None:
        self.state.flows = dict(flows_plain)
        loaded = {name: Flow.from_plain(plain) for name, plain in flows_plain.items()}
        self.parts.interpreter = Interpreter(loaded, self.state.config.calendars)


def _redirect(t: Turn) -> None:
    """Send on whom the handlers have decided to send on."""
    while t.redirects:
        redirect = t.redirects.pop(0)
        contact = t.contact(redirect.contact)
        if contact is not None:
            transfer.send_to(t, contact, redirect.target, redirect.why)


def _refused(by: str, command: str, refusal: Rejected) -> CommandRefused:
    """``detail`` only where it says more than the code, for it is shown to people."""
    return CommandRefused(agent=by, command=command, code=refusal.code, detail=refusal.detail)


def _arm_router(t: Turn) -> None:
    """The router has times of its own (a declined contact may be offered again): one timer for the next of them."""
    due = t.acd.next_due_ms()
    if due is not None and t.state.timers.get(ROUTER_TIMER) != due:
        t.start_timer(ROUTER_TIMER, max(due, t.now))


def _router_due(t: Turn, _: str) -> None:
    queueing.apply(t, t.acd.tick(t.now))


def _timer_fired(t: Turn, e: ev.TimerFired) -> None:
    due = t.state.timers.get(e.timer)
    if due is None or due > t.now:
        return
    del t.state.timers[e.timer]
    kind, _, subject = e.timer.partition(":")
    _TIMERS[kind](t, subject)


def _playback_ended(t: Turn, e: ev.PlaybackEnded) -> None:
    c = t.contact_of_leg(e.leg)
    if c is None or c.ended:
        return
    if e.request == c.playing:
        flows.words_over(t, c, e)
        if not c.ended:
            announcements.announcement_over(t, c, e.request)
    else:
        flows.resume(t, c, e)


def _digits_gathered(t: Turn, e: ev.DigitsGathered) -> None:
    c = t.contact_of_leg(e.leg)
    if c is not None and not c.ended and not callback_key.pressed(t, c, e):
        flows.resume(t, c, e)


def _service_answered(t: Turn, e: ev.ServiceAnswered) -> None:
    c = t.contact(e.contact)
    if c is not None:
        flows.resume(t, c, e)


def _sentence_heard(t: Turn, e: ev.SentenceHeard) -> None:
    c = t.contact_of_leg(e.leg)
    if c is not None and not c.ended:
        flows.resume(t, c, e)


def _sentence_understood(t: Turn, e: ev.SentenceUnderstood) -> None:
    c = t.contact(e.contact)
    if c is not None:
        flows.resume(t, c, e)


def _recording_ended(t: Turn, e: ev.RecordingEnded) -> None:
    known = t.state.recordings.get(e.recording)
    ending.recording_ended(t, e)
    c = t.contact(known[0]) if known else None
    if c is not None:
        flows.resume(t, c, e)


def _ignore(t: Turn, e: ev.Event) -> None:
    """Nothing follows from this event."""


_HANDLERS: dict[type[ev.Event], Callable[[Turn, Any], None]] = {
    ev.CallArrived: calls.arrived,
    ev.LegRinging: _ignore,
    ev.LegAnswered: calls.leg_answered,
    ev.LegEnded: calls.leg_ended,
    ev.DigitsGathered: _digits_gathered,
    ev.PlaybackEnded: _playback_ended,
    ev.RecordingEnded: _recording_ended,
    ev.ServiceAnswered: _service_answered,
    ev.SentenceHeard: _sentence_heard,
    ev.SentenceUnderstood: _sentence_understood,
    ev.TimerFired: _timer_fired,
    ev.TelephonyLost: recovery.lost,
    ev.TelephonyRestored: recovery.restored,
    ev.AgentSignedIn: desks.sign_in,
    ev.AgentSignedOut: desks.sign_out,
    ev.DeskConnected: desks.connected,
    ev.DeskLost: desks.lost,
    ev.StateRequested: desks.request_state,
    ev.OfferDeclined: desks.decline,
    ev.ChatOpened: chats.opened,
    ev.VisitorWrote: chats.visitor_wrote,
    ev.VisitorPresence: chats.presence,
    ev.VisitorRated: chats.rated,
    ev.ChatMessageLeft: chats.message_left,
    ev.ChatsRestored: chats.restored,
    ev.OfferAccepted: chats.accept,
    ev.AgentWrote: chats.agent_wrote,
    ev.NoteWritten: notes.write,
    ev.MessageUndelivered: notes.undelivered,
    ev.HoldRequested: talk.hold,
    ev.ResumeRequested: talk.resume,
    ev.DigitsRequested: talk.send_digits,
    ev.HangUpRequested: talk.hang_up,
    ev.RejoinRequested: talk.rejoin,
    ev.RecordingPauseRequested: talk.pause_recording,
    ev.SuperviseRequested: supervision.supervise,
    ev.TransferRequested: transfer.request,
    ev.TransferCompleted: transfer.complete,
    ev.ConsultCancelled: transfer.cancel,
    ev.ConferenceRequested: transfer.conference,
    ev.TakeOverRequested: supervision.take_over,
    ev.PaymentModeRequested: talk.payment_mode,
    ev.WrapUpCompleted: results.wrap_up,
    ev.WrapUpExtended: results.extend,
    ev.MessageRead: floor.read_message,
    ev.AgentStateForced: floor.force_state,
    ev.MessageSent: floor.send_message,
    ev.QueueClosed: floor.close_queue,
    ev.QueueReopened: floor.reopen_queue,
    ev.AlarmAcknowledged: floor.acknowledge,
    ev.CallbackCancelled: callbacks.cancel,
    ev.ThresholdPassed: floor.threshold_passed,
    ev.CampaignsChanged: leads.changed,
    ev.LeadCalled: leads.called,
    ev.LeadWithdrawn: leads.withdrawn,
    ev.EarsReady: listening.ready,
    ev.EarsLost: listening.lost,
}

_TIMERS: dict[str, Callable[[Turn, str], None]] = {
    "offer": queueing.offer_timed_out,
    "announce": announcements.announce,
    "overflow": overflow.due,
    "watch": overflow.look,
    "wrapup": results.wrap_up_over,
    "desk": desks.gone,
    "grace": talk.grace_over,
    "consult": transfer.consult_timed_out,
    "service": flows.service_silent,
    "understand": flows.assistant_silent,
    "callback": callback_waits.due,
    "dial": dialling_out.timed_out,
    "patience": leads.patience_over,
    "connect": leads.not_connected,
    "router": _router_due,
    "silent": chats.silent,
    "absent": chats.absent,
    unserved.TIMER: unserved.due,
}
