"""``callcenter simulate``: scenario files and past days, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from typer.testing import CliRunner

from callcenter.app.cli import app
from callcenter.simulation.scenario_file import parse
from callcenter.web.admin.config_yaml import write_yaml
from tests.app.lived import live_one_day
from tests.simulation.virtual_day import bank

ERLANG = Path(__file__).parents[2] / "docs" / "scenarios" / "erlang-a.yaml"
HOUR = ("--day", "2026-11-27", "--from", "10:00", "--to", "11:00", "--replications", "6")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a centre that has lived one day."""
    return live_one_day(tmp_path_factory.mktemp("lived") / "callcenter.db")


def simulate(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["simulate", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def found(*arguments: str) -> dict[str, Any]:
    code, output = simulate(*arguments, "--json")
    assert code == 0, output
    return json.loads(output)


def test_what_would_one_more_have_done_between_ten_and_eleven(lived: Path) -> None:
    said = found("--journal", str(lived), *HOUR, "--change", "+1 in team floor 10:00-11:00")
    lost = said["difference"]["total"]["abandoned"]
    assert lost["mean"] < -lost["half_width"] < 0
    assert said["difference"]["queues"]["elder"]["offered"]["mean"] == 0
    code, output = simulate("--journal", str(lived), *HOUR, "--change", "+1 in team floor 10:00-11:00")
    assert code == 0
    assert "+1 in team floor 10:00-11:00: service level 44% → " in output
    assert "fewer hang-ups" in output


def test_the_day_is_where_the_settings_say_and_is_held_against_what_happened(
    lived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLCENTER_DATA", str(lived.parent))
    said = found("--journal", *HOUR)
    total = said["actual"]["total"]
    assert total["offered"]["actual"] == said["total"]["offered"]["mean"] == 100
    assert all(figure["holds"] for figure in total.values())
    assert set(said["actual"]["queues"]) == {"general", "card", "elder"}
    assert said["notes"] == []


def test_the_other_side_may_be_changes_a_configuration_or_a_scenario(lived: Path, tmp_path: Path) -> None:
    changes = tmp_path / "changes.yaml"
    changes.write_text("agents: [+2 in team cards]\nqueues: {elder: {reserve: 1}}\n", encoding="utf-8")
    config = bank()
    agents = {**config.agents, "1001": replace(config.agents["1001"], skills={"card": 7})}
    exported = tmp_path / "config.yaml"
    exported.write_text(write_yaml(replace(config, agents=agents), ("agents",)), encoding="utf-8")
    scenario = tmp_path / "scenario.yaml"
    journal = ("--journal", str(lived), *HOUR)
    assert simulate(*journal, "--against", str(changes), "--export", str(scenario))[0] == 0
    by_changes = found(*journal, "--against", str(changes))["difference"]
    by_scenario = found(*journal, "--against", str(scenario))["difference"]
    assert by_changes == by_scenario
    assert by_changes["total"]["service_level"]["mean"] > 0.1
    by_config = found(*journal, "--against", str(exported))["difference"]
    assert by_config["queues"]["card"]["service_level"]["mean"] > 0
    assert by_config != by_changes


def test_an_exported_day_runs_like_the_day(lived: Path, tmp_path: Path) -> None:
    file = tmp_path / "day.yaml"
    assert simulate("--journal", str(lived), *HOUR, "--export", str(file)) == (0, "")
    assert parse(file.read_text(encoding="utf-8")).begins is not None
    day, again = found("--journal", str(lived), *HOUR), found(str(file), "--replications", "6")
    assert (again["queues"], again["total"]) == (day["queues"], day["total"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "no scenario is named — name a file, or use --journal"),
        (["nowhere.yaml"], "nowhere.yaml: cannot be read"),
        ([str(ERLANG), "--day", "2026-11-27"], "belong to --journal"),
        (["--journal", "DB"], "--day: is missing — write --day 2026-11-27"),
        (["--journal", "DB", "--day", "yesterday"], "'yesterday' is no day"),
        (["--journal", "DB", "--day", "2026-11-27", "--from", "ten"], "--from: 'ten' is no time of day"),
        (["--journal", "DB", "--day", "2026-11-27", "--from", "11:00", "--to", "10:00"], "10:00 is not after 11:00"),
        (["--journal", "DB", "--day", "2026-11-20"], "no configuration was in force by then"),
        (["--journal", "DB", "--day", "2026-11-28"], "nobody asked for a person at that time"),
        (["--journal", "empty.db", "--day", "2026-11-27"], "run: callcenter db upgrade"),
        (["--journal", "DB", *HOUR, "--change", "more"], "'more' is no change of staff"),
        (["--journal", "DB", *HOUR, "--against", "BAD"], "bad.yaml:2: queues.card: a queue has no setting 'reserv'"),
        (["--journal", "DB", *HOUR, "--against", "WORSE"], "worse.yaml:3: There is no field"),
        (["--journal", "DB", *HOUR, "--against", "GONE"], "has no queue 'elder', where 58 contacts waited"),
    ],
)
def test_mistakes_are_answered_with_place_and_mend(
    lived: Path, tmp_path: Path, arguments: list[str], said: str
) -> None:
    files = {
        "BAD": "queues:\n  card: {reserv: 1}\n",
        "WORSE": "queues:\n  card:\n    nothing: 1\n    names: {en: Cards}\n",
        "GONE": "queues:\n  card: {names: {en: Cards}}\n  general: {names: {en: General}}\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name.lower()}.yaml").write_text(text, encoding="utf-8")
    places = {"DB": str(lived), **{name: str(tmp_path / f"{name.lower()}.yaml") for name in files}}
    code, output = simulate(*[places.get(argument, argument) for argument in arguments])
    assert code == 2
    assert said in output
