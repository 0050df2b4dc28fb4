"""What is odd in a transcript that is judged all the same, or is not judged at all."""

from __future__ import annotations

from callcenter.quality.transcript import Note, Turn

LONG_MS = 4 * 3_600_000
JUDGED_LANGUAGES = ("zh", "en")


def whole_notes(turns: tuple[Turn, ...], language: str, duration: int) -> list[Note]:
    """Notes about the whole: nobody or one side speaks, a speaker twice at once, its length, its language."""
    notes: list[Note] = []
    if not any(turn.text.strip() for turn in turns):
        notes.append(Note("transcript_empty"))
    else:
        heard = {turn.speaker for turn in turns if turn.text.strip()}
        if "customer" not in heard:
            notes.append(Note("side_missing", detail={"side": "@customer"}))
        if not heard & {"agent", "bot"}:
            notes.append(Note("side_missing", detail={"side": "@agent"}))
    last: dict[str, Turn] = {}
    for turn in turns:
        before = last.get(turn.speaker)
        if before is not None and turn.start_ms < before.end_ms:
            notes.append(Note("speaker_overlap", turn.number))
        last[turn.speaker] = turn
    if duration >= LONG_MS:
        notes.append(Note("transcript_long", detail={"hours": round(duration / 3_600_000, 1)}))
    if language.split("-")[0] not in JUDGED_LANGUAGES:
        notes.append(Note("other_language", detail={"language": language}))
    return notes
