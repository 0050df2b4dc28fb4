"""``callcenter quality``: what is said, in both languages, and the exit statuses."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from typer.testing import CliRunner

from callcenter.app.cli import app
from callcenter.app.quality_files import SHIPPED_FORM, SHIPPED_RULES
from tests.quality.helpers import rule

RUN = CliRunner()


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = RUN.invoke(app, ["quality", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    turns = [
        {"speaker": "agent", "start_ms": 0, "end_ms": 900, "text": "喂"},
        {"speaker": "customer", "start_ms": 1000, "end_ms": 2000, "text": "再不解决我就打12378"},
    ]
    (tmp_path / "a.json").write_text(json.dumps({"id": "A", "turns": turns}), encoding="utf-8")
    (tmp_path / "sub" / "b.json").write_text(json.dumps({"turns": []}), encoding="utf-8")
    return tmp_path


def test_the_shipped_rules_are_checked_by_default() -> None:
    status, out, _ = run("check", "--lang", "en")
    assert status == 0
    assert out.startswith("30 rules, ")
    assert "没有问题" in run("check", "--lang", "zh", "--form", SHIPPED_FORM)[1]


def test_check_tells_what_is_wrong(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(rule("{regex: '(?=a)'}"), encoding="utf-8")
    status, out, _ = run("check", bad, "--lang", "en")
    assert status == 1
    assert out.startswith(f"{bad}:6: the regular expression is not one of RE2")
    assert "线性时间" in run("check", bad, "--lang", "zh")[1]
    assert run("check", tmp_path / "nothing", "--lang", "en")[0] == 2


def test_a_folder_is_scored_as_json(folder: Path) -> None:
    status, out, _ = run("score", folder, "--json")
    assert status == 0
    first, second = json.loads(out)
    assert (first["id"], second["score"], second["notes"][0]["code"]) == ("A", None, "transcript_empty")
    found = {finding["id"]: finding for finding in first["findings"]}
    assert found["complaint_escalation"] == {
        "id": "complaint_escalation", "kind": "risk", "side": "customer", "turn": 1, "start_ms": 1000,
        "quote": "再不解决我就打12378", "confidence": 1.0,
    }  # fmt: skip
    assert found["greeting_missing"]["turn"] is None
    assert 0 < first["score"] < 100


def test_a_table_for_people_in_both_languages(folder: Path) -> None:
    assert "投诉升级信号 #1 0:01 “再不解决我就打12378”" in run("score", folder / "a.json", "--lang", "zh")[1]
    assert "Threatens to escalate #1" in run("score", folder / "a.json", "--lang", "en")[1]
    assert "nobody says anything" in run("score", folder, "--lang", "en")[1]


def test_a_bad_file_is_told_and_the_others_are_scored(folder: Path) -> None:
    (folder / "c.json").write_text("{", encoding="utf-8")
    status, out, err = run("score", folder, "--json", "--lang", "en")
    assert status == 1
    assert f"{folder / 'c.json'}:1: not readable as JSON" in err
    assert [("error" in one) for one in json.loads(out)] == [False, True, False]


def test_what_can_not_be_used_ends_with_2(folder: Path, tmp_path: Path) -> None:
    assert run("score", folder / "none.json")[0] == 2
    bad = folder / "bad.yaml"
    bad.write_text("rules: 3\n", encoding="utf-8")
    assert run("score", folder, "--rules", bad)[0] == 2
    assert run("score", folder, "--form", bad)[0] == 2
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run("score", empty, "--lang", "en") == (2, "", f"{empty}: there are no JSON files here\n")


def test_the_schemas_accept_what_is_shipped() -> None:
    schema = json.loads(run("schema", "rules")[1])
    for path in SHIPPED_RULES.glob("*.yaml"):
        jsonschema_rs.validate(schema, yaml.safe_load(path.read_text(encoding="utf-8")))
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(schema, yaml.safe_load(rule("{any: [a], bye: agent}")))
    form = yaml.safe_load(SHIPPED_FORM.read_text(encoding="utf-8"))
    jsonschema_rs.validate(json.loads(run("schema", "form")[1]), form)
    assert run("schema", "transcript")[0] == 0
    assert run("schema", "nothing")[0] == 2


def test_personal_data_in_quotes_is_masked_unless_asked(folder: Path) -> None:
    turns = [
        {"speaker": "agent", "start_ms": 0, "text": "您好"},
        {"speaker": "customer", "start_ms": 9, "text": "我卡号6222020200112230要打12378"},
    ]
    (folder / "a.json").write_text(json.dumps({"turns": turns}), encoding="utf-8")
    quoted = "我卡号****************要打12378"
    for extra in ((), ("--json",)):
        masked = run("score", folder / "a.json", *extra)[1]
        assert quoted in masked
        assert "6222020200112230" not in masked
    assert "我卡号6222020200112230要打12378" in run("score", folder / "a.json", "--unmasked")[1]
