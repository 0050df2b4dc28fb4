"""From transcripts of the recogniser and of chats to what rules judge."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.domain import speech
from callcenter.quality.oddities import whole_notes
from callcenter.quality.transcript import Call, Span, Transcript, Turn, fold


def transcript_of(made: speech.Transcript, call: Call, holds: Sequence[Span] = ()) -> Transcript:
    """A stored transcript as rules read it; ``call`` and ``holds`` tell what its words do not.

    Where no person took part (``call.bot``), what the customer heard was the bot's.
    """
    turns = tuple(
        Turn(
            "bot" if call.bot and turn.speaker is speech.Speaker.AGENT else turn.speaker.value,
            turn.start_ms,
            turn.end_ms,
            turn.text,
            turn.confidence,
            turn.channel,
            fold(turn.text),
            number,
        )
        for number, turn in enumerate(made.turns)
    )
    duration = max((*(turn.end_ms for turn in turns), *(hold.end_ms for hold in holds)), default=0)
    notes = whole_notes(turns, made.language, duration)
    return Transcript(made.source, turns, made.language, call, tuple(holds), duration, tuple(notes))
