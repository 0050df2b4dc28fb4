"""A recogniser's transcript is judged as the same words in a file are."""

from __future__ import annotations

import json

from callcenter.domain import speech
from callcenter.quality.spoken import transcript_of
from callcenter.quality.transcript import Call, Span
from callcenter.quality.transcript_file import read_transcript

SAID = [("agent", 0, 900, "ＡＢ您好"), ("customer", 1000, 2000, "查余额"), ("agent", 2100, 3000, "好的")]


def made(said: list[tuple[str, int, int, str]]) -> speech.Transcript:
    turns = tuple(
        speech.Turn(speech.Speaker(speaker), start, end, text, 0.9, speaker == "agent")
        for speaker, start, end, text in said
    )
    return speech.Transcript("rec-1", "c1", "zh", "m", 0, turns)


def file_of(said: list[tuple[str, int, int, str]], bot: bool) -> bytes:
    turns = [
        {"speaker": speaker, "start_ms": start, "end_ms": end, "text": text, "confidence": 0.9, "channel": int(mine)}
        for speaker, start, end, text in said
        for mine in (speaker in ("agent", "bot"),)
    ]
    data = {"id": "rec-1", "turns": turns, "holds": [{"start_ms": 3000, "end_ms": 9000}], "call": {"bot": bot}}
    return json.dumps(data).encode()


def test_it_is_the_same_as_the_file() -> None:
    assert transcript_of(made(SAID), Call(), [Span(3000, 9000)]) == read_transcript("t.json", file_of(SAID, False))


def test_what_the_customer_heard_is_the_bots_where_no_person_took_part() -> None:
    heard = [("bot" if speaker == "agent" else speaker, *rest) for speaker, *rest in SAID]
    bots = transcript_of(made(SAID), Call(bot=True), [Span(3000, 9000)])
    assert bots == read_transcript("t.json", file_of(heard, True))  # type: ignore[arg-type]


def test_one_side_and_nobody_are_noted_as_in_a_file() -> None:
    for said in ([], SAID[:1]):
        file = read_transcript("t.json", json.dumps({"id": "rec-1", "turns": [
            {"speaker": speaker, "start_ms": start, "end_ms": end, "text": text} for speaker, start, end, text in said
        ]}).encode())  # fmt: skip
        assert transcript_of(made(said), Call()).notes == file.notes
