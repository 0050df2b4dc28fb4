"""What widget and server say to each other: one JSON object a frame, the same over WebSocket and long polls.

Frames of the widget with an ``id`` are answered with :class:`Ack`, :class:`Refused` or :class:`Wait`, and sent again on
a new line until they are; ids are random, and the same id is done once. Everything else is worth its moment only.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from callcenter.domain.chat import Author, Conversation, Message, MessageKind

VERSION = 1
MAX_FRAME = 65_536
"""Bytes; a text of 4,000 characters fits however it is escaped."""

Key = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Short = Annotated[str, Meta(max_length=64)]
Line = Annotated[str, Meta(max_length=500)]
Number = Annotated[int, Meta(ge=0, le=10_000_000)]


class FromWidget(Struct, frozen=True, tag_field="t", forbid_unknown_fields=False):
    """Base of what the widget says."""


class Hello(FromWidget, frozen=True, tag="hello"):
    """First on every line: who (``key`` of an earlier visit, ``token`` of the bank's site), and what the page has."""

    v: int = VERSION
    key: Annotated[str, Meta(max_length=200)] = ""
    token: Annotated[str, Meta(max_length=4_096)] = ""
    conversation: Short = ""
    last: Number = 0
    language: Short = ""
    page: Annotated[str, Meta(max_length=2_000)] = ""


class Start(FromWidget, frozen=True, tag="start"):
    """Begin a conversation, or go on with the one that is open."""

    id: Key


class Say(FromWidget, frozen=True, tag="say"):
    """A text. ``conversation`` empty: the open one, or a new one. ``again``: it may have been sent before."""

    id: Key
    text: str
    conversation: Short = ""
    again: bool = False


class Choose(FromWidget, frozen=True, tag="choose"):
    """An answer of the question with that number."""

    id: Key
    number: Number
    choice: Short
    conversation: Short = ""
    again: bool = False


class Leave(FromWidget, frozen=True, tag="leave"):
    """The visitor ends the conversation."""

    id: Key
    conversation: Short


class Rate(FromWidget, frozen=True, tag="rate"):
    """How content, 1..5."""

    id: Key
    conversation: Short
    score: Annotated[int, Meta(ge=0, le=100)]
    comment: str = ""


class LeaveMessage(FromWidget, frozen=True, tag="message"):
    """A message left when nobody is there."""

    id: Key
    text: str
    reach: Line
    name: Line = ""


class Mail(FromWidget, frozen=True, tag="mail"):
    """Send the transcript to an address."""

    id: Key
    conversation: Short
    address: Annotated[str, Meta(max_length=254)]


class TypingNow(FromWidget, frozen=True, tag="typing"):
    """The visitor types, or stopped."""

    on: bool


class Seen(FromWidget, frozen=True, tag="read"):
    """Everything up to this number was on the screen."""

    n: Number


class Gone(FromWidget, frozen=True, tag="gone"):
    """The page is being closed; a line that falls by itself need not say so."""


class Ping(FromWidget, frozen=True, tag="ping"):
    """Are you there?"""


AnyFrame = Hello | Start | Say | Choose | Leave | Rate | LeaveMessage | Mail | TypingNow | Seen | Gone | Ping
_decoder: msgspec.json.Decoder[AnyFrame] = msgspec.json.Decoder(AnyFrame)
_poll: msgspec.json.Decoder[Poll]


class Poll(Struct, frozen=True):
    """One request of a long-polling widget: frames to take, and, when it ``wait``\\ s, what the page has."""

    line: Short = ""
    frames: Annotated[list[AnyFrame], Meta(max_length=20)] = []
    conversation: Short = ""
    last: Number = 0
    rev: Number = 0
    wait: bool = False


_poll = msgspec.json.Decoder(Poll)


class BadFrame(ValueError):
    """What came is no frame."""


def frame_of(data: str | bytes) -> AnyFrame:
    """A frame. Raises ``BadFrame``."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise BadFrame(str(error)) from None


def poll_of(data: bytes) -> Poll:
    """A request. Raises ``BadFrame``."""
    try:
        return _poll.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise BadFrame(str(error)) from None


# --- what the server says


class FromServer(Struct, frozen=True, tag_field="t", omit_defaults=True):
    """Base of what the server says."""


class State(Struct, frozen=True):
    """A conversation but for its messages; the newest counts. Times in ms."""

    id: str
    open: bool
    last: int
    reason: str = ""
    survey: bool = False
    score: int = 0
    read: int = 0
    """Our side has seen the visitor's messages up to here."""
    ahead: int = -1
    """How many come first; -1: the visitor does not wait."""
    wait: int = -1
    """Expected wait; -1: nobody can say."""


class Welcome(FromServer, frozen=True, tag="welcome"):
    """Answers :class:`Hello`. ``key`` is to be kept for the next visit; ``pass_`` opens the HTTP addresses."""

    title: str
    pass_: str = msgspec.field(name="pass")
    key: str = ""
    signed_in: str = ""
    """The name of a signed-in visitor, or their id at the bank."""
    refused: str = ""
    """Why a token was not believed; the visitor is anonymous then."""
    at_work: bool = True
    """False outside business hours."""
    language: str = "zh"
    text: int = 0
    file: int = 0
    """Bytes a file may have; 0: no files."""
    types: list[str] = []
    mail: bool = False
    state: State | None = None


class Now(FromServer, frozen=True, tag="state"):
    """The conversation as it is now; another id: another conversation. ``rev`` goes back with the next poll."""

    state: State
    rev: int = 0


class Said(FromServer, frozen=True, tag="said"):
    """A message; ``id`` only with the visitor's own, and then it is an acknowledgement too."""

    n: int
    at: int
    by: Author
    kind: MessageKind = MessageKind.TEXT
    who: str = ""
    text: str = ""
    choices: list[dict[str, str]] = []
    chosen: dict[str, Any] | None = None
    file: dict[str, Any] | None = None
    id: str = ""
    secret: bool = False


class TypingThere(FromServer, frozen=True, tag="typing"):
    """Our side types, or stopped."""

    on: bool
    who: str = ""


class Ack(FromServer, frozen=True, tag="ack"):
    """Done, and never again; ``n`` is a message's number."""

    id: str
    n: int = 0


class Refused(FromServer, frozen=True, tag="refused"):
    """Not done, and never will be: ``code`` says why."""

    id: str
    code: str
    detail: str = ""


class Wait(FromServer, frozen=True, tag="wait"):
    """Not done yet: send it again in ``ms``."""

    id: str
    ms: int


class Pong(FromServer, frozen=True, tag="pong"):
    """Yes."""


class Bye(FromServer, frozen=True, tag="bye"):
    """The line ends. ``ms`` 0: do not come back, ``code`` says why; else come again after ``ms``."""

    code: str
    ms: int = 0


AnyAnswer = Welcome | Now | Said | TypingThere | Ack | Refused | Wait | Pong | Bye
encode = msgspec.json.Encoder().encode


def said(message: Message) -> Said:
    """A message as the widget gets it."""
    file, chosen = message.file, message.chosen
    return Said(
        n=message.number,
        at=message.at_ms,
        by=message.author,
        kind=message.kind,
        who=message.author_id if message.author is not Author.VISITOR else "",
        text=message.text,
        choices=[{"id": choice.id, "text": choice.text} for choice in message.choices],
        chosen={"n": chosen.number, "choice": chosen.choice} if chosen is not None else None,
        file=msgspec.structs.asdict(file) if file is not None else None,
        id=message.key if message.author is Author.VISITOR else "",
        secret=message.secret,
    )


def state_of(conversation: Conversation, ahead: int = -1, wait_ms: int = -1) -> State:
    """A conversation as the widget gets it."""
    return State(
        id=conversation.id,
        open=conversation.closed_ms is None,
        last=conversation.last,
        reason=conversation.close_reason,
        survey=conversation.survey,
        score=conversation.score,
        read=conversation.agent_read,
        ahead=ahead,
        wait=wait_ms,
    )
