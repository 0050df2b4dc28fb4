"""How a running centre comes by its assistant's model: trained once in the background, kept, and never a worse one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from callcenter.app.assistant import provide
from callcenter.app.settings import Settings
from callcenter.bot.service import EmbeddedAssistant
from tests.bot.small_model import small_model

NLU = """
version: "3.1"
nlu:
- intent: lost
  examples: |
    - 卡丢了
    - 我的卡不见了
    - 银行卡丢失
    - 找不到我的卡
- intent: balance
  examples: |
    - 查余额
    - 还有多少钱
    - 看看余额
    - 账户余额多少
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "project" / "data").mkdir(parents=True)
    (tmp_path / "project" / "data" / "nlu.yml").write_text(NLU)
    (tmp_path / "project" / "domain.yml").write_text('version: "3.1"\nintents: [lost, balance]\n')
    return tmp_path / "project"


@pytest.fixture
def assistant() -> Iterator[EmbeddedAssistant]:
    made = EmbeddedAssistant()
    yield made
    made.close()


def settings(tmp_path: Path, project: Path, **more: object) -> Settings:
    return Settings(data=tmp_path / "var", assistant="embedded", assistant_data=project, **more)  # type: ignore[arg-type]


def models(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "var" / "nlu").iterdir())


async def test_it_is_trained_once_then_found_and_anew_for_other_data(
    tmp_path: Path, project: Path, assistant: EmbeddedAssistant
) -> None:
    said: list[str] = []
    await provide(assistant, settings(tmp_path, project), said.append)
    assert assistant.model is not None, said
    assert said == ["the assistant is being trained in the background; until then chats go to people"]
    (first,) = models(tmp_path)
    made = (first / "manifest.json").stat().st_mtime_ns
    await provide(assistant, settings(tmp_path, project), said.append)
    assert len(said) == 1
    assert (first / "manifest.json").stat().st_mtime_ns == made

    old = assistant.model
    (project / "data" / "nlu.yml").write_text(NLU.replace("看看余额", "余额还剩多少"))
    await provide(assistant, settings(tmp_path, project), said.append)
    assert assistant.model is not old
    assert models(tmp_path) != [first]
    assert len(models(tmp_path)) == 1, "the old one is gone"

    kept = assistant.model
    (project / "data" / "nlu.yml").write_text("nlu: [")
    await provide(assistant, settings(tmp_path, project), said.append)
    assert assistant.model is kept or assistant.model.intents == kept.intents
    assert "the old one stays" in said[-1]


async def test_a_damaged_model_is_no_model(tmp_path: Path, project: Path, assistant: EmbeddedAssistant) -> None:
    import shutil

    broken = tmp_path / "broken"
    shutil.copytree(small_model(), broken)
    (broken / "manifest.json").write_text("{}")
    said: list[str] = []
    await provide(assistant, settings(tmp_path, project, assistant_model=broken), said.append)
    assert assistant.model is None
    assert "chats go to people" in said[0]
    assert assistant.note


async def test_off_is_off(tmp_path: Path, project: Path, assistant: EmbeddedAssistant) -> None:
    off = settings(tmp_path, project).model_copy(update={"assistant": "off"})
    await provide(assistant, off, lambda line: None)
    assert assistant.model is None
    assert not (tmp_path / "var" / "nlu").exists()
