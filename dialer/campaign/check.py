"""What is missing or contradictory in a campaign's request; nothing with a fault is submitted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from callcenter.domain.campaign_records import MACHINES, NUMBER_CLASSES, PURPOSES, CampaignSpec, Fault, Window
from callcenter.domain.campaigns import CampaignMode, Outcome
from dialer.campaign.hours import clock
from dialer.rules.pack import SHIPPED


@dataclass(frozen=True, slots=True)
class Known:
    """What the centre has: queues, flows, and the numbers that are its own."""

    queues: Collection[str]
    flows: Collection[str]
    numbers: Collection[str]


def faults(spec: CampaignSpec, known: Known) -> list[Fault]:
    """Everything that keeps the request from being submitted, in the order of the form."""
    return [*_text(spec), *_who(spec, known), *_when(spec), *_how_often(spec)]


def _text(spec: CampaignSpec) -> Iterator[Fault]:
    if not any(name.strip() for name in spec.names.values()):
        yield Fault("names", "missing")
    if not spec.goal.strip():
        yield Fault("goal", "missing")
    if spec.purpose not in PURPOSES:
        yield Fault("purpose", "missing")


def _who(spec: CampaignSpec, known: Known) -> Iterator[Fault]:
    if spec.mode is CampaignMode.FLOW:
        if spec.flow not in known.flows:
            yield Fault("flow", "unknown" if spec.flow else "missing", spec.flow)
    elif spec.queue not in known.queues:
        yield Fault("queue", "unknown" if spec.queue else "missing", spec.queue)
    if not spec.caller_number:
        yield Fault("caller_number", "missing")
    elif spec.caller_number not in known.numbers:
        yield Fault("caller_number", "not_ours", spec.caller_number)
    if spec.number_class not in NUMBER_CLASSES:
        yield Fault("number_class", "missing")
    if spec.mode is CampaignMode.PREDICTIVE and not any(spec.on_behalf_of.values()):
        yield Fault("on_behalf_of", "missing")
    if not spec.packs:
        yield Fault("packs", "missing")
    for name in spec.packs:
        if name not in SHIPPED:
            yield Fault("packs", "unknown", name)


def _when(spec: CampaignSpec) -> Iterator[Fault]:
    if not spec.windows:
        yield Fault("windows", "never_open")
    for window in spec.windows:
        if not _is_span(window):
            yield Fault("windows", "not_hours", f"{window.begins}-{window.ends}")
    days = [day for day in (spec.first_day, spec.last_day) if day]
    if any(not _is_day(day) for day in days):
        yield Fault("last_day", "not_a_day")
    elif len(days) == 2 and days[0] > days[1]:
        yield Fault("last_day", "before_first", spec.last_day)


def _how_often(spec: CampaignSpec) -> Iterator[Fault]:
    if not 1 <= spec.attempts <= 20:
        yield Fault("attempts", "out_of_bounds", "1-20")
    if not 5_000 <= spec.ring_ms <= 120_000:
        yield Fault("ring_ms", "out_of_bounds", "5-120 s")
    if not 0 < spec.cap <= 0.03:
        yield Fault("cap", "out_of_bounds", "0-3 %")
    if not 1 <= spec.lines <= 1_000:
        yield Fault("lines", "out_of_bounds", "1-1000")
    if spec.machines not in MACHINES:
        yield Fault("machines", "unknown", spec.machines)
    elif spec.machines == "message" and not any((*spec.on_behalf_of.values(), *spec.machine_message.values())):
        yield Fault("on_behalf_of", "missing")
    if not 0 <= spec.calls_per_second <= 100:
        yield Fault("calls_per_second", "out_of_bounds", "0-100")
    if not 0 <= spec.failure_share <= 1:
        yield Fault("failure_share", "out_of_bounds", "0-100 %")
    if spec.daily_limit < 0 or spec.total_limit < 0:
        yield Fault("daily_limit", "out_of_bounds", ">= 0")
    if spec.budget < 0:
        yield Fault("budget", "out_of_bounds", ">= 0")
    if spec.price_minute < 0:
        yield Fault("price_minute", "out_of_bounds", ">= 0")
    elif spec.budget > 0 and not spec.price_minute:
        yield Fault("price_minute", "missing")
    for outcome in {*spec.retries, *spec.results.values()} - set(Outcome):
        yield Fault("retries", "unknown", outcome)


def _is_span(window: Window) -> bool:
    try:
        return 0 <= window.weekday < 7 and clock(window.begins) < clock(window.ends)
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
