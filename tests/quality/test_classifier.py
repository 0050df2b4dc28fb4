"""A classifier of one's own: trained from sentences, used by rules, refused where it is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callcenter.app.cli import app
from callcenter.app.quality_files import load_rules, models
from callcenter.domain.errors import ConfigError
from tests.quality.helpers import rule, talk

RUN = CliRunner()
THINGS = ["账单", "贷款", "卡", "手续费", "网点", "密码", "利率", "额度", "积分", "存折"]
YES = [f"{start}{thing}真的气死我了" for thing in THINGS for start in ("你们的", "这个")]
NO = [f"我想问一下{thing}{end}" for thing in THINGS for end in ("怎么办", "在哪里")]


@pytest.fixture
def sentences(tmp_path: Path) -> Path:
    path = tmp_path / "angry.yaml"
    path.write_text(json.dumps({"yes": YES, "no": NO}, ensure_ascii=False), encoding="utf-8")
    return path


def test_it_is_trained_and_used(sentences: Path, tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "r.yaml").write_text(rule("{classifier: angry, over: 0.7, by: customer}"), encoding="utf-8")
    assert load_rules(rules)[1][0].code == "untrained"
    out = rules / "models" / "angry.json"
    said = RUN.invoke(app, ["quality", "train", str(sentences), "--out", str(out), "--lang", "en"])
    assert said.exit_code == 0
    assert said.stdout == f"{out}: 40 sentences; 5-fold, from 0.5: precision 1.00, recall 1.00\n"
    engine, problems = load_rules(rules)
    assert engine is not None
    assert not problems
    found = engine.findings(
        talk(("agent", "这个气死我了"), ("customer", "你好。这个转账真的气死我了。"), ("customer", "怎么办"))
    )
    assert [(one.turn, one.quote) for one in found] == [(1, "这个转账真的气死我了。")]
    assert 0.7 <= found[0].confidence < 1


def test_the_same_sentences_give_the_same_weights(sentences: Path, tmp_path: Path) -> None:
    outs = [tmp_path / name for name in ("one.json", "two.json")]
    for out in outs:
        assert RUN.invoke(app, ["quality", "train", str(sentences), "--out", str(out)]).exit_code == 0
    assert outs[0].read_bytes() == outs[1].read_bytes()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("yes: [a]\nno: [b]\n", "'yes' has 1 sentences — write at least 20"),
        ("yes: [1]\nno: [b]\n", ":1: this is no sentence"),
        ("ja: [a]\n", "sentences are missing"),
        ("yes: [a\n", "yaml"),
    ],
)
def test_what_can_not_be_trained_is_told(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    result = RUN.invoke(app, ["quality", "train", str(path), "--out", str(tmp_path / "m.json")])
    assert result.exit_code == 1
    assert said in result.stderr
    assert not (tmp_path / "m.json").exists()
    assert RUN.invoke(app, ["quality", "train", str(tmp_path / "none"), "--out", "x.json"]).exit_code == 2


def test_a_damaged_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "angry.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="no trained classifier"):
        models(tmp_path)
