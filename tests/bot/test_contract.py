"""The contract of the assistant's port on each: the embedded one, Rasa's adapter before a double, real Rasa."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import cache

import pytest

from callcenter.bot.embedded import Model, load
from callcenter.bot.rasa import RasaAssistant
from callcenter.bot.service import EmbeddedAssistant, Version
from tests.bot.contract import AssistantContract
from tests.bot.rasa_double import rasa_double
from tests.bot.rasa_process import RASA
from tests.bot.small_model import small_model
from tests.bot.watching import watched


@cache
def model() -> Model:
    return load(small_model())


class TestEmbedded(AssistantContract):
    @pytest.fixture
    async def assistant(self) -> AsyncIterator[EmbeddedAssistant]:
        made = EmbeddedAssistant()
        made.take(Version(model()))
        yield made
        made.close()


class TestRasasAdapter(AssistantContract):
    @pytest.fixture
    async def assistant(self, free_ports: list[int]) -> AsyncIterator[RasaAssistant]:
        async with rasa_double(model(), free_ports[0]) as rasa, watched(RasaAssistant(rasa.url)) as made:
            yield made


class TestRasa(AssistantContract):
    pytestmark = RASA

    @pytest.fixture
    async def assistant(self, rasa_url: str) -> AsyncIterator[RasaAssistant]:
        async with watched(RasaAssistant(rasa_url)) as made:
            yield made
