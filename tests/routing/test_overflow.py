"""When a waiting contact is handed on: by wait, by who is at work, by the expected wait."""

from __future__ import annotations

import pytest

from callcenter.domain.config import Overflow
from callcenter.routing import overflow
from callcenter.routing.acd import Acd
from tests.routing.build import ASKED, agent, queue, router

BY_TIME = Overflow("queue:b", after_ms=30_000)
AT_ONCE = Overflow("flow:bye")
UNSTAFFED = Overflow("callback", when_unstaffed=True)
FEW = Overflow("queue:b", staffed_below=2)
LONG = Overflow("queue:b", expected_ms=120_000)


def found(*rules: Overflow, waited_ms: int = 0, staff: int = 3, taken: int = 0) -> tuple[int, str] | None:
    """What holds for the only contact of a queue in which so many are signed in, on break."""
    config = queue("a", overflow=rules)
    people = [agent(f"a{number}") for number in range(3)]
    acd = router([config], people, ready=False)
    for person in people[:staff]:
        acd.sign_in(person.id, 0)
    acd.enqueue("c", "a", 0, why=ASKED)
    return overflow.first_that_holds(acd, "c", config, taken, waited_ms, waited_ms)


def test_a_wait_counts_from_its_length_on() -> None:
    assert found(BY_TIME, waited_ms=29_999) is None
    assert found(BY_TIME, waited_ms=30_000) == (0, "overflow_waited")


def test_a_rule_without_a_condition_holds_at_once() -> None:
    assert found(AT_ONCE) == (0, "overflow_waited")


@pytest.mark.parametrize("rule", [UNSTAFFED, FEW, LONG])
def test_a_rule_about_others_alone_does_not_hold_by_waiting(rule: Overflow) -> None:
    assert found(rule, waited_ms=3_600_000) is None


def test_nobody_or_too_few_signed_in() -> None:
    assert found(UNSTAFFED, staff=0) == (0, "overflow_unstaffed")
    assert found(UNSTAFFED, staff=1) is None
    assert found(FEW, staff=1) == (0, "overflow_understaffed")
    assert found(FEW, staff=2) is None
    assert found(Overflow("queue:b", when_unstaffed=True, staffed_below=2), staff=0) == (0, "overflow_unstaffed")


def test_of_several_conditions_in_a_rule_one_is_enough() -> None:
    either = Overflow("queue:b", after_ms=30_000, when_unstaffed=True)
    assert found(either, staff=0) == (0, "overflow_unstaffed")
    assert found(either, waited_ms=30_000) == (0, "overflow_waited")
    assert found(either, waited_ms=29_999) is None


def test_the_first_rule_that_holds_is_named_and_rules_behind_it_are_not_asked_again() -> None:
    assert found(UNSTAFFED, BY_TIME, AT_ONCE) == (2, "overflow_waited")
    assert found(AT_ONCE, BY_TIME, FEW, staff=1, taken=1) == (2, "overflow_understaffed")
    assert found(AT_ONCE, BY_TIME, taken=1) is None
    assert found(AT_ONCE, taken=1) is None


def learnt() -> Acd:
    """One agent, three talks of a minute done, one going on, two waiting: they expect one and two minutes."""
    acd = router([queue("a", wrap_up_ms=0)], [agent("one")])
    for number in range(4):
        acd.enqueue(f"c{number}", "a", number * 60_000, why=ASKED)
        acd.accept(f"c{number}", "one", number * 60_000)
        if number < 3:
            acd.release("one", f"c{number}", (number + 1) * 60_000)
    for contact in ("first", "second"):
        acd.enqueue(contact, "a", 180_000, why=ASKED)
    return acd


@pytest.mark.parametrize(("contact", "code"), [("first", None), ("second", (0, "overflow_expected"))])
def test_an_expected_wait_counts_from_its_length_on(contact: str, code: tuple[int, str] | None) -> None:
    config = queue("a", overflow=(LONG,))
    assert overflow.first_that_holds(learnt(), contact, config, 0, 0, 180_000) == code


def test_only_rules_about_others_need_to_be_looked_at_again_and_again() -> None:
    assert not overflow.watches(queue("a"))
    assert not overflow.watches(queue("a", overflow=(BY_TIME, AT_ONCE)))
    for rule in (UNSTAFFED, FEW, LONG):
        assert overflow.watches(queue("a", overflow=(BY_TIME, rule)))


def test_the_next_moment_is_the_earliest_of_the_rules_still_ahead() -> None:
    later = Overflow("queue:c", after_ms=90_000)
    config = queue("a", overflow=(BY_TIME, FEW, later))
    assert overflow.next_due_ms(config, 0, 5_000) == 35_000
    assert overflow.next_due_ms(config, 1, 5_000) == 95_000
    assert overflow.next_due_ms(config, 3, 5_000) is None
    assert overflow.next_due_ms(queue("a", overflow=(UNSTAFFED,)), 0, 5_000) is None
    assert overflow.next_due_ms(queue("a", overflow=(later, AT_ONCE)), 0, 5_000) == 5_000


def test_a_contact_whom_nobody_signed_in_may_take_counts_as_unstaffed_and_no_other_does() -> None:
    config = queue("a", overflow=(UNSTAFFED,))
    acd = router([config], [agent("one")], ready=False)
    acd.sign_in("one", 0)
    acd.enqueue("kept", "a", 0, excluded=frozenset({"one"}), why=ASKED)
    acd.enqueue("other", "a", 0, why=ASKED)
    assert overflow.first_that_holds(acd, "kept", config, 0, 0, 0) == (0, "overflow_unstaffed")
    assert overflow.first_that_holds(acd, "other", config, 0, 0, 0) is None


def test_who_looks_at_many_gives_the_waits_of_all_and_finds_the_same() -> None:
    config, acd = queue("a", overflow=(BY_TIME, LONG)), learnt()
    waits = overflow.waits_for(acd, config, 180_000)
    assert waits == {"first": 60_000, "second": 120_000}
    found = [overflow.first_that_holds(acd, name, config, 0, 0, 180_000, waits) for name in ("first", "second")]
    assert found == [None, (1, "overflow_expected")]
    late = [overflow.first_that_holds(acd, name, config, 0, 0, 180_000, {"first": 120_000}) for name in waits]
    assert late == [(1, "overflow_expected"), None], "the waits given are those that count"
    assert overflow.waits_for(acd, queue("a", overflow=(BY_TIME, FEW)), 180_000) == {}


def test_each_condition_counts_from_its_smallest_value() -> None:
    """Fewer than one signed in is nobody: such a rule must not hold at once like one without a condition."""
    assert found(Overflow("queue:b", staffed_below=1), waited_ms=60_000) is None
    assert found(Overflow("queue:b", staffed_below=1), staff=0) == (0, "overflow_understaffed")
    assert found(Overflow("queue:b", expected_ms=1), waited_ms=60_000) is None
    assert found(Overflow("queue:b", after_ms=1, staffed_below=1), waited_ms=1) == (0, "overflow_waited")
