"""Leads handed out to agents and teams: how many each gets, and in which turn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from heapq import heapify, heapreplace


def even(owners: Sequence[str], leads: int) -> list[tuple[str, int]]:
    """As many to each; the first ones get one more where it does not come out even."""
    if not owners:
        return []
    each, over = divmod(leads, len(owners))
    return [(owner, each + (place < over)) for place, owner in enumerate(owners)]


def turns(shares: Sequence[tuple[str, int]]) -> Iterator[str]:
    """The owner of each lead in its order, so that nobody gets all the best ones: at any moment everybody has the same
    part of their share, to within one lead."""
    heap = [(Fraction(1, count), place, 1, owner, count) for place, (owner, count) in enumerate(shares) if count > 0]
    heapify(heap)
    for _lead in range(sum(count for *_rest, count in heap)):
        _part, place, given, owner, count = heap[0]
        yield owner
        heapreplace(heap, (Fraction(given + 1, count), place, given + 1, owner, count))
