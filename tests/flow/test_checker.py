"""What the checker finds, each at its exact line, with a mend."""

from __future__ import annotations

import pytest

from callcenter.flow.checker import Known, check
from callcenter.flow.loader import LoadedFlow, load_text
from callcenter.flow.problems import Problem
from tests.flow.making import HEAD, small

KNOWN = Known(
    queues=("general", "credit_card"),
    calendars=("service_hours",),
    services=("bank",),
    prompts=("tone/beep", "zh/welcome"),
)
BYE = "  bye: {type: hangup}\n"


def found_in(steps: str, head: str = HEAD) -> list[Problem]:
    return check({"small": small(steps, head)}, KNOWN)


# the steps begin in line 7
CASES: dict[str, tuple[str, int, str, str]] = {
    "unknown step": (
        "  first:\n    type: say\n    text: 你好\n    next: byee\n" + BYE.replace("bye", "bye"),
        10,
        "unknown_step",
        "bye",
    ),
    "unknown step in a choice": (
        "  first:\n    type: menu\n    text: x\n    choices:\n      '1': bye\n      '2': by\n    on_fail: bye\n" + BYE,
        12,
        "unknown_step",
        "bye",
    ),
    "unknown step in a case": (
        "  first:\n    type: branch\n    cases:\n      - when: caller == ''\n        to: nowhere\n"
        "    otherwise: bye\n" + BYE,
        11,
        "unknown_step",
        "nowhere",
    ),
    "unreachable step": ("  first: {type: hangup}\n  island:\n    type: hangup\n", 8, "unreachable_step", "island"),
    "silent loop": (
        "  first:\n    type: say\n    text: 你好\n    next: second\n  second:\n    type: set\n    values: {a: 1}\n"
        "    next: first\n",
        7,
        "endless_loop",
        "first → second → first",
    ),
    "step to itself": ("  first:\n    type: say\n    text: x\n    next: first\n", 7, "endless_loop", "first → first"),
    "service retried for ever": (
        "  first:\n    type: http\n    service: bank\n    path: /x\n    on_ok: bye\n    on_error: first\n" + BYE,
        7,
        "endless_loop",
        "first",
    ),
    "nothing to say": ("  first:\n    type: say\n    next: bye\n" + BYE, 7, "missing_prompt", "first"),
    "empty reply": (
        "  first:\n    type: menu\n    text: x\n    choices: {'1': bye}\n"
        "    on_fail: bye\n    invalid:\n      rate: 1.0\n" + BYE,
        12,
        "missing_prompt",
        "first",
    ),
    "text and audio": (
        "  first:\n    type: say\n    text: x\n    audio: zh/welcome\n    next: bye\n" + BYE,
        7,
        "two_prompts",
        "first",
    ),
    "language empty": (
        "  first:\n    type: say\n    text: {zh: ''}\n    next: bye\n" + BYE,
        9,
        "missing_language",
        "zh",
    ),
    "language too many": (
        "  first:\n    type: say\n    text:\n      zh: 好\n      fr: oui\n    next: bye\n" + BYE,
        11,
        "unknown_language",
        "fr",
    ),
    "no sound file": (
        "  first:\n    type: say\n    audio: {zh: zh/welcom}\n    next: bye\n" + BYE,
        9,
        "missing_audio",
        "zh/welcom",
    ),
    "bad template": ("  first:\n    type: say\n    text: '{{ x'\n    next: bye\n" + BYE, 9, "bad_template", ""),
    "looping template": (
        "  first:\n    type: say\n    text: '{% for a in caller %}x{% endfor %}'\n    next: bye\n" + BYE,
        9,
        "bad_template",
        "for",
    ),
    "unknown variable spoken": (
        "  first:\n    type: say\n    text: '{{ callr }}'\n    next: bye\n" + BYE,
        9,
        "unknown_variable",
        "caller",
    ),
    "bad expression": (
        "  first:\n    type: branch\n    cases:\n      - when: caller =\n        to: bye\n    otherwise: bye\n" + BYE,
        10,
        "expression_syntax",
        "caller =",
    ),
    "forbidden expression": (
        "  first:\n    type: set\n    values:\n      ok: 1\n      a: caller.upper()\n    next: bye\n" + BYE,
        11,
        "expression_function",
        "caller.upper",
    ),
    "unknown variable": (
        "  first:\n    type: branch\n    cases: [{when: agee == 1, to: bye}]\n    otherwise: bye\n" + BYE,
        9,
        "unknown_variable",
        "agee",
    ),
    "unknown queue": ("  first:\n    type: queue\n    queue: credit_crad\n", 9, "unknown_queue", "credit_card"),
    "unknown queue to transfer to": (
        "  first:\n    type: transfer\n    target: queue:generall\n",
        9,
        "unknown_queue",
        "general",
    ),
    "unknown calendar": (
        "  first:\n    type: hours\n    calendar: hours\n    open: bye\n    closed: bye\n" + BYE,
        9,
        "unknown_calendar",
        "service_hours",
    ),
    "unknown service": (
        "  first:\n    type: http\n    service: bnak\n    path: /x\n    on_ok: bye\n    on_error: bye\n" + BYE,
        9,
        "unknown_service",
        "bank",
    ),
    "unknown flow": ("  first:\n    type: goto\n    flow: smal\n", 9, "unknown_flow", "small"),
    "secret spoken": (
        "  first:\n    type: gather\n    text: x\n    variable: pin\n"
        "    secret: true\n    next: tell\n    on_fail: bye\n"
        "  tell:\n    type: say\n    text: '{{ pin }}'\n    next: bye\n" + BYE,
        16,
        "secret_spoken",
        "pin",
    ),
    "secret computed with": (
        "  first:\n    type: gather\n    text: x\n    variable: pin\n"
        "    secret: true\n    next: tell\n    on_fail: bye\n"
        "  tell:\n    type: branch\n    cases:\n      - {when: pin == '1', to: bye}\n    otherwise: bye\n" + BYE,
        17,
        "expression_secret",
        "pin",
    ),
    "lengths exchanged": (
        "  first:\n    type: gather\n    text: x\n    variable: a\n"
        "    min_length: 9\n    max_length: 3\n    next: bye\n"
        "    on_fail: bye\n" + BYE,
        11,
        "length_order",
        "min_length",
    ),
    "secret with valid": (
        "  first:\n    type: gather\n    text: x\n    variable: a\n    secret: true\n    valid: value == '1'\n"
        "    next: bye\n    on_fail: bye\n" + BYE,
        12,
        "secret_valid",
        "valid",
    ),
    "low without way": (
        "  first:\n    type: survey\n    question: q\n    text: x\n    low: 2\n    next: bye\n    on_fail: bye\n" + BYE,
        11,
        "survey_low",
        "on_low",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_found_at_its_line(name: str) -> None:
    steps, line, code, named = CASES[name]
    problems = found_in(steps)
    assert [(problem.code, problem.line) for problem in problems if problem.code == code] == [(code, line)]
    problem = next(problem for problem in problems if problem.code == code)
    for language in ("zh", "en"):
        assert named in problem.line_in(language)
        assert problem.mend_in(language)


def test_a_right_flow_has_no_problem() -> None:
    assert found_in("  first:\n    type: say\n    text: 你好\n    next: bye\n" + BYE) == []


def test_head() -> None:
    head = HEAD.replace("general", "generall").replace("first", "begin") + "timezone: Mars/Base\non_error: help\n"
    problems = found_in("  first: {type: hangup}\n", head)
    assert [(problem.line, problem.code) for problem in problems] == [
        (4, "unknown_step"),
        (5, "unknown_queue"),
        (6, "unknown_timezone"),
        (7, "unknown_step"),
        (9, "unreachable_step"),
    ]


def test_several_languages() -> None:
    head = HEAD.replace("[zh]", "[zh, en]")
    steps = (
        "  first:\n    type: say\n    text:\n      zh: 你好\n    next: again\n  again:\n    type: say\n    text: 你好\n"
    )
    problems = found_in(steps + "    next: bye\n" + BYE, head)
    assert [(problem.line, problem.code) for problem in problems] == [(9, "missing_language"), (14, "missing_language")]


def test_name_and_file_must_agree() -> None:
    loaded = load_text("other.yaml", HEAD + "steps:\n  first: {type: hangup}\n")
    assert [(problem.line, problem.code) for problem in check({"other": loaded}, KNOWN)] == [(1, "wrong_flow_name")]


def _two(first: str, second: str) -> dict[str, LoadedFlow]:
    return {
        name: load_text(f"{name}.yaml", HEAD.replace("small", name, 1) + "steps:\n" + steps)
        for name, steps in (("one", first), ("two", second))
    }


def test_silent_loop_across_flows() -> None:
    flows = _two("  first: {type: goto, flow: two}\n", "  first: {type: goto, flow: one}\n")
    problems = check(flows, KNOWN)
    assert [(problem.file, problem.line, problem.code) for problem in problems] == [("one.yaml", 7, "endless_loop")]
    assert "two/first" in problems[0].message


def test_a_loop_with_a_menu_is_no_problem() -> None:
    steps = (
        "  first:\n    type: say\n    text: x\n    next: ask\n"
        "  ask:\n    type: menu\n    text: x\n    choices: {'1': first, '9': ask}\n    on_fail: first\n"
    )
    assert found_in(steps) == []


def test_what_is_not_known_is_not_checked() -> None:
    steps = "  first:\n    type: say\n    audio: any/file\n    next: wait\n  wait: {type: queue, queue: any}\n"
    assert check({"small": small(steps)}, Known()) == []


def test_thousands_of_steps_are_checked_without_recursion() -> None:
    steps = "".join(f"  s{n}: {{type: set, values: {{a: 1}}, next: s{n + 1}}}\n" for n in range(1200))
    problems = found_in(steps + "  s1200: {type: hangup}\n", HEAD.replace("first", "s0"))
    assert problems == []
