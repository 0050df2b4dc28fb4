"""The flows that are delivered: right, tested in every step, and described by the published schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callcenter.app.flow_folder import FlowFolder, read_folder
from callcenter.domain.effects import StepEntered
from callcenter.flow.interpreter import Interpreter
from callcenter.flow.model import Flow
from callcenter.flow.schema import flow_schema, flow_schema_text
from callcenter.flow.simulator import played_steps, run_scripts

FOLDER = Path(__file__).parents[2] / "ivr_flows"
NAMES = ("after_hours", "callback", "chat", "elder", "hotline", "regulator", "survey")


@pytest.fixture(scope="module")
def folder() -> FlowFolder:
    return read_folder(FOLDER)


def test_nothing_is_wrong(folder: FlowFolder) -> None:
    assert [problem.line_in("en") for problem in folder.check()] == []
    assert set(NAMES) <= set(folder.loaded)


def test_every_scripted_caller_fares_as_written(folder: FlowFolder) -> None:
    faults = [
        f"{tests.document.file}:{outcome.line}: {outcome.name}: {outcome.fault}"
        for tests in folder.scripts
        for outcome in run_scripts(tests, folder.flows, folder.calendars)
        if not outcome.passed
    ]
    assert faults == []


def test_every_step_is_walked_by_some_caller(folder: FlowFolder) -> None:
    walked = {step for tests in folder.scripts for step in played_steps(tests, folder.flows, folder.calendars)}
    every = {(name, step) for name, one in folder.loaded.items() for step in one.flow.steps if step not in one.origin}
    only_when_something_breaks = {("hotline", "apology")}
    assert every - walked == only_when_something_breaks


@pytest.mark.parametrize("name", NAMES)
def test_published_form_comes_back_equal(folder: FlowFolder, name: str) -> None:
    flow = folder.flows[name]
    assert Flow.from_plain(json.loads(json.dumps(flow.to_plain()))) == flow


def test_published_schema_is_the_models() -> None:
    text = (FOLDER / "schema" / "flow.schema.json").read_text(encoding="utf-8")
    assert text == flow_schema_text(), "run: callcenter flow schema --write ivr_flows/schema/flow.schema.json"


@pytest.mark.parametrize("name", NAMES)
def test_every_flow_names_its_schema_and_speaks_both_languages(folder: FlowFolder, name: str) -> None:
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema/flow.schema.json\n")
    assert folder.flows[name].languages == ("zh", "en")


def test_the_elder_line_is_slower(folder: FlowFolder) -> None:
    assert folder.flows["elder"].rate < folder.flows["hotline"].rate


def test_a_broken_hotline_apologises_and_finds_a_person(folder: FlowFolder) -> None:
    flow = folder.flows["hotline"]
    steps = {**flow.steps, "tries_left": flow.steps["tries_left"].model_copy(update={"cases": ()})}
    broken = flow.model_copy(update={"steps": steps, "start": "missing"})
    session, out = Interpreter({"hotline": broken}, {}).start("c", "hotline", {"caller": "1"}, 0)
    assert [fact.step for fact in out if isinstance(fact, StepEntered)] == ["apology"]
    assert session.step == "apology"


def _nodes(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
    for item in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(item)


def test_defaults_in_the_schema_are_of_their_own_type() -> None:
    kinds: dict[str, Any] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "array": list,
        "object": dict,
    }
    typed = [node for node in _nodes(flow_schema()) if "default" in node and isinstance(node.get("type"), str)]
    assert len(typed) > 10
    for node in typed:
        assert isinstance(node["default"], kinds[node["type"]]), node
