"""From a reviewer's marks to a score, by the same form as the machine's."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from msgspec import Struct

from callcenter.domain.errors import Rejected
from callcenter.domain.reviews import Judgement, Mark, MarkedItem
from callcenter.quality.forms import Deduction, Form, Item, Title

_MOST_NOTE = 2_000


class MachineItem(Struct, frozen=True):
    """What the machine gave an item: None where a person scores it; ``rules`` are the ids of what it found."""

    id: str
    points: float | None
    rules: tuple[str, ...] = ()


class Line(Struct, frozen=True):
    """A line of the form a reviewer fills in. ``kind`` as in ``MarkedItem``; ``least`` to ``of`` may be given.

    ``machine``: the machine's points (for fatal items 1 kept, 0 broken); None where a person alone scores it.
    """

    id: str
    title: str | dict[str, str]
    section: str | dict[str, str]
    kind: str
    of: float
    least: float = 0.0
    machine: float | None = None
    rules: tuple[str, ...] = ()


def lines(form: Form, automatic: Sequence[MachineItem] = ()) -> list[Line]:
    """The form's lines with what the machine gave."""
    scored = {item.id: item for item in automatic}
    found = [_item(item, section.title, scored.get(item.id)) for section in form.sections for item in section.items]
    return found + [_deduction(deduction, scored.get(deduction.id)) for deduction in form.deductions]


def judge(
    form: Form,
    form_lines: Sequence[Line],
    marks: Sequence[Mark],
    *,
    by: str,
    at_ms: int,
    round: str,
    note: str = "",
) -> Judgement:
    """A person's result.

    Rejected: ``items_missing`` (detail: the first line without a mark), ``unknown_item``, ``points_range``
    (detail: which item), ``note_long``.
    """
    given = {mark.item: mark for mark in marks}
    known = {line.id for line in form_lines}
    strange = next((item for item in given if item not in known), None)
    if strange is not None or len(given) != len(marks):
        raise Rejected("unknown_item", strange or "")
    if max((len(mark.note) for mark in marks), default=0) > _MOST_NOTE or len(note) > _MOST_NOTE:
        raise Rejected("note_long")
    items = tuple(_marked(line, given) for line in form_lines)
    fatal = any(item.kind == "fatal" and not item.points for item in items)
    points = sum(item.points for item in items if item.kind != "fatal")
    score = 0.0 if fatal else round_points(min(form.total, max(0.0, points)))
    return Judgement(by=by, at_ms=at_ms, round=round, score=score, fatal=fatal, items=items, note=note)


def round_points(points: float) -> float:
    """As scores are kept: two places."""
    return round(points, 2)


def _marked(line: Line, given: Mapping[str, Mark]) -> MarkedItem:
    mark = given.get(line.id)
    if mark is None:
        raise Rejected("items_missing", line.id)
    points = (0.0 if mark.broken else 1.0) if line.kind == "fatal" else mark.points
    if not math.isfinite(points) or not line.least <= points <= line.of:
        raise Rejected("points_range", line.id)
    return MarkedItem(line.id, line.kind, line.of, round_points(points), line.machine, line.rules, mark.note)


def _item(item: Item, within: Title, scored: MachineItem | None) -> Line:
    title, section = _plain(item.title), _plain(within)
    rules = () if scored is None else scored.rules
    if item.fatal:
        machine = None if scored is None else float(not scored.rules)
        return Line(item.id, title, section, "fatal", 1.0, 0.0, machine, rules)
    machine = None if scored is None else scored.points
    return Line(item.id, title, section, "item", item.weight, 0.0, machine, rules)


def _deduction(deduction: Deduction, scored: MachineItem | None) -> Line:
    most = deduction.most if deduction.most is not None else 1_000.0
    machine = None if scored is None else scored.points
    rules = () if scored is None else scored.rules
    return Line(deduction.id, _plain(deduction.title), "", "deduction", 0.0, -most, machine, rules)


def _plain(title: Title) -> str | dict[str, str]:
    return title if isinstance(title, str) else {str(language): text for language, text in title.items()}
