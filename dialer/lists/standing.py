"""Why leads are not dialled: a campaign's leads by where they stand, in figures that add up."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from callcenter.domain.leads import OPEN, LeadState, StateCount


class Standing(Struct, frozen=True):
    """How many leads there are and how many of them could be dialled now; all others with state and reason.

    ``dialable`` and ``others`` add up to ``leads``. ``stopped`` is why nothing at all is dialled now (the campaign
    pauses, its window is closed), though ``dialable`` leads are there; empty: nothing stops it.
    """

    leads: int
    dialable: int
    others: tuple[StateCount, ...]
    stopped: str = ""


def standing(counts: Iterable[StateCount], waiting_due: int, stopped: str = "") -> Standing:
    """From the counts by state and reason, and how many of the waiting ones may be called now; the most first.

    Waiting leads that are due are taken off their groups from the largest on: which reason was theirs no longer
    matters to anybody.
    """
    counts = list(counts)
    ready = sum(one.leads for one in counts if one.state is LeadState.READY)
    others: list[StateCount] = []
    due = waiting_due
    for one in sorted(counts, key=lambda one: (-one.leads, one.state, one.reason)):
        if one.state is LeadState.READY:
            continue
        taken = min(due, one.leads) if one.state is LeadState.WAITING else 0
        due -= taken
        if one.leads > taken:
            others.append(StateCount(one.state, one.reason, one.leads - taken))
    return Standing(sum(one.leads for one in counts), ready + waiting_due - due, tuple(others), stopped)


def open_leads(counts: Iterable[StateCount]) -> int:
    """How many can be dialled, now or later."""
    return sum(one.leads for one in counts if one.state in OPEN)
