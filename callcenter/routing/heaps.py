"""Reading a heap without taking it apart. Entries deleted lazily may still stand in it; the caller skips them."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import TypeVar

T = TypeVar("T")


def ascending(heap: list[T]) -> Iterator[T]:
    """The entries from the smallest up, touching only what is asked for: k entries cost k log k."""
    size = len(heap)
    if not size:
        return
    frontier: list[tuple[T, int]] = [(heap[0], 0)]
    while frontier:
        entry, index = heappop(frontier)
        yield entry
        for child in (2 * index + 1, 2 * index + 2):
            if child < size:
                heappush(frontier, (heap[child], child))


def smaller(heap: list[T], bound: T) -> Iterator[T]:
    """The entries below ``bound``, in no order; costs only as many steps as there are."""
    size = len(heap)
    stack = [0]
    while stack:
        index = stack.pop()
        if index < size and heap[index] < bound:  # type: ignore[operator]
            yield heap[index]
            stack.append(2 * index + 1)
            stack.append(2 * index + 2)
