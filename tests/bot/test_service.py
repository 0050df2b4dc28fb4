"""The embedded assistant behind its port: what it says of a sentence, and that it answers in time or not at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from callcenter.bot import service
from callcenter.bot.embedded import load
from callcenter.bot.embedded.keeping import drop_others, fingerprint, newest
from callcenter.bot.service import EmbeddedAssistant, understanding_of
from callcenter.domain.errors import ProviderError
from callcenter.domain.understanding import NOT_UNDERSTOOD, OUT_OF_SCOPE
from tests.bot.small_model import small_model

NOON = 1_773_115_200_000
"""2026-03-10, 12:00 in Shanghai."""


@pytest.fixture(scope="module")
def model():
    return load(small_model())


@pytest.fixture
def assistant(model) -> Iterator[EmbeddedAssistant]:
    made = EmbeddedAssistant()
    made.take(service.Version(model))
    yield made
    made.close()


async def test_a_sentence_is_understood(assistant: EmbeddedAssistant) -> None:
    found = await assistant.understand("查一下余额，尾号1234", NOON)
    assert (found.intent, found.language) == ("balance_query", "zh")
    assert ("card_tail", "1234") in [(one.entity, one.value) for one in found.entities]


async def test_days_count_from_the_time_given(assistant: EmbeddedAssistant) -> None:
    found = await assistant.understand("明天下午三点给我回电话", NOON)
    assert "2026-03-11T15:00" in [one.value for one in found.entities]


@pytest.mark.parametrize(
    ("text", "intent"), [("asdkjh qwe", NOT_UNDERSTOOD), ("", NOT_UNDERSTOOD), ("今天天气怎么样", OUT_OF_SCOPE)]
)
async def test_what_is_refused_is_not_acted_on(assistant: EmbeddedAssistant, text: str, intent: str) -> None:
    assert (await assistant.understand(text, NOON)).intent == intent


async def test_of_two_values_the_one_that_is_denied_is_left_out(assistant: EmbeddedAssistant) -> None:
    found = await assistant.understand("不是6688，是1234", NOON)
    assert [one.value for one in found.entities if one.entity == "card_tail"] == ["1234"]


@pytest.mark.parametrize(
    ("text", "language"), [("卡丢了", "zh"), ("what is my balance", "en"), ("ATM", ""), ("1234", ""), ("ATM坏了", "zh")]
)
def test_the_language_of_a_sentence(model, text: str, language: str) -> None:
    assert understanding_of(model.parse(text, datetime.fromtimestamp(NOON / 1000).astimezone())).language == language


async def test_without_a_model_it_says_why() -> None:
    made = EmbeddedAssistant()
    made.note = "it is being trained"
    with pytest.raises(ProviderError, match="being trained"):
        await made.understand("你好", NOON)
    made.close()


async def test_too_slow_and_broken_are_errors_in_time(
    assistant: EmbeddedAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = threading.Event()

    class Stuck:
        def parse(self, text: str, now: datetime) -> None:
            if text == "broken":
                raise ValueError("no such column")
            goes_on.wait(10)

    monkeypatch.setattr(service, "PATIENCE_S", 0.05)
    assistant.take(service.Version(Stuck()))  # type: ignore[arg-type]
    with pytest.raises(ProviderError, match="no such column"):
        await assistant.understand("broken", NOON)
    with pytest.raises(ProviderError, match=r"more than 0\.05 s"):
        await assistant.understand("slow", NOON)
    goes_on.set()


def test_a_model_is_kept_by_the_data_it_was_made_from(tmp_path: Path) -> None:
    data = tmp_path / "project" / "data"
    data.mkdir(parents=True)
    (data / "nlu.yml").write_text("a")
    (tmp_path / "project" / "tests").mkdir()
    before = fingerprint(tmp_path / "project")
    (tmp_path / "project" / "tests" / "held_out.yml").write_text("not trained on")
    assert fingerprint(tmp_path / "project") == before
    (data / "nlu.yml").write_text("b")
    assert fingerprint(tmp_path / "project") != before


def test_the_newest_model_stays_alone(tmp_path: Path) -> None:
    import os

    assert newest(tmp_path / "nothing") is None
    for number, name in enumerate(("a", "b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "manifest.json").write_text("{}")
        os.utime(tmp_path / name / "manifest.json", (number, number))
    assert newest(tmp_path) == tmp_path / "b"
    drop_others(tmp_path, tmp_path / "b")
    assert [folder.name for folder in tmp_path.iterdir()] == ["b"]
