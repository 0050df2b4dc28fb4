"""The port of what people do with scores: reviews, calibration, risk cases, sampling and the figures of reports."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from callcenter.domain.calibration import CalibrationSession
from callcenter.domain.reviews import Comment, Review, ReviewState
from callcenter.domain.risk_cases import RiskCase
from callcenter.domain.sampling import Candidate, Draw, SamplingPlan
from callcenter.domain.scores import RuleHits, ScoreSum


class ReviewStore(Protocol):
    """Reviews, comments and calibration. Who saves names the version they saw; else ``Rejected("stale")``."""

    async def save(self, review: Review, now_ms: int) -> Review:
        """Keep a new state of it."""
        ...

    async def get(self, review: str) -> Review | None:
        """One review."""
        ...

    async def listed(
        self,
        *,
        reviewer: str | None = None,
        agent: str | None = None,
        states: Collection[ReviewState] = (),
        limit: int = 500,
    ) -> Sequence[Review]:
        """Those of a reviewer, an agent, in one of the states: what is due first comes first."""
        ...

    async def of_contact(self, contact: str) -> Sequence[Review]:
        """A contact's, the last changed first."""
        ...

    async def of_draw(self, plan: str, period: str) -> Sequence[Review]:
        """Those that a draw made."""
        ...

    async def between(self, begin_ms: int, end_ms: int) -> Sequence[Review]:
        """Reviews of contacts that began in that time."""
        ...

    async def comment(self, comment: Comment) -> None:
        """Keep a comment."""
        ...

    async def comments(self, review: str) -> Sequence[Comment]:
        """A review's, by moment; those on the whole last."""
        ...

    async def save_session(self, session: CalibrationSession) -> CalibrationSession:
        """Keep a calibration session."""
        ...

    async def session(self, session: str) -> CalibrationSession | None:
        """One session."""
        ...

    async def sessions(self, limit: int = 100) -> Sequence[CalibrationSession]:
        """Newest first."""
        ...


class RiskStore(Protocol):
    """Risk cases. While one is open, the database refuses to delete what its conversation left."""

    async def open(self, case: RiskCase) -> bool:
        """Lock a contact; False when it has a case, which stays as it is."""
        ...

    async def save(self, case: RiskCase, now_ms: int) -> RiskCase:
        """Keep a new state. Raises ``Rejected("stale")``."""
        ...

    async def get(self, case: str) -> RiskCase | None:
        """One case."""
        ...

    async def of_contact(self, contact: str) -> RiskCase | None:
        """The contact's case, open or closed."""
        ...

    async def listed(self, *, closed: bool = False, limit: int = 500) -> Sequence[RiskCase]:
        """Open ones, the first due first; or closed ones."""
        ...

    async def found(self, after: int) -> tuple[Sequence[RiskCase], int]:
        """Contacts that hit a risk rule and have no case, of evaluations after that number: as cases not kept yet.

        With it the number of the last evaluation there is, to go on from.
        """
        ...


class SamplingStore(Protocol):
    """Sampling plans and what they drew."""

    async def save(self, plan: SamplingPlan, now_ms: int) -> SamplingPlan:
        """Keep a plan. Raises ``Rejected("stale")``."""
        ...

    async def get(self, plan: str) -> SamplingPlan | None:
        """One plan."""
        ...

    async def plans(self) -> Sequence[SamplingPlan]:
        """All, by title."""
        ...

    async def candidates(self, begin_ms: int, end_ms: int) -> Sequence[Candidate]:
        """Contacts that agents served and that began in that time; without ``team``."""
        ...

    async def keep(self, draw: Draw, reviews: Sequence[Review]) -> bool:
        """Keep a draw and the reviews it makes, all or none; False when that period was drawn before."""
        ...

    async def draws(self, plan: str, limit: int = 50) -> Sequence[Draw]:
        """A plan's, newest first."""
        ...

    async def draw(self, plan: str, period: str) -> Draw | None:
        """One draw."""
        ...


class ScoreFigures(Protocol):
    """Sums of automatic scores, for reports."""

    async def sums(self, begin_ms: int, end_ms: int) -> Sequence[ScoreSum]:
        """By agent, queue and campaign, of contacts that began in that time."""
        ...

    async def coverage(self, begin_ms: int, end_ms: int) -> tuple[int, int]:
        """How many contacts agents served that began in that time, and how many of these were scored."""
        ...

    async def hits(self, begin_ms: int, end_ms: int, limit: int = 100) -> Sequence[RuleHits]:
        """In how many contacts each rule found something, the most frequent first."""
        ...
