"""What is wrong with rules is told by file, line and mend, in both languages."""

from __future__ import annotations

import pytest

from tests.quality.helpers import found, problems_of, rule, talk

BAD = [
    (rule("{any: [好], bye: agent}"), 6, "unknown_field"),
    (rule("{anny: [好]}"), 6, "unknown_field"),
    (rule("{any: [好], regex: a}"), 6, "two_operators"),
    (rule("{any: []}"), 6, "wrong_type"),
    (rule("{any: ['。']}"), 6, "word_empty"),
    (rule("{any: [好], by: boss}"), 6, "wrong_type"),
    (rule("{any: [好], first: 0}"), 6, "wrong_type"),
    (rule("{any: [好], first: 1, last: 1}"), 6, "matches_nothing"),
    (rule("{regex: '(a'}"), 6, "bad_regex"),
    (rule(r"{regex: '(a)\1'}"), 6, "bad_regex"),
    (rule("{regex: '(?=a)b'}"), 6, "bad_regex"),
    (rule("{regex: 'a*'}"), 6, "bad_regex"),
    (rule("{regex: 'Visa'}"), 6, "regex_upper"),
    (rule("{any: [$nobody]}"), 6, "unknown_reference"),
    (rule("{use: nobody}"), 2, "unknown_reference"),
    (rule("{similar: [hello], over: 0.8}"), 6, "untrained"),
    (rule("{sentiment: angry}"), 6, "untrained"),
    (rule("{classifier: nobody, over: 0.5}"), 6, "untrained"),
    (rule("{if: {any: [好]}}"), 6, "not_both"),
    (rule("{near: [{any: [好]}, {any: [坏]}]}"), 6, "not_both"),
    (rule("{near: [{any: [好]}], turns: 1}"), 6, "wrong_type"),
    (rule("{call: {colour: red}}"), 6, "unknown_field"),
    (rule("{call: {bot: 1}}"), 6, "wrong_type"),
    (rule("{outside_hours: '22:00-08:00'}"), 6, "wrong_type"),
    (rule("{talk_share: agent, over: 2}"), 6, "wrong_type"),
    (rule("{or: [{any: [好]}, {not: {any: [好]}}]}"), 2, "matches_everything"),
    (rule("{regex: '.'}"), 2, "matches_everything"),
    (rule("{regex: '.'}") + "    side: agent\n", 7, "duplicate_key"),
    (rule("{any: [好]}") + rule("{any: [坏]}").removeprefix("rules:\n"), 7, "duplicate_id"),
    (rule("{any: [好]}", "    colour: red\n"), 7, "unknown_field"),
    (rule("{any: [好]}", "    cite: middle\n"), 7, "wrong_type"),
    (rule("{any: [好]}", "    confidence: 0\n"), 7, "wrong_type"),
    ("rules:\n  - id: Bad\n    title: T\n    kind: service\n    side: both\n    when: {any: [好]}\n", 2, "bad_name"),
    ("rules:\n  - id: a\n    title: T\n", 2, "missing_field"),
    ("conditions:\n  a: {use: b}\n  b: {not: {use: a}}\n" + rule("{use: a}"), 2, "circular"),
    ("lists:\n  a: [$b]\n  b: [$a]\n" + rule("{any: [$a]}"), 2, "circular"),
    ("rules: []\n", 1, "no_rules"),
    ("- a\n", 1, "not_a_record"),
    ("", 1, "file_empty"),
]


@pytest.mark.parametrize(
    ("text", "line", "code"), BAD, ids=[f"{number} {code}" for number, (_, _, code) in enumerate(BAD)]
)
def test_it_is_told_with_its_line(text: str, line: int, code: str) -> None:
    problems = problems_of(text)
    assert code in [problem.code for problem in problems]
    problem = next(problem for problem in problems if problem.code == code)
    assert problem.line == line
    assert problem.line_in("zh") != problem.line_in("en")
    assert "{" not in problem.mend_in("en") + problem.mend_in("zh")


def test_a_good_rule_has_no_problem() -> None:
    assert problems_of(rule("{any: [好]}")) == []


def test_duplicates_are_found_across_files() -> None:
    problems = problems_of(rule("{any: [好]}"), rule("{any: [坏]}"))
    assert [(problem.file, problem.code) for problem in problems] == [("r1.yaml", "duplicate_id")]


def test_examples_are_run() -> None:
    examples = (
        "    examples:\n"
        "      hit:\n"
        "        - [{agent: 坏}]\n"
        "        - {at: 0, turns: [{agent: 一}, {agent: 好}]}\n"
        "      miss:\n"
        "        - [{agent: 好}]\n"
    )
    problems = problems_of(rule("{any: [好]}", examples), examples=True)
    assert [(problem.line, problem.code) for problem in problems] == [
        (9, "example_missed"), (10, "example_turn"), (12, "example_hit"),
    ]  # fmt: skip
    assert [problem.code for problem in problems_of(rule("{any: [好]}"), examples=True)] == ["no_examples"]


def test_an_expression_that_ruins_others_runs_in_linear_time() -> None:
    assert found("{regex: '(a+)+$'}", talk(("agent", "a" * 15_000 + "b"))) is None
