"""What must now be done (commands) and what is now so (facts). Output of the core.

A **command** is carried out by an adapter; it names things by ids of ours, so carrying it out twice does no harm.
A **fact** is written to the contact's timeline and shown on screens; reports count facts. Both are journalled.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Channel, Direction, Endpoint, EndReason, LegEndCause, Prompt, Why


class Effect(Struct, frozen=True, tag=True, kw_only=True):
    """Base of all effects."""


# --- commands to telephony


class TelephonyCommand(Effect, frozen=True, kw_only=True):
    """Base of what the telephony port carries out. ``contact`` orders commands: one contact, one row."""

    contact: str


class AnswerLeg(TelephonyCommand, frozen=True, kw_only=True):
    """Pick up the customer's call."""

    leg: str


class HangUp(TelephonyCommand, frozen=True, kw_only=True):
    """End a leg, telling the far side ``cause``."""

    leg: str
    cause: LegEndCause = LegEndCause.NORMAL


class Play(TelephonyCommand, frozen=True, kw_only=True):
    """Play prompts one after the other to one leg; ``PlaybackEnded(request)`` follows."""

    leg: str
    request: str
    prompts: tuple[Prompt, ...]


class StopPlay(TelephonyCommand, frozen=True, kw_only=True):
    """Stop a playback; no ``PlaybackEnded`` need follow."""

    leg: str
    request: str


class Gather(TelephonyCommand, frozen=True, kw_only=True):
    """Play prompts and collect keys; the first key silences the prompts. ``DigitsGathered(request)`` follows.

    Collecting ends at ``max_digits``, at ``terminator``, ``first_timeout_ms`` after the prompts without a key, or
    ``next_timeout_ms`` after a key. Keys pressed just before (type-ahead) count unless ``secret``.
    """

    leg: str
    request: str
    prompts: tuple[Prompt, ...] = ()
    max_digits: int = 1
    min_digits: int = 1
    terminator: str = "#"
    first_timeout_ms: int = 5_000
    next_timeout_ms: int = 3_000
    secret: bool = False


class StopGather(TelephonyCommand, frozen=True, kw_only=True):
    """Forget a gather; no ``DigitsGathered`` follows."""

    leg: str
    request: str


class StartMusic(TelephonyCommand, frozen=True, kw_only=True):
    """Music on hold to one leg that is in no bridge."""

    leg: str
    music: str = "default"


class StopMusic(TelephonyCommand, frozen=True, kw_only=True):
    """End the music on hold."""

    leg: str


class Originate(TelephonyCommand, frozen=True, kw_only=True):
    """Dial ``endpoint``; ``LegAnswered`` or ``LegEnded`` follows within ``timeout_ms``.

    ``auto_answer`` tells the softphone to pick up by itself (an agent coming back after a reload).
    """

    leg: str
    endpoint: Endpoint
    caller: str = ""
    timeout_ms: int = 20_000
    auto_answer: bool = False


class Connect(TelephonyCommand, frozen=True, kw_only=True):
    """Let these legs hear each other: put them in ``bridge``, which is made if it does not exist."""

    bridge: str
    legs: tuple[str, ...]


class Separate(TelephonyCommand, frozen=True, kw_only=True):
    """Take legs out of ``bridge``."""

    bridge: str
    legs: tuple[str, ...]


class EndBridge(TelephonyCommand, frozen=True, kw_only=True):
    """Remove a bridge that is no longer used."""

    bridge: str


class SendDigits(TelephonyCommand, frozen=True, kw_only=True):
    """Send keys to a leg."""

    leg: str
    digits: str


class StartRecording(TelephonyCommand, frozen=True, kw_only=True):
    """Record ``leg`` on two channels: left what the party says, right what the party hears."""

    recording: str
    leg: str


class PauseRecording(TelephonyCommand, frozen=True, kw_only=True):
    """Pause or resume: nothing of the pause is in any file."""

    recording: str
    paused: bool


class StopRecording(TelephonyCommand, frozen=True, kw_only=True):
    """Close a recording; ``RecordingEnded`` follows, also when the leg ended before."""

    recording: str


class SuperviseMode(StrEnum):
    """How a supervisor's leg takes part."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class Supervise(TelephonyCommand, frozen=True, kw_only=True):
    """Join the supervisor's answered ``leg`` to ``target`` (the agent's leg) in ``mode``; again to change the mode."""

    leg: str
    target: str
    bridge: str
    mode: SuperviseMode


class TapMedia(TelephonyCommand, frozen=True, kw_only=True):
    """Stream what ``leg`` says to ``url`` (and play what comes back, if ``duplex``): ears and voice of a bot."""

    tap: str
    leg: str
    url: str
    duplex: bool = False


class StopTap(TelephonyCommand, frozen=True, kw_only=True):
    """End a media tap."""

    tap: str


# --- other commands


class StartTimer(Effect, frozen=True, kw_only=True):
    """``TimerFired(timer)`` at ``at_ms``; a timer of the same name is replaced."""

    timer: str
    at_ms: int


class CancelTimer(Effect, frozen=True, kw_only=True):
    """Forget a timer; it may still fire if it was already on its way."""

    timer: str


class CallService(Effect, frozen=True, kw_only=True):
    """Ask a business service; ``ServiceAnswered(request)`` follows. ``secrets`` maps a parameter to a vault key."""

    contact: str
    request: str
    method: str
    url: str
    params: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    timeout_ms: int = 3_000
    retries: int = 1


class FileRecording(Effect, frozen=True, kw_only=True):
    """Move a closed recording from the PBX into the recording store. ``kind``: ``call`` or ``voicemail``."""

    contact: str
    recording: str
    kind: str
    started_ms: int


# --- facts


class Fact(Effect, frozen=True, kw_only=True):
    """Base of what is now so."""


class CommandRefused(Fact, frozen=True, kw_only=True):
    """A person's command could not be done: ``code`` for the panel, nothing was changed."""

    agent: str
    command: str
    code: str


class AgentStateChanged(Fact, frozen=True, kw_only=True):
    """An agent is in ``state`` since this entry's time."""

    agent: str
    state: AgentState
    reason: str = ""
    contact: str = ""


class ContactFact(Fact, frozen=True, kw_only=True):
    """Base of what is told in a contact's timeline."""

    contact: str


class ContactOpened(ContactFact, frozen=True, kw_only=True):
    """A contact began."""

    channel: Channel
    direction: Direction
    caller: str
    dialled: str
    line: str
    flow: str


class StepEntered(ContactFact, frozen=True, kw_only=True):
    """A flow reached a step."""

    flow: str
    step: str
    kind: str


class DigitsTaken(ContactFact, frozen=True, kw_only=True):
    """Keys the customer pressed at a step; a secret is all dots."""

    step: str
    digits: str
    outcome: str


class BranchTaken(ContactFact, frozen=True, kw_only=True):
    """Where a branch, business-hours or menu step led, and why."""

    step: str
    target: str
    why: Why


class ServiceUsed(ContactFact, frozen=True, kw_only=True):
    """A business service was asked."""

    step: str
    ok: bool
    status: int = 0
    took_ms: int = 0


class FlowFailed(ContactFact, frozen=True, kw_only=True):
    """A flow could not go on; the contact was sent to ``target`` instead."""

    flow: str
    step: str
    error: str
    target: str


class QueueJoined(ContactFact, frozen=True, kw_only=True):
    """The contact waits in ``queue`` at ``position`` (1 = next)."""

    queue: str
    position: int
    why: Why


class QueueAnnounced(ContactFact, frozen=True, kw_only=True):
    """The customer was told their place, and the wait when it is known well enough."""

    queue: str
    position: int
    expected_wait_ms: int | None = None


class QueueLeft(ContactFact, frozen=True, kw_only=True):
    """The contact no longer waits in ``queue``: ``connected``, ``abandoned``, ``overflow``, ``callback`` …"""

    queue: str
    outcome: str
    waited_ms: int


class OfferMade(ContactFact, frozen=True, kw_only=True):
    """An agent is asked to take the contact; ``why`` names candidates, scores and who was ruled out."""

    agent: str
    queue: str
    leg: str
    why: Why


class OfferEnded(ContactFact, frozen=True, kw_only=True):
    """An offer ended: ``accepted``, ``declined``, ``missed``, ``withdrawn``, ``unreachable``."""

    agent: str
    outcome: str
    why: Why | None = None


class AgentConnected(ContactFact, frozen=True, kw_only=True):
    """Agent and customer speak. ``waited_ms`` since the contact asked for a person."""

    agent: str
    waited_ms: int = 0
    rejoined: bool = False


class AgentLeft(ContactFact, frozen=True, kw_only=True):
    """An agent is no longer on the contact: ``hung_up``, ``customer_hung_up``, ``transferred``, ``lost``."""

    agent: str
    outcome: str
    talked_ms: int = 0
    held_ms: int = 0


class HoldChanged(ContactFact, frozen=True, kw_only=True):
    """The customer was put on hold, or taken off it."""

    agent: str
    on_hold: bool


class ConsultStarted(ContactFact, frozen=True, kw_only=True):
    """The agent speaks with ``target`` while the customer hears music."""

    agent: str
    target: str


class ConsultEnded(ContactFact, frozen=True, kw_only=True):
    """A consultation ended: ``completed``, ``cancelled``, ``refused``, ``conference``."""

    agent: str
    target: str
    outcome: str


class Transferred(ContactFact, frozen=True, kw_only=True):
    """The contact was handed on."""

    agent: str
    target: str
    mode: str
    note: str = ""


class RecordingChanged(ContactFact, frozen=True, kw_only=True):
    """A recording was ``started``, ``paused``, ``resumed``, ``kept`` or ``failed``."""

    recording: str
    state: str
    duration_ms: int = 0


class SupervisionChanged(ContactFact, frozen=True, kw_only=True):
    """A supervisor began, changed or ended listening."""

    supervisor: str
    mode: str


class VariableSet(ContactFact, frozen=True, kw_only=True):
    """A value about the customer became known (language, card tail, verified); shown at the desk, never a secret."""

    name: str
    value: Any


class WrapUpFiled(ContactFact, frozen=True, kw_only=True):
    """The agent's result of the contact."""

    agent: str
    disposition: str
    note: str = ""


class SurveyAnswered(ContactFact, frozen=True, kw_only=True):
    """The customer's rating after the call."""

    question: str
    answer: str


class VoicemailTaken(ContactFact, frozen=True, kw_only=True):
    """A message was left; ``recording`` holds it."""

    recording: str
    duration_ms: int = 0


class CallbackBooked(ContactFact, frozen=True, kw_only=True):
    """The customer wants to be called back at ``number``."""

    queue: str
    number: str


class ContactEnded(ContactFact, frozen=True, kw_only=True):
    """The contact is over; exactly one for each contact."""

    reason: EndReason
    duration_ms: int


class AlarmRaised(Fact, frozen=True, kw_only=True):
    """Something an operator should know: ``code`` picks the sentence."""

    code: str
    detail: dict[str, Any] = field(default_factory=dict)


AnyEffect = (
    AnswerLeg
    | HangUp
    | Play
    | StopPlay
    | Gather
    | StopGather
    | StartMusic
    | StopMusic
    | Originate
    | Connect
    | Separate
    | EndBridge
    | SendDigits
    | StartRecording
    | PauseRecording
    | StopRecording
    | Supervise
    | TapMedia
    | StopTap
    | StartTimer
    | CancelTimer
    | CallService
    | FileRecording
    | CommandRefused
    | AgentStateChanged
    | ContactOpened
    | StepEntered
    | DigitsTaken
    | BranchTaken
    | ServiceUsed
    | FlowFailed
    | QueueJoined
    | QueueAnnounced
    | QueueLeft
    | OfferMade
    | OfferEnded
    | AgentConnected
    | AgentLeft
    | HoldChanged
    | ConsultStarted
    | ConsultEnded
    | Transferred
    | RecordingChanged
    | SupervisionChanged
    | VariableSet
    | WrapUpFiled
    | SurveyAnswered
    | VoicemailTaken
    | CallbackBooked
    | ContactEnded
    | AlarmRaised
)
"""Every effect there is; what a journal decodes to."""
