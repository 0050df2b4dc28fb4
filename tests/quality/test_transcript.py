"""Transcripts as files: what is read, refused and noted."""

from __future__ import annotations

import json
from typing import Any

import pytest

from callcenter.quality.transcript import Note, sentence_span
from callcenter.quality.transcript_file import BadTranscript, read_transcript


def raw(turns: list[dict[str, Any]], **more: Any) -> bytes:
    return json.dumps({"id": "c1", "turns": turns, **more}, ensure_ascii=False).encode()


def turn(speaker: str, start: int, end: int, text: str = "你好", **more: Any) -> dict[str, Any]:
    return {"speaker": speaker, "start_ms": start, "end_ms": end, "text": text, **more}


def codes(data: bytes) -> list[str]:
    with pytest.raises(BadTranscript) as caught:
        read_transcript("c1.json", data)
    for problem in caught.value.problems:
        assert problem.line_in("zh").startswith(f"c1.json:{problem.line}: ")
        assert problem.line_in("en") != problem.line_in("zh")
    return [problem.code for problem in caught.value.problems]


def notes(data: bytes) -> list[tuple[str, int | None]]:
    return [(note.code, note.turn) for note in read_transcript("c1.json", data).notes]


def test_a_whole_transcript_is_read() -> None:
    read = read_transcript(
        "c1.json",
        raw(
            [turn("agent", 0, 900, "ＡＢ您好", confidence=0.9, channel=1), turn("customer", 1000, 2000)],
            call={"queue": "elder", "started_at": "2026-03-02T22:30:00+08:00", "steps": ["menu"], "unknown": 1},
            holds=[{"start_ms": 2000, "end_ms": 9000}],
        ),
    )
    assert (read.turns[0].folded, read.turns[0].confidence, read.duration_ms) == ("ab您好", 0.9, 9000)
    assert (read.call.queue, read.call.steps, read.notes) == ("elder", ("menu",), ())


def test_whole_milliseconds_may_be_written_with_a_point() -> None:
    read = read_transcript("c1.json", raw([{"speaker": "agent", "start_ms": 12.0, "end_ms": 90.0, "text": "a"}]))
    assert (read.turns[0].start_ms, read.turns[0].end_ms) == (12, 90)
    assert codes(raw([{"speaker": "agent", "start_ms": 1.5, "end_ms": 90, "text": "a"}])) == ["bad_value"]


def test_unsorted_turns_are_sorted_noted_and_cited_by_their_place_in_the_file() -> None:
    data = raw([turn("agent", 5000, 6000), turn("customer", 0, 900)])
    assert notes(data) == [("turns_sorted", 1)]
    assert [one.number for one in read_transcript("c1.json", data).turns] == [1, 0]


def test_people_may_overlap_each_other_and_a_speaker_with_themself_is_noted() -> None:
    assert notes(raw([turn("agent", 0, 3000), turn("customer", 1000, 4000)])) == []
    assert notes(raw([turn("agent", 0, 3000), turn("customer", 100, 200), turn("agent", 1000, 4000)])) == [
        ("speaker_overlap", 2)
    ]


def test_reversed_times_are_refused_by_place() -> None:
    data = raw([turn("agent", 900, 100)], holds=[{"start_ms": 9, "end_ms": 3}])
    assert codes(data) == ["turn_reversed", "turn_reversed"]


def test_missing_side_empty_long_and_other_language_are_noted() -> None:
    assert notes(raw([turn("agent", 0, 900)])) == [("side_missing", None)]
    assert notes(raw([])) == [("transcript_empty", None)]
    both = [turn("agent", 0, 900), turn("customer", 900, 4 * 3_600_000)]
    assert notes(raw(both)) == [("transcript_long", None)]
    assert notes(raw([turn("agent", 0, 9), turn("customer", 9, 12)], language="fr")) == [("other_language", None)]
    assert read_transcript("c1.json", raw(both)).notes == (Note("transcript_long", None, {"hours": 4.0}),)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "not_json"),
        (b"\xff\xfe", "not_utf8"),
        (b"[" * 100_000, "not_json"),
        (b"{}", "missing_field"),
        (raw([turn("robot", 0, 1)]), "bad_speaker"),
        (raw([turn("agent", -5, 1)]), "bad_value"),
        (raw([turn("agent", 0, 1, confidence=2)]), "bad_value"),
        (raw([turn("agent", 0, 1)], call={"started_at": "2026-03-02T22:30:00"}), "no_offset"),
        (raw([turn("agent", 0, 1)], call={"timezone": "Moon/Base"}), "bad_timezone"),
    ],
)
def test_what_is_no_transcript_is_told_by_place(data: bytes, code: str) -> None:
    assert codes(data) == [code]


def test_a_sentence_ends_at_its_mark() -> None:
    text = "好的。年利率是3.5个点吗？嗯"
    start = text.index("年")
    assert text[slice(*sentence_span(text, start, start + 1))] == "年利率是3.5个点吗？"
