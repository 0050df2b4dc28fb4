"""A router that was loaded goes on as the one that was written down: hold-offs, work in hand, the end of steps."""

from __future__ import annotations

import json

import pytest

from callcenter.domain.config import AgentConfig
from callcenter.domain.errors import Corrupt
from callcenter.routing.acd import Acd
from tests.routing.build import ASKED, offers, queue, router

ALL = queue("all", wrap_up_ms=0)
PEOPLE = [AgentConfig(id="a", name="a", capacity={"voice": 1, "chat": 3})]


def loaded(acd: Acd) -> Acd:
    return Acd.load(json.loads(json.dumps(acd.dump())), {"all": ALL}, {each.id: each for each in PEOPLE})


def test_whoever_declined_is_asked_again_when_the_hold_off_is_over_and_not_before() -> None:
    acd = router([ALL], PEOPLE)
    acd.enqueue("c1", "all", 0, why=ASKED)
    acd.refuse("c1", "a", 1_000, "declined")
    again = loaded(acd)
    assert again.next_due_ms() == acd.next_due_ms() == 31_000
    again.check()
    assert again.explain_waiting("c1", 2_000).detail["said_no"] == ["a"]
    assert offers(again.tick(30_999)) == []
    assert offers(again.tick(31_000)) == [("c1", "a")]


def test_what_an_agent_has_in_hand_takes_as_much_room_as_before() -> None:
    acd = router([ALL], PEOPLE)
    for number in range(2):
        acd.enqueue(f"t{number}", "all", number, channel="chat", why=ASKED)
        acd.accept(f"t{number}", "a", number)
    again = loaded(acd)
    again.check()
    assert offers(again.enqueue("t2", "all", 5, channel="chat", why=ASKED)) == [("t2", "a")]
    again.accept("t2", "a", 6)
    assert offers(again.enqueue("t3", "all", 7, channel="chat", why=ASKED)) == []
    assert again.agent("a").talks == ("t0", "t1", "t2")


def test_a_snapshot_of_another_kind_is_refused_in_words() -> None:
    with pytest.raises(Corrupt, match=r"^the router's snapshot is not of a known format$"):
        Acd.load({"format": 99}, {"all": ALL}, {})


def test_a_standing_offer_stands_on_and_can_be_taken() -> None:
    acd = router([ALL], PEOPLE)
    acd.enqueue("c1", "all", 1_000, why=ASKED)
    again = loaded(acd)
    again.check()
    assert again.agent("a") == acd.agent("a")
    assert again.agent("a").offered == "c1"
    again.accept("c1", "a", 2_000)
    assert again.agent("a").talks == ("c1",)
