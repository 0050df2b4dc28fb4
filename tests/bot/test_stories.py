"""The conversations of ``nlu_models/tests/stories`` from end to end, understood by the embedded assistant and Rasa."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from callcenter.bot.embedded import load
from callcenter.bot.rasa import RasaAssistant
from callcenter.bot.service import EmbeddedAssistant, Version
from callcenter.domain.ports import Understands
from tests.bot import bank_data
from tests.bot.rasa_process import BOTH
from tests.bot.small_model import bank_model
from tests.bot.stories import played
from tests.bot.watching import watched


@pytest.fixture(params=BOTH)
async def assistant(request: pytest.FixtureRequest) -> AsyncIterator[Understands]:
    if request.param == "rasa":
        async with watched(RasaAssistant(request.getfixturevalue("rasa_url"))) as rasa:
            yield rasa
        return
    made = EmbeddedAssistant()
    made.take(Version(load(bank_model())))
    yield made
    made.close()


@pytest.mark.parametrize("story", bank_data.test_stories(), ids=lambda story: story["story"])
async def test_a_conversation_goes_as_its_story_has_it(story: dict[str, Any], assistant: Understands) -> None:
    assert await played(story, assistant) == []
