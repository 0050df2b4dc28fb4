"""What people do with rules and forms. Fills the ``QualityDesk`` port."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from callcenter.app import worker_process
from callcenter.app.conversation_text import ConversationTexts
from callcenter.app.quality_files import written_form
from callcenter.app.scoring.shipped import publish_shipped, shipped_files
from callcenter.app.scoring.trial import Answer, Task
from callcenter.domain.audit_quality import QUALITY_DRAFT_DROPPED, QUALITY_PUBLISHED, QUALITY_ROLLED_BACK
from callcenter.domain.errors import ConfigError, Rejected
from callcenter.domain.names import Names
from callcenter.domain.ports import AuditLog, Clock, QualityStore
from callcenter.domain.quality_records import Issue, QualityTitles, Tried, WrittenKind
from callcenter.domain.records import AuditRecord
from callcenter.quality.forms import Title
from callcenter.quality.rule_reader import RuleFiles
from callcenter.quality.rules import Rule

TRIAL = (sys.executable, "-m", "callcenter.app.scoring.trial")
TRIAL_S = 60.0
MOST_BYTES = 16_777_216
"""An answer of the process that checks and tries."""
_answer: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)
MOST_KEPT = 16
"""Versions whose titles are remembered."""


class RulesDesk:
    """Rules and forms as people see them."""

    def __init__(self, store: QualityStore, audit: AuditLog, clock: Clock, texts: ConversationTexts) -> None:
        self._store, self._audit, self._clock, self._texts = store, audit, clock, texts
        self._titles: dict[tuple[int, int], QualityTitles] = {}

    async def titles(self, rule_set: int, form_version: int) -> QualityTitles:
        """See the port. Versions never change once contacts are scored by them, so what was read stays read."""
        key = (rule_set, form_version)
        if key not in self._titles:
            rules = await self._store.version(WrittenKind.RULES, rule_set)
            form = await self._store.version(WrittenKind.FORM, form_version)
            made = await asyncio.to_thread(_titles, rules.files if rules else {}, form.files if form else {})
            while len(self._titles) >= MOST_KEPT:
                del self._titles[next(iter(self._titles))]
            self._titles[key] = made
        return self._titles[key]

    async def check(self, kind: WrittenKind, files: Mapping[str, str], language: str) -> Sequence[Issue]:
        """See the port."""
        return (await self._asked(kind, files, (), language)).issues

    async def try_on(
        self, kind: WrittenKind, files: Mapping[str, str], contacts: Sequence[str], language: str
    ) -> tuple[Sequence[Issue], Sequence[Tried]]:
        """See the port."""
        said = [words for contact in contacts if (words := await self._texts.of(contact)) is not None]
        answer = await self._asked(kind, files, said, language)
        return answer.issues, answer.tried

    async def begin(self, kind: WrittenKind, author: str) -> int:
        """See the port."""
        now_ms = self._clock.now_ms()
        await publish_shipped(self._store, now_ms)
        current = await self._store.in_force(kind)
        assert current is not None
        return await self._store.add_draft(kind, current.files, author, now_ms, based_on=current.version)

    async def save(
        self, kind: WrittenKind, number: int, revision: int, files: Mapping[str, str], note: str, author: str
    ) -> None:
        """See the port."""
        saved = await self._store.change_draft(kind, number, revision, files, note, author, self._clock.now_ms())
        if not saved:
            raise Rejected("rules_changed")

    async def drop(self, kind: WrittenKind, number: int, by: str) -> None:
        """See the port."""
        if not await self._store.drop_draft(kind, number):
            raise Rejected("rules_changed")
        await self._audit.write(self._record(QUALITY_DRAFT_DROPPED, kind, number, by))

    async def put_in_force(
        self, kind: WrittenKind, number: int, revision: int, by: str, language: str
    ) -> Sequence[Issue]:
        """See the port."""
        version = await self._store.version(kind, number)
        if version is None or version.revision != revision:
            raise Rejected("rules_changed")
        if issues := await self.check(kind, version.files, language):
            return issues
        former = await self._store.in_force(kind)
        act = QUALITY_PUBLISHED if version.published_ms is None else QUALITY_ROLLED_BACK
        record = self._record(act, kind, number, by, former=former.version if former else 0)
        await self._audit.write(record)
        if not await self._store.put_in_force(kind, number, by, self._clock.now_ms(), revision):
            raise Rejected("rules_changed")
        return ()

    async def _asked(
        self, kind: WrittenKind, files: Mapping[str, str], said: Sequence[dict[str, Any]], language: str
    ) -> Answer:
        other = WrittenKind.FORM if kind is WrittenKind.RULES else WrittenKind.RULES
        in_force = await self._store.in_force(other)
        beside = dict(in_force.files) if in_force is not None else shipped_files(other)
        rules, form = (dict(files), beside) if kind is WrittenKind.RULES else (beside, dict(files))
        task = Task(rules, form, tuple(said), language)
        try:
            async with asyncio.timeout(TRIAL_S):
                found = await worker_process.answer_of(task, TRIAL, _answer.decode, line_bytes=MOST_BYTES)
        except TimeoutError:
            raise Rejected("rules_too_slow") from None
        if found is None:
            raise Rejected("rules_broke_off")
        return found

    def _record(self, act: str, kind: WrittenKind, number: int, by: str, **detail: int) -> AuditRecord:
        return AuditRecord(self._clock.now_ms(), by, act, f"quality_{kind.value}:{number}", dict(detail))


def rules_in(files: Mapping[str, str]) -> dict[str, Rule]:
    """The rules that can be read in these texts."""
    read = RuleFiles()
    for name in sorted(files):
        read.add(name, files[name].encode())
    return read.finish().rules


def _titles(rules: Mapping[str, str], form: Mapping[str, str]) -> QualityTitles:
    found = rules_in(rules)
    items: dict[str, Names] = {}
    try:
        read = written_form(form, frozenset(found)) if form else None
    except ConfigError:
        read = None
    if read is not None:
        items = {item.id: _names(item.title) for section in read.sections for item in section.items}
        items |= {one.id: _names(one.title) for one in read.deductions}
    return QualityTitles({name: dict(rule.title) for name, rule in found.items()}, items)


def _names(title: Title) -> Names:
    return {"zh": title} if isinstance(title, str) else {str(language): text for language, text in title.items()}
