"""What is now so: written to a contact's timeline, shown on screens, counted by reports."""

from __future__ import annotations

from typing import Any

from msgspec import field

from callcenter.domain.agent import AgentState
from callcenter.domain.commands import Effect
from callcenter.domain.contact import Channel, Direction, EndReason, Why


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
