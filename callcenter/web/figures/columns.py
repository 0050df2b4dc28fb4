"""What a table of figures shows, column by column. The formulas stand in :mod:`callcenter.reports.metrics`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any

from callcenter.reports import metrics
from callcenter.web.i18n import N_
from callcenter.web.wording.words import short_time


class Kind(StrEnum):
    """What a figure is measured in."""

    COUNT = "count"
    SHARE = "share"  # from 0 to 1
    TIME = "time"  # ms


@dataclass(frozen=True, slots=True)
class Column:
    """One figure. ``title`` and ``formula`` are yet to be translated; ``filed``: in files alone."""

    name: str
    title: str
    formula: str
    kind: Kind
    of: Callable[[Any], float | int | None]
    filed: bool = False
    compared: bool = False
    """Whether a chart may show it."""

    def shown(self, sums: Any) -> str:
        """The figure as people read it; a dash where there is nothing to divide by."""
        value = self.of(sums)
        if value is None:
            return "–"
        match self.kind:
            case Kind.SHARE:
                return f"{100 * value:.1f} %"
            case Kind.TIME:
                return short_time(value)
            case _:
                return f"{value:,}"

    def drawn(self, sums: Any) -> float | int | None:
        """The figure as a chart draws it: a count, per cent, or seconds."""
        value = self.of(sums)
        if value is None or self.kind is Kind.COUNT:
            return value
        return round(100 * value, 1) if self.kind is Kind.SHARE else round(value / 1_000)

    @property
    def unit(self) -> str:
        """What :meth:`drawn` is in."""
        return {Kind.COUNT: "", Kind.SHARE: " %", Kind.TIME: " s"}[self.kind]


def _sum(name: str, title: str, formula: str, kind: Kind = Kind.COUNT, **more: bool) -> Column:
    """A figure that is counted as it is."""
    return Column(name, title, formula, kind, attrgetter(name), **more)


_HANDLE = N_("(Talk + hold + wrap-up) ÷ parts handled")
_PARTS = (
    _sum("talk_ms", N_("Talk"), N_("Without hold; consultation counts"), Kind.TIME, filed=True),
    _sum("hold_ms", N_("Hold"), N_("While the customer was on hold"), Kind.TIME, filed=True),
    _sum("wrap_up_ms", N_("Wrap-up"), N_("After the talk, until the contact was filed"), Kind.TIME, filed=True),
)

QUEUE_COLUMNS = (
    _sum("offered", N_("Offered"), N_("Visits of the queue that began in this time"), compared=True),
    _sum("answered", N_("Answered"), N_("Visits that ended with an agent"), compared=True),
    _sum("abandoned", N_("Abandoned"), N_("Hung up while waiting"), compared=True),
    _sum("handed_on", N_("Handed on"), N_("Overflow, closed queue or callback"), compared=True),
    _sum("called_back", N_("Called back"), N_("Of those answered: the customer was called back"), compared=True),
    Column(
        "service_level",
        N_("Service level"),
        N_("Answered within the queue's time ÷ offered, without callbacks and those its rule leaves out"),
        Kind.SHARE,
        metrics.service_level,
        compared=True,
    ),
    Column(
        "answer_rate",
        N_("Answer rate"),
        N_("Contacts that a person answered ÷ contacts that asked for a person"),
        Kind.SHARE,
        metrics.answer_rate,
        compared=True,
    ),
    Column(
        "abandonment",
        N_("Abandonment"),
        N_("Abandoned ÷ offered without callbacks"),
        Kind.SHARE,
        metrics.abandonment,
        compared=True,
    ),
    Column(
        "asa",
        N_("ASA"),
        N_("Waits of answered visits ÷ answered without callbacks"),
        Kind.TIME,
        metrics.asa_ms,
        compared=True,
    ),
    _sum(
        "longest_wait_ms",
        N_("Longest wait"),
        N_("The longest of the visits that are over, however they ended"),
        Kind.TIME,
        compared=True,
    ),
    Column("aht", N_("AHT"), _HANDLE, Kind.TIME, metrics.aht_ms, compared=True),
    _sum("cut_off", N_("Cut off"), N_("Lost by the telephone system"), filed=True),
    _sum("short_abandoned", N_("Abandoned early"), N_("Hung up within the queue's short time"), filed=True),
    _sum("handled", N_("Handled"), N_("Parts of agents in contacts"), filed=True),
    *_PARTS,
)
AGENT_COLUMNS = (
    _sum("offers", N_("Offers"), N_("Times a contact rang"), compared=True),
    _sum("missed", N_("Missed"), N_("Not picked up, or the telephone was not reached"), compared=True),
    _sum("declined", N_("Declined"), N_("Refused by the agent"), compared=True),
    Column("acceptance", N_("Acceptance"), N_("Accepted ÷ offers"), Kind.SHARE, metrics.acceptance, compared=True),
    _sum("handled", N_("Handled"), N_("Parts of agents in contacts"), compared=True),
    Column("aht", N_("AHT"), _HANDLE, Kind.TIME, metrics.aht_ms, compared=True),
    Column(
        "occupancy",
        N_("Occupancy"),
        N_("(On contacts + wrap-up) ÷ time signed in without breaks"),
        Kind.SHARE,
        metrics.occupancy,
        compared=True,
    ),
    Column(
        "signed_in",
        N_("Time signed in"),
        N_("Available + ringing + on contacts + wrap-up + breaks"),
        Kind.TIME,
        metrics.signed_in_ms,
        compared=True,
    ),
    _sum("busy_ms", N_("On contacts"), N_("Hold and consultation included; several at once count once"), Kind.TIME),
    _sum("available_ms", N_("Available"), N_("Free for a contact"), Kind.TIME),
    _sum("break_ms", N_("Break"), N_("On break"), Kind.TIME),
    _sum("accepted", N_("Accepted"), N_("Offers taken"), filed=True),
    _sum("ringing_ms", N_("Ringing"), N_("Being offered a contact"), Kind.TIME, filed=True),
    _sum("wrapping_ms", N_("In wrap-up"), N_("By the clock; several at once count once"), Kind.TIME, filed=True),
    *_PARTS,
)


def columns_of(by: str) -> tuple[Column, ...]:
    """The columns of figures grouped ``by``."""
    return AGENT_COLUMNS if is_of_agents(by) else QUEUE_COLUMNS


def is_of_agents(by: str) -> bool:
    """Whether figures grouped ``by`` are those of agents; else they are of queues."""
    return by in ("team", "agent")


def first_choice(by: str) -> str:
    """The figure a chart shows when nobody chose one."""
    return "occupancy" if is_of_agents(by) else "service_level"
