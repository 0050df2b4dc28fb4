"""What is so about calling back: booked, waiting, dialled, given up."""

from __future__ import annotations

from callcenter.domain.commands import Effect
from callcenter.domain.contact import Why
from callcenter.domain.facts import ContactFact


class CallbackBooked(ContactFact, frozen=True, kw_only=True):
    """The customer wants to be called back at ``number``, perhaps between two times.

    ``callback`` is the contact for it. ``known``: there was one for this number and queue already; it keeps its place.
    """

    queue: str
    number: str
    callback: str = ""
    known: bool = False
    not_before_ms: int | None = None
    until_ms: int | None = None


class CallbackUpdated(ContactFact, frozen=True, kw_only=True):
    """The customer booked the same callback again, in the contact ``origin``."""

    origin: str
    not_before_ms: int | None = None
    until_ms: int | None = None


class CallbackScheduled(ContactFact, frozen=True, kw_only=True):
    """The callback waits outside its queue, until ``at_ms``; None: until the queue is opened again."""

    at_ms: int | None
    why: Why


class CallbackSuperseded(ContactFact, frozen=True, kw_only=True):
    """The customer rang again: the contact ``by`` has the place now."""

    by: str


class PlaceTakenOver(ContactFact, frozen=True, kw_only=True):
    """The contact has the place in the queue of an open callback to the same number."""

    callback: str


class CallbackFailed(ContactFact, frozen=True, kw_only=True):
    """The callback is given up: ``attempts``, ``expired``, ``window_missed``, ``never_open``, ``queue_gone``."""

    reason: str
    attempts: int


class CallbackWithdrawn(ContactFact, frozen=True, kw_only=True):
    """A person took the callback off the list."""

    by: str
    note: str


class AttemptStarted(ContactFact, frozen=True, kw_only=True):
    """The customer is being dialled while ``agent`` is on the line; ``attempt`` counts from 1."""

    agent: str
    attempt: int


class AttemptEnded(ContactFact, frozen=True, kw_only=True):
    """What came of an attempt (:mod:`callcenter.core.dialling_out` has the outcomes)."""

    agent: str
    attempt: int
    outcome: str
    queue: str = ""
    """The queue it waited in."""


CALLBACK_FIELDS_TOLD_LATER: dict[type[Effect], tuple[str, ...]] = {AttemptEnded: ("queue",)}
"""As ``FIELDS_TOLD_LATER`` of :mod:`callcenter.domain.facts`."""
