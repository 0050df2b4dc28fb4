"""``callcenter flow``: what a person at a terminal sees."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callcenter.app.commands.flow import app, language_of

SHIPPED = Path(__file__).parents[2] / "ivr_flows"
runner = CliRunner()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "flows"))


def run(*words: str | Path) -> tuple[int, str]:
    result = runner.invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_check_and_test_of_what_is_shipped(folder: Path) -> None:
    assert run("check", folder, "--lang", "zh") == (0, "7 个流程，没有问题\n")
    assert run("check", folder / "elder.yaml", "--lang", "en") == (0, "1 flow(s), nothing wrong\n")
    code, output = run("test", folder, "--lang", "en")
    assert code == 0
    assert output.endswith(" 0 failed\n")


def test_a_wrong_file_is_named_with_line_and_mend(folder: Path) -> None:
    file = folder / "elder.yaml"
    lines = file.read_text(encoding="utf-8").split("\n")
    line = next(number for number, text in enumerate(lines, 1) if text == "    queue: elder")
    lines[line - 1] = "    queue: elders"
    file.write_text("\n".join(lines), encoding="utf-8")
    for lang, said in (
        ("en", "there is no queue 'elders' — did you mean: elder"),
        ("zh", "没有队列“elders” — 是否想写：elder"),
    ):
        assert run("check", folder, "--lang", lang) == (1, f"{file}:{line}: {said}\n")
    assert run("test", folder)[0] == 1
    assert run("check", folder / "survey.yaml")[0] == 0


def test_an_unreadable_file_does_not_hide_the_others(folder: Path) -> None:
    (folder / "broken.yaml").write_bytes(b"\xff\xfe")
    (folder / "survey.yaml").write_text("", encoding="utf-8")
    code, output = run("check", folder, "--lang", "en")
    assert code == 1
    assert "broken.yaml:1: the file is not UTF-8" in output
    assert "survey.yaml:1: the file is empty" in output


def test_a_failing_caller_is_shown_with_what_was_heard(folder: Path) -> None:
    file = folder / "survey.test.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("感谢您的评价", "谢谢评价", 1), encoding="utf-8")
    code, output = run("test", folder / "survey.yaml", "--lang", "en")
    assert code == 1
    assert "✗ survey: 非常满意" in output
    assert "not heard: 谢谢评价" in output
    assert "“感谢您的评价，再见。”" in output
    assert "4 passed, 1 failed" in output


def test_scripted_callers_of_a_missing_flow(folder: Path) -> None:
    (folder / "survey.yaml").unlink()
    code, output = run("check", folder, "--lang", "en")
    assert code == 1
    assert "there is no flow 'survey' to test" in output


def test_nothing_there(tmp_path: Path) -> None:
    code, output = run("check", tmp_path / "nowhere", "--lang", "en")
    assert code == 2
    assert "cannot read" in output
    assert run("test", tmp_path)[0] == 1


def test_draw(folder: Path) -> None:
    code, output = run("draw", "hotline", "--folder", folder, "--lang", "en")
    assert code == 0
    assert output.startswith("flowchart TD\n")
    assert 'main -->|"1"| card_loss\n' in output
    assert 'card_loss_chinese(["card_loss_chinese · queue<br>card_loss (9)"])' in output
    assert run("draw", folder / "elder.yaml")[0] == 0
    code, output = run("draw", "hotlin", "--folder", folder, "--lang", "en")
    assert code == 2
    assert "there is no flow 'hotlin'" in output


def test_schema(tmp_path: Path) -> None:
    file = tmp_path / "schema" / "flow.json"
    assert run("schema", "--write", file) == (0, "")
    assert json.loads(file.read_text(encoding="utf-8"))["title"] == "Flow"
    assert json.loads(run("schema")[1])["title"] == "Flow"


@pytest.mark.parametrize(
    ("option", "lang", "expected"),
    [("en", "zh_CN.UTF-8", "en"), ("", "en_US.UTF-8", "en"), ("", "C", "zh"), ("", "", "zh")],
)
def test_language(monkeypatch: pytest.MonkeyPatch, option: str, lang: str, expected: str) -> None:
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setenv("LANG", lang)
    assert language_of(option) == expected
