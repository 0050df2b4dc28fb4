"""Chats: conversations, their numbered messages, and who speaks in them. The words of every text channel.

A conversation is one contact, and bears its id. Its messages are numbered from 1 without gaps, in the order in which
they were kept; whoever says which number they have last can be told exactly what they miss.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, field

CONVERSATION = "chat-"
"""What the ids of conversations begin with, and so those of contacts and of visitors' legs that are chats."""
MAX_TEXT = 4_000
"""Characters a message may have."""
MAX_CHOICES = 20
MAX_CHOICE = 200
"""Characters of one answer."""
MAX_SCORE = 5
TYPING_MS = 6_000


class Author(StrEnum):
    """Whose message it is."""

    VISITOR = "visitor"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


class MessageKind(StrEnum):
    """What a message is."""

    TEXT = "text"
    CHOICES = "choices"  # a question with answers to choose from: quick replies, a menu
    FILE = "file"
    NOTICE = "notice"  # about the conversation rather than in it: an agent joined, the queue is closed


class Choice(Struct, frozen=True):
    """One answer on offer; ``text`` is what the visitor reads, in their language."""

    id: str
    text: str


class Chosen(Struct, frozen=True):
    """Which answer of which question (a message's number) a visitor chose."""

    number: int
    choice: str


class FileRef(Struct, frozen=True):
    """A file that was sent. ``size`` in bytes; width and height in pixels, 0 when it is no picture."""

    id: str
    name: str
    media_type: str
    size: int
    width: int = 0
    height: int = 0

    @property
    def is_picture(self) -> bool:
        """Whether it may be shown in place; all pictures were made anew by us."""
        return self.width > 0


class Message(Struct, frozen=True, omit_defaults=True):
    """One message. ``number`` counts from 1 in its conversation; ``at_ms`` is when it was kept, ms since 1970.

    ``author_id`` is the agent's or the bot's id. ``key`` is the sender's own name for it: the same key in the same
    conversation is the same message, however often it is sent.
    """

    conversation: str
    number: int
    at_ms: int
    author: Author
    kind: MessageKind = MessageKind.TEXT
    author_id: str = ""
    text: str = ""
    choices: tuple[Choice, ...] = ()
    chosen: Chosen | None = None
    file: FileRef | None = None
    key: str = ""
    secret: bool = False
    """A question whose answer nobody is to see."""


class Visitor(Struct, frozen=True, omit_defaults=True):
    """The customer in a conversation. ``id`` is the same for the same person (or browser) and channel.

    ``customer`` is who they are at the bank, as a token signed by the bank's site said; empty: nobody knows. ``name``
    and ``phone`` come from the token too, and are to be believed only then.
    """

    id: str
    customer: str = ""
    name: str = ""
    phone: str = ""

    @property
    def signed_in(self) -> bool:
        """Whether the bank's own site vouches for them."""
        return bool(self.customer)


class ChatState(StrEnum):
    """Whether a conversation goes on; a closed one never opens again."""

    OPEN = "open"
    CLOSED = "closed"


class Conversation(Struct, frozen=True):
    """One conversation as it stands. Times in ms since 1970.

    ``channel`` is the adapter's name (``web``), ``entry`` the configured way in, ``page`` the address of the page it
    was begun on. ``last`` is the highest number; ``visitor_read`` and ``agent_read`` up to where each side has seen
    it, ``delivered`` up to where a channel that forwards messages has forwarded them. ``score`` is 1..5, 0: not rated.
    """

    id: str
    channel: str
    entry: str
    visitor: Visitor
    language: str
    opened_ms: int
    page: str = ""
    closed_ms: int | None = None
    close_reason: str = ""
    last: int = 0
    visitor_read: int = 0
    agent_read: int = 0
    delivered: int = 0
    survey: bool = False
    """Whether the visitor is asked for a rating at the end."""
    score: int = 0
    comment: str = ""

    @property
    def state(self) -> ChatState:
        """Open or closed."""
        return ChatState.OPEN if self.closed_ms is None else ChatState.CLOSED


class LeftMessage(Struct, frozen=True):
    """What a visitor left when nobody was there: how to reach them (as they wrote it), and what it is about."""

    name: str
    reach: str
    text: str


# --- what is told of a conversation besides its messages; none of it is kept


class Typing(Struct, frozen=True):
    """Somebody types, or stopped. It is good for ``TYPING_MS`` or until their next message, unless said again."""

    author: Author
    on: bool
    author_id: str = ""


class ReadUpTo(Struct, frozen=True):
    """One side has seen everything up to ``number``."""

    author: Author
    number: int


class Position(Struct, frozen=True):
    """The visitor's place in the queue: ``ahead`` others come first; ``expected_ms`` None: nobody can say."""

    ahead: int
    expected_ms: int | None = None


class Served(Struct, frozen=True):
    """The wait is over, or was left: no place in a queue is shown any more."""


class Presence(Struct, frozen=True):
    """Whether the visitor has the conversation open somewhere."""

    here: bool


class Changed(Struct, frozen=True):
    """Opened, closed, rated, or somebody signed in: the conversation as it is now."""

    conversation: Conversation


ChatNews = Message | Typing | ReadUpTo | Position | Served | Presence | Changed


class Abilities(Struct, frozen=True):
    """What a channel can show. What it can not, it leaves out or says in words."""

    typing: bool = True
    read_marks: bool = True
    position: bool = True
    choices: bool = True
    files: bool = True
    survey: bool = True
    comments: bool = True
    """Whether a rating may come with words."""
    presence: bool = True
    """Whether it is known when the visitor goes and comes back; else they count as there."""
    max_text: int = MAX_TEXT


class StoredFile(Struct, frozen=True):
    """A file of a conversation as it is kept; ``path`` lies below the files' folder, ``sha256`` is of its content."""

    id: str
    conversation: str
    author: Author
    name: str
    media_type: str
    size: int
    sha256: str
    at_ms: int
    path: str
    width: int = 0
    height: int = 0

    @property
    def ref(self) -> FileRef:
        """What a message says of it."""
        return FileRef(self.id, self.name, self.media_type, self.size, self.width, self.height)


class ChatWrites(Struct, frozen=True):
    """What is written in one transaction: conversations as they are now (new ones too), new messages, new files."""

    conversations: tuple[Conversation, ...] = ()
    messages: tuple[Message, ...] = ()
    files: tuple[StoredFile, ...] = field(default_factory=tuple)
