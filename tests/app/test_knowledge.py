"""Articles in the whole product: given by the assistant below its intents, whichever assistant it is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from callcenter.app.assistant import Meanings
from callcenter.app.demo import demo_config
from callcenter.app.knowledge import PublishedArticles
from callcenter.bot.embedded import load
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import Place
from callcenter.domain.knowledge import Article, Found
from callcenter.domain.understanding import NOT_UNDERSTOOD, Understanding
from tests.app.chatting import House, house
from tests.bot.rasa_double import rasa_double
from tests.bot.small_model import small_model

DAY = 86_400_000
QUESTION = "破损的钞票可以换吗"


@asynccontextmanager
async def embedded(data: Path, flows: Path, ports: list[int]) -> AsyncIterator[House]:
    async with house(data, ports[0], flows=flows) as made:
        yield made


@asynccontextmanager
async def with_rasa(data: Path, flows: Path, ports: list[int]) -> AsyncIterator[House]:
    url = f"http://127.0.0.1:{ports[1]}"
    async with (
        rasa_double(load(small_model()), ports[1]),
        house(data, ports[0], flows=flows, assistant="rasa", rasa_url=url) as made,
    ):
        yield made


@pytest.fixture(params=[embedded, with_rasa])
async def bank(request: pytest.FixtureRequest, data: Path, flows: Path, free_ports: list[int]) -> AsyncIterator[House]:
    async with request.param(data, flows, free_ports) as made:
        await made.understands()
        yield made


async def publish(bank: House, *articles: Article) -> None:
    config = bank.product.engine.center.state.config
    changed = replace(config, articles=articles)
    await bank.product.desk.submit(ev.CenterConfigured(config=changed, version=7))


async def test_what_no_intent_covers_is_answered_by_an_article_and_the_journal_says_why(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.reads("智能客服")
    await visitor.say(QUESTION)
    await visitor.reads("残损人民币带到任一网点柜台")
    (given,) = await bank.facts(ef.ArticleGiven)
    assert (given.article, given.language, given.why.code) == ("damaged_notes", "zh", "article_fits")
    assert given.why.detail == {"asked": QUESTION, "score": 1.0}
    assert bank.contact(visitor).place is Place.FLOW
    assert not await bank.facts(ef.HandedOver)
    await bank.replays()


async def test_it_is_answered_in_the_language_of_the_question(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.say("Can I exchange damaged banknotes")
    await visitor.reads("Bring damaged notes to any branch counter")


async def test_an_answer_ends_the_count_of_misunderstandings(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.say("呱唧咕噜呱唧")
    await visitor.reads("没听明白")
    await visitor.say(QUESTION)
    await visitor.reads("残损人民币")
    await visitor.say("呱唧咕噜呱唧")
    await visitor.reads("没听明白")
    assert not await bank.facts(ef.HandedOver)


async def test_a_form_is_not_left_for_an_article(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.say("卡丢了")
    await visitor.reads("卡号后四位")
    await visitor.say(QUESTION)
    await visitor.reads("卡号后四位")
    assert not await bank.facts(ef.ArticleGiven)


async def test_after_a_hand_over_no_article_is_given(bank: House) -> None:
    await bank.ready()
    visitor = await bank.visitor()
    await visitor.say("转人工")
    await bank.taken(visitor)
    await bank.until(lambda: bank.contact(visitor).place is Place.TALKING, "talking")
    await visitor.reads("人工坐席已接入")
    before = await visitor.texts()
    await visitor.say(QUESTION)
    found = Found("damaged_notes", 1.0, QUESTION, {}, {"zh": "残损人民币"})
    late = ev.SentenceUnderstood(
        contact=visitor.id, request=f"{visitor.id}.3", ok=True, intent=NOT_UNDERSTOOD, answer=found
    )
    assert await bank.product.desk.submit(late) == ()
    assert await visitor.texts() == before
    assert not await bank.facts(ef.ArticleGiven)


@pytest.mark.parametrize(
    "fields",
    [{"valid_until": "2020-01-01"}, {"valid_from": "2999-01-01"}, {"channels": ("voice",)}, {"assistant": False}],
)
async def test_one_that_is_over_not_yet_valid_of_another_channel_or_for_people_is_not_given(
    data: Path, flows: Path, free_ports: list[int], fields: dict[str, object]
) -> None:
    async with embedded(data, flows, free_ports) as bank:
        await bank.understands()
        await publish(bank, Article("notes", {"zh": QUESTION}, {"zh": "可以"}, **fields))  # type: ignore[arg-type]
        visitor = await bank.visitor()
        await visitor.say(QUESTION)
        await visitor.reads("没听明白")
        assert not await bank.facts(ef.ArticleGiven)


class At:
    """A clock that stands at a time."""

    def __init__(self, now_ms: int) -> None:
        self.now = now_ms

    def now_ms(self) -> int:
        return self.now


async def ids(articles: Sequence[Article], now_ms: int, zone: str, channel: str = "") -> list[str]:
    store = PublishedArticles(lambda: CenterConfig(articles=tuple(articles)), zone, At(now_ms))  # type: ignore[arg-type]
    return [found.article for found in await store.search(QUESTION, channel)]


async def test_days_begin_and_end_in_the_centres_time_zone() -> None:
    day = Article("day", {"zh": QUESTION}, {"zh": "可以"}, valid_from="2026-03-01", valid_until="2026-03-01")
    midnight = 1_772_294_400_000  # 2026-03-01 00:00 in China, 16:00 of the day before in UTC
    assert await ids([day], midnight - 1, "Asia/Shanghai") == []
    assert await ids([day], midnight, "Asia/Shanghai") == ["day"]
    assert await ids([day], midnight, "UTC") == []
    assert await ids([day], midnight + DAY - 1, "Asia/Shanghai") == ["day"]
    assert await ids([day], midnight + DAY, "Asia/Shanghai") == []


async def test_a_channel_has_its_own_articles_and_those_of_all() -> None:
    chat = Article("chat", {"zh": QUESTION}, {"zh": "可以"}, channels=("chat",))
    both = Article("both", {"zh": QUESTION}, {"zh": "可以"})
    assert await ids([chat, both], 0, "UTC", "chat") == ["chat", "both"]
    assert await ids([chat, both], 0, "UTC", "voice") == ["both"]
    assert await ids([chat, both], 0, "UTC") == ["chat", "both"]


async def test_what_is_published_later_is_found_from_then_on() -> None:
    config = CenterConfig()
    store = PublishedArticles(lambda: config, "UTC", At(0))  # type: ignore[arg-type]
    assert await store.search(QUESTION) == []
    config = demo_config()
    assert (await store.search(QUESTION))[0].article == "damaged_notes"


class NothingUnderstood:
    """An assistant to whom no sentence means anything."""

    async def understand(self, text: str, now_ms: int, contact: str = "") -> Understanding:
        return Understanding(NOT_UNDERSTOOD, 0.0)


async def test_what_no_article_answers_is_noted_without_numbers_and_the_rest_is_not(
    data: Path, flows: Path, free_ports: list[int]
) -> None:
    async with embedded(data, flows, free_ports) as bank:
        product = bank.product
        visitor = await bank.visitor()
        kept = product.storage.misses
        meanings = Meanings(NothingUnderstood(), product.chats, At(7), product.web.knowledge, kept)  # type: ignore[arg-type]
        for text, open_question in ((QUESTION, True), ("？！", True), ("火星", False), ("火星 13812345678", True)):
            said = await visitor.say(text)
            asked = ef.Understand(contact=visitor.id, request="r", message=said.number, knowledge=open_question)
            answer = (await meanings.ask(asked)).answer
            assert (answer is not None) == (text == QUESTION)
        noted = await product.storage.misses.listed()
        assert [miss.text for miss in noted if miss.last_ms == 7] == ["火星 138****5678"]
