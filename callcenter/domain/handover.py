"""Facts of the assistant: what it understood, and what it told when it gave a contact to people."""

from __future__ import annotations

from msgspec import field

from callcenter.domain.contact import Why
from callcenter.domain.facts import ContactFact


class SentenceTaken(ContactFact, frozen=True, kw_only=True):
    """What the assistant understood of a sentence at a step of a flow. ``confidence`` 0 to 1."""

    flow: str
    step: str
    intent: str
    confidence: float = 1.0


class ArticleGiven(ContactFact, frozen=True, kw_only=True):
    """The assistant answered with a knowledge article; ``why`` says which wording of it fitted, and how well."""

    flow: str
    step: str
    article: str
    language: str
    why: Why


class HandedOver(ContactFact, frozen=True, kw_only=True):
    """The assistant gives the contact to people, and says no more.

    ``wanted`` is the intent of what the customer wants (empty: unknown), ``form`` what was being filled in, ``known``
    what they said (a secret is dots), ``missing`` what the form still needed.
    """

    flow: str
    why: Why
    wanted: str = ""
    form: str = ""
    known: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
