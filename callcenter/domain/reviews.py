"""Reviews of conversations by people, appeals against them and what is said about them. Plain data."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct


class ReviewState(StrEnum):
    """Where a review is in its life."""

    ASSIGNED = "assigned"
    SECOND = "second"  # a second reviewer is asked before the agent sees it
    REVIEWED = "reviewed"  # the agent sees it
    APPEALED = "appealed"
    UPHELD = "upheld"  # the result stays
    CHANGED = "changed"  # the result was changed by the appeal
    ACKNOWLEDGED = "acknowledged"
    WITHDRAWN = "withdrawn"


class ReviewAct(StrEnum):
    """What people do to a review."""

    REASSIGN = "reassign"
    WITHDRAW = "withdraw"
    SUBMIT = "submit"
    SUBMIT_FOR_SECOND = "submit_for_second"
    SECOND_REVIEW = "second_review"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    CHANGE = "change"
    ACKNOWLEDGE = "acknowledge"


class Actor(Struct, frozen=True):
    """Who acts: the name they sign in with, and the agent they are (empty: none)."""

    name: str
    agent: str = ""


class Mark(Struct, frozen=True):
    """What a reviewer gives an item: points, or for a fatal one whether it was broken, and why."""

    item: str
    points: float = 0.0
    broken: bool = False
    note: str = ""


class MarkedItem(Struct, frozen=True):
    """An item as a person and as the machine scored it; ``machine`` is None where a person alone scores it.

    ``kind``: ``item``, ``deduction`` (points below zero) or ``fatal`` (1 kept, 0 broken; of 1). ``rules`` are the ids
    of the findings that the machine took points for.
    """

    id: str
    kind: str
    of: float
    points: float
    machine: float | None = None
    rules: tuple[str, ...] = ()
    note: str = ""


class Judgement(Struct, frozen=True):
    """One person's result: ``round`` is ``first``, ``second`` or ``appeal``; ``note`` is for the agent (coaching)."""

    by: str
    at_ms: int
    round: str
    score: float
    fatal: bool
    items: tuple[MarkedItem, ...]
    note: str = ""


class Appeal(Struct, frozen=True):
    """Why the agent does not agree; ``items`` are those in dispute. The answer comes with the appeal's judgement."""

    by: str
    at_ms: int
    reason: str
    items: tuple[str, ...] = ()
    answered_by: str = ""
    answered_ms: int = 0
    answer: str = ""


class Review(Struct, frozen=True, kw_only=True):
    """A conversation that a person judges. Times in ms since 1970.

    ``evaluation`` is the automatic score's id (empty: there is none), ``machine_score`` and ``machine_fatal`` what it
    said. ``plan`` and ``period`` name the draw; empty: chosen by hand. ``weight`` as in ``Drawn``. ``version`` counts
    changes.
    """

    id: str
    contact: str
    agent: str
    form: str
    form_version: int
    reviewer: str
    state: ReviewState = ReviewState.ASSIGNED
    version: int = 0
    team: str = ""
    queue: str = ""
    campaign: str = ""
    channel: str = "voice"
    contact_ms: int = 0
    evaluation: str = ""
    machine_score: float | None = None
    machine_fatal: bool = False
    plan: str = ""
    period: str = ""
    random: bool = False
    stratum: str = ""
    weight: float = 0.0
    assigned_ms: int = 0
    due_ms: int = 0
    judgements: tuple[Judgement, ...] = ()
    appeal: Appeal | None = None
    acknowledged_ms: int = 0
    changed_ms: int = 0

    @property
    def judgement(self) -> Judgement | None:
        """The one that counts: the last."""
        return self.judgements[-1] if self.judgements else None


class Comment(Struct, frozen=True):
    """Something said about a moment of a conversation: ms since its beginning, or None for the whole."""

    id: str
    review: str
    by: str
    at_ms: int
    text: str
    moment_ms: int | None = None
