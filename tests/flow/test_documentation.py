"""The documentation names every step, field, function and filter there is, and its examples are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callcenter.flow.checker import BUILT_IN, Known, check
from callcenter.flow.functions import FUNCTIONS
from callcenter.flow.loader import load_text
from callcenter.flow.model import STEP_TYPES
from callcenter.flow.scripted import Expected, load_scripts
from callcenter.flow.simulator import run_scripts
from callcenter.flow.templates import FILTERS

TEXT = (Path(__file__).parents[2] / "docs" / "flows.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize("name", [*STEP_TYPES, *BUILT_IN, *FILTERS, *Expected.model_fields])
def test_is_named(name: str) -> None:
    assert f"`{name}`" in TEXT


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_is_named(name: str) -> None:
    assert f"`{name}(" in TEXT


@pytest.mark.parametrize("kind", STEP_TYPES)
def test_every_field_of_a_step_is_named(kind: str) -> None:
    row = next(line for line in TEXT.split("\n") if line.startswith(f"| `{kind}` |"))
    general = {"type", "label", "note", "on_error", "text", "written", "parts", "audio", "rate"}
    own = {"http": {"on_error"}}.get(kind, set())
    small = {"terminator", "timeout"}
    for field in (set(STEP_TYPES[kind].model_fields) - general - small) | own:
        assert field in row
    assert all(f"`{field}`" in TEXT for field in ("label", "note", "on_error"))


def test_the_examples_are_right() -> None:
    flow = load_text("hello.yaml", EXAMPLES[0])
    assert [problem.code for problem in check({"hello": flow}, Known(queues=("general",)))] == []
    callers = next(example for example in EXAMPLES if "tests:" in example)
    outcomes = run_scripts(load_scripts("hello.test.yaml", callers), {"hello": flow.flow}, {})
    assert [outcome.fault for outcome in outcomes] == [""]


def test_the_example_of_a_callback_is_right() -> None:
    example = next(example for example in EXAMPLES if "type: callback" in example)
    head = "flow: back\ntitle: {zh: 回电, en: Back}\nlanguages: [zh, en]\nstart: offer\nfallback_queue: general\n"
    rest = "  booked: {type: hangup}\n  booked_before: {type: hangup}\n"
    flow = load_text("back.yaml", f"{head}steps:\n{example}{rest}")
    assert [problem.code for problem in check({"back": flow}, Known(queues=("general",)))] == []
