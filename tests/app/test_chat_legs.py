"""A chat through the whole product: conversation, core, router, journal; and after a restart of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from callcenter.app.wiring import Product, running
from callcenter.chat.legs import keys_of
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.chat import Author, ChatState, Choice, Chosen, Message, Visitor
from callcenter.domain.config import ChatEntry
from callcenter.domain.contact import EndReason, Place
from callcenter.domain.journal import JournalEntry
from callcenter.telephony.simulated.clock import VirtualClock
from tests.app.test_simulated import settings_for

ENTRIES = {
    "web": ChatEntry(id="web", names={"zh": "官网"}, target="queue:general"),
    "menu": ChatEntry(id="menu", names={"zh": "菜单"}, target="flow:hotline"),
}


@asynccontextmanager
async def product(data: Path, flows: Path, *, standing: bool = False) -> AsyncIterator[Product]:
    """The product in virtual time; ``standing``: no time passes, so that nobody falls silent."""
    started: list[Product] = []
    clock = VirtualClock(quiet=lambda: not standing and (not started or started[0].idle))
    settings = settings_for(data, flows)
    async with running(settings, clock=clock, report=lambda line: None) as made, clock.running():
        started.append(made)
        config = msgspec.structs.replace(made.engine.center.state.config, chat_entries=ENTRIES)
        await made.engine.submit(ev.CenterConfigured(config=config))
        yield made


async def until(made: Product, condition) -> object:
    """The condition's value once it is true; looked at after every change."""
    if found := condition():
        return found
    async for _ in made.desk.changes():
        if found := condition():
            return found
    raise AssertionError


def contact(made: Product, name: str):
    return made.engine.center.state.contacts.get(name)


async def written(made: Product, name: str, count: int) -> None:
    """Return once the conversation has so many messages."""
    news = asyncio.Event()
    leave = await made.chats.subscribe(name, lambda _: news.set())
    while len(await made.chats.history(name)) < count:
        news.clear()
        await news.wait()
    leave()


def digits_in(entry: JournalEntry) -> list[str]:
    return [effect.digits for effect in entry.effects if isinstance(effect, ef.DigitsTaken)]


async def texts(made: Product, conversation: str) -> list[tuple[str, str]]:
    return [(message.author.value, message.text) for message in await made.chats.history(conversation)]


async def test_a_chat_reaches_an_agent_and_ends_with_stars(data: Path, flows: Path) -> None:
    async with product(data, flows) as made:
        await made.desk.submit(ev.AgentSignedIn(agent="1001", desk="d"))
        await made.desk.submit(ev.StateRequested(agent="1001", state=AgentState.AVAILABLE))
        begun = await made.chats.visits.begin("web", "web", Visitor("v1"), "zh")
        name = begun.id
        await until(made, lambda: (c := contact(made, name)) and c.place is Place.OFFERED)
        await made.desk.submit(ev.OfferAccepted(agent="1001", contact=name))
        await made.chats.visits.say(name, "你好", "k1")
        await until(made, lambda: contact(made, name).chat.heard)
        reply = await made.chats.post(name, Author.AGENT, "1001", text="您好，请讲", key="a1")
        await made.desk.submit(ev.AgentWrote(agent="1001", contact=name, number=reply.number))
        said = await texts(made, name)
        assert ("bot", "人工坐席已接入，很高兴为您服务。") in said
        assert said[-1] == ("agent", "您好，请讲")
        await made.desk.submit(ev.HangUpRequested(agent="1001", contact=name))
        await until(made, lambda: made.idle and not made.chats.open_conversations())
        closed = await made.chats.conversation(name)
        assert (closed.state, closed.survey) == (ChatState.CLOSED, True)
        entries = [entry async for entry in made.storage.journal.read()]
        reasons = [e.reason for entry in entries for e in entry.effects if isinstance(e, ef.ContactEnded)]
        assert reasons == [EndReason.AGENT_HUNG_UP]
        assert list(replay(Center(), entries)) == []


async def test_a_flow_serves_a_chat_and_goes_on_after_a_restart_of_ours(data: Path, flows: Path) -> None:
    async with product(data, flows, standing=True) as made:
        begun = await made.chats.visits.begin("web", "menu", Visitor("v1"), "zh")
        name = begun.id
        await written(made, name, 1)
        question = (await texts(made, name))[0]
    async with product(data, flows, standing=True) as made:
        assert contact(made, name).pending is not None
        await made.chats.visits.say(name, "1", "k1")
        await written(made, name, 3)
        said = await texts(made, name)
        assert said.count(question) == 1, "what was asked is not asked twice"
        taken = [digits async for entry in made.storage.journal.read() for digits in digits_in(entry)]
        assert taken == ["1"]


@pytest.mark.parametrize(
    ("text", "chosen", "keys"),
    [
        ("２", None, "2"),
        ("查询余额", None, "2"),
        ("我想查询余额谢谢", None, "2"),
        ("挂失还是查询余额", None, "?"),
        ("天气", None, "?"),
        ("", Chosen(3, "1"), "1"),
    ],
)
def test_what_an_answer_stands_for(text: str, chosen: Chosen | None, keys: str) -> None:
    asked = ef.Gather(contact="c", leg="c", request="r", choices=(Choice("1", "挂失"), Choice("2", "查询余额")))
    message = Message(conversation="c", number=4, at_ms=0, author=Author.VISITOR, text=text, chosen=chosen)
    assert keys_of(asked, message) == keys


def test_digits_are_found_in_a_sentence() -> None:
    asked = ef.Gather(contact="c", leg="c", request="r", max_digits=4, min_digits=4)
    message = Message(conversation="c", number=4, at_ms=0, author=Author.VISITOR, text="尾号 6688，谢谢")
    assert keys_of(asked, message) == "6688"
