"""What is being said in the call in focus, in words: one region of the agent page, drawn anew with each word."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.domain.speech import LiveTalk, Speaker, Turn
from callcenter.web.masking import masked_speech
from callcenter.web.rendering import fragment
from callcenter.web.wording.words import Words

REGION = "spoken"
SHOWN_TURNS = 200


@dataclass(frozen=True, slots=True)
class SpokenLine:
    """One turn. ``open``: it is being said just now, and may still change."""

    speaker: str
    who: str
    at_ms: int
    text: str
    open: bool


def spoken_lines(words: Words, talk: LiveTalk) -> list[SpokenLine]:
    """The newest turns, oldest first, then what is being said just now. Numbers that name people are masked."""
    kept = [_line(words, turn, still=False) for turn in talk.turns[-SHOWN_TURNS:]]
    return [*kept, *(_line(words, turn, still=True) for turn in talk.guesses)]


def spoken_region(words: Words, talk: LiveTalk | None) -> str:
    """The region's inner HTML; empty where nobody is listened to."""
    if talk is None:
        return ""
    return fragment(words, "agent/spoken.html", lines=spoken_lines(words, talk), behind=talk.behind)


def _line(words: Words, turn: Turn, *, still: bool) -> SpokenLine:
    who = {
        Speaker.CUSTOMER: words.gettext("Customer"),
        Speaker.BOT: words.gettext("Assistant"),
    }.get(turn.speaker, words.gettext("Agent"))
    return SpokenLine(turn.speaker.value, who, turn.start_ms, masked_speech(turn.text, ()), still)
