"""What was said in a contact's recordings, turn by turn, personal data masked."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.domain.records import ContactRecord, Customer
from callcenter.domain.speech import Speaker, Transcript, Turn
from callcenter.web.masking import masked_speech
from callcenter.web.services import WebServices
from callcenter.web.wording.words import Words

UNSURE = 0.5
"""Below this mean confidence of its words a turn is marked: it may well be wrong."""


@dataclass(frozen=True, slots=True)
class Line:
    """One turn as it is shown; ``id`` is its place on the page, times in ms of the recording."""

    id: str
    start_ms: int
    speaker: str
    who: str
    text: str
    unsure: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """The transcript of one recording, or with ``clock_ms`` what was heard during the talk.

    Times of the latter count from ``clock_ms``, in ms since 1970.
    """

    recording: str
    model: str
    lines: tuple[Line, ...]
    clock_ms: int | None = None


async def spoken_of(
    services: WebServices, words: Words, contact: ContactRecord, *, customer: Customer | None, whole: bool
) -> tuple[Spoken, ...]:
    """The transcripts of a contact's recordings, else what was heard during the talk; masked unless ``whole``."""
    hidden = () if whole or customer is None else (customer.name,)

    def line(transcript: Transcript, number: int, turn: Turn) -> Line:
        text = turn.text if whole else masked_speech(turn.text, hidden)
        who = words.gettext("Customer") if turn.speaker is Speaker.CUSTOMER else words.gettext("Our side")
        place = f"turn-{transcript.source}-{number}"
        return Line(place, turn.start_ms, turn.speaker.value, who, text, turn.confidence < UNSURE)

    def spoken(transcript: Transcript, clock_ms: int | None = None) -> Spoken:
        lines = tuple(line(transcript, number, turn) for number, turn in enumerate(transcript.turns))
        return Spoken(transcript.source, transcript.model, lines, clock_ms)

    found = await services.transcripts.of_contact(contact.id)
    live = await services.transcripts.live_of(contact.id) if not found else None
    return (*map(spoken, found), *([spoken(live, contact.started_ms)] if live is not None else []))
