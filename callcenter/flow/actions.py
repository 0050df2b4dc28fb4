"""What a flow wants done next. The core turns each action into commands for telephony, services and queues.

Actions with a ``request`` are answered by an event of the same request; the others need no answer.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from callcenter.domain.chat import Choice
from callcenter.domain.config import SkillRequirement
from callcenter.domain.contact import EndReason, Prompt, Why
from callcenter.domain.effects import Fact


class Speak(Struct, frozen=True, tag=True):
    """Play prompts to the caller; ``PlaybackEnded(request)`` comes back."""

    request: str
    prompts: tuple[Prompt, ...]


class Collect(Struct, frozen=True, tag=True):
    """Play prompts and collect keys; ``DigitsGathered(request)`` comes back. Times in ms."""

    request: str
    prompts: tuple[Prompt, ...]
    max_digits: int = 1
    min_digits: int = 1
    terminator: str = "#"
    first_timeout_ms: int = 5_000
    next_timeout_ms: int = 3_000
    secret: bool = False
    choices: tuple[Choice, ...] = ()
    """What the keys stand for, for whoever reads them."""


class Hear(Struct, frozen=True, tag=True):
    """Wait for the visitor's next sentence after number ``after``; ``SentenceHeard(request)`` comes back."""

    request: str
    prompts: tuple[Prompt, ...]
    choices: tuple[Choice, ...] = ()
    after: int = 0
    fresh: bool = False
    secret: bool = False


class AskMeaning(Struct, frozen=True, tag=True):
    """Ask what message ``message`` means; ``SentenceUnderstood(request)`` comes back. ``quote``: with its text.

    ``knowledge``: where it means nothing, an article may answer it.
    """

    request: str
    message: int
    quote: bool = False
    knowledge: bool = False


class AskService(Struct, frozen=True, tag=True):
    """Ask a business service; ``ServiceAnswered(request)`` comes back.

    ``url`` is ``service://NAME/path``. ``secrets`` maps a parameter to a key of the vault.
    """

    request: str
    method: str
    url: str
    params: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    timeout_ms: int = 3_000
    retries: int = 1


class RecordMessage(Struct, frozen=True, tag=True):
    """Record the caller until ``terminator`` or ``max_ms``; ``RecordingEnded(recording=request)`` comes back."""

    request: str
    max_ms: int
    terminator: str = "#"


class JoinQueue(Struct, frozen=True, tag=True):
    """Put the contact into ``queue``; empty: back to where it waited, at the same place. The flow is over for now."""

    queue: str
    priority: int
    skills: tuple[SkillRequirement, ...]
    why: Why


class TransferTo(Struct, frozen=True, tag=True):
    """Hand the contact to ``target``: ``agent:ID``, ``queue:ID`` or ``number:N``. The flow is over."""

    target: str


class BookCallback(Struct, frozen=True, tag=True):
    """The caller wants to be called back at ``number``; the flow goes on, the core books it. Times in ms since 1970."""

    queue: str
    number: str
    not_before_ms: int | None = None
    until_ms: int | None = None


class EndCall(Struct, frozen=True, tag=True):
    """Hang up. The flow is over."""

    reason: EndReason


Action = (
    Speak | Collect | Hear | AskMeaning | AskService | RecordMessage | JoinQueue | TransferTo | BookCallback | EndCall
)
"""Everything a flow can ask for."""

Output = Action | Fact
"""What a flow step yields: actions and timeline facts, in order."""
