"""Forms: what is wrong with one, and how findings become points."""

from __future__ import annotations

import pytest

from callcenter.app.quality_files import SHIPPED_FORM, SHIPPED_RULES, load_form, load_rules
from callcenter.quality.forms import BadForm, Form, read_form
from callcenter.quality.scoring import score
from tests.quality.helpers import rule, rules_of, talk

FORM = """
form: f
version: 2
title: F
sections:
  - id: one
    title: One
    weight: 60
    items:
      - {id: words, title: W, weight: 60, rules: [bad, worse], deduct: 40}
  - id: two
    title: Two
    items:
      - {id: tone, title: T, weight: 40, scored: human}
      - {id: never, title: N, fatal: true, rules: [fatal]}
deductions:
  - {id: extra, title: E, rules: [worse], points: 7}
"""
RULES = rules_of(
    rule("{any: [坏]}", name="bad")
    + rule("{any: [糟]}", name="worse").removeprefix("rules:\n")
    + rule("{any: [死]}", name="fatal").removeprefix("rules:\n")
)
IDS = frozenset({"bad", "worse", "fatal"})


def form(text: str = FORM) -> Form:
    return read_form("f.yaml", text.encode(), IDS)


@pytest.mark.parametrize(
    ("said", "points"),
    [("好", 100.0), ("坏", 33.33), ("坏糟", 0.0), ("糟", 21.67)],
)
def test_points(said: str, points: float) -> None:
    found = score(talk(("agent", said), ("customer", "嗯")), RULES, form())
    assert found.score == points
    assert found.pending == ("tone",)
    assert not found.fatal


def test_a_fatal_finding_zeroes_the_score_and_each_point_cites_its_evidence() -> None:
    found = score(talk(("agent", "一"), ("customer", "坏。死")), RULES, form())
    assert (found.score, found.fatal, found.form_version) == (0.0, True, 2)
    told = found.to_json()
    never = next(item for item in told["items"] if item["id"] == "never")
    assert never["evidence"] == ["fatal"]
    assert told["findings"][1] == {
        "id": "fatal", "kind": "service", "side": "both", "turn": 1, "start_ms": 550, "quote": "死", "confidence": 1.0,
    }  # fmt: skip


def test_what_rules_can_not_judge_has_no_score() -> None:
    assert score(talk(), RULES, form()).score is None
    assert score(talk(("agent", "坏"), language="fr"), RULES, form()).score is None


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("weight: 40", "weight: 30", "weights", 5),
        ("    weight: 60\n", "    weight: 50\n", "weights", 8),
        ("rules: [worse]", "rules: [wors]", "unknown_rule", 17),
        ("fatal: true", "fatal: true, weight: 3", "fatal_weight", 15),
        ("id: never", "id: words", "duplicate_id", 15),
        ("scored: human", "scored: automatic", "no_rule_for_item", 14),
        ("title: W", "titel: W", "unknown_field", 10),
        ("version: 2", "version: two", "wrong_type", 3),
    ],
)
def test_a_bad_form_is_told_with_its_line(old: str, new: str, code: str, line: int) -> None:
    with pytest.raises(BadForm) as caught:
        form(FORM.replace(old, new, 1))
    problem = next(problem for problem in caught.value.problems if problem.code == code)
    assert problem.line == line
    assert problem.line_in("zh") != problem.line_in("en")


def test_the_shipped_form_fits_the_shipped_rules_and_covers_them() -> None:
    rules, problems = load_rules(SHIPPED_RULES)
    assert rules is not None
    assert not problems
    shipped = load_form(SHIPPED_FORM, rules)
    named = {name for section in shipped.sections for item in section.items for name in item.rules}
    assert {one.id for one in rules.rules} - named == {one.id for one in rules.rules if one.kind == "risk"}
    assert {one.id for one in rules.rules if one.kind == "fatal"} == {
        name for section in shipped.sections for item in section.items if item.fatal for name in item.rules
    }
