"""What people do with reviews: the rule first, then the record of the act, then the new state."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from callcenter.domain import audit_reviews as audit
from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord
from callcenter.domain.reviews import Actor, Appeal, Comment, Judgement, Mark, Review, ReviewAct
from callcenter.quality.review import life
from callcenter.quality.review.marks import judge
from callcenter.web.contacts.reach import reach_of
from callcenter.web.quality.drawing import Office, made_review
from callcenter.web.quality.forms import evaluation_of, form_lines, form_of
from callcenter.web.quality.reviewers import reviewer_named
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer

DAY_MS = 86_400_000
LONGEST = 2_000


def office_of(services: WebServices) -> Office:
    """What drawing and assigning need."""
    return Office(
        services.reviews,
        services.sampling,
        services.quality,
        services.users,
        services.audit,
        services.clock,
        services.desk.config,
        services.settings.timezone,
    )


class ReviewActs:
    """One viewer's acts on reviews. Each raises ``Rejected`` when the rules say no or the review was changed."""

    def __init__(self, services: WebServices, viewer: Viewer) -> None:
        self._services, self._viewer = services, viewer
        self._by = Actor(viewer.user.name, viewer.user.agent_id)

    async def assign(self, contact: str) -> Review:
        """Review a contact chosen by hand, of those within the viewer's reach.

        Rejected: ``unknown_contact``, ``contact_goes_on``, ``own_contact``.
        """
        reach = reach_of(self._services.desk.config(), self._viewer, Right.REVIEW)
        record = await self._services.contacts.get(contact, reach)
        if record is None or not record.agent:
            raise Rejected("unknown_contact")
        if record.ended_ms is None:
            raise Rejected("contact_goes_on")
        if self._by.agent and self._by.agent == record.agent:
            raise Rejected("own_contact")
        now = self._services.clock.now_ms()
        office = office_of(self._services)
        made = await made_review(office, contact, record.agent, self._by.name, now, now + 5 * DAY_MS)
        begun = replace(made, queue=record.queue, channel=record.channel, contact_ms=record.started_ms)
        await self._note(audit.REVIEW_ASSIGNED, begun)
        return await self._services.reviews.save(begun, now)

    async def judged(self, review: Review, act: ReviewAct, marks: Sequence[Mark], note: str, answer: str) -> Review:
        """An act that brings points. Rejected as ``life.done``, ``marks.judge``, and ``answer_missing``."""
        judgement = await self._judgement(review, act, marks, note)
        if act is ReviewAct.CHANGE:
            after = life.answered(review, act, self._by, judgement.at_ms, short_note(answer), judgement)
        else:
            after = life.judged(review, act, self._by, judgement)
        kept = await self._keep(act, after)
        if kept.evaluation:
            await self._services.quality.sign(int(kept.evaluation), judgement.at_ms)
        return kept

    async def uphold(self, review: Review, answer: str) -> Review:
        """The result stays. Rejected: ``answer_missing``."""
        now = self._services.clock.now_ms()
        after = life.answered(review, ReviewAct.UPHOLD, self._by, now, short_note(answer), None)
        return await self._keep(ReviewAct.UPHOLD, after)

    async def reassign(self, review: Review, name: str) -> Review:
        """Somebody else is to review it. Rejected: ``reviewer_gone``, ``same_reviewer``, as ``life.reassigned``."""
        user = await reviewer_named(self._services, name)
        if user.name == review.reviewer:
            raise Rejected("same_reviewer")
        others = await self._services.reviews.of_contact(review.contact)
        after = life.reassigned(review, self._by, Actor(user.name, user.agent_id), others)
        people = {"reviewer": user.name, "former_reviewer": review.reviewer}
        await self._note(audit.REVIEW_REASSIGN, after, people)
        return await self._services.reviews.save(after, self._services.clock.now_ms())

    async def withdraw(self, review: Review) -> Review:
        """Nobody reviews it."""
        return await self._keep(ReviewAct.WITHDRAW, life.done(review, ReviewAct.WITHDRAW, self._by))

    async def appeal(self, review: Review, reason: str, items: Sequence[str]) -> Review:
        """The agent does not agree."""
        told = Appeal(self._by.name, self._services.clock.now_ms(), short_note(reason), tuple(items))
        return await self._keep(ReviewAct.APPEAL, life.appealed(review, self._by, told))

    async def acknowledge(self, review: Review) -> Review:
        """The agent has read it."""
        after = life.done(review, ReviewAct.ACKNOWLEDGE, self._by)
        seen = replace(after, acknowledged_ms=self._services.clock.now_ms())
        return await self._keep(ReviewAct.ACKNOWLEDGE, seen)

    async def comment(self, review: Review, text: str, moment_ms: int | None) -> None:
        """Say something about a moment, or about the whole. Rejected: ``comment_empty``."""
        said = short_note(text)
        if not said:
            raise Rejected("comment_empty")
        now = self._services.clock.now_ms()
        await self._note(audit.REVIEW_COMMENTED, review)
        await self._services.reviews.comment(Comment(uuid.uuid4().hex, review.id, self._by.name, now, said, moment_ms))

    async def _judgement(self, review: Review, act: ReviewAct, marks: Sequence[Mark], note: str) -> Judgement:
        life.done(review, act, self._by)
        form = await form_of(self._services, review.form_version)
        found = form_lines(form, await evaluation_of(self._services, review))
        now = self._services.clock.now_ms()
        return judge(form, found, marks, by=self._by.name, at_ms=now, round=life.ROUNDS[act], note=note.strip())

    async def _keep(self, act: ReviewAct, after: Review) -> Review:
        await self._note(f"review_{act.value}", after)
        return await self._services.reviews.save(after, self._services.clock.now_ms())

    async def _note(self, act: str, review: Review, more: Mapping[str, str] | None = None) -> None:
        now = self._services.clock.now_ms()
        detail = {"contact": review.contact, "agent": review.agent, **(more or {})}
        await self._services.audit.write(AuditRecord(now, self._by.name, act, f"review:{review.id}", detail))


def short_note(text: str) -> str:
    """What was typed. Rejected: ``note_long``."""
    told = text.strip()
    if len(told) > LONGEST:
        raise Rejected("note_long")
    return told
