"""What people do in calibration sessions: the rule first, then the record of the act, then the new state."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from callcenter.domain import audit_reviews as audit
from callcenter.domain.access import Right
from callcenter.domain.calibration import CalibrationSession
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord, ContactReach, ContactRecord, User
from callcenter.domain.reviews import Mark
from callcenter.quality.review import calibration
from callcenter.quality.review.marks import judge
from callcenter.web.contacts.reach import locked_case, reach_of
from callcenter.web.quality.acts import short_note
from callcenter.web.quality.forms import form_in_force, form_lines, form_of
from callcenter.web.quality.reviewers import reviewer_named
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer

_TRIES = 8
"""Reviewers score at the same time: who comes second adds to what the first kept."""


class CalibrationActs:
    """One viewer's acts. Each raises ``Rejected`` when the rules say no."""

    def __init__(self, services: WebServices, viewer: Viewer) -> None:
        self._services, self._viewer = services, viewer
        self._me = viewer.user.name

    async def begin(self, title: str, contacts: Sequence[str], reviewers: Sequence[str]) -> CalibrationSession:
        """Begin a session by the score form in force.

        Rejected as ``calibration.begin``, and: ``reviewer_gone``, ``unknown_contact``, ``contact_goes_on``,
        ``own_contact`` (one of the reviewers served it), ``contact_locked``, ``calibration_unscored``.
        """
        form, version = await form_in_force(self._services)
        session = calibration.begin(
            CalibrationSession(
                id=uuid.uuid4().hex[:12],
                title=title.strip()[:200],
                form=form,
                form_version=version,
                contacts=tuple(contacts),
                reviewers=tuple(reviewers),
                made_by=self._me,
                made_ms=self._services.clock.now_ms(),
            )
        )
        people = [await reviewer_named(self._services, name) for name in session.reviewers]
        for contact in session.contacts:
            await self._check(contact, people)
        await self._note(audit.CALIBRATION_BEGUN, session)
        return await self._services.reviews.save_session(session)

    async def mark(self, session: CalibrationSession, contact: str, marks: Sequence[Mark], note: str) -> None:
        """Score one contact. Rejected as ``calibration.marked`` and ``marks.judge``, and ``own_contact``."""
        record = await self._services.contacts.get(contact, self._reach(Right.SEE_CONTACTS))
        if record is None:
            raise Rejected("unknown_contact")
        if self._viewer.user.agent_id and self._viewer.user.agent_id == record.agent:
            raise Rejected("own_contact")
        form = await form_of(self._services, session.form_version)
        now = self._services.clock.now_ms()
        given = judge(
            form, form_lines(form, None), marks, by=self._me, at_ms=now, round="calibration", note=short_note(note)
        )
        detail = {"contact": contact}
        await self._change(
            session,
            audit.CALIBRATION_MARKED,
            lambda one: calibration.marked(one, contact, self._me, given),
            detail,
        )

    async def close(self, session: CalibrationSession, note: str) -> None:
        """End it: everybody in it sees what all gave. Rejected as ``calibration.closed``, and ``note_long``."""
        told, now = short_note(note), self._services.clock.now_ms()
        await self._change(
            session, audit.CALIBRATION_CLOSED, lambda one: calibration.closed(one, self._me, now, told), {}
        )

    async def _check(self, contact: str, people: Sequence[User]) -> None:
        record = await self._services.contacts.get(contact, self._reach(Right.PLAN_REVIEWS))
        if record is None or not record.agent:
            raise Rejected("unknown_contact")
        if record.ended_ms is None:
            raise Rejected("contact_goes_on")
        if any(user.agent_id == record.agent for user in people):
            raise Rejected("own_contact")
        if await locked_case(self._services, contact) is not None:
            raise Rejected("contact_locked")
        if not await scored_before(self._services, record):
            raise Rejected("calibration_unscored")

    def _reach(self, right: Right) -> ContactReach:
        return reach_of(self._services.desk.config(), self._viewer, right)

    async def _change(
        self,
        session: CalibrationSession,
        act: str,
        rule: Callable[[CalibrationSession], CalibrationSession],
        detail: dict[str, str],
    ) -> None:
        """Apply a rule to the session as it is now; when somebody else was first, to what they left."""
        after = rule(session)
        await self._note(act, session, detail)
        for _ in range(_TRIES - 1):
            try:
                await self._services.reviews.save_session(after)
            except Rejected as refused:
                if refused.code != "stale":
                    raise
                now = await self._services.reviews.session(session.id)
                after = rule(now or session)
            else:
                return
        await self._services.reviews.save_session(after)

    async def _note(self, act: str, session: CalibrationSession, more: dict[str, str] | None = None) -> None:
        detail = {"title": session.title, **(more or {})}
        now = self._services.clock.now_ms()
        await self._services.audit.write(AuditRecord(now, self._me, act, f"calibration:{session.id}", detail))


async def scored_before(services: WebServices, record: ContactRecord) -> bool:
    """Whether a contact was scored by the machine or by a person."""
    if await services.quality.current(record.id) is not None:
        return True
    return any(one.judgements for one in await services.reviews.of_contact(record.id))
