"""What the assistant is trained by: sentences as they were understood, what people made of them, models, who may serve.

Times in ms since 1970. Confidence and shares are 0 to 1 unless a name says otherwise.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct, field


class Verdict(StrEnum):
    """What a trainer made of a sentence."""

    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    DISCARDED = "discarded"


class Review(Struct, frozen=True):
    """A trainer's word on one sentence. ``text``: the example as it is trained on, without personal data."""

    contact: str
    message: int
    verdict: Verdict
    intent: str
    text: str
    by: str
    at_ms: int


class Sentence(Struct, frozen=True):
    """A sentence as it was understood. ``text`` is whole, and empty where the conversation keeps it no longer."""

    ordinal: int
    contact: str
    message: int
    at_ms: int
    intent: str
    guess: str
    confidence: float
    model: str
    refused: bool
    language: str
    channel: str = ""
    visitor: str = ""
    """What the visitor is called, to be left out of what screens show."""
    text: str = ""
    review: Review | None = None


class SentenceQuery(Struct, frozen=True):
    """Which sentences, newest first. ``below``: confidence under it. ``open_only``: those without a verdict."""

    intent: str = ""
    refused: bool = False
    below: float | None = None
    open_only: bool = False
    before: int | None = None
    limit: int = 50


class IntentDay(Struct, frozen=True):
    """What came of an intent on a day: sentences understood and refused; contacts it was said in, and their end.

    ``intent`` empty: all of them, each contact once. ``handed_over`` contacts went to people or were booked a callback;
    ``closed`` ones ended without either.
    """

    day_ms: int
    intent: str
    understood: int
    refused: int
    contacts: int
    handed_over: int
    closed: int


class ModelVersion(Struct, frozen=True):
    """A trained model. ``data`` is a hash of all it was trained on, ``report`` its evaluation."""

    id: str
    made_ms: int
    made_by: str
    data: str
    sentences: int
    report: dict[str, Any] = field(default_factory=dict)


class RolloutState(StrEnum):
    """How far a wish to let a model serve has come."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"


class Rollout(Struct, frozen=True):
    """Which model answers. ``model`` empty: the shipped one. ``canary`` answers ``share`` % of new contacts."""

    number: int
    at_ms: int
    author: str
    model: str
    canary: str = ""
    share: int = 0
    state: RolloutState = RolloutState.SUBMITTED
    second: str = ""
    """Who approved or returned it."""
    decided_ms: int = 0
    note: str = ""


class TrainingStage(StrEnum):
    """How far a training is."""

    READING = "reading"
    TRAINING = "training"
    JUDGING = "judging"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Training(Struct, frozen=True):
    """One training. ``fault`` is a code for screens, ``detail`` names file, line and mend by language, if known."""

    id: str
    by: str
    since_ms: int
    stage: TrainingStage = TrainingStage.READING
    done: int = 0
    of: int = 0
    fault: str = ""
    detail: dict[str, str] = field(default_factory=dict)
    model: str = ""
    """What was made of it."""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.stage in (TrainingStage.DONE, TrainingStage.FAILED, TrainingStage.CANCELLED)


class Neighbour(Struct, frozen=True):
    """An example that is nearly the same as a sentence. ``likeness`` 1: the same but for case and punctuation."""

    text: str
    intent: str
    likeness: float


class Group(Struct, frozen=True):
    """Sentences of real traffic that ask alike; ``intent`` is what they were most taken for."""

    intent: str
    sentences: tuple[Sentence, ...]


class Serving(Struct, frozen=True):
    """What answers now. ``trouble``: why what was wished does not."""

    model: str
    canary: str = ""
    share: int = 0
    trouble: str = ""
