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
    00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
    00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
"""Table 1 of Fleiss (1971): diagnoses of 30 patients by six psychiatrists each, in five categories."""

TEXTBOOK = """
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
"""The example that introductions print: ten subjects, fourteen judges, κ = 0.210."""


@pytest.mark.parametrize(
    ("rows", "observed", "value"),
    [
        ([[int(n) for n in each] for each in FLEISS_1971.split()], 0.556, 0.430),
        ([[int(n) for n in line.split()] for line in TEXTBOOK.strip().splitlines()], 0.378, 0.210),
    ],
)
def test_fleiss_gives_the_printed_figures(rows, observed, value) -> None:
    subjects = [[category for category, count in enumerate(row) for _ in range(count)] for row in rows]
    found = fleiss(subjects)
    assert found is not None
    assert (found.observed, found.value) == (pytest.approx(observed, abs=0.0005), pytest.approx(value, abs=0.0005))


def test_fleiss_needs_as_many_judges_everywhere() -> None:
    with pytest.raises(ValueError, match="same number"):
        fleiss([["a", "b"], ["a"]])


@pytest.mark.parametrize(
    ("table", "observed", "value", "low", "high"),
    [
        # Cohen (1960): 200 patients, two judges; κ = .492 with 95 % limits .384 and .600.
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], 0.70, 0.492, 0.384, 0.600),
        # Fleiss, Statistical Methods for Rates and Proportions (1981), table 13.1: κ = .676; Cohen's own error is .092.
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.89, 0.676, 0.496, 0.857),
    ],
)
def test_cohen_gives_the_printed_figures(table, observed, value, low, high) -> None:
    pairs = [(row, column) for row in range(3) for column in range(3) for _ in range(table[row][column])]
    found = cohen(pairs)
    assert found is not None
    assert (found.observed, found.value) == (pytest.approx(observed), pytest.approx(value, abs=0.0005))
    assert (found.low, found.high) == (pytest.approx(low, abs=0.001), pytest.approx(high, abs=0.001))


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_printed_figures(hits, n, low, high) -> None:
    """Newcombe, Stat. Med. 17 (1998) 857-872, table I, method 3."""
    assert wilson(hits / n, n) == pytest.approx((low, high), abs=0.00005)


@pytest.mark.parametrize(("freedom", "value"), [(3, 3.182), (4, 2.776), (5, 2.571), (10, 2.228), (30, 2.042)])
def test_student_gives_the_printed_table(freedom, value) -> None:
    """Abramowitz and Stegun (1964), table 26.10; the expansion is within 0.5 % from 3 degrees on."""
    assert student(0.975, freedom) == pytest.approx(value, rel=0.005)


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
