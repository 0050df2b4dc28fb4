"""The scenario that docs/dialer.md begins with is one, and says what the page says of it."""

from __future__ import annotations

import re
from pathlib import Path

from callcenter.simulation.dialing.file import parse
from callcenter.simulation.dialing.plan import DialScenario, Machines, OutboundPlan
from callcenter.simulation.dialing.replicate import run
from dialer.pacing.words import PacingReason

PAGE = (Path(__file__).parents[2] / "docs" / "dialer.md").read_text(encoding="utf-8")


def test_the_first_case_runs_and_shows_what_the_page_says() -> None:
    (text,) = re.findall(r"```yaml\n(# A first case.*?)```", PAGE, re.DOTALL)
    ours, progressive, ratio = run(parse(text, "docs/dialer.md"), seed=1).outcomes
    busy = [f"{one.total['busy'].mean:.1%}".replace("%", " %") for one in (ours, progressive, ratio)]
    worst = [f"{one.worst_period:.2%}".replace("%", " %") for one in (ours, ratio)]
    said = (
        f"Agents are busy {busy[0]} of their time, with at most {worst[0]} abandoned in any run; progressive dialling "
        f"reaches {busy[1]}, and four lines for each idle agent {busy[2]} with {worst[1]} abandoned."
    )
    assert said in " ".join(PAGE.split()), said


def test_every_key_and_reason_is_explained() -> None:
    told = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert not {*OutboundPlan.model_fields, *DialScenario.model_fields, *Machines.model_fields} - told
    assert not set(PacingReason) - told
