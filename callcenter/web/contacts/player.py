"""What the player of one recording is told: marks along the audio, and where the story's moments lie in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from callcenter.domain import effects as fx
from callcenter.domain.records import RecordingRecord, TimelineEntry
from callcenter.web.contacts.transcript import Spoken
from callcenter.web.wording.facts import line_of
from callcenter.web.wording.words import Words


@dataclass(frozen=True, slots=True)
class Mark:
    """Something along the audio, in ms of the file. ``end_ms`` equals ``start_ms`` for a moment."""

    kind: str  # hold | payment | pause | transfer | consult
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A piece of the file without a gap: file time ``at_ms`` on is clock time ``clock_ms`` on, for ``length_ms``."""

    at_ms: int
    clock_ms: int
    length_ms: int


@dataclass(frozen=True, slots=True)
class Player:
    """One recording as the page needs it."""

    recording: RecordingRecord
    there: bool
    marks: tuple[Mark, ...]
    stretches: tuple[Stretch, ...]
    spoken: Spoken | None = None
    """What was said in it, where there is a transcript."""


def player_of(
    words: Words,
    recording: RecordingRecord,
    timeline: Sequence[TimelineEntry],
    *,
    there: bool,
    spoken: Sequence[Spoken] = (),
) -> Player:
    """The player of ``recording``; a pause is no sound in the file, so clock and file part there."""
    stretches = _stretches(recording, timeline)
    mine = next((one for one in spoken if one.recording == recording.id), None) or _heard_live(spoken, stretches)
    return Player(recording, there, tuple(_marks(words, recording, timeline, stretches)), stretches, mine)


def _heard_live(spoken: Sequence[Spoken], stretches: Sequence[Stretch]) -> Spoken | None:
    """What was heard during the talk, at its places in this file."""
    for one in spoken:
        if one.clock_ms is not None:
            began = one.clock_ms
            lines = (replace(line, start_ms=file_time(stretches, began + line.start_ms)) for line in one.lines)
            return replace(one, lines=tuple(lines))
    return None


def file_time(stretches: Sequence[Stretch], clock_ms: int) -> int:
    """Where a moment lies in the file; one within a gap, or outside, at the nearest place."""
    place = 0
    for stretch in stretches:
        if clock_ms < stretch.clock_ms:
            break
        place = stretch.at_ms + min(clock_ms - stretch.clock_ms, stretch.length_ms)
    return place


def _stretches(recording: RecordingRecord, timeline: Sequence[TimelineEntry]) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    at, running_since = 0, recording.started_ms
    running = True
    for entry in timeline:
        for fact in entry.effects:
            if not isinstance(fact, fx.RecordingChanged) or fact.recording != recording.id:
                continue
            if fact.state == "paused" and running:
                length = max(0, min(entry.at_ms - running_since, recording.duration_ms - at))
                found.append(Stretch(at, running_since, length))
                at, running = at + length, False
            elif fact.state == "resumed" and not running:
                running_since, running = entry.at_ms, True
    if running:
        found.append(Stretch(at, running_since, max(0, recording.duration_ms - at)))
    return tuple(found)


def _marks(
    words: Words, recording: RecordingRecord, timeline: Sequence[TimelineEntry], stretches: Sequence[Stretch]
) -> list[Mark]:
    marks: list[Mark] = []
    open_since: dict[str, tuple[int, str]] = {}
    last = stretches[-1].clock_ms + stretches[-1].length_ms if stretches else recording.started_ms

    def close(kind: str, at_ms: int) -> None:
        if kind in open_since:
            since, text = open_since.pop(kind)
            if at_ms >= recording.started_ms and since <= last:
                marks.append(Mark(kind, file_time(stretches, since), file_time(stretches, at_ms), text))

    for entry in timeline:
        for fact in entry.effects:
            line = line_of(words, fact)
            text = line.text if line else ""
            match fact:
                case fx.HoldChanged(on_hold=True) | fx.ConsultStarted():
                    open_since.setdefault(
                        "hold" if isinstance(fact, fx.HoldChanged) else "consult", (entry.at_ms, text)
                    )
                case fx.HoldChanged():
                    close("hold", entry.at_ms)
                case fx.ConsultEnded():
                    close("consult", entry.at_ms)
                case fx.PaymentModeChanged(on=True):
                    open_since.setdefault("payment", (entry.at_ms, text))
                case fx.PaymentModeChanged():
                    close("payment", entry.at_ms)
                case fx.Transferred() | fx.TakenOver() if recording.started_ms <= entry.at_ms <= last:
                    place = file_time(stretches, entry.at_ms)
                    marks.append(Mark("transfer", place, place, text))
                case fx.RecordingChanged(state="paused") if fact.recording == recording.id:
                    open_since.setdefault("pause", (entry.at_ms, text))
                case fx.RecordingChanged(state="resumed") if fact.recording == recording.id:
                    close("pause", entry.at_ms)
    for kind in list(open_since):
        close(kind, last)
    return sorted(marks, key=lambda mark: (mark.start_ms, mark.kind))
