"""A plan's draw becomes reviews in reviewers' queues: by a person's click, or by itself when a period is over."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from callcenter.domain import audit_reviews
from callcenter.domain.config import CenterConfig
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import AuditLog, Clock, QualityStore, ReviewStore, SamplingStore, UserDirectory
from callcenter.domain.quality_records import WrittenKind
from callcenter.domain.records import AuditRecord
from callcenter.domain.reviews import Review, ReviewState
from callcenter.domain.sampling import Candidate, Draw, Progress, SamplingPlan
from callcenter.quality.review.life import DONE
from callcenter.quality.review.periods import before, bounds, name_of
from callcenter.quality.review.sampling import deal, draw

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Office:
    """The ports that drawing needs."""

    reviews: ReviewStore
    sampling: SamplingStore
    quality: QualityStore
    users: UserDirectory
    audit: AuditLog
    clock: Clock
    config: Callable[[], CenterConfig]
    timezone: str


def last_period(office: Office, plan: SamplingPlan) -> str:
    """The newest period of a plan that is over."""
    return before(plan.period, name_of(plan.period, office.clock.now_ms(), office.timezone))


async def draw_period(office: Office, plan: SamplingPlan, period: str, by: str) -> Draw:
    """Draw a period that is over and put the reviews into queues.

    Rejected: ``period_goes_on``, ``drawn_before``, ``unknown_reviewer``, and what the plan itself lacks.
    """
    begins, ends = _bounds(office, plan, period)
    now = office.clock.now_ms()
    if ends > now:
        raise Rejected("period_goes_on")
    agents = office.config().agents
    found = [_placed(one, agents) for one in await office.sampling.candidates(begins, ends)]
    made = draw(plan, period, found, at_ms=now, by=by)
    reviewers = {name: await _agent_of(office, name) for name in plan.reviewers}
    dealt = deal(made.drawn, reviewers)
    known = {one.contact: one for one in found}
    begun = []
    for one in made.drawn:
        if one.contact in dealt:
            due = now + plan.due_days * _DAY_MS
            review = await made_review(office, one.contact, one.agent, dealt[one.contact], now, due)
            kept = replace(review, plan=plan.id, period=period, random=one.random, stratum=one.stratum)
            begun.append(_described(replace(kept, weight=one.weight), known[one.contact]))
    if not await office.sampling.keep(made, begun):
        raise Rejected("drawn_before")
    detail = {"period": period, "drawn": len(begun), "population": made.population}
    await office.audit.write(AuditRecord(now, by, audit_reviews.SAMPLE_DRAWN, f"plan:{plan.id}", detail))
    return made


async def made_review(office: Office, contact: str, agent: str, reviewer: str, now_ms: int, due_ms: int) -> Review:
    """A review by the contact's automatic score, or by the form in force where it has none; not kept yet."""
    team = office.config().agents[agent].team if agent in office.config().agents else ""
    made = Review(
        id=uuid.uuid4().hex,
        contact=contact,
        agent=agent,
        team=team,
        form="",
        form_version=0,
        reviewer=reviewer,
        assigned_ms=now_ms,
        due_ms=due_ms,
    )
    scored = await office.quality.current(contact)
    if scored is not None:
        return replace(
            made,
            form=scored.form,
            form_version=scored.form_version,
            evaluation=str(scored.id),
            machine_score=scored.score,
            machine_fatal=scored.fatal,
            queue=scored.queue,
            campaign=scored.campaign,
            channel=scored.channel,
            contact_ms=scored.started_ms,
        )
    form = await office.quality.in_force(WrittenKind.FORM)
    return made if form is None else replace(made, form_version=form.version)


def progress(draws: Draw, reviews: Sequence[Review], now_ms: int) -> Progress:
    """How far a draw's reviews are."""
    by_reviewer: dict[str, tuple[int, int]] = {}
    for one in reviews:
        if one.state is not ReviewState.WITHDRAWN:
            assigned, ended = by_reviewer.get(one.reviewer, (0, 0))
            by_reviewer[one.reviewer] = (assigned + 1, ended + (one.state in DONE))
    late = sum(one.state is ReviewState.ASSIGNED and one.due_ms < now_ms for one in reviews)
    ended = sum(one.state in DONE for one in reviews)
    return Progress(draws.wanted, len(draws.drawn), ended, late, by_reviewer)


def _bounds(office: Office, plan: SamplingPlan, period: str) -> tuple[int, int]:
    try:
        return bounds(plan.period, period, office.timezone)
    except (ValueError, OverflowError) as error:
        raise Rejected("unknown_period", period) from error


def _placed(one: Candidate, agents: object) -> Candidate:
    known = agents.get(one.agent) if isinstance(agents, dict) else None
    return one if known is None else replace(one, team=known.team)


def _described(review: Review, one: Candidate) -> Review:
    started = review.contact_ms or one.ended_ms
    return replace(review, team=one.team, queue=one.queue, channel=one.channel, contact_ms=started)


async def _agent_of(office: Office, name: str) -> str:
    user = await office.users.by_name(name)
    if user is None or user.disabled:
        raise Rejected("unknown_reviewer", name)
    return user.agent_id
