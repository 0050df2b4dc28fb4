"""The simulator against closed formulas, against itself, and against scenario files with mistakes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callcenter.domain.errors import ConfigError
from callcenter.simulation.erlang import Steady, erlang_a, erlang_c
from callcenter.simulation.figures import estimate, t_quantile
from callcenter.simulation.replicate import run
from callcenter.simulation.run import Run
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.scenario_file import parse

DOCS = Path(__file__).parents[2] / "docs" / "scenarios"


def single(per_hour: float, handling: float, patience: float | None, agents: int, hours: float = 30) -> Scenario:
    leave = "none" if patience is None else f"{{exponential: {patience}s}}"
    return parse(
        f"""
        horizon: {hours}h
        warm_up: 2h
        queues:
          all:
            arrivals: {{per_hour: {per_hour}}}
            handling: {{exponential: {handling}s}}
            patience: {leave}
        agents: [{{count: {agents}}}]
        """
    )


def test_erlang_formulas_give_the_published_figures() -> None:
    exact = erlang_a(0.275, 180, 120, 50, 20)
    assert exact.wait == pytest.approx(0.44483, abs=5e-6)
    assert exact.abandon == pytest.approx(0.05735, abs=5e-6)
    assert exact.asa == pytest.approx(6.523, abs=5e-4)
    assert exact.within == pytest.approx(0.8228, abs=5e-5)
    assert exact.occupancy == pytest.approx(0.9332, abs=5e-5)
    assert erlang_c(40 / 180, 180, 45, 20).wait == pytest.approx(0.34071, abs=5e-6)
    with pytest.raises(ValueError, match="cannot carry"):
        erlang_c(1, 180, 10, 20)


CASES = [
    (990, 180, 120, 50),
    (120, 300, 60, 9),
    (60, 240, 90, 5),
    (400, 90, 30, 10),
    (800, 180, None, 45),
    (90, 120, None, 5),
]


@pytest.mark.parametrize(("per_hour", "handling", "patience", "agents"), CASES)
def test_simulation_agrees_with_erlang(per_hour: float, handling: float, patience: float | None, agents: int) -> None:
    arrival = per_hour / 3600
    exact: Steady = (
        erlang_c(arrival, handling, agents, 20)
        if patience is None
        else erlang_a(arrival, handling, patience, agents, 20)
    )
    found = run(single(per_hour, handling, patience, agents), seed=3, replications=12, confidence=0.999).total
    assert found["p_wait"].covers(exact.wait)
    assert found["asa_s"].covers(exact.asa)
    assert found["service_level"].covers(exact.within)
    assert found["occupancy"].covers(exact.occupancy)
    if patience is not None:
        assert found["p_abandon"].covers(exact.abandon)


def test_same_seed_same_result_and_another_seed_another() -> None:
    scenario = parse((DOCS / "bank-day.yaml").read_text(encoding="utf-8"))
    first, again, other = (json.dumps(run(scenario, seed, 2).to_json()) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_contact_ends_once_and_nobody_is_left_behind() -> None:
    one = Run(parse((DOCS / "bank-day.yaml").read_text(encoding="utf-8")), "5")
    one.go()
    assert not one.open
    for queue in one.queues.values():
        tally = queue.tally
        assert tally.offered == tally.answered + tally.abandoned
    one.acd.check()
    assert 0 < one.busy_ms < one.staffed_ms


def test_intervals_and_quantiles() -> None:
    assert t_quantile(0.975, 9) == pytest.approx(2.262157, abs=1e-5)
    assert t_quantile(0.995, 19) == pytest.approx(2.860935, abs=1e-5)
    assert estimate([1.0, 2.0, 3.0]).half_width == pytest.approx(2.484, abs=1e-3)
    assert estimate([4.0]).half_width == 0


GOOD = """horizon: 1h
queues:
  card:
    arrivals: {per_hour: 10}
    handling: {exponential: 60s}
agents:
  - count: 1
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("horizon: 1h", "horizon: soon", r"day.yaml:1: horizon: 'soon' is no length of time; write 20s"),
        ("count: 1", "count: 0", r"day.yaml:7: agents.0.count: .*correct the value 0"),
        ("{per_hour: 10}", "{}", r"day.yaml:4: .*give exactly one of per_hour, intervals and trace"),
        ("{exponential: 60s}", "{weibull: 60s}", r"day.yaml:5: queues.card.handling.law: .*'exponential'"),
        ("    handling", "    policy: nicest\n    handling", r"day.yaml:5: .*no policy is called 'nicest'; use one of"),
        ("    handling", "    handlin", r"day.yaml:\d: queues.card.handling: field required — add handling:"),
        ("horizon: 1h", "horizon: 1h\nhorizon: 2h", r"day.yaml:2: horizon stands here twice — keep one of them"),
        ("  card:", " card: [", r"day.yaml:\d+: this is not YAML"),
        ("count: 1", "{count: 1, queues: [loan]}", r"serves queue 'loan', which is not among the queues"),
        ("count: 1", "{count: 1, skills: {card: 11}}", r"day.yaml:7: agents.0.skills.card: .*correct the value 11"),
    ],
)
def test_mistakes_name_line_and_mend(old: str, new: str, said: str) -> None:
    parse(GOOD)
    with pytest.raises(ConfigError, match=said):
        parse(GOOD.replace(old, new), "day.yaml")
