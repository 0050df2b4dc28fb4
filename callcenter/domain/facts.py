"""What is now so: written to a contact's timeline, shown on screens, counted by reports."""

from __future__ import annotations

from typing import Any

from msgspec import field

from callcenter.domain.agent import AgentState
from callcenter.domain.alarms import Alarm
from callcenter.domain.commands import Effect
from callcenter.domain.config import SkillRequirement
from callcenter.domain.contact import Channel, Direction, EndReason, Why
from callcenter.domain.figures import LevelRule


class Fact(Effect, frozen=True, kw_only=True, omit_defaults=True):
    """Base of what is now so. What has its default value is left out of the journal."""


class CommandRefused(Fact, frozen=True, kw_only=True):
    """A person's command could not be done: ``code`` for the panel, nothing was changed."""

    agent: str
    command: str
    code: str
    detail: str = ""
    """What the refusal is about, such as the id of a form field; never personal data."""


class AgentStateChanged(Fact, frozen=True, kw_only=True):
    """An agent is in ``state`` since this entry's time."""

    agent: str
    state: AgentState
    reason: str = ""
    contact: str = ""
    by: str = ""
    """Who set it, when it was not the agent or the router."""
    before: AgentState | None = None
    """What the agent's time counted as until now, and for how long."""
    before_ms: int = 0
    team: str = ""
    """The agent's team."""


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
    origin: str = ""
    """The contact that led to this one."""


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
    """The contact waits in ``queue`` at ``position`` (1 = next).

    What else it asks for is told when it begins to wait there: ``priority`` and ``skills`` beyond the queue's own,
    the ``preferred`` agent it waits for alone during ``preferred_ms``, agents who never get it. A contact that
    waits again after an offer came to nothing says none of this.
    """

    queue: str
    position: int
    why: Why
    priority: int = 0
    skills: tuple[SkillRequirement, ...] = ()
    preferred: str = ""
    preferred_ms: int = 0
    excluded: tuple[str, ...] = ()
    channel: Channel = Channel.VOICE
    again: bool = False
    """It never left: an offer came to nothing."""
    first: bool = False
    """The customer asks for a person for the first time."""
    virtual: bool = False
    """Nobody is on the line: it waits for somebody who will be called back."""
    expected_wait_ms: int | None = None
    """How long it will probably wait; None when that is unknown, or when an agent is asked at once."""


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
    channel: Channel = Channel.VOICE
    virtual: bool = False
    level: LevelRule = LevelRule()
    """What the queue was measured by."""
    expected_wait_ms: int | None = None
    """What was expected when it joined."""
    told_wait_ms: int | None = None
    """The first wait the customer was told there, and how long after joining."""
    told_after_ms: int = 0


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
    team: str = ""
    channel: Channel = Channel.VOICE


class AgentConnected(ContactFact, frozen=True, kw_only=True):
    """Agent and customer speak. ``waited_ms`` since the contact asked for a person."""

    agent: str
    waited_ms: int = 0
    rejoined: bool = False
    channel: Channel = Channel.VOICE
    asked_in: str = ""
    """With the first answer alone: the queue in which the customer asked for a person, and when (ms since 1970)."""
    asked_ms: int = 0


class AgentLeft(ContactFact, frozen=True, kw_only=True):
    """An agent is no longer on the contact: ``hung_up``, ``customer_hung_up``, ``transferred``, ``lost``.

    ``talked_ms`` is from the beginning to the end, ``held_ms`` of it on hold. With ``connection_lost`` the agent may
    come back; nothing is counted yet.
    """

    agent: str
    outcome: str
    talked_ms: int = 0
    held_ms: int = 0
    queue: str = ""
    team: str = ""
    channel: Channel = Channel.VOICE


class FirstReply(ContactFact, frozen=True, kw_only=True):
    """The agent's first message in a chat, ``after_ms`` they took it."""

    agent: str
    after_ms: int


class VisitorSeen(ContactFact, frozen=True, kw_only=True):
    """The visitor's last page is gone, or they are ``here`` again."""

    here: bool


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
    fields: dict[str, str] = field(default_factory=dict)
    follow_up_ms: int | None = None


class WrappedUp(ContactFact, frozen=True, kw_only=True):
    """The agent's wrap-up of the contact is over; it began ``wrap_up_ms`` ago, when they left the talk."""

    agent: str
    queue: str
    wrap_up_ms: int
    team: str = ""
    channel: Channel = Channel.VOICE


class PaymentModeChanged(ContactFact, frozen=True, kw_only=True):
    """Card data are being given (``on``), or no longer."""

    agent: str
    on: bool


class TakenOver(ContactFact, frozen=True, kw_only=True):
    """A supervisor took the customer over from ``agent``."""

    agent: str
    supervisor: str


class SurveyAnswered(ContactFact, frozen=True, kw_only=True):
    """The customer's rating after the call."""

    question: str
    answer: str


class VoicemailTaken(ContactFact, frozen=True, kw_only=True):
    """A message was left; ``recording`` holds it."""

    recording: str
    duration_ms: int = 0


class ContactEnded(ContactFact, frozen=True, kw_only=True):
    """The contact is over; exactly one for each contact."""

    reason: EndReason
    duration_ms: int


class AlarmRaised(Fact, frozen=True, kw_only=True):
    """Something an operator should know: ``code`` picks the sentence."""

    code: str
    detail: dict[str, Any] = field(default_factory=dict)


class AlarmStood(Fact, frozen=True, kw_only=True):
    """A threshold alarm began (``raised``) or ended."""

    alarm: Alarm
    raised: bool


class QueueOpenness(Fact, frozen=True, kw_only=True):
    """A queue was closed by hand or takes contacts again."""

    queue: str
    open: bool
    by: str
    target: str = ""


class MessagePosted(Fact, frozen=True, kw_only=True):
    """Agents have a message of ``by`` on their page."""

    message: str
    agents: tuple[str, ...]
    by: str


FACTS_TOLD_LATER: frozenset[type[Effect]] = frozenset({WrappedUp})
"""Facts that older journals do not have."""
FIELDS_TOLD_LATER: dict[type[Effect], tuple[str, ...]] = {
    AgentStateChanged: ("before", "before_ms", "team"),
    QueueJoined: (
        *("priority", "skills", "preferred", "preferred_ms", "excluded"),
        *("channel", "again", "first", "virtual", "expected_wait_ms"),
    ),
    QueueLeft: ("channel", "virtual", "level", "expected_wait_ms", "told_wait_ms", "told_after_ms"),
    OfferEnded: ("team", "channel"),
    AgentConnected: ("channel", "asked_in", "asked_ms"),
    AgentLeft: ("queue", "team", "channel"),
}
"""What these facts did not tell in older journals; they are then read with the usual value."""
