"""The simulator of outbound dialling: what laws reach, what files may say, and that the same gives the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from callcenter.app.cli import app
from callcenter.domain.errors import ConfigError
from callcenter.simulation.dialing.file import parse
from callcenter.simulation.dialing.laws import Foresight
from callcenter.simulation.dialing.plan import DialScenario, Law
from callcenter.simulation.dialing.staffing import Agent
from callcenter.simulation.dialing.world import World
from dialer.pacing.words import AgentMode
from tests.pythons import HASH_SEEDS, THIS, told_by
from tests.simulation.dialing.digest import digest

EXAMPLE = Path("docs/scenarios/dialer/two-campaigns.yaml")
BASE = """
horizon: 30m
campaigns:
  loan:
    answers: 0.3
    ring: {gamma: {mean: 9s, sd: 4s}}
    talk: {exponential: 60s}
agents: [{count: 8}]
"""


def scenario(**changes: object) -> DialScenario:
    return parse(yaml.safe_dump({**yaml.safe_load(BASE), **changes}))


def campaign(**changes: object) -> DialScenario:
    tree = yaml.safe_load(BASE)
    tree["campaigns"]["loan"] |= changes
    return parse(yaml.safe_dump(tree))


def went(plan: DialScenario, law: str = "pacer", seed: str = "1") -> dict[str, float]:
    return World(plan, Law(law=law), seed).go().figures()


def test_prediction_keeps_agents_busier_than_progressive_and_the_cap() -> None:
    plan = campaign(talk={"exponential": "40s"})
    ahead, behind = went(plan), went(plan, "progressive")
    assert ahead["busy"] > behind["busy"] + 0.05
    assert ahead["worst_period"] <= 0.03
    assert behind["abandoned"] == 0


def test_preview_and_progressive_lose_nobody() -> None:
    for mode in ("preview", "progressive"):
        found = went(campaign(mode=mode, preview="10s"))
        assert found["abandoned"] == 0
        assert found["answers"] > 40


def test_who_knows_the_future_counts_those_who_will_be_free() -> None:
    floor = Foresight({"a": 9_000, "b": 12_500, "c": 90_000, "d": 9_000})
    floor.learn((5, 9), 0.0)
    floor.is_at("d", AgentMode.TALK, "loan", 0.0)
    floor.leaves("d")
    assert floor.free_by(3.0).tolist() == [1.0, 2.0, 0.0, 0.0, 0.0, 0.0]


def test_the_same_people_answer_under_every_law() -> None:
    """What differs is when they are dialled: with a leads limit all laws dial the same list."""
    plan = campaign(leads=100)
    answers = {law: went(plan, law)["answers"] for law in ("pacer", "progressive", "clairvoyant")}
    assert len(set(answers.values())) == 1
    assert went(plan)["dials"] == 100


class Watched(World):
    """A world that looks at its lines whenever a call is placed."""

    def _dial(self, name: str, risk: float, agent: Agent | None = None) -> None:
        super()._dial(name, risk, agent)
        assert self.ringing + self.held + self.engaged <= 12
        self.placed = [at for at in getattr(self, "placed", []) if at > self.now - 1_000] + [self.now]
        assert len(self.placed) <= 2


def test_lines_and_speed_hold_at_every_moment() -> None:
    free, bound = went(scenario()), scenario(trunk={"lines": 12, "calls_per_second": 2})
    assert Watched(bound, Law(), "1").go().figures()["dials"] < free["dials"]


def test_people_taken_for_machines_count_as_abandoned() -> None:
    found = went(campaign(machines={"share": 0.2, "detection": {"takes": "2s", "mistaken": 0.02}}))
    assert 0 < found["abandoned"] / found["answers"] <= 0.03


def test_a_break_costs_nobody_a_call() -> None:
    plan = scenario(agents=[{"count": 4, "breaks": [{"at": "10m", "length": "10m"}]}, {"count": 4}])
    found = went(plan, "progressive")
    assert found["abandoned"] == 0
    everyone = went(scenario(), "progressive")
    assert found["answers"] < everyone["answers"] * 0.95


def test_calls_that_come_in_take_agents_first() -> None:
    found = went(scenario(inbound={"per_hour": 60, "handling": {"exponential": "60s"}}))
    assert found["answers"] < went(scenario())["answers"]
    assert found["worst_period"] <= 0.03


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("cap: 3", "campaigns.loan.cap: input should be less than or equal to 1"),
        ("answer: 0.3", "campaigns.loan.answer: extra inputs are not permitted — remove answer or correct"),
        ("period: 10s", "campaign loan: a counting period is at least a minute"),
        ("machines: {share: 0.1, detection: {mistaken: 0.05}}", "leave detection out"),
    ],
)
def test_mistakes_in_a_campaign_name_line_and_mend(change: str, said: str) -> None:
    text = BASE.replace("    answers: 0.3", f"    answers: 0.3\n    {change}")
    with pytest.raises(ConfigError, match=r"^case\.yaml:\d+: ") as caught:
        parse(text, "case.yaml")
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"law": "nicest"}, "no law is called 'nicest'; use one of pacer"),
        ({"horizon": "10s"}, "at least a minute"),
        ({"decides_every": "1m"}, "between 0.1s and 10s"),
        ({"campaigns": {}}, "campaigns: "),
    ],
)
def test_mistakes_in_a_scenario_are_said(change: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        scenario(**change)
    assert said in str(caught.value)


def test_the_command_prints_json_and_refuses_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "case.yaml"
    file.write_text(BASE.replace("30m", "5m") + "peers: [progressive]\n", encoding="utf-8")
    told = CliRunner().invoke(app, ["dialer", "simulate", str(file), "--json", "--replications", "2"])
    assert told.exit_code == 0
    found = json.loads(told.stdout)
    assert [law["law"] for law in found["laws"]] == ["pacer", "progressive"]
    assert found["laws"][0]["worst_period"] <= found["caps"]["loan"]
    assert "busy" in CliRunner().invoke(app, ["dialer", "simulate", str(file), "--replications", "1"]).stdout
    file.write_text("horizon: 30m\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["dialer", "simulate", str(file)])
    assert refused.exit_code == 2
    assert "add campaigns:" in refused.stderr


@pytest.fixture(scope="module")
def short() -> tuple[str, str]:
    """Five minutes of the example, and their digest."""
    text = EXAMPLE.read_text(encoding="utf-8").replace("horizon: 2h", "horizon: 5m")
    return text, digest(text, 5)


@pytest.mark.parametrize("seed", HASH_SEEDS)
def test_a_scenario_gives_the_same_figures_whatever_order_sets_are_kept_in(seed: str, short: tuple[str, str]) -> None:
    text, told = short
    assert told_by(THIS, "-m", "tests.simulation.dialing.digest", text, "5", seed=seed) == told
