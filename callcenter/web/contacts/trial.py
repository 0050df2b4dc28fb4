"""What other rules would change in contacts that were scored."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from callcenter.domain.quality_records import Evaluation, Tried


@dataclass(frozen=True, slots=True)
class Changed:
    """One contact: its score before and now, and the rules that find something now or no longer."""

    before: Evaluation
    score: float | None
    found: tuple[str, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """``contacts`` that would be scored otherwise, of so many ``tried``."""

    tried: int
    contacts: tuple[Changed, ...]


def compared(before: Sequence[Evaluation], found: Mapping[str, Collection[str]], tried: Sequence[Tried]) -> Trial:
    """The contacts whose score or findings differ, those that lose most first."""
    now = {one.contact: one for one in tried}
    changed = [
        Changed(
            one,
            now[one.contact].score,
            tuple(rule for rule in now[one.contact].rules if rule not in found[one.contact]),
            tuple(sorted(set(found[one.contact]) - set(now[one.contact].rules))),
        )
        for one in before
        if one.contact in now
    ]
    differ = [one for one in changed if one.found or one.gone or one.score != one.before.score]
    return Trial(len(changed), tuple(sorted(differ, key=lambda one: (one.score or 0) - (one.before.score or 0))))
