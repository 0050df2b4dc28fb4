"""Agreement and error against published figures, other libraries, and repeated draws."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from callcenter.domain.reviews import MarkedItem, ReviewState
from callcenter.quality.review.agreement import cohen, fleiss, machine_error
from callcenter.quality.review.intervals import effective, mean, share, student, wilson
from callcenter.quality.review.sampling import draw
from tests.quality.review.samples import candidates, judgement, plan, review

VERDICTS = st.sampled_from("abc")


@given(st.lists(st.tuples(VERDICTS, VERDICTS), min_size=2, max_size=60))
def test_cohen_is_what_scikit_learn_says(pairs) -> None:
    left, right = zip(*pairs, strict=True)
    assume(len(set(left) | set(right)) > 1)
    found = cohen(pairs)
    assert found is not None
    assert found.value == pytest.approx(cohen_kappa_score(left, right))
    assert found.low is not None
    assert found.high is not None
    assert -1 <= found.low <= found.value <= found.high <= 1


def test_all_the_same_is_no_kappa_but_full_agreement() -> None:
    found = cohen([(True, True)] * 9)
    assert found is not None
    assert (found.value, found.observed) == (None, 1)
    assert cohen([]) is None


FLEISS_1971 = """
    0 0 0 0 14
    0 2 6 4 2
    0 0 3 5 6
    0 3 9 2 0
    2 2 8 1 1
    7 7 0 0 0
    3 2 6 3 0
    2 5 3 2 2
    6 5 2 1 0
    0 2 2 3 7
"""
"""The worked example of the article on Fleiss' kappa that textbooks print: ten subjects, fourteen judges, κ = 0.210."""


def test_fleiss_gives_the_textbooks_figure() -> None:
    rows = [[int(n) for n in line.split()] for line in FLEISS_1971.strip().splitlines()]
    subjects = [[category for category, count in enumerate(row) for _ in range(count)] for row in rows]
    found = fleiss(subjects)
    assert found is not None
    assert found.value == pytest.approx(0.210, abs=0.0005)
    with pytest.raises(ValueError, match="same number"):
        fleiss([["a", "b"], ["a"]])


@given(st.integers(1, 200), st.data())
def test_wilson_is_what_scipy_says(n, data) -> None:
    hits = data.draw(st.integers(0, n))
    theirs = stats.binomtest(hits, n).proportion_ci(method="wilson")
    assert wilson(hits / n, n) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize("freedom", [3, 4, 7, 12, 40, 1000])
def test_student_is_within_half_a_per_cent(freedom) -> None:
    assert student(0.975, freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=0.005)


@given(st.lists(st.floats(-50, 50), min_size=5, max_size=60), st.floats(0.1, 9))
def test_with_equal_weights_a_mean_is_the_usual_one(values, weight) -> None:
    found = mean(values, [weight] * len(values))
    assert found is not None
    assert found.value == pytest.approx(sum(values) / len(values), abs=1e-6)
    assert found.effective == pytest.approx(len(values))
    spread = stats.sem(values) * stats.t.ppf(0.975, len(values) - 1)
    assert found.high - found.value == pytest.approx(spread, rel=0.01, abs=1e-6)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=50))
def test_unequal_weights_are_worth_less(weights) -> None:
    assert 1 - 1e-9 <= effective(weights) <= len(weights) + 1e-9
    found = share([True] * len(weights), weights)
    assert found is not None
    assert (found.value, found.high) == (1, 1)
    assert found.low < 1


def test_too_few_give_no_interval() -> None:
    assert mean([1, 2, 3], [1, 1, 1]) is None
    assert share([], []) is None


def _reviewed(contact: str, weight: float, machine: float, human: float, *, drawn: bool = True):
    item = MarkedItem("greeting", "item", 40, 40 if human > 90 else 0, 40.0 if machine > 90 else 0.0)
    return replace(
        review(state=ReviewState.REVIEWED, random=drawn, weight=weight, machine_score=machine),
        id=contact,
        contact=contact,
        judgements=(judgement(score=human, items=(item,)),),
    )


def test_only_the_random_part_speaks_of_the_machine() -> None:
    chance = [_reviewed(f"c{n}", 10, 95, 93) for n in range(6)]
    aimed = [_reviewed(f"d{n}", 0, 95, 10, drawn=False) for n in range(50)]
    found = machine_error(chance + aimed)
    assert found.n == 6
    assert found.bias is not None
    assert found.bias.value == pytest.approx(2)
    assert found.items[0].wrong.value == 0


def test_what_a_conversation_stands_for_weighs() -> None:
    found = machine_error([_reviewed(f"c{n}", 1, 95, 95) for n in range(9)] + [_reviewed("d", 91, 95, 85)])
    assert found.bias is not None
    assert found.bias.value == pytest.approx(9.1)
    assert found.items[0].wrong.value == pytest.approx(0.91)
    assert (found.items[0].missed, found.items[0].false) == (1, 0)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """200 draws per agent from agents with very different numbers of conversations, where the busy one's are worse."""
    chance = random.Random(7)
    people = [one for one in candidates(1200) if one.agent == "a0" or chance.random() < 0.2]
    apart = {one.contact: chance.gauss(6 if one.agent == "a0" else 0, 5) for one in people}
    truth = sum(apart.values()) / len(people)
    held = 0
    for n in range(200):
        drawn = draw(plan(per_agent=12, size=0, random_share=1, seed=str(n)), "2026-03", people).drawn
        found = machine_error([_reviewed(one.contact, one.weight, 50 + apart[one.contact], 50) for one in drawn])
        assert found.bias is not None
        held += found.bias.low <= truth <= found.bias.high
    assert held >= 186  # 0.93 of 200: the interval is rather too wide than too narrow
    assert not math.isclose(truth, sum(apart[one.contact] for one in drawn) / len(drawn), abs_tol=0.5)
