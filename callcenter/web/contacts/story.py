"""A contact's timeline as rows of a story, with clock time and offset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from callcenter.domain import effects as fx
from callcenter.domain.records import ContactRecord, TimelineEntry
from callcenter.web.wording.facts import Line, line_of
from callcenter.web.wording.words import Words


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence with its time; ``offset_ms`` since the contact began; ``new_time``: another second than before.

    ``detail``: how a flow or an assistant went on, which only some readers want to know.
    """

    at_ms: int
    offset_ms: int
    line: Line
    new_time: bool
    detail: bool = False


_DETAILS = (fx.StepEntered, fx.BranchTaken, fx.DigitsTaken, fx.ServiceUsed, fx.SentenceTaken, fx.VariableSet)


def story_of(words: Words, contact: ContactRecord, timeline: Sequence[TimelineEntry]) -> list[Row]:
    """Oldest first. A row that says the same as the one before it is left out; a branch is told with its step."""
    rows: list[Row] = []
    flow = ""
    for entry in timeline:
        branch: Line | None = None
        for effect in _worth_telling(entry.effects):
            line = line_of(words, effect, flow, contact.channel)
            match effect:
                case fx.StepEntered():
                    flow = effect.flow
                    if branch is not None and line is not None and rows and rows[-1].line == branch:
                        rows.pop()
                        line = replace(line, because=branch.because)
                    branch = None
                case fx.BranchTaken():
                    branch = line
                case _:
                    branch = None
            if line is None or (rows and rows[-1].line == line):
                continue
            new_time = not rows or rows[-1].at_ms // 1000 != entry.at_ms // 1000
            detail = isinstance(effect, _DETAILS) and line.mark != "trouble"
            rows.append(Row(entry.at_ms, max(0, entry.at_ms - contact.started_ms), line, new_time, detail))
    return rows


def _worth_telling(effects: Sequence[fx.Effect]) -> Iterator[fx.Effect]:
    """Without facts that the next one of the same moment says as well."""
    connected = any(isinstance(effect, fx.AgentConnected) and not effect.rejoined for effect in effects)
    chosen = any(isinstance(effect, fx.BranchTaken) and effect.why.code == "menu_choice" for effect in effects)
    for effect in effects:
        match effect:
            case fx.OfferEnded(outcome="accepted") | fx.QueueLeft(outcome="connected") if connected:
                continue
            case fx.DigitsTaken(outcome="complete") if chosen:
                continue
            case _:
                yield effect
