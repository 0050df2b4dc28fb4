"""The scenario that docs/simulate.md begins with is one, and says what the page says of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from callcenter.simulation.compare import compare
from callcenter.simulation.figures import Estimate
from callcenter.simulation.overlay import Overlay, apply
from callcenter.simulation.queue_plan import QueuePlan
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.scenario_file import parse

PAGE = (Path(__file__).parents[2] / "docs" / "simulate.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def first() -> Scenario:
    (text,) = re.findall(r"```yaml\n(# A first case.*?)```", PAGE, re.DOTALL)
    return parse(text, "docs/simulate.md")


def shown(figure: Estimate) -> str:
    return f"{figure.mean:.1f} ± {figure.half_width:.1f} s"


def test_the_first_case_runs_and_shows_what_the_page_says(first: Scenario) -> None:
    changes = Overlay.model_validate({"queues": {"gold": {"reserve": 1}}})
    found = compare(first, apply(first, changes), seed=1)
    before = found.before.queues
    assert f"after {shown(before['gold']['asa_s'])}, plain ones after\n{shown(before['plain']['asa_s'])}:" in PAGE
    assert before["plain"]["callbacks"].mean > 0
    sooner, later = -found.queues["gold"]["asa_s"].mean, found.queues["plain"]["asa_s"].mean
    lost = found.total["abandoned"].mean
    assert f"gold\n{sooner:.1f} s sooner, plain {later:.1f} s later, with {lost:.0f} more hang-ups" in PAGE


def test_every_key_of_a_queue_is_explained() -> None:
    told = set(re.findall(r"`([a-z_]+)`", PAGE))
    inside = {"wrap_up_at_most"}  # what-if sets it; nobody writes it
    assert not set(QueuePlan.model_fields) - told - inside
    assert not set(Scenario.model_fields) - told
