"""What happened. Input of the core; each one is journalled, with its time, before anything is done about it.

Events are frozen, tagged and made of JSON values, so that a journal can be read back to the same objects.
Identifiers are strings chosen by whoever creates the thing (an adapter for arriving calls, the core for the rest).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import field
from msgspec.structs import replace

from callcenter.domain.agent import AgentState
from callcenter.domain.campaign_events import CampaignsChanged as CampaignsChanged
from callcenter.domain.campaign_events import LeadCalled as LeadCalled
from callcenter.domain.campaign_events import LeadWithdrawn as LeadWithdrawn
from callcenter.domain.chat_events import AgentWrote as AgentWrote
from callcenter.domain.chat_events import ChatMessageLeft as ChatMessageLeft
from callcenter.domain.chat_events import ChatOpened as ChatOpened
from callcenter.domain.chat_events import ChatsRestored as ChatsRestored
from callcenter.domain.chat_events import OfferAccepted as OfferAccepted
from callcenter.domain.chat_events import VisitorPresence as VisitorPresence
from callcenter.domain.chat_events import VisitorRated as VisitorRated
from callcenter.domain.chat_events import VisitorWrote as VisitorWrote
from callcenter.domain.config import CenterConfig
from callcenter.domain.event_base import AgentEvent as AgentEvent
from callcenter.domain.event_base import ContactEvent as ContactEvent
from callcenter.domain.event_base import Event as Event
from callcenter.domain.event_base import FloorEvent as FloorEvent
from callcenter.domain.listening import EarsLost as EarsLost
from callcenter.domain.listening import EarsReady as EarsReady
from callcenter.domain.listening import SentenceHeard as SentenceHeard
from callcenter.domain.listening import SentenceUnderstood as SentenceUnderstood
from callcenter.domain.notes import MessageUndelivered as MessageUndelivered
from callcenter.domain.notes import NoteWritten as NoteWritten
from callcenter.domain.telephony_events import CallArrived as CallArrived
from callcenter.domain.telephony_events import DigitsGathered as DigitsGathered
from callcenter.domain.telephony_events import GatherOutcome as GatherOutcome
from callcenter.domain.telephony_events import LegAnswered as LegAnswered
from callcenter.domain.telephony_events import LegEnded as LegEnded
from callcenter.domain.telephony_events import LegRinging as LegRinging
from callcenter.domain.telephony_events import PlaybackEnded as PlaybackEnded
from callcenter.domain.telephony_events import RecordingEnded as RecordingEnded
from callcenter.domain.telephony_events import TelephonyLost as TelephonyLost
from callcenter.domain.telephony_events import TelephonyRestored as TelephonyRestored

# --- from our own helpers


class TimerFired(Event, frozen=True, kw_only=True):
    """A timer that the core started ran out. A cancelled or replaced timer is recognised by its name and ignored."""

    timer: str


class ServiceAnswered(Event, frozen=True, kw_only=True):
    """A business service answered ``request`` (``ok``) or failed after its retries."""

    contact: str
    request: str
    ok: bool
    status: int = 0
    data: dict[str, Any] = field(default_factory=dict)


# --- from people at desks. ``command`` identifies the click, so that a repeated one is answered, not done twice.


class AgentSignedIn(AgentEvent, frozen=True, kw_only=True):
    """The agent opened their desk. A second desk takes over; the agent is never doubled."""

    desk: str


class AgentSignedOut(AgentEvent, frozen=True, kw_only=True):
    """The agent ended the shift."""


class DeskConnected(AgentEvent, frozen=True, kw_only=True):
    """The page of ``desk`` is connected (again)."""

    desk: str


class DeskLost(AgentEvent, frozen=True, kw_only=True):
    """The page of ``desk`` is gone: closed, crashed or offline."""

    desk: str


class StateRequested(AgentEvent, frozen=True, kw_only=True):
    """The agent asks to be available or on break; during a contact it takes effect afterwards."""

    state: AgentState
    reason: str = ""


class OfferDeclined(ContactEvent, frozen=True, kw_only=True):
    """The agent said no to an offer."""

    reason: str = ""


class HoldRequested(ContactEvent, frozen=True, kw_only=True):
    """Put the customer on hold, with music."""


class ResumeRequested(ContactEvent, frozen=True, kw_only=True):
    """Take the customer off hold."""


class DigitsRequested(ContactEvent, frozen=True, kw_only=True):
    """Send keys to the other party."""

    digits: str


def without_keys(event: Event) -> Event:
    """What may be kept of a refused event: keys that were not to be sent, perhaps a card's, are nobody's business."""
    return replace(event, digits="") if isinstance(event, DigitsRequested) else event


class TransferMode(StrEnum):
    """How a contact is handed on."""

    BLIND = "blind"
    WARM = "warm"  # speak first (consult), then complete


class TransferRequested(ContactEvent, frozen=True, kw_only=True):
    """Hand the contact to ``target``: ``agent:ID``, ``queue:ID``, ``number:N`` or ``flow:NAME`` (blind only)."""

    target: str
    mode: TransferMode
    note: str = ""


class TransferCompleted(ContactEvent, frozen=True, kw_only=True):
    """After a consultation: connect customer and consulted party, and leave."""


class ConsultCancelled(ContactEvent, frozen=True, kw_only=True):
    """After a consultation: drop the consulted party and return to the customer."""


class ConferenceRequested(ContactEvent, frozen=True, kw_only=True):
    """After a consultation: all three speak together."""


class HangUpRequested(ContactEvent, frozen=True, kw_only=True):
    """The agent ends the call."""


class RejoinRequested(ContactEvent, frozen=True, kw_only=True):
    """The agent's page was reloaded: ring its new softphone and put it back into the call."""


class RecordingPauseRequested(ContactEvent, frozen=True, kw_only=True):
    """Pause (``paused``) or resume the recording, for example while a card check value is spoken."""

    paused: bool


class SuperviseRequested(ContactEvent, frozen=True, kw_only=True):
    """A supervisor (``agent``) listens, whispers to the agent, or barges in; ``mode`` ``stop`` ends it."""

    mode: str


class TakeOverRequested(ContactEvent, frozen=True, kw_only=True):
    """A supervisor (``agent``) who listens takes the customer over; the agent before is let go to wrap-up."""


class PaymentModeRequested(ContactEvent, frozen=True, kw_only=True):
    """Card data are about to be spoken or keyed (``on``), or no longer: nothing is recorded meanwhile."""

    on: bool


class WrapUpCompleted(ContactEvent, frozen=True, kw_only=True):
    """The agent filed the result of a contact. May come during the talk; wrap-up then ends at once.

    ``fields`` are the answers to the queue's form; ``follow_up_ms`` is when somebody should come back to it.
    """

    disposition: str
    note: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    follow_up_ms: int | None = None


class WrapUpExtended(ContactEvent, frozen=True, kw_only=True):
    """The agent needs longer for the result; granted once for each contact."""


class MessageRead(AgentEvent, frozen=True, kw_only=True):
    """The agent has read a supervisor's message."""

    message: str


# --- from whoever runs the floor. ``by`` is the sign-in name of a person who need not be an agent.


class AgentStateForced(FloorEvent, frozen=True, kw_only=True):
    """Set another agent's state: available, on break with a reason, or logged out (after the present contact)."""

    agent: str
    state: AgentState
    reason: str = ""


class MessageSent(FloorEvent, frozen=True, kw_only=True):
    """A message to agents' pages; ``message`` is its id."""

    message: str
    agents: tuple[str, ...]
    text: str


class QueueClosed(FloorEvent, frozen=True, kw_only=True):
    """Close a queue at once. Who waits and who comes hears the ``announcement`` and then goes to ``target``.

    ``announcement`` is the text by language; ``target`` as in :class:`~callcenter.domain.config.Overflow`, or empty:
    the call ends politely.
    """

    queue: str
    announcement: dict[str, str]
    target: str = ""


class QueueReopened(FloorEvent, frozen=True, kw_only=True):
    """The queue takes contacts again."""

    queue: str


class AlarmAcknowledged(FloorEvent, frozen=True, kw_only=True):
    """Somebody looks after an alarm: its sound stops."""

    alarm: str


class CallbackCancelled(FloorEvent, frozen=True, kw_only=True):
    """A callback is taken off the list, with the reason in words."""

    contact: str
    reason: str


class ThresholdPassed(Event, frozen=True, kw_only=True):
    """A watched figure passed its limit (``raised``) or is back. Measured outside, told to the core."""

    rule: str
    subject: str
    value: float
    raised: bool


# --- from administrators


class CenterConfigured(Event, frozen=True, kw_only=True):
    """Queues, agents, numbers or calendars changed; the whole new configuration and its number, if it has one."""

    config: CenterConfig
    version: int = 0


class FlowsPublished(Event, frozen=True, kw_only=True):
    """Checked flows became live. ``flows`` maps a name to the flow as plain data (its normalised YAML)."""

    flows: dict[str, Any]


AnyEvent = (
    CallArrived
    | LegRinging
    | LegAnswered
    | LegEnded
    | DigitsGathered
    | PlaybackEnded
    | RecordingEnded
    | TelephonyLost
    | TelephonyRestored
    | TimerFired
    | ServiceAnswered
    | SentenceHeard
    | SentenceUnderstood
    | AgentSignedIn
    | AgentSignedOut
    | DeskConnected
    | DeskLost
    | StateRequested
    | ChatOpened
    | VisitorWrote
    | VisitorPresence
    | VisitorRated
    | ChatMessageLeft
    | ChatsRestored
    | OfferAccepted
    | AgentWrote
    | NoteWritten
    | MessageUndelivered
    | OfferDeclined
    | HoldRequested
    | ResumeRequested
    | DigitsRequested
    | TransferRequested
    | TransferCompleted
    | ConsultCancelled
    | ConferenceRequested
    | HangUpRequested
    | RejoinRequested
    | RecordingPauseRequested
    | SuperviseRequested
    | TakeOverRequested
    | PaymentModeRequested
    | WrapUpCompleted
    | WrapUpExtended
    | MessageRead
    | AgentStateForced
    | MessageSent
    | QueueClosed
    | QueueReopened
    | AlarmAcknowledged
    | CallbackCancelled
    | ThresholdPassed
    | CenterConfigured
    | FlowsPublished
    | CampaignsChanged
    | LeadCalled
    | LeadWithdrawn
    | EarsReady
    | EarsLost
)
"""Every event there is; what a journal decodes to."""
