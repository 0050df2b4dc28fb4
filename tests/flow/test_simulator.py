"""Scripted callers: each way a call can differ from its script is found, at the script's line."""

from __future__ import annotations

import pytest

from callcenter.flow.problems import BadFlowFile
from callcenter.flow.scripted import load_scripts
from callcenter.flow.simulator import Outcome, run_scripts
from tests.flow.making import small

STEPS = (
    "  first:\n    type: menu\n    text: 请选择\n    choices: {'1': one, '2': ask}\n    repeats: 1\n    on_fail: bye\n"
    "  one: {type: queue, queue: general, priority: 4}\n"
    "  ask:\n    type: http\n    service: bank\n    path: /x\n    params: {n: caller}\n"
    "    on_ok: bye\n    on_error: broken\n"
    "  broken:\n    type: set\n    values: {a: missing + 1}\n    next: bye\n"
    "  bye: {type: hangup, text: 再见}\n"
)


def play(test: str) -> Outcome:
    loaded = load_scripts("small.test.yaml", f"flow: small\ntests:\n- name: t\n{test}")
    return run_scripts(loaded, {"small": small(STEPS).flow}, {})[0]


def test_a_call_as_written_passes_and_tells_what_was_heard() -> None:
    outcome = play("  script:\n  - hear: 请选\n  - press: '1'\n  end: {queue: general, priority: 4}\n")
    assert outcome.passed
    assert outcome.heard == ["请选择"]


@pytest.mark.parametrize(
    ("test", "line", "fault"),
    [
        ("  script:\n  - hear: 你好\n  - press: '1'\n  end: {queue: general}\n", 5, "not heard: 你好"),
        ("  script:\n  - not_hear: 请\n  - press: '1'\n  end: {queue: general}\n", 5, "heard: 请"),
        ("  script:\n  - press: '12'\n  end: {queue: general}\n", 5, "only 1 are taken"),
        ("  script:\n  - leave: 5s\n  end: {queue: general}\n", 5, "waits for keys"),
        ("  script:\n  - press: '1'\n  - press: '2'\n  end: {queue: general}\n", 6, "the call was over before"),
        ("  script: []\n  end: {queue: general}\n", 5, "the script is over"),
        ("  script:\n  - press: '1'\n  end: {queue: elder}\n", 6, "queue should be elder, is general"),
        ("  script:\n  - press: '1'\n  end: {priority: 1}\n", 6, "priority should be 1, is 4"),
        ("  script:\n  - press: '1'\n  end: {hangup: flow_completed}\n", 6, "hangup should be flow_completed"),
        ("  script:\n  - press: '1'\n  end: {variables: {a: 1}}\n", 6, "variable a should be 1"),
        ("  script:\n  - press: '1'\n  end: {survey: {q: '1'}}\n", 6, "survey should be"),
        ("  script:\n  - press: '2'\n  end: {queue: general}\n", 6, "no answer is written for GET service://bank/x"),
        (
            "  services: [{service: bank, path: /x, ok: false}]\n  script:\n  - press: '2'\n  end: {queue: general}\n",
            7,
            "the flow failed",
        ),
    ],
)
def test_what_differs_is_told(test: str, line: int, fault: str) -> None:
    outcome = play(test)
    assert fault in outcome.fault
    assert outcome.line == line


def test_a_failing_flow_may_be_what_is_expected() -> None:
    services = "  services: [{service: bank, path: /x, ok: false}]\n"
    assert play(services + "  script: [{press: '2'}]\n  end: {fails: true}\n").passed


def test_canned_answers_fit_by_parameters_and_times() -> None:
    services = (
        "  services:\n  - {service: bank, path: /x, given: {n: '555'}, ok: false}\n"
        "  - {service: bank, path: /x, times: 1}\n"
    )
    assert play(services + "  script: [{press: '2'}, {hear: 再见}]\n  end: {hangup: flow_completed}\n").passed


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- a\n", 1),
        ("flow: small\ntests: []\n", 2),
        ("flow: small\ntests:\n- name: t\n  script:\n  - shout: x\n  end: {}\n", 5),
        ("flow: small\ntests:\n- name: t\n  script:\n  - press: 12\n  end: {}\n", 5),
        ("flow: small\ntests:\n- name: t\n  at: tomorrow\n  end: {}\n", 4),
    ],
)
def test_bad_test_files_name_the_line(text: str, line: int) -> None:
    with pytest.raises(BadFlowFile) as caught:
        load_scripts("small.test.yaml", text)
    assert caught.value.problems[0].line == line
