"""The result of a contact: disposition, the queue's form, note, follow-up; and the time an agent has for it."""

from __future__ import annotations

from datetime import date

from callcenter.core import leads, queueing
from callcenter.core.state import Contact
from callcenter.core.turn import Turn
from callcenter.domain.config import FormField, QueueConfig
from callcenter.domain.effects import WrapUpFiled
from callcenter.domain.errors import Rejected
from callcenter.domain.events import WrapUpCompleted, WrapUpExtended

NOTE_LENGTH = 10_000
ANSWER_LENGTH = 2_000
FOLLOW_UP_WITHIN_MS = 366 * 86_400_000
EXTENSION_MS = 60_000
"""What one more piece of wrap-up time is where the queue sets none."""


def wrap_up(t: Turn, e: WrapUpCompleted) -> None:
    """File the result: during the talk, in wrap-up, or late; what an agent typed is never lost.

    Refused: ``not_your_contact``, ``unknown_disposition``, ``field_missing`` and ``field_invalid`` (naming the field),
    ``note_too_long``, ``follow_up_time``.
    """
    desk = t.desk(e.agent)
    c = t.state.contacts.get(e.contact)
    in_talk = c is not None and not c.ended and c.agent == e.agent
    if not in_talk and e.contact not in desk.recent:
        raise Rejected("not_your_contact")
    _check(t, e, _queue_of(t, c))
    t.emit(
        WrapUpFiled(
            contact=e.contact,
            agent=e.agent,
            disposition=e.disposition,
            note=e.note,
            fields=e.fields,
            follow_up_ms=e.follow_up_ms,
        )
    )
    if c is not None and c.lead is not None:
        leads.filed(t, c, e.disposition, e.follow_up_ms)
    if c is not None and in_talk:
        c.disposition, c.note, c.fields, c.follow_up_ms = e.disposition, e.note, e.fields, e.follow_up_ms
    elif e.contact in desk.wrap_ups:
        queueing.apply(t, t.acd.end_wrap_up(e.agent, e.contact, t.now))


def extend(t: Turn, e: WrapUpExtended) -> None:
    """Once for each contact as much time again. Refused: ``not_in_wrap_up``, ``already_extended``."""
    wrap_up = t.desk(e.agent).wrap_ups.get(e.contact)
    if wrap_up is None:
        raise Rejected("not_in_wrap_up")
    if wrap_up.extended:
        raise Rejected("already_extended")
    queue = _queue_of(t, t.state.contacts.get(e.contact))
    more = queue.wrap_up_ms if queue is not None and queue.wrap_up_ms else EXTENSION_MS
    wrap_up.extended, wrap_up.ends_ms = True, wrap_up.ends_ms + more
    t.acd.extend_wrap_up(e.agent, e.contact, wrap_up.ends_ms)
    t.start_timer(queueing.wrap_up_timer(e.agent, e.contact), wrap_up.ends_ms)


def wrap_up_over(t: Turn, subject: str) -> None:
    """The time for the wrap-up of ``AGENT/CONTACT`` ran out."""
    agent, _, contact = subject.partition("/")
    if agent in t.state.desks and contact in t.desk(agent).wrap_ups:
        queueing.apply(t, t.acd.end_wrap_up(agent, contact, t.now))


def _queue_of(t: Turn, c: Contact | None) -> QueueConfig | None:
    return t.state.config.queues.get(c.queue) if c is not None else None


def _check(t: Turn, e: WrapUpCompleted, queue: QueueConfig | None) -> None:
    known = {reason.id for reason in t.state.config.dispositions}
    if queue is not None and queue.dispositions:
        known &= set(queue.dispositions)
    if known and e.disposition not in known:
        raise Rejected("unknown_disposition", e.disposition)
    if len(e.note) > NOTE_LENGTH:
        raise Rejected("note_too_long", str(NOTE_LENGTH))
    if e.follow_up_ms is not None and not t.now <= e.follow_up_ms <= t.now + FOLLOW_UP_WITHIN_MS:
        raise Rejected("follow_up_time")
    asked = {field.id: field for field in queue.fields} if queue is not None else {}
    for name in e.fields:
        if queue is not None and name not in asked:
            raise Rejected("field_unknown", name)
    for field in asked.values():
        answer = e.fields.get(field.id, "").strip()
        if field.required and not answer:
            raise Rejected("field_missing", field.id)
        if answer and not fits(field, answer):
            raise Rejected("field_invalid", field.id)


def fits(field: FormField, answer: str) -> bool:
    """Whether ``answer`` is of the field's kind: a plain number, an ISO date, one of the choices, or short enough."""
    if field.kind == "choice":
        return answer in {choice.id for choice in field.choices}
    if field.kind == "number":
        return answer.replace(".", "", 1).removeprefix("-").isdecimal() and len(answer) <= 30
    if field.kind == "date":
        try:
            date.fromisoformat(answer)
        except ValueError:
            return False
        return True
    return len(answer) <= ANSWER_LENGTH
