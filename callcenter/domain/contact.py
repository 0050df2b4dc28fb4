"""Contacts, their legs, and the words for how they begin, wait and end."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct, field

Detail = dict[str, Any]
"""Facts behind a reason: JSON values only, never a whole telephone number or other personal data."""


class Channel(StrEnum):
    """The medium of a contact."""

    VOICE = "voice"
    CHAT = "chat"


class Direction(StrEnum):
    """Who began the contact."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Place(StrEnum):
    """Where a contact is; always exactly one."""

    FLOW = "flow"  # a flow speaks with the customer
    WAITING = "waiting"  # in a queue, nobody asked yet
    OFFERED = "offered"  # an agent is being rung for it
    TALKING = "talking"  # connected to an agent
    AGENT_LOST = "agent_lost"  # the agent's leg fell away; the customer hears music, a grace time runs
    OUTSIDE = "outside"  # handed to an external number, still through us
    SCHEDULED = "scheduled"  # nobody is on the line; it is to be dealt with at a later time
    DIALLING = "dialling"  # the customer is being dialled, mostly for an agent who is on the line
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a contact ended; each contact ends once with exactly one."""

    CUSTOMER_HUNG_UP = "customer_hung_up"
    AGENT_HUNG_UP = "agent_hung_up"
    FLOW_COMPLETED = "flow_completed"
    ABANDONED_IN_FLOW = "abandoned_in_flow"
    ABANDONED_IN_QUEUE = "abandoned_in_queue"
    TRANSFERRED_OUT = "transferred_out"
    VOICEMAIL_LEFT = "voicemail_left"
    CALLBACK_BOOKED = "callback_booked"
    UNKNOWN_NUMBER = "unknown_number"
    FLOW_FAILED = "flow_failed"
    TELEPHONY_LOST = "telephony_lost"
    REJECTED = "rejected"
    QUEUE_CLOSED = "queue_closed"
    VISITOR_SILENT = "visitor_silent"  # a chat in which the visitor wrote no more
    MESSAGE_LEFT = "message_left"  # nobody was there; a chat visitor left a message
    CALLBACK_FAILED = "callback_failed"  # nobody was reached, and it is not tried again
    CALLBACK_WITHDRAWN = "callback_withdrawn"  # taken off the list by a person
    NOT_REACHED = "not_reached"  # a campaign's lead who did not answer, or was not dialled
    NO_AGENT = "no_agent"  # a campaign's lead who answered, and no agent came in time
    SUPERSEDED = "superseded"  # the customer rang again, and that call took the place over


class LegEndCause(StrEnum):
    """Why one party's connection ended, mapped from the carrier's cause code."""

    NORMAL = "normal"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECTED = "rejected"
    UNREACHABLE = "unreachable"  # not registered, no route
    FAILED = "failed"
    LOST = "lost"  # the PBX forgot it (restart)


class LegRole(StrEnum):
    """Whose connection a leg is."""

    CUSTOMER = "customer"
    AGENT = "agent"
    CONSULTED = "consulted"  # a second agent or an outside party asked during a call
    SUPERVISOR = "supervisor"


class Why(Struct, frozen=True):
    """The reason given with a decision: ``code`` picks the sentence, ``detail`` fills it."""

    code: str
    detail: Detail = field(default_factory=dict)


class Prompt(Struct, frozen=True):
    """Something to be heard: ``text`` to be spoken in ``language`` at ``rate`` (1.0 = normal), or ``file``.

    ``file`` names a sound in the prompts folder without extension (``tone/beep``); it wins over text.
    """

    text: str = ""
    language: str = "zh"
    rate: float = 1.0
    file: str = ""
    voice: str = ""


class Endpoint(Struct, frozen=True):
    """What a leg dials: an agent's softphone (``agent:1001``) or an outside number (``number:13800000000``)."""

    kind: str  # agent | number | guest
    address: str

    def __str__(self) -> str:
        """The written form, ``kind:address``."""
        return f"{self.kind}:{self.address}"
