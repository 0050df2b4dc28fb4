"""Rasa's adapter on bad days: away, slow, without a model, answering nonsense; and that it comes back by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from callcenter.bot.embedded import load
from callcenter.bot.rasa import RasaAssistant, RasaStatus, client
from callcenter.domain.errors import ProviderError
from tests.bot.contract import NOON, values
from tests.bot.rasa_double import GARBAGE, RasaDouble, rasa_double
from tests.bot.small_model import small_model
from tests.bot.watching import TIMEOUT_S, watched

Quick = Callable[..., RasaAssistant]


@pytest.fixture
def quick(rasa: RasaDouble, monkeypatch: pytest.MonkeyPatch) -> Quick:
    """An adapter that is impatient, so that tests are short; ``probe_s``: how often it looks while all is well."""

    def make(token: str = "", probe_s: float = 0.02, **more: Any) -> RasaAssistant:
        for name, value in (("PATIENCE_S", 0.3), ("PROBE_S", probe_s), ("PROBE_DOWN_S", 0.02)):
            monkeypatch.setattr(client, name, value)
        return RasaAssistant(rasa.url, token, **more)

    return make


@pytest.fixture
async def rasa(free_ports: list[int]) -> AsyncIterator[RasaDouble]:
    async with rasa_double(load(small_model()), free_ports[0]) as made:
        yield made


class Watch:
    """Counts the changes between down and up, and waits for the next."""

    def __init__(self) -> None:
        self.count = 0
        self._news = asyncio.Event()

    def __call__(self) -> None:
        self.count += 1
        self._news.set()

    async def reaches(self, count: int) -> None:
        async with asyncio.timeout(TIMEOUT_S):
            while self.count < count:
                self._news.clear()
                await self._news.wait()


async def test_values_stay_as_said_in_rasa_and_come_in_their_usual_form(rasa: RasaDouble) -> None:
    assert rasa.answer("我要转三千五")["entities"][0]["value"] == "三千五"
    async with watched(RasaAssistant(rasa.url)) as assistant:
        found = await assistant.understand("我要转三千五", NOON)
    assert values(found, "amount") == ["3500"]


async def test_a_sentence_that_looks_like_an_order_reaches_rasa_as_words(rasa: RasaDouble) -> None:
    async with watched(RasaAssistant(rasa.url)) as assistant:
        await assistant.understand(" \t//human_agent", NOON)
    assert rasa.asked[-1] == "human_agent"


async def test_a_long_sentence_reaches_rasa_cut(rasa: RasaDouble) -> None:
    async with watched(RasaAssistant(rasa.url)) as assistant:
        await assistant.understand("余额" * 500_000, NOON)
    assert len(rasa.asked[-1]) == 1_000


async def test_the_token_goes_with_every_question(rasa: RasaDouble) -> None:
    rasa.token = "s3cret"
    async with watched(RasaAssistant(rasa.url, "s3cret")) as assistant:
        assert (await assistant.understand("查余额", NOON)).intent == "balance_query"
        assert (await assistant.status()).model_id == "abc"
    async with watched(RasaAssistant(rasa.url, "wrong"), wait=False) as refused:
        with pytest.raises(ProviderError, match="CALLCENTER_RASA_TOKEN") as told:
            await refused.status()
        assert "wrong" not in str(told.value)


async def test_the_model_in_use_is_told(rasa: RasaDouble) -> None:
    assistant = RasaAssistant(rasa.url)
    assert await assistant.status() == RasaStatus("models/nlu.tar.gz", "abc")
    await assistant.close()


async def test_before_it_has_answered_contacts_go_to_people_at_once(rasa: RasaDouble) -> None:
    assistant = RasaAssistant(rasa.url)
    assert assistant.is_down
    with pytest.raises(ProviderError, match="not answered yet"):
        await assistant.understand("查余额", NOON)
    assert rasa.asked == []
    await assistant.close()


async def test_away_is_noticed_without_a_customer_and_so_is_its_return(rasa: RasaDouble, quick: Quick) -> None:
    changes = Watch()
    async with watched(quick(changed=changes)) as assistant:
        assert changes.count == 1
        port = rasa.port
        await rasa.stop()
        await changes.reaches(2)
        assert assistant.is_down
        assert not assistant.ready.is_set()
        with pytest.raises(ProviderError, match="scripts/rasa serve") as told:
            await assistant.understand("查余额", NOON)
        assert told.value.retryable
        await rasa.start(port)
        await changes.reaches(3)
        assert (await assistant.understand("查余额", NOON)).intent == "balance_query"


async def test_a_slow_answer_is_given_up_in_time_and_the_next_contact_does_not_wait(
    rasa: RasaDouble, quick: Quick
) -> None:
    changes = Watch()
    async with watched(quick(changed=changes, probe_s=60.0)) as assistant:
        rasa.hold()
        loop = asyncio.get_running_loop()
        began = loop.time()
        with pytest.raises(ProviderError, match=r"more than 0\.3 s"):
            await assistant.understand("查余额", NOON)
        assert loop.time() - began < 3.0
        asked = len(rasa.asked)
        with pytest.raises(ProviderError, match=r"more than 0\.3 s"):
            await assistant.understand("查余额", NOON)
        assert "查余额" not in rasa.asked[asked:]
        rasa.heal()
        await changes.reaches(3)
        assert (await assistant.understand("查余额", NOON)).intent == "balance_query"


@pytest.mark.parametrize(("status", "mend"), [(409, "scripts/rasa train"), (404, "--enable-api"), (401, "TOKEN")])
async def test_what_an_operator_can_mend_is_said_and_nobody_waits_for_it(
    rasa: RasaDouble, quick: Quick, status: int, mend: str
) -> None:
    changes = Watch()
    async with watched(quick(changed=changes)) as assistant:
        rasa.status = status
        await changes.reaches(2)
        with pytest.raises(ProviderError, match=mend):
            await assistant.understand("查余额", NOON)
        rasa.heal()
        await changes.reaches(3)


@pytest.mark.parametrize("kind", GARBAGE)
async def test_nonsense_is_an_error_and_never_a_meaning(rasa: RasaDouble, quick: Quick, kind: str) -> None:
    changes = Watch()
    async with watched(quick(changed=changes, probe_s=60.0)) as assistant:
        rasa.garble(GARBAGE[kind])
        with pytest.raises(ProviderError, match="answer"):
            await assistant.understand("查余额", NOON)
    async with watched(quick(), wait=False) as other:
        assert other.is_down
        with pytest.raises(ProviderError):
            await other.understand("查余额", NOON)
        rasa.heal()
        await asyncio.wait_for(other.ready.wait(), TIMEOUT_S)


async def test_an_error_over_one_sentence_leaves_the_others(rasa: RasaDouble, quick: Quick) -> None:
    async with watched(quick(probe_s=60.0)) as assistant:
        rasa.status = 500
        with pytest.raises(ProviderError, match="500"):
            await assistant.understand("查余额", NOON)
        rasa.heal()
        assert (await assistant.understand("查余额", NOON)).intent == "balance_query"


async def test_what_speaks_no_http_is_away(free_ports: list[int]) -> None:
    async def babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.bank.example ESMTP\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(babble, "127.0.0.1", free_ports[0]):
        assistant = RasaAssistant(f"http://127.0.0.1:{free_ports[0]}")
        with pytest.raises(ProviderError, match="cannot be reached"):
            await assistant.status()
        await assistant.close()


async def test_an_intent_without_a_name_is_not_understood(rasa: RasaDouble, quick: Quick) -> None:
    async with watched(quick(probe_s=60.0)) as assistant:
        rasa.garble(b'{"text": "a", "intent": {"name": null, "confidence": 0.0}, "entities": []}')
        assert (await assistant.understand("查余额", NOON)).intent == "nlu_fallback"
