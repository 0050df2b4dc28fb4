"""From findings to a score by a form: every point taken cites its evidence and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from callcenter.quality.forms import Deduction, Form, Item
from callcenter.quality.personal import mask_personal
from callcenter.quality.rules import Finding, RuleSet
from callcenter.quality.transcript import Note, Transcript

NOT_SCORED = frozenset({"transcript_empty", "other_language"})
"""Notes of transcripts that rules can not judge."""


class ItemScore(Struct, frozen=True):
    """``points`` of ``of``; None: a person scores it. ``confidence``: the least sure evidence's, else 1."""

    id: str
    points: float | None
    of: float
    fatal: bool
    confidence: float
    evidence: tuple[Finding, ...]


class Score(Struct, frozen=True):
    """How a transcript did. ``score`` is 0 to the form's total; None where it can not be scored.

    Items that wait for a person are ``pending`` and left out: the rest is scaled to the total.
    """

    id: str
    form: str
    form_version: int
    score: float | None
    fatal: bool
    pending: tuple[str, ...]
    items: tuple[ItemScore, ...]
    findings: tuple[Finding, ...]
    notes: tuple[Note, ...]

    def to_json(self) -> dict[str, Any]:
        """The documented form of ``callcenter quality score --json``."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        for item in plain["items"]:
            item["evidence"] = [finding["id"] for finding in item["evidence"]]
        return plain


def score(transcript: Transcript, rules: RuleSet, form: Form) -> Score:
    """Judge and score a transcript."""
    if any(note.code in NOT_SCORED for note in transcript.notes):
        return Score(transcript.id, form.form, form.version, None, False, (), (), (), transcript.notes)
    findings = rules.findings(transcript)
    items = [_item(item, findings) for section in form.sections for item in section.items]
    items += [_deduction(deduction, findings) for deduction in form.deductions]
    pending = tuple(item.id for item in items if item.points is None)
    judged = sum(item.of for item in items if item.points is not None)
    points = sum(item.points for item in items if item.points is not None)
    fatal = any(item.fatal and item.evidence for item in items)
    value = None if not judged else 0.0 if fatal else round(max(0.0, points) * form.total / judged, 2)
    return Score(
        transcript.id, form.form, form.version, value, fatal, pending, tuple(items), tuple(findings), transcript.notes
    )


def masked(found: Score) -> Score:
    """The same without personal data in the quotes."""
    findings = tuple(_masked(finding) for finding in found.findings)
    items = tuple(
        msgspec.structs.replace(item, evidence=tuple(_masked(finding) for finding in item.evidence))
        for item in found.items
    )
    return msgspec.structs.replace(found, findings=findings, items=items)


def _masked(finding: Finding) -> Finding:
    return msgspec.structs.replace(finding, quote=mask_personal(finding.quote))


def _item(item: Item, findings: Sequence[Finding]) -> ItemScore:
    evidence = tuple(finding for finding in findings if finding.id in item.rules)
    sure = min((finding.confidence for finding in evidence), default=1.0)
    if item.scored == "human":
        return ItemScore(item.id, None, item.weight, item.fatal, sure, evidence)
    each = item.weight if item.deduct is None else item.deduct
    return ItemScore(item.id, max(0.0, item.weight - each * len(evidence)), item.weight, item.fatal, sure, evidence)


def _deduction(deduction: Deduction, findings: Sequence[Finding]) -> ItemScore:
    evidence = tuple(finding for finding in findings if finding.id in deduction.rules)
    taken = deduction.points * len(evidence)
    if deduction.most is not None:
        taken = min(taken, deduction.most)
    sure = min((finding.confidence for finding in evidence), default=1.0)
    return ItemScore(deduction.id, -taken, 0.0, False, sure, evidence)
