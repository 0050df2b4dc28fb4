"""Why leads are not dialled: the figures add up, whatever stands where."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from callcenter.domain.leads import LeadState, StateCount
from dialer.lists.standing import open_leads, standing

S = LeadState


def test_nothing_dialable_says_why() -> None:
    counts = [
        StateCount(S.WAITING, "cn_marketing_hours_custom", 412),
        StateCount(S.OPTED_OUT, "opted_out", 80),
        StateCount(S.WAITING, "retry", 9),
    ]
    found = standing(counts, 0)
    assert (found.leads, found.dialable, found.others) == (501, 0, tuple(counts))
    assert open_leads(counts) == 421


def test_due_ones_are_dialable_and_the_campaign_may_be_stopped() -> None:
    counts = [StateCount(S.READY, "", 5), StateCount(S.WAITING, "retry", 9), StateCount(S.DONE, "", 2)]
    found = standing(counts, 4, "paused")
    assert found.dialable == 9
    assert found.others == (StateCount(S.WAITING, "retry", 5), StateCount(S.DONE, "", 2))
    assert found.stopped == "paused"


@given(
    st.dictionaries(st.tuples(st.sampled_from(S), st.sampled_from(["", "retry", "r1"])), st.integers(1, 99)),
    st.integers(0, 400),
)
def test_it_adds_up(groups: dict[tuple[LeadState, str], int], due: int) -> None:
    counts = [StateCount(*key, leads) for key, leads in groups.items()]
    found = standing(counts, due)
    assert found.dialable + sum(one.leads for one in found.others) == found.leads == sum(groups.values())
    assert all(one.leads > 0 for one in found.others)
