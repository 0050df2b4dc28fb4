"""Chats while Rasa is away or slow: a person in time, the floor says so, and all is well when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from callcenter.app.commands.doctor_assistant import check_assistant
from callcenter.bot.embedded import load
from callcenter.bot.rasa import client
from callcenter.core.flows import UNDERSTAND_MS
from callcenter.domain import effects as ef
from callcenter.domain.contact import Place
from tests.app.chatting import House, house
from tests.bot.rasa_double import RasaDouble, rasa_double
from tests.bot.small_model import small_model


@asynccontextmanager
async def bank(data: Path, flows: Path, ports: list[int]) -> AsyncIterator[tuple[House, RasaDouble]]:
    url = f"http://127.0.0.1:{ports[1]}"
    async with (
        rasa_double(load(small_model()), ports[1]) as rasa,
        house(data, ports[0], flows=flows, assistant="rasa", rasa_url=url) as made,
    ):
        await made.understands()
        yield made, rasa


async def floor_says(made: House) -> tuple[bool, str]:
    """Whether the assistant is away by the pages' own port, and by the health page."""
    async with httpx.AsyncClient(base_url=made.product.settings.base_url, trust_env=False) as browser:
        answer = await browser.get("/healthz")
    assert answer.status_code == 200, "calls can be taken"
    return made.product.web.assistant_down(), answer.json()["assistant"]


async def handed_over(made: House) -> list[str]:
    return [fact.why.code for fact in await made.facts(ef.HandedOver)]


def test_the_stated_time_holds() -> None:
    """docs/assistant.md: at most 3 s when it is slow, at once when it is known to be away."""
    assert client.PATIENCE_S < UNDERSTAND_MS / 1000 == 3.0
    assert client.PROBE_S <= 5.0


async def test_rasa_away_a_person_at_once_and_rasa_again_when_it_is_back(
    data: Path, flows: Path, free_ports: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PROBE_S", "PROBE_DOWN_S"):
        monkeypatch.setattr(client, name, 0.05)
    async with bank(data, flows, free_ports) as (made, rasa):
        assert await floor_says(made) == (False, "up")
        before = await made.visitor("v1")
        await before.say("查余额")
        await before.reads("卡号后四位")

        await rasa.stop()
        await made.until(lambda: made.product.web.assistant_down(), "the floor is told without a customer")
        assert await floor_says(made) == (True, "down")
        await before.say("尾号1234")
        await made.until(lambda: made.contact(before).place is Place.WAITING, "waits for a person")
        (told,) = await made.facts(ef.HandedOver)
        assert (told.why.code, told.wanted) == ("assistant_unavailable", "balance_query"), "what was said is not lost"
        assert "assistant_failed" in [trouble.code for trouble in made.product.web.troubles.all()]

        await rasa.start(free_ports[1])
        await made.until(lambda: not made.product.web.assistant_down(), "it is used again by itself")
        assert await floor_says(made) == (False, "up")
        after = await made.visitor("v2")
        await after.say("查余额")
        await after.reads("卡号后四位")
        assert made.contact(before).place is Place.WAITING, "who was promised a person keeps their place"
        await made.replays()


async def test_a_slow_rasa_costs_one_contact_its_patience_and_the_next_nothing(
    data: Path, flows: Path, free_ports: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "PATIENCE_S", 0.2)
    async with bank(data, flows, free_ports) as (made, rasa):
        first, second = await made.visitor("v1"), await made.visitor("v2")
        rasa.hold()
        await first.say("查余额")
        await made.until(lambda: made.contact(first).place is Place.WAITING, "waits for a person")
        await second.say("查余额")
        await made.until(lambda: made.contact(second).place is Place.WAITING, "waits for a person")
        assert await handed_over(made) == ["assistant_unavailable"] * 2
        assert rasa.asked.count("查余额") == 1


async def test_nonsense_goes_to_a_person_and_is_never_acted_on(data: Path, flows: Path, free_ports: list[int]) -> None:
    async with bank(data, flows, free_ports) as (made, rasa):
        visitor = await made.visitor()
        rasa.garble(b'{"intent": "card_loss_report"}')
        await visitor.say("查余额")
        await made.until(lambda: made.contact(visitor).place is Place.WAITING, "waits for a person")
        assert await handed_over(made) == ["assistant_unavailable"]
        assert not await made.facts(ef.SentenceTaken)


async def test_a_button_needs_no_rasa(data: Path, flows: Path, free_ports: list[int]) -> None:
    async with bank(data, flows, free_ports) as (made, rasa):
        visitor = await made.visitor()
        await visitor.say("asdkjh qwe")
        await visitor.reads("没听明白")
        await rasa.stop()
        await visitor.choose("查余额")
        await visitor.reads("卡号后四位")


async def test_the_doctor_names_the_mend(data: Path, flows: Path, free_ports: list[int]) -> None:
    async with bank(data, flows, free_ports) as (made, rasa):
        settings = made.product.settings
        (well,) = await asyncio.to_thread(lambda: list(check_assistant(settings)))
        assert well.ok
        assert "nlu.tar.gz" in well.detail
        rasa.status = 409
        (ill,) = await asyncio.to_thread(lambda: list(check_assistant(settings)))
        assert not ill.ok
        assert "scripts/rasa train" in ill.mend
