"""A contact's timeline as rows of a story, with clock time and offset."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.domain.records import ContactRecord, TimelineEntry
from callcenter.web.wording import Line, line_of
from callcenter.web.words import Words


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence with its time; ``offset_ms`` since the contact began."""

    at_ms: int
    offset_ms: int
    line: Line


def story_of(words: Words, contact: ContactRecord, timeline: Sequence[TimelineEntry]) -> list[Row]:
    """Oldest first. A row that says the same as the one before it is left out."""
    rows: list[Row] = []
    for entry in timeline:
        for effect in entry.effects:
            line = line_of(words, effect)
            if line is None or (rows and rows[-1].line == line):
                continue
            rows.append(Row(entry.at_ms, max(0, entry.at_ms - contact.started_ms), line))
    return rows
