"""The two commands by which a flow listens to sentences, and the events that answer them; whether there are ears.

Hearing is the channel's: it says which message is the answer. Understanding is the assistant's: it is asked about that
message by its number, so that what was written stays with the conversation and is not in the journal besides.
"""

from __future__ import annotations

from callcenter.domain.chat import Choice
from callcenter.domain.commands import Effect, TelephonyCommand
from callcenter.domain.contact import Prompt
from callcenter.domain.event_base import Event
from callcenter.domain.knowledge import Found
from callcenter.domain.understanding import Entity


class Listen(TelephonyCommand, frozen=True, kw_only=True):
    """Say prompts, if any, and wait for the visitor's next sentence. ``SentenceHeard(request)`` follows.

    The first message with a number above ``after`` is the answer; with ``fresh`` it must come after the prompts too,
    because it answers them. ``secret``: what has digits in it goes into the vault and is kept nowhere else.
    """

    leg: str
    request: str
    prompts: tuple[Prompt, ...] = ()
    choices: tuple[Choice, ...] = ()
    after: int = 0
    fresh: bool = False
    secret: bool = False


class Understand(Effect, frozen=True, kw_only=True):
    """Ask the assistant what message ``message`` means; ``SentenceUnderstood(request)`` follows.

    ``quote``: the flow needs the sentence itself, because a slot is filled by it. ``knowledge``: where it means
    nothing, an article may answer it.
    """

    contact: str
    request: str
    message: int
    quote: bool = False
    knowledge: bool = False
    timeout_ms: int = 3_000


class EarsReady(Event, frozen=True, kw_only=True):
    """Calls can be listened to by machine from now on; nobody is yet."""


class EarsLost(Event, frozen=True, kw_only=True):
    """Nobody is listened to any more."""


class SentenceHeard(Event, frozen=True, kw_only=True):
    """The visitor's message ``number`` is the sentence that ``request`` waited for; not ``ok``: nothing can be asked.

    ``chosen`` is the choice they took, if they took one. A secret is never here: ``secret`` is a key into the vault.
    """

    leg: str
    request: str
    ok: bool = True
    number: int = 0
    chosen: str = ""
    secret: str = ""
    silent: bool = False
    """A caller said nothing, and nothing again when they were asked once more."""


class SentenceUnderstood(Event, frozen=True, kw_only=True):
    """What the assistant made of the sentence of ``request``; not ``ok``: it could not be asked, or not in time.

    ``answer`` is the article that answers a sentence which means nothing to the assistant.
    """

    contact: str
    request: str
    ok: bool
    intent: str = ""
    confidence: float = 0.0
    entities: tuple[Entity, ...] = ()
    language: str = ""
    text: str = ""
    answer: Found | None = None
    message: int = 0
    """The number of the message that was understood; 0 where none was, or an older version did not tell."""
    guess: str = ""
    """The likeliest intent that is in scope, also where the sentence was refused."""
    model: str = ""
    """Which version of which model understood it."""
