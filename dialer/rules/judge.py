"""The verdict on one call: every rule that applies is looked at, and the strictest wins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from dialer.rules.checks import Look
from dialer.rules.facts import Facts
from dialer.rules.pack import Pack, Rule, Verdict

_STRICTNESS = {verdict: place for place, verdict in enumerate(Verdict)}


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule said, by which facts: enough to tell it years later."""

    rule: str
    pack: str
    version: str
    verdict: Verdict
    seen: dict[str, Any]
    missing: tuple[str, ...]
    duty: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The strictest verdict, and what every rule that applied said."""

    verdict: Verdict
    findings: tuple[Finding, ...]

    @property
    def reasons(self) -> tuple[Finding, ...]:
        """The findings that made the verdict."""
        return tuple(finding for finding in self.findings if finding.verdict is self.verdict)


def judge(packs: Iterable[Pack], facts: Facts) -> Judgement:
    """May this call be placed? Without a rule that applies nothing is known, so it is refused.

    Rules that ship off and those not in force at the call's date are left out.
    """
    findings = tuple(
        _finding(pack, rule, facts)
        for pack in packs
        for rule in pack.rules
        if rule.on and _in_force(rule, facts) and _applies(rule, facts)
    )
    strictest = max((finding.verdict for finding in findings), key=_STRICTNESS.__getitem__, default=Verdict.REFUSE)
    return Judgement(strictest, findings)


def _in_force(rule: Rule, facts: Facts) -> bool:
    day = facts.at.date()
    return (rule.valid_from is None or rule.valid_from <= day) and (rule.valid_to is None or day <= rule.valid_to)


def _applies(rule: Rule, facts: Facts) -> bool:
    """A fact that is not known may be any: the rule applies."""
    return all((value := getattr(facts, name)) is None or value in values for name, values in rule.applies.items())


def _finding(pack: Pack, rule: Rule, facts: Facts) -> Finding:
    look = _look(rule, facts)
    if look.kept is None:
        verdict = rule.missing
    elif not look.kept:
        verdict = rule.broken
    else:
        verdict = Verdict.DUTY if rule.duty else Verdict.ALLOW
    return Finding(rule.id, pack.pack, pack.version, verdict, look.seen, look.missing, rule.duty)


def _look(rule: Rule, facts: Facts) -> Look:
    try:
        return rule.check.look(facts)
    except (ZoneInfoNotFoundError, ValueError):
        return Look(None, {"tz": list(facts.tz)}, ("tz",))
