"""Every change does first what has fallen due meanwhile, and a late clock takes nothing back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callcenter.routing.acd import Acd
from callcenter.routing.decisions import Decision
from tests.routing.build import ASKED, agent, need, offers, queue, router

CARD, LOAN = queue("card", need("card"), wrap_up_ms=0), queue("loan", need("loan"), wrap_up_ms=0)


def declined_by_a() -> Acd:
    """``a`` said no to ``old`` at 0 and is free; ``b`` is offered ``loan1`` and ``c`` talks with ``loan2``."""
    acd = router([CARD, LOAN], [agent("a", card=1), agent("b", loan=1), agent("c", loan=1)])
    acd.enqueue("old", "card", 0, why=ASKED)
    acd.refuse("old", "a", 0, "declined")
    acd.enqueue("loan1", "loan", 0, why=ASKED)
    acd.enqueue("loan2", "loan", 0, why=ASKED)
    acd.accept("loan2", "c", 0)
    return acd


CHANGES: list[Callable[[Acd, int], list[Decision]]] = [
    lambda acd, now: acd.tick(now),
    lambda acd, now: acd.enqueue("new", "card", now, why=ASKED),
    lambda acd, now: acd.accept("loan1", "b", now),
    lambda acd, now: acd.refuse("loan1", "b", now, "declined"),
    lambda acd, now: acd.release("c", "loan2", now),
    lambda acd, now: acd.remove("nobody", now),
    lambda acd, now: acd.sign_out("c", now),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_hold_off_that_is_over_comes_before_any_change(change: Callable[[Acd, int], list[Decision]]) -> None:
    assert ("old", "a") not in offers(change(declined_by_a(), 29_999))
    acd = declined_by_a()
    assert offers(change(acd, 30_000))[0] == ("old", "a")
    acd.check()
