"""The router's reasons word for word: every fact that a screen reads, under its name and with its figure."""

from __future__ import annotations

from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig
from callcenter.domain.contact import Why
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import Decision, Offered
from tests.routing.build import ASKED, agent, need, queue, router

CARD = queue("card", need("card", 2), wrap_up_ms=0)


def why_offered(decisions: list[Decision]) -> Why:
    (offer,) = (decision for decision in decisions if isinstance(decision, Offered))
    return offer.why


def test_why_an_agent_gets_an_arriving_contact() -> None:
    calm = queue("card", need("card", 2), need("calm", 3, required=False))
    people = [agent("a", card=2), agent("b", card=5, calm=4), agent("c"), agent("d", card=2)]
    acd = router([calm], people)
    acd.request_state("d", AgentState.ON_BREAK, "lunch", 500)
    acd.enqueue("t1", "card", 1_000, channel="chat", why=ASKED)
    acd.accept("t1", "b", 1_000)
    why = why_offered(acd.enqueue("c1", "card", 9_000, arrived_ms=6_000, excluded=frozenset({"x"}), why=ASKED))
    assert why == Why(
        "best_agent",
        {
            "policy": "longest_idle",
            "idle_ms": 8_000,
            "waited_ms": 3_000,
            "candidates": [
                {"agent": "b", "idle_ms": 8_000, "level": 9, "in_hand": 1, "preferred": 1},
                {"agent": "a", "idle_ms": 9_000, "level": 2, "preferred": 0},
            ],
            "asked": "asked_for_person",
            "in_hand": 1,
            "available": 1,
            "ruled_out": {"in_chats": 1, "on_break:lunch": 1, "lacks_skill": 1},
            "excluded": ["x"],
        },
    )


def test_a_contact_from_the_future_has_waited_no_time() -> None:
    acd = router([CARD], [agent("a", card=2)])
    for arrived, waited in ((10_000, 0), (1_001, 0), (1_000, 0), (999, 1)):
        why = why_offered(acd.enqueue("c1", "card", 1_000, arrived_ms=arrived, why=ASKED))
        assert why.detail["waited_ms"] == waited
        acd.remove("c1", 1_000)


def test_why_a_freed_agent_gets_this_contact() -> None:
    queues = [queue(name, wrap_up_ms=0) for name in ("one", "two", "three", "four", "five")]
    acd = router(queues, [agent("a")])
    acd.enqueue("t1", "one", 0, channel="chat", why=ASKED)
    acd.accept("t1", "a", 0)
    acd.enqueue("talk", "one", 0, why=ASKED)
    acd.accept("talk", "a", 0)
    for number, config in enumerate(queues):
        acd.enqueue(f"c{number}", config.id, 1_000 * number, priority=0, why=ASKED)
    acd.enqueue("again", "five", 5_000, arrived_ms=4_500, priority=2, front=True, why=ASKED)
    acd.remove("c0", 6_000)
    acd.remove("c1", 6_000)
    acd.remove("c2", 6_000)
    why = why_offered(acd.release("a", "talk", 10_000))
    assert why == Why(
        "next_contact",
        {
            "waited_ms": 5_500,
            "priority": 2,
            "waiting": 2,
            "next_elsewhere": [{"contact": "c3", "queue": "four", "waited_ms": 7_000}],
            "asked": "asked_for_person",
            "front": True,
            "in_hand": 1,
            "available": 0,
            "ruled_out": {"in_chats": 1},
        },
    )


def test_three_of_the_others_are_named_and_no_more() -> None:
    queues = [queue(name, wrap_up_ms=0) for name in ("one", "two", "three", "four", "five")]
    acd = router(queues, [agent("a")])
    acd.offer_direct("talk", "a", "one", 0, ASKED)
    acd.accept("talk", "a", 0)
    for number, config in enumerate(queues):
        acd.enqueue(f"c{number}", config.id, 10 + number, why=ASKED)
    why = why_offered(acd.release("a", "talk", 14))
    others = why.detail["next_elsewhere"]
    assert [(other["contact"], other["waited_ms"]) for other in others] == [("c1", 3), ("c2", 2), ("c3", 1)]  # type: ignore[union-attr,index,call-overload]
    assert why.detail["waited_ms"] == 4


def test_a_contact_that_comes_in_the_moment_of_the_offer_has_waited_no_time() -> None:
    acd = router([queue("one", wrap_up_ms=0), queue("two", wrap_up_ms=0)], [agent("a")])
    acd.offer_direct("talk", "a", "one", 0, ASKED)
    acd.accept("talk", "a", 0)
    acd.enqueue("c1", "one", 5, why=ASKED)
    acd.enqueue("c2", "two", 5, why=ASKED)
    why = why_offered(acd.release("a", "talk", 5))
    assert why.detail["waited_ms"] == 0
    assert why.detail["next_elsewhere"][0]["waited_ms"] == 0  # type: ignore[index,call-overload]


def test_why_a_contact_still_waits() -> None:
    acd = router([CARD], [agent("a", card=2), agent("b", card=1)])
    acd.enqueue("talk", "card", 0, why=ASKED)
    assert acd.explain_waiting("talk", 3_000) == Why(
        "being_offered", {"queue": "card", "waited_ms": 3_000, "agent": "a"}
    )
    acd.accept("talk", "a", 3_000)
    acd.enqueue("c1", "card", 4_000, why=ASKED)
    facts = {"queue": "card", "waited_ms": 6_000, "position": 1, "asks": ["card>=2"], "available": 0}
    assert acd.explain_waiting("c1", 10_000) == Why("all_busy", {**facts, "ruled_out": {"busy": 1, "lacks_skill": 1}})
    acd.enqueue("c2", "card", 9_000, preferred="a", preferred_ms=8_000, why=ASKED)
    mine = acd.explain_waiting("c2", 10_000)
    assert {
        **facts,
        "waited_ms": 1_000,
        "position": 2,
        "prefers": "a",
        "until_ms": 17_000,
    }.items() <= mine.detail.items()
    assert acd.explain_waiting("c2", 9_000).detail["waited_ms"] == 0
    kept = acd.enqueue("c3", "card", 10_000, excluded=frozenset({"a"}), why=ASKED)
    assert [type(decision).__name__ for decision in kept] == ["Unserved"]
    found = acd.explain_waiting("c3", 10_000)
    assert (found.code, found.detail["agents"], found.detail["excluded"]) == ("nobody_signed_in", 1, ["a"])


def test_agents_without_room_for_it_are_counted_among_those_with_some_room() -> None:
    people = [AgentConfig(id=name, name=name, capacity={"voice": 1, "chat": 3}) for name in "abc"]
    acd = router([queue("all")], people)
    for number in range(3):
        acd.enqueue(f"t{number}", "all", 0, channel="chat", weight=2, why=ASKED)
        acd.accept(f"t{number}", "abc"[number], 0)
    acd.enqueue("heavy", "all", 1, channel="chat", weight=2, why=ASKED)
    assert acd.explain_waiting("heavy", 2).detail["at_capacity"] == 3
    acd.release("a", "t0", 3, wrap_up=False)
    assert acd.position("heavy") == 0
    acd.refuse("heavy", "a", 4, "declined")
    why = acd.explain_waiting("heavy", 5)
    assert (why.code, why.detail["at_capacity"], why.detail["said_no"]) == ("free_agents_kept_from_it", 2, ["a"])
    acd.remove("heavy", 6)
    acd.enqueue("light", "all", 7, channel="chat", excluded=frozenset("abc"), why=ASKED)
    assert "at_capacity" not in acd.explain_waiting("light", 8).detail


def test_why_an_agent_has_nothing() -> None:
    elder, plain = queue("elder", need("elder"), reserve=1), queue("plain")
    acd = router([elder, plain], [agent("a", elder=1), agent("b", elder=1)])
    acd.request_state("b", AgentState.ON_BREAK, "lunch", 2_000)
    assert acd.explain_idle("b") == Why("not_available", {"state": "on_break", "since_ms": 2_000, "reason": "lunch"})
    assert acd.explain_idle("a") == Why(
        "nobody_waits", {"state": "available", "since_ms": 0, "queues": ["elder", "plain"]}
    )
    acd.enqueue("c1", "plain", 3_000, why=ASKED)
    acd.enqueue("c2", "plain", 3_000, why=ASKED)
    assert acd.explain_idle("a") == Why(
        "reserved", {"state": "available", "since_ms": 0, "waiting": 2, "reserved_for": ["elder"]}
    )


def test_what_an_idle_agent_lacks_is_told_by_how_many_ask_for_it() -> None:
    queues = [
        queue("one", need("x", 3), need("extra", 1, required=False)),
        queue("two", need("y", 2)),
        queue("team", teams=("north", "south")),
        queue("named"),
    ]
    acd = router(
        queues, [AgentConfig(id="a", name="a", skills={"y": 2, "x": 2}, team="east", queues=("one", "two", "team"))]
    )
    acd.enqueue("v", "two", 0, channel="video", why=ASKED)
    acd.enqueue("w", "two", 0, skills=(need("z", 1),), why=ASKED)
    for number, name in enumerate(("one", "team", "team", "team", "named", "named")):
        acd.enqueue(f"c{number}", name, number, why=ASKED)
    acd.enqueue("also", "one", 9, skills=(need("y", 9),), why=ASKED)
    why = acd.explain_idle("a")
    assert why.code == "waiting_contacts_ask_for_more"
    assert why.detail["waiting"] == 9
    assert list(why.detail["lacks"].items()) == [  # type: ignore[union-attr]
        ("team:north,south", 3),
        ("queue:named", 2),
        ("x>=3", 2),
        ("channel:video", 1),
        ("z>=1", 1),
    ]


def test_preferred_skills_are_told_with_a_question_mark() -> None:
    acd = Acd()
    acd.configure({"card": queue("card", need("card", 2), need("calm", 3, required=False))}, {}, 0)
    acd.enqueue("c1", "card", 0, why=ASKED)
    assert sorted(acd.explain_waiting("c1", 1).detail["asks"]) == ["calm>=3?", "card>=2"]  # type: ignore[arg-type]


def test_whoever_has_just_come_has_worked_no_time() -> None:
    acd = router([queue("all", agent_policy="least_occupied", wrap_up_ms=0)], [agent("a"), agent("b")])
    acd.enqueue("c1", "all", 0, why=ASKED)
    acd.accept("c1", "a", 0)
    acd.release("a", "c1", 40_000)
    why = why_offered(acd.enqueue("c2", "all", 50_000, why=ASKED))
    assert [(each["agent"], each["worked_ms"]) for each in why.detail["candidates"]] == [("b", 0), ("a", 40_000)]  # type: ignore[union-attr,index,call-overload]
