"""Heaps read in place give what sorting and comparing everything gives."""

from __future__ import annotations

from heapq import heapify

from hypothesis import given
from hypothesis import strategies as st

from callcenter.routing.heaps import ascending, smaller


@given(st.lists(st.integers(0, 60), max_size=40), st.integers(-1, 61))
def test_entries_in_order_and_those_below_a_bound_are_all_of_them(numbers: list[int], bound: int) -> None:
    heap = list(numbers)
    heapify(heap)
    before = list(heap)
    assert list(ascending(heap)) == sorted(numbers)
    assert sorted(smaller(heap, bound)) == sorted(number for number in numbers if number < bound)
    assert heap == before
