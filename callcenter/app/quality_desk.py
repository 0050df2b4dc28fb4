"""What people do with rules and forms. Fills the ``QualityDesk`` port."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from callcenter.app.quality_files import written_form
from callcenter.domain.errors import ConfigError
from callcenter.domain.names import Names
from callcenter.domain.ports import QualityStore
from callcenter.domain.quality_records import QualityTitles, WrittenKind
from callcenter.quality.forms import Title
from callcenter.quality.rule_reader import RuleFiles
from callcenter.quality.rules import Rule

MOST_KEPT = 16
"""Versions whose titles are remembered."""


class RulesDesk:
    """Rules and forms as people see them."""

    def __init__(self, store: QualityStore) -> None:
        self._store = store
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
