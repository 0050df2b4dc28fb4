"""From a contact's words to the evaluation and the findings that are kept."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from callcenter.app.quality_files import written_form, written_rules
from callcenter.domain.errors import ConfigError
from callcenter.domain.ports import QualityStore
from callcenter.domain.quality_records import Evaluation, EvaluationStatus, Found, ItemResult, WrittenKind
from callcenter.domain.records import ContactRecord
from callcenter.quality.forms import Form
from callcenter.quality.rules import RuleSet
from callcenter.quality.scoring import Score, score
from callcenter.quality.transcript import Note
from callcenter.quality.transcript_file import read_transcript

NO_WORDS = Note("transcript_empty")


class Judge(Struct, frozen=True):
    """A version of the rules, compiled, and one of the form."""

    rule_set: int
    rules: RuleSet
    form_version: int
    form: Form

    def evaluate(
        self, contact: ContactRecord, said: dict[str, Any] | None, now_ms: int
    ) -> tuple[Evaluation, list[Found]]:
        """How a contact did; ``said`` is the form of docs/quality.md, None: nobody says anything in it.

        Raises ``BadTranscript`` for words that make no transcript.
        """
        if said is None:
            result = Score(contact.id, self.form.form, self.form.version, None, False, (), (), (), (NO_WORDS,))
        else:
            result = score(read_transcript(contact.id, msgspec.json.encode(said)), self.rules, self.form)
        evaluation = Evaluation(
            contact=contact.id,
            rule_set=self.rule_set,
            form=self.form.form,
            form_version=self.form_version,
            status=_status(result),
            score=result.score,
            total=self.form.total,
            fatal=result.fatal,
            scored_at_ms=now_ms,
            agent=contact.agent,
            queue=contact.queue,
            campaign="" if said is None else str(said.get("call", {}).get("campaign", "")),
            channel=contact.channel,
            started_ms=contact.started_ms,
            items=tuple(
                ItemResult(
                    *(item.id, item.points, item.of, item.fatal, item.confidence),
                    evidence=tuple(finding.id for finding in item.evidence),
                )
                for item in result.items
            ),
            notes=tuple(msgspec.to_builtins(note) for note in result.notes),
        )
        items = item_of_rules(self.form)
        return evaluation, [
            Found(
                *(one.id, one.kind, one.side, items.get(one.id, ""), one.turn, one.start_ms, one.quote),
                confidence=one.confidence,
            )
            for one in result.findings
        ]


def item_of_rules(form: Form) -> dict[str, str]:
    """The item or deduction that each rule counts for; the first where there are several."""
    found: dict[str, str] = {}
    named = [(item.id, item.rules) for section in form.sections for item in section.items]
    for name, rules in [*named, *((one.id, one.rules) for one in form.deductions)]:
        for rule in rules:
            found.setdefault(rule, name)
    return found


def _status(result: Score) -> EvaluationStatus:
    if result.pending:
        return EvaluationStatus.PENDING
    return EvaluationStatus.NOT_SCORED if result.score is None else EvaluationStatus.SCORED


class Judges:
    """The judge in force; compiled anew only when another version is."""

    def __init__(self, store: QualityStore) -> None:
        self._store = store
        self._made: Judge | None = None

    async def in_force(self) -> Judge:
        """The judge. Raises ``ConfigError`` when nothing is published, or what is can not be read by this release."""
        rules, form = await self._store.in_force(WrittenKind.RULES), await self._store.in_force(WrittenKind.FORM)
        if rules is None or form is None:
            raise ConfigError("quality", "no rules or no form are published", "publish them on the page /quality/rules")
        made = self._made
        if made is None or (made.rule_set, made.form_version) != (rules.version, form.version):
            compiled = written_rules(rules.files)
            read = written_form(form.files, frozenset(rule.id for rule in compiled.rules))
            made = self._made = Judge(rules.version, compiled, form.version, read)
        return made
