"""What is kept of quality: versions of rules and forms, how contacts were scored and why, and the scoring jobs."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct

from callcenter.domain.names import Names
from callcenter.domain.transcription import JobState

RESCORED_LATER_MS = 30 * 24 * 3_600_000
"""A contact to be scored again is taken as if it had ended so much later: fresh ones go first."""


RESULT_WAIT_MS = 5 * 60_000
"""So long after its end a contact waits for its result: rules may ask for the disposition."""


class WrittenKind(StrEnum):
    """What an author writes for quality: rules as one set, or a score form."""

    RULES = "rules"
    FORM = "form"


class WrittenVersion(Struct, frozen=True):
    """One version of the rules or of the form. A draft may be changed; once published it stays as it is for good.

    Times in ms since 1970. ``files`` are YAML texts by file name; a form has one.
    """

    kind: WrittenKind
    version: int
    files: dict[str, str]
    author: str
    made_ms: int
    note: str = ""
    based_on: int = 0
    """The version that was changed into this; 0 for none."""
    revision: int = 1
    """Counts the changes of a draft."""
    published_by: str = ""
    published_ms: int | None = None
    """None: a draft."""
    in_force: bool = False
    """Contacts are scored by it. One of each kind, the newest published or one that was gone back to."""


class EvaluationStatus(StrEnum):
    """Whether there is a score: a whole one, one that waits for a person's items, or none (nothing to judge)."""

    SCORED = "scored"
    PENDING = "pending"
    NOT_SCORED = "not_scored"


class ItemResult(Struct, frozen=True):
    """One item of the form: ``points`` of ``of``; None: a person scores it. ``evidence``: ids of rules that took."""

    id: str
    points: float | None
    of: float
    fatal: bool = False
    confidence: float = 1.0
    evidence: tuple[str, ...] = ()


class Found(Struct, frozen=True):
    """A finding as it is kept: the rule, the item it counts for (empty: none) and the place that proves it.

    ``turn`` counts from 0 in the conversation's turns by time; None, as ``start_ms``: a finding of absence. ``quote``
    is as it was said; it lies sealed in the database and is masked for whoever may not see personal data.
    """

    rule: str
    kind: str
    side: str
    item: str
    turn: int | None
    start_ms: int | None
    quote: str
    confidence: float


class Evaluation(Struct, frozen=True):
    """How a contact did by one version of the rules and one of the form; never changed afterwards.

    ``score`` is 0 to ``total``, None where there is none. ``agent``, ``queue`` and ``campaign`` are the contact's when
    it was scored.
    """

    contact: str
    rule_set: int
    form: str
    form_version: int
    status: EvaluationStatus
    score: float | None
    total: float
    fatal: bool
    scored_at_ms: int
    agent: str
    queue: str
    campaign: str
    channel: str
    started_ms: int
    items: tuple[ItemResult, ...] = ()
    notes: tuple[dict[str, Any], ...] = ()
    """What was odd in the transcript: ``code``, ``turn``, ``detail``."""
    id: int = 0
    """Given when it is kept."""
    current: bool = True
    """The one that counts among the contact's evaluations: the newest, or the one a person has signed."""
    signed_ms: int | None = None
    """When a person signed it; a later automatic one does not replace it."""


class QualityTitles(Struct, frozen=True):
    """What rules and the form's items are called, by id, in one version of each."""

    rules: dict[str, Names] = {}
    items: dict[str, Names] = {}


class Issue(Struct, frozen=True):
    """What is wrong with rules or a form, at a line (from 1) of a file, and its mend, in the reader's language."""

    file: str
    line: int
    message: str
    mend: str


class Tried(Struct, frozen=True):
    """How a contact would score by other rules, and which of them find something in it."""

    contact: str
    score: float | None
    rules: tuple[str, ...]


class ScoringJob(Struct, frozen=True):
    """One contact to be scored. Times in ms since 1970, 0 for never; ``trouble`` holds no personal data."""

    contact: str
    state: JobState
    attempts: int
    filed_ms: int
    not_before_ms: int = 0
    lease_until_ms: int = 0
    worker: str = ""
    trouble: str = ""
    done_ms: int = 0
    again: bool = False
    """It had been scored before and is to be scored by other rules."""


class ScoringBacklog(Struct, frozen=True):
    """How far scoring is, in contacts. ``again``: of those that wait, scored before."""

    waiting: int = 0
    running: int = 0
    dead: int = 0
    done: int = 0
    again: int = 0
    oldest_filed_ms: int | None = None
    """When the longest waiting was filed."""
