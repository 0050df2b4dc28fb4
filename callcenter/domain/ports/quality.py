"""The ports of quality: versions of rules and forms, what contacts scored by them, and the jobs that score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from callcenter.domain.quality_records import (
    Evaluation,
    Found,
    Issue,
    QualityTitles,
    ScoringBacklog,
    ScoringJob,
    Tried,
    WrittenKind,
    WrittenVersion,
)


class QualityStore(Protocol):
    """Rules and forms in versions, and evaluations, which are added and never changed."""

    async def versions(self, kind: WrittenKind, limit: int = 50) -> Sequence[WrittenVersion]:
        """Newest first, drafts among them."""
        ...

    async def version(self, kind: WrittenKind, number: int) -> WrittenVersion | None:
        """One version."""
        ...

    async def in_force(self, kind: WrittenKind) -> WrittenVersion | None:
        """The version contacts are scored by; None before the first was published."""
        ...

    async def add_draft(
        self, kind: WrittenKind, files: Mapping[str, str], author: str, at_ms: int, *, note: str = "", based_on: int = 0
    ) -> int:
        """A new draft; returns its version's number."""
        ...

    async def change_draft(
        self,
        kind: WrittenKind,
        number: int,
        revision: int,
        files: Mapping[str, str],
        note: str,
        author: str,
        at_ms: int,
    ) -> bool:
        """Write a draft anew; False when it is published, gone, or not at ``revision`` any more."""
        ...

    async def drop_draft(self, kind: WrittenKind, number: int) -> bool:
        """Forget a draft; False when there is none of this number."""
        ...

    async def put_in_force(self, kind: WrittenKind, number: int, by: str, at_ms: int, revision: int = 0) -> bool:
        """Publish a draft, or go back to a published version; False when there is none.

        With ``revision`` the draft must still be at it: what was checked is what is published.
        """
        ...

    async def add_evaluation(self, evaluation: Evaluation, findings: Sequence[Found]) -> int:
        """Keep an evaluation outside of any job; returns its id."""
        ...

    async def evaluation(self, number: int) -> Evaluation | None:
        """One evaluation."""
        ...

    async def evaluations(self, contact: str) -> Sequence[Evaluation]:
        """A contact's, newest first."""
        ...

    async def current(self, contact: str) -> Evaluation | None:
        """The one that counts."""
        ...

    async def latest(self, limit: int) -> Sequence[Evaluation]:
        """Those that count, of the contacts scored last."""
        ...

    async def findings(self, evaluation: int) -> Sequence[Found]:
        """Its findings, by time; those of absence last. Raises ``Corrupt`` when a quote does not open."""
        ...

    async def sign(self, evaluation: int, at_ms: int) -> bool:
        """A person has signed it: it counts from now on, also when others are added. False when there is none."""
        ...


class QualityDesk(Protocol):
    """What people do with rules and forms."""

    async def titles(self, rule_set: int, form_version: int) -> QualityTitles:
        """What rules and items are called in these versions; empty where a version is gone or can not be read."""
        ...

    async def check(self, kind: WrittenKind, files: Mapping[str, str], language: str) -> Sequence[Issue]:
        """What is wrong with these texts beside the other kind that is in force; examples of rules are run.

        This and all below that check raise ``Rejected("rules_too_slow")`` and ``Rejected("rules_broke_off")``.
        """
        ...

    async def try_on(
        self, kind: WrittenKind, files: Mapping[str, str], contacts: Sequence[str], language: str
    ) -> tuple[Sequence[Issue], Sequence[Tried]]:
        """How these contacts would score; nothing is kept. Where something is wrong, only that."""
        ...

    async def begin(self, kind: WrittenKind, author: str) -> int:
        """A draft of what is in force; its number."""
        ...

    async def save(
        self, kind: WrittenKind, number: int, revision: int, files: Mapping[str, str], note: str, author: str
    ) -> None:
        """Keep a draft. Raises ``Rejected("rules_changed")`` when it is not at ``revision`` any more."""
        ...

    async def drop(self, kind: WrittenKind, number: int, by: str) -> None:
        """Forget a draft; on record. Raises ``Rejected("rules_changed")`` when there is none."""
        ...

    async def put_in_force(
        self, kind: WrittenKind, number: int, revision: int, by: str, language: str
    ) -> Sequence[Issue]:
        """Publish a draft, or go back to a former version; on record. What is wrong with it: then nothing changes.

        Raises ``Rejected("rules_changed")`` when it is not at ``revision`` any more.
        """
        ...


class ScoringJobs(Protocol):
    """Contacts to be scored: every call that has its transcripts and every ended chat has a job."""

    async def add(self, contact: str, filed_ms: int) -> None:
        """A job; one that is there stays as it is."""
        ...

    async def add_missing(self, since_ms: int) -> int:
        """Jobs of contacts since ``since_ms`` that have words and none; returns how many."""
        ...

    async def any_due(self, now_ms: int) -> bool:
        """Whether a worker would find something."""
        ...

    async def claim(self, worker: str, now_ms: int, lease_ms: int, most: int = 1) -> Sequence[ScoringJob]:
        """Take the next jobs for ``lease_ms``. No two workers get the same.

        A contact that still goes on, or whose agent still writes its result (for ``RESULT_WAIT_MS`` at most), is not
        due; nor is a call of which a recording waits for its transcript.
        """
        ...

    async def finish(
        self, job: ScoringJob, worker: str, now_ms: int, evaluation: Evaluation, findings: Sequence[Found]
    ) -> int | None:
        """Keep the evaluation and end its job, both or neither; None when the job is not this worker's any more."""
        ...

    async def nothing(self, job: ScoringJob, worker: str, now_ms: int) -> bool:
        """There is nothing to score (nobody served it): end the job without an evaluation."""
        ...

    async def fail(self, contact: str, worker: str, now_ms: int, trouble: str, *, retryable: bool) -> None:
        """It did not work: wait and try again, or dead when that is of no use or was tried often enough."""
        ...

    async def release(self, worker: str) -> int:
        """The worker is gone: its jobs are due at once; returns how many."""
        ...

    async def again(self, contact: str = "") -> int:
        """Bring a dead job back, or all of them; returns how many."""
        ...

    async def rescore(self, since_ms: int, now_ms: int) -> int:
        """Contacts that began since ``since_ms`` and were not scored by what is in force are due again; how many."""
        ...

    async def stop_rescoring(self) -> int:
        """Contacts that wait to be scored again stay as they were scored; returns how many."""
        ...

    async def backlog(self) -> ScoringBacklog:
        """How far it is."""
        ...

    async def dead(self, most: int = 100) -> Sequence[ScoringJob]:
        """The dead jobs, the newest first."""
        ...
