"""The result of a contact as the page sends it: disposition, note, the queue's own fields, when to come back to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from callcenter.domain import events
from callcenter.domain.errors import Rejected
from callcenter.web.routes.agent_command import Command, Id
from callcenter.web.wording.refusals import refusal
from callcenter.web.wording.words import Words

FOLLOW_UP = "follow_up"
DISPOSITION = "disposition"
QUEUE_FIELD_CODES = frozenset({"field_missing", "field_invalid"})
"""Refusals about a field of the queue's form; the detail names it."""
FIELD_OF_CODE = {
    "disposition_required": DISPOSITION,
    "unknown_disposition": DISPOSITION,
    "follow_up_time": FOLLOW_UP,
    "note_too_long": "note",
}
"""Refusals about the fields every form has."""
FieldId = Annotated[str, Field(pattern=r"^[\w.-]{1,60}$")]
Answer = Annotated[str, Field(max_length=10_000)]


class ResultCommand(Command):
    """The result of a contact. ``follow_up`` is local time of the centre, ``2026-03-10T15:30``; empty: none."""

    act: Literal["wrap_up"]
    contact: Id
    disposition: Annotated[str, Field(max_length=60)]
    note: Answer = ""
    fields: Annotated[dict[FieldId, Answer], Field(max_length=40, default_factory=dict)]
    follow_up: Annotated[str, Field(max_length=40)] = ""

    def event(self, agent: str, *, zone: ZoneInfo, now_ms: int) -> events.Event:
        """Filed. Raises ``Rejected`` with a code of :data:`FIELD_OF_CODE`."""
        if not self.disposition:
            raise Rejected("disposition_required", DISPOSITION)
        return events.WrapUpCompleted(
            agent=agent,
            command=self.command,
            contact=self.contact,
            disposition=self.disposition,
            note=self.note.strip(),
            fields={name: answer.strip() for name, answer in self.fields.items() if answer.strip()},
            follow_up_ms=follow_up_ms(self.follow_up, zone, now_ms),
        )


def follow_up_ms(text: str, zone: ZoneInfo, now_ms: int) -> int | None:
    """A date and time of the centre as ms since 1970, None for none. Raises ``Rejected("follow_up_time")``."""
    if not text:
        return None
    try:
        at_ms = int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp() * 1_000)
    except (ValueError, OverflowError):
        raise Rejected("follow_up_time", FOLLOW_UP) from None
    if at_ms <= now_ms:
        raise Rejected("follow_up_time", FOLLOW_UP)
    return at_ms


def field_problem(words: Words, error: Rejected) -> dict[str, str] | None:
    """The answer for a refusal that stands beside one field; None for any other refusal."""
    if error.code in QUEUE_FIELD_CODES:
        field = error.detail
    elif error.code in FIELD_OF_CODE:
        field = FIELD_OF_CODE[error.code]
    else:
        return None
    return {"code": error.code, "message": refusal(words, error.code), "field": field}
