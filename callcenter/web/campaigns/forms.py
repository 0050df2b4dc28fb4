"""A campaign's request as a form, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any

from msgspec.structs import replace

from callcenter.domain.campaign_records import CampaignSpec, Window
from callcenter.domain.campaigns import CampaignMode, RetryRule
from callcenter.web.campaigns.words import MARKS, MODES, PACKS, RESULTS

WORKDAYS, WEEKEND = range(5), range(5, 7)
_BETWEEN = ", "
_SPANS = str.maketrans("，、；;－–—～~：", ",,,,-----:")
RETRIED = ("busy", "no_answer", "rejected", "failed", "hung_up", "machine")
_MOST = 1_000_000


def spec_of(form: Mapping[str, str], many: Mapping[str, list[str]], before: CampaignSpec) -> CampaignSpec:
    """The request that the form asks for. What is no number stays as it was; the check says the rest."""
    mode = form.get("mode", "")
    return replace(
        before,
        names=_names(form, "name"),
        goal=form.get("goal", "").strip(),
        department=form.get("department", "").strip(),
        on_behalf_of=_names(form, "behalf"),
        purpose=form.get("purpose", ""),
        product_kind=form.get("product_kind", ""),
        mode=CampaignMode(mode) if mode in set(MODES) else CampaignMode.PREVIEW,
        queue=form.get("queue", ""),
        flow=form.get("flow", ""),
        script=form.get("script", "").replace("\r\n", "\n").strip(),
        caller_number=form.get("caller_number", ""),
        number_class=form.get("number_class", ""),
        marks=tuple(mark for mark in MARKS if mark in many.get("marks", [])),
        packs=tuple(pack for pack, _ in PACKS if pack in many.get("packs", [])),
        windows=(*_windows(form.get("workdays", ""), WORKDAYS), *_windows(form.get("weekend", ""), WEEKEND)),
        first_day=form.get("first_day", ""),
        last_day=form.get("last_day", ""),
        ring_ms=_number(form, "ring_s", before.ring_ms // 1_000) * 1_000,
        attempts=_number(form, "attempts", before.attempts),
        retries=_retries(form, before),
        results={
            name.removeprefix("result-"): meaning
            for name, meaning in form.items()
            if name.startswith("result-") and meaning in RESULTS
        },
        daily_limit=_number(form, "daily_limit", before.daily_limit),
        total_limit=_number(form, "total_limit", before.total_limit),
        lines=_number(form, "lines", before.lines),
        calls_per_second=_number(form, "calls_per_second", before.calls_per_second),
        failure_share=_share(form, "failure_share", before.failure_share),
        cap=_share(form, "cap", before.cap),
        budget=_amount(form, "budget", before.budget),
        price_minute=_amount(form, "price_minute", before.price_minute),
        machines=form.get("machines", before.machines),
        machine_message=_names(form, "machine"),
    )


def form_of(spec: CampaignSpec) -> dict[str, Any]:
    """What the form shows of a request."""
    return {
        "workdays": spans(spec.windows, WORKDAYS),
        "weekend": spans(spec.windows, WEEKEND),
        "ring_s": spec.ring_ms // 1_000,
        "cap": f"{spec.cap * 100:g}",
        "failure_share": f"{spec.failure_share * 100:g}",
        "budget": f"{spec.budget:g}",
        "price_minute": f"{spec.price_minute:g}",
        "retries": {
            outcome: {"minutes": rule.after_ms // 60_000, "most": rule.most}
            for outcome in RETRIED
            for rule in (spec.retries.get(outcome, RetryRule(0, 0)),)
        },
    }


def spans(windows: Iterable[Window], days: range) -> str:
    """The hours of the first of ``days``: ``09:00-12:00, 14:00-20:00``."""
    return _BETWEEN.join(f"{one.begins}-{one.ends}" for one in windows if one.weekday == days[0])


def _windows(text: str, days: range) -> list[Window]:
    parts = [part.strip() for part in text.translate(_SPANS).split(",") if part.strip()]
    pairs = [(begins.strip(), ends.strip()) for begins, _, ends in (part.partition("-") for part in parts)]
    return [Window(day, begins, ends) for day in days for begins, ends in pairs]


def _names(form: Mapping[str, str], field: str) -> dict[str, str]:
    given = {language: form.get(f"{field}_{language}", "").strip() for language in ("zh", "en")}
    return {language: text for language, text in given.items() if text}


def _retries(form: Mapping[str, str], before: CampaignSpec) -> dict[str, RetryRule]:
    found = dict(before.retries)
    for outcome in RETRIED:
        old = before.retries.get(outcome, RetryRule(0, 0))
        minutes = _number(form, f"after-{outcome}", old.after_ms // 60_000)
        found[outcome] = RetryRule(minutes * 60_000, _number(form, f"most-{outcome}", old.most))
    return found


def _amount(form: Mapping[str, str], field: str, before: float) -> float:
    """A sum of money; what is no number stays as it was."""
    text = form.get(field, "").strip().replace(",", ".")
    try:
        amount = float(text or "0")
    except ValueError:
        return before
    return round(amount, 4) if isfinite(amount) else before


def _share(form: Mapping[str, str], field: str, before: float) -> float:
    """A percentage as a share of one."""
    try:
        return round(float(form.get(field, "").replace(",", ".")) / 100, 6)
    except ValueError:
        return before


def _number(form: Mapping[str, str], field: str, before: int) -> int:
    text = form.get(field, "").strip()
    return min(int(text), _MOST) if text.isascii() and text.isdecimal() else before
