"""Shares are whole, fair at every moment, and nobody gets all the best ones."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dialer.lists.shares import even, turns


def test_even_shares_come_out_to_the_last_lead() -> None:
    assert even(["a", "b", "c"], 8) == [("a", 3), ("b", 3), ("c", 2)]
    assert even(["a", "b"], 1) == [("a", 1), ("b", 0)]
    assert even([], 5) == []


@given(st.lists(st.integers(0, 30), max_size=6))
def test_at_any_moment_everybody_has_the_same_part_to_within_one(counts: list[int]) -> None:
    shares = [(f"a{place}", count) for place, count in enumerate(counts)]
    order, total = list(turns(shares)), sum(counts)
    assert Counter(order) == Counter({owner: count for owner, count in shares if count})
    for moment in range(total + 1):
        so_far = Counter(order[:moment])
        assert all(abs(so_far[owner] - count * moment / total) <= len(counts) for owner, count in shares if total)
        parts = [so_far[owner] / count for owner, count in shares if count]
        slack = max((1 / count for _owner, count in shares if count), default=0)
        assert not parts or max(parts) - min(parts) <= slack + 1e-9
