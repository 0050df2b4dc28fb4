"""What the regulation packs already say when a list is uploaded: rules that no later moment will decide otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from callcenter.domain.leads import LeadState, NewLead
from dialer.campaign.facts import consents_of, whole_number
from dialer.rules import checks
from dialer.rules.facts import Facts, Refusal
from dialer.rules.judge import Finding, judge
from dialer.rules.pack import Pack, Rule, Verdict

_LASTING = (checks.OneOf, checks.NotRefused, checks.HasConsent, checks.Never, checks.NotAbove)
"""Checks of what a person or a number is; all others depend on the moment, on counts or on the script."""
_LATER = frozenset({"from_owned", "from_class", "party"})
"""Facts of the call that is placed, not of the lead."""
_RISKS = ("product_risk", "person_risk")
"""Columns of the list that rules know by these names."""
_MOST_KNOWN = 4_096
"""Verdicts remembered, so that a column full of different words takes no more memory."""
_KINDS = {"mobile": "mobile", "landline": "landline", "mobile_or_landline": "mobile"}


class _Key(Struct, frozen=True):
    """The facts in which leads of one campaign differ."""

    number_type: str
    opted_out: bool
    consent: str
    product_risk: int | None
    person_risk: int | None


class CampaignRules(Struct, frozen=True):
    """What a campaign calls for, as far as rules ask: see :class:`dialer.rules.facts.Facts`."""

    purpose: str | None = None
    actor: str | None = None
    operator: str | None = None
    product_kind: str | None = None


class UploadJudge:
    """Judges leads by the lasting rules of ``packs`` as of ``at_ms``; the same facts are judged once."""

    def __init__(self, packs: Sequence[Pack], campaign: CampaignRules, at_ms: int) -> None:
        self._packs = [_lasting(pack) for pack in packs]
        self._packs = [pack for pack in self._packs if pack.rules]
        self._at = datetime.fromtimestamp(at_ms / 1000, UTC)
        self._campaign = msgspec.structs.asdict(campaign)
        self._known: dict[_Key, Finding | None] = {}

    def judged(self, lead: NewLead, opted_out: bool) -> NewLead:
        """The lead as it is to be kept: opted out, refused or to be decided by a person, with rule and verdict."""
        if opted_out:
            lead = replace(lead, state=LeadState.OPTED_OUT, reason="opted_out")
        told = lead.variables
        risks = (whole_number(told.get(name)) for name in _RISKS)
        finding = self._finding(_Key(lead.number_type, opted_out, told.get("consent", ""), *risks))
        if finding is None:
            return lead
        verdict = msgspec.json.encode(_told(finding)).decode()
        if opted_out:
            return replace(lead, verdict=verdict)
        state = LeadState.REFUSED if finding.verdict is Verdict.REFUSE else LeadState.SUSPENDED
        return replace(lead, state=state, reason=finding.rule, verdict=verdict)

    def _finding(self, key: _Key) -> Finding | None:
        if key not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            facts = self._facts(key)
            self._known[key] = _strictest(
                finding
                for pack in self._packs
                for finding in _findings(pack, facts)
                if finding.verdict in (Verdict.REFUSE, Verdict.ASK) and not finding.missing
            )
        return self._known[key]

    def _facts(self, key: _Key) -> Facts:
        refusals = (Refusal("voice", self._at),) if key.opted_out else ()
        kind = _KINDS.get(key.number_type, key.number_type or "unknown")
        consents = consents_of(self._campaign["purpose"] or "", {"consent": key.consent})
        return Facts(
            self._at,
            number_type=kind,
            refusals=refusals,
            consents=consents,
            product_risk=key.product_risk,
            person_risk=key.person_risk,
            **self._campaign,
        )


def _lasting(pack: Pack) -> Pack:
    rules = tuple(rule for rule in pack.rules if isinstance(rule.check, _LASTING) and not _asks_later(rule))
    return pack.model_copy(update={"rules": rules})


def _asks_later(rule: Rule) -> bool:
    named = {*rule.applies, *(getattr(rule.check, name, "") for name in ("fact", "other"))}
    return bool(named & _LATER)


def _findings(pack: Pack, facts: Facts) -> Iterable[Finding]:
    """Of the rules whose conditions are known to be met; with a fact unknown the moment of dialling decides."""
    certain = tuple(rule for rule in pack.rules if all(getattr(facts, name) is not None for name in rule.applies))
    return judge([pack.model_copy(update={"rules": certain})], facts).findings


def _strictest(findings: Iterable[Finding]) -> Finding | None:
    order = list(Verdict)
    return max(findings, key=lambda finding: order.index(finding.verdict), default=None)


def _told(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "pack": finding.pack,
        "version": finding.version,
        "verdict": str(finding.verdict),
        "seen": finding.seen,
        "missing": list(finding.missing),
    }
