"""What the router refuses, and that each refusal names whom and what it is about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callcenter.domain.agent import AgentState
from callcenter.domain.errors import Rejected
from callcenter.routing.acd import Acd
from tests.routing.build import ASKED, agent, need, queue, router

CARD = queue("card", need("card"), wrap_up_ms=0)


def busy_with_c1() -> Acd:
    """``anna`` talks with c1 and c2 waits; ``ben`` is on break, ``carl`` not signed in."""
    acd = router([CARD], [agent("anna", card=1), agent("ben", card=1), agent("carl", card=1)], ready=False)
    for name in ("anna", "ben"):
        acd.sign_in(name, 0)
    acd.request_state("anna", AgentState.AVAILABLE, "", 0)
    acd.enqueue("c1", "card", 0, why=ASKED)
    acd.accept("c1", "anna", 0)
    acd.enqueue("c2", "card", 0, why=ASKED)
    return acd


REFUSED: list[tuple[str, Callable[[Acd], object], tuple[str, ...]]] = [
    ("unknown_queue", lambda acd: acd.enqueue("c3", "nowhere", 1, why=ASKED), ("nowhere",)),
    ("unknown_queue", lambda acd: acd.waiting("nowhere"), ("nowhere",)),
    ("already_waiting", lambda acd: acd.enqueue("c2", "card", 1, why=ASKED), ("c2",)),
    ("already_waiting", lambda acd: acd.offer_direct("c2", "anna", "card", 1, ASKED), ("c2",)),
    ("already_waiting", lambda acd: acd.seize("anna", "c2", 1), ("c2",)),
    ("unknown_agent", lambda acd: acd.offer_direct("c3", "dora", "card", 1, ASKED), ("dora",)),
    ("unknown_agent", lambda acd: acd.accept("c2", "dora", 1), ("dora",)),
    ("unknown_agent", lambda acd: acd.release("dora", "c1", 1), ("dora",)),
    ("unknown_agent", lambda acd: acd.end_wrap_up("dora", "c1", 1), ("dora",)),
    ("agent_not_available", lambda acd: acd.offer_direct("c1", "anna", "card", 1, ASKED, channel="chat"), ("anna",)),
    ("agent_not_available", lambda acd: acd.offer_direct("c3", "ben", "card", 1, ASKED), ("ben", "on_break")),
    ("agent_not_available", lambda acd: acd.seize("ben", "c3", 1), ("ben", "on_break")),
    ("agent_not_available", lambda acd: acd.seize("carl", "c3", 1), ("carl", "logged_out")),
    ("not_signed_in", lambda acd: acd.seize("carl", "c3", 1, from_break=True), ("carl",)),
    ("not_signed_in", lambda acd: acd.request_state("carl", AgentState.AVAILABLE, "", 1), ("carl",)),
    ("state_not_requestable", lambda acd: acd.request_state("anna", AgentState.BUSY, "", 1), ("busy",)),
    ("offer_gone", lambda acd: acd.accept("c2", "anna", 1), ("c2", "anna")),
    ("unknown_outcome", lambda acd: acd.refuse("c2", "anna", 1, "lost"), ("lost",)),
    ("not_in_wrap_up", lambda acd: acd.extend_wrap_up("anna", "c1", 1), ("anna", "c1")),
]


@pytest.mark.parametrize(("code", "asked", "named"), REFUSED)
def test_a_refusal_says_whom_and_what_it_is_about_and_changes_nothing(
    code: str, asked: Callable[[Acd], object], named: tuple[str, ...]
) -> None:
    acd = busy_with_c1()
    before = acd.dump()
    with pytest.raises(Rejected) as refused:
        asked(acd)
    assert refused.value.code == code
    assert all(name in str(refused.value) for name in named)
    after = acd.dump()
    assert {**after, "now_ms": 0} == {**before, "now_ms": 0}
    acd.check()


def test_whoever_has_a_contact_in_hand_is_not_asked_for_it_again() -> None:
    acd = router([CARD], [agent("anna", card=1)])
    acd.offer_direct("t1", "anna", "card", 0, ASKED, channel="chat")
    acd.accept("t1", "anna", 0)
    for again in (
        lambda: acd.offer_direct("t1", "anna", "card", 1, ASKED, channel="chat"),
        lambda: acd.seize("anna", "t1", 1, channel="chat"),
    ):
        with pytest.raises(Rejected, match="anna has contact t1 in hand") as refused:
            again()
        assert refused.value.code == "agent_not_available"
