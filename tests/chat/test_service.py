"""Conversations: numbered, kept, told in order; the same again is not twice; nothing is told before it is durable."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from callcenter.chat import Chats
from callcenter.chat.service import Chats as Service
from callcenter.domain.chat import (
    Author,
    Changed,
    ChatNews,
    ChatWrites,
    Choice,
    LeftMessage,
    Message,
    MessageKind,
    Position,
    Presence,
    ReadUpTo,
    Served,
    Typing,
    Visitor,
)
from callcenter.domain.errors import Corrupt, ProviderError, Rejected
from callcenter.storage import Storage
from callcenter.storage.chats import SqlChats
from callcenter.telephony.ids import new_contact_id
from tests.chat.told import Told

VISITOR = Visitor("v1")


async def begun(chats: Chats, visitor: Visitor = VISITOR) -> str:
    return (await chats.visits.begin("web", "site", visitor, "zh", "https://bank.example/")).id


async def refused(code: str, doing: Any) -> None:
    with pytest.raises(Rejected) as caught:
        await doing
    assert caught.value.code == code


async def test_messages_of_both_sides_are_numbered_without_gaps_and_told_in_order(chats: Chats, told: Told) -> None:
    talk = await begun(chats)
    heard: list[ChatNews] = []
    await chats.subscribe(talk, heard.append)
    posts: list[Any] = []
    for number in range(1, 41):
        if number % 2:
            posts.append(chats.visits.say(talk, f"m{number}", f"key-{number}"))
        else:
            posts.append(chats.post(talk, Author.AGENT, "1001", text=f"m{number}"))
    answers = await asyncio.gather(*posts)
    assert [m.number for m in answers] == list(range(1, 41))
    assert [m.text for m in heard if isinstance(m, Message)] == [f"m{n}" for n in range(1, 41)]
    assert [m.text for m in told.of("said")] == [f"m{n}" for n in range(1, 41, 2)]
    assert await chats.history(talk, 38) == answers[38:]
    assert await chats.store.messages(talk) == list(answers)


async def test_the_same_key_is_the_same_message_at_once_and_later(chats: Chats, told: Told) -> None:
    talk = await begun(chats)
    both = await asyncio.gather(*(chats.visits.say(talk, "lost my card", "k") for _ in range(3)))
    again = await chats.visits.say(talk, "lost my card", "k")
    assert {m.number for m in (*both, again)} == {1}
    assert len(told.of("said")) == 1
    posted = [await chats.post(talk, Author.BOT, "bot", text="which one?", key="effect-7") for _ in range(2)]
    assert posted[0] == posted[1]
    assert (await chats.conversation(talk)).last == 2  # type: ignore[union-attr]


async def test_a_key_survives_a_restart(chats: Chats, storage: Storage, told: Told) -> None:
    talk = await begun(chats)
    first = await chats.visits.say(talk, "hello", "k1")
    await chats.stop()
    later, heard = Service(storage.chats, chats.clock, new_contact_id), Told()
    later.listener = heard
    await later.start()
    assert [c.id for c in later.open_conversations()] == [talk]
    assert await later.visits.say(talk, "hello", "k1") == first
    assert heard.all == []
    await later.retell({})
    assert heard.kinds() == ["opened", "said"]
    await later.retell({talk: 1})
    assert heard.kinds() == ["opened", "said"]
    assert (await later.visits.say(talk, "next", "k2")).number == 2
    assert (await begun(later)) == talk
    await later.stop()


async def test_a_visitor_has_one_open_conversation(chats: Chats, told: Told) -> None:
    both = await asyncio.gather(begun(chats), begun(chats))
    assert both[0] == both[1]
    assert told.kinds() == ["opened"]
    await chats.close(both[0], "agent")
    assert await begun(chats) != both[0]


async def test_opened_is_told_before_what_was_said(chats: Chats, told: Told) -> None:
    async def speaks() -> None:
        await chats.visits.say(await begun(chats), "at once", "k")

    await asyncio.gather(begun(chats), speaks())
    assert told.kinds() == ["opened", "said"]


async def test_choices_are_answered_with_what_was_on_offer(chats: Chats, told: Told) -> None:
    talk = await begun(chats)
    offer = (Choice("balance", "查余额"), Choice("loss", "挂失"))
    question = await chats.post(talk, Author.BOT, "bot", text="请选择", choices=offer)
    assert (question.kind, question.choices) == (MessageKind.CHOICES, offer)
    await refused("unknown_choice", chats.visits.choose(talk, 1, "loan", "k1"))
    await refused("unknown_choice", chats.visits.choose(talk, 7, "loss", "k1"))
    answer = await chats.visits.choose(talk, 1, "loss", "k1")
    assert (answer.text, answer.author) == ("挂失", Author.VISITOR)
    assert told.of("chose") == [answer]
    await refused("too_many_choices", chats.post(talk, Author.BOT, text="?", choices=offer * 11))


async def test_what_passes_is_told_but_not_twice(chats: Chats, told: Told) -> None:
    talk = await begun(chats)
    heard: list[ChatNews] = []
    end = await chats.subscribe(talk, heard.append)
    for _ in range(2):
        chats.visits.present(talk, True)
        chats.visits.typing(talk, True)
        chats.typing(talk, Author.AGENT, "1001", True)
        chats.position(talk, Position(3, 120_000))
    chats.position(talk, None)
    chats.position(talk, None)
    await chats.visits.say(talk, "x", "k1")
    await chats.post(talk, Author.AGENT, "1001", text="y")
    await chats.read(talk, 99)
    await chats.read(talk, 1)
    await chats.visits.read(talk, 2)
    kinds = [type(news) for news in heard if not isinstance(news, Message)]
    assert kinds == [Presence, Typing, Typing, Position, Typing, Typing, Served, ReadUpTo, ReadUpTo]
    assert told.kinds() == ["opened", "returned", "typing", "typing", "said", "read"]
    kept = await chats.store.conversation(talk)
    assert kept is not None
    assert (kept.agent_read, kept.visitor_read) == (2, 2)
    end()
    chats.typing(talk, Author.AGENT, "1001", True)
    assert len(heard) == len(kinds) + 2


async def test_after_the_end_nothing_is_said_and_the_rating_counts_once(chats: Chats, told: Told) -> None:
    talk = await begun(chats)
    await chats.visits.say(talk, "thanks", "k1")
    await refused("not_asked", chats.visits.rate(talk, 5))
    first = await chats.close(talk, "agent", survey=True)
    again = await chats.close(talk, "idle")
    assert (again.close_reason, again.closed_ms) == ("agent", first.closed_ms)
    await refused("conversation_closed", chats.visits.say(talk, "one more", "k2"))
    await refused("conversation_closed", chats.post(talk, Author.AGENT, text="one more"))
    assert (await chats.visits.say(talk, "thanks", "k1")).number == 1
    await refused("bad_score", chats.visits.rate(talk, 6))
    rated = await chats.visits.rate(talk, 4, "很\u202e快\x00")
    assert (rated.score, rated.comment) == (4, "很快")
    assert (await chats.visits.rate(talk, 1)).score == 4
    assert told.of("rated") == [(4, "很快")]
    assert chats.open_conversations() == []


async def test_the_visitor_ends_it(chats: Chats, told: Told) -> None:
    talk = await begun(chats)
    await chats.visits.say(talk, "bye", "k1")
    closed = await chats.visits.close(talk)
    assert (closed.close_reason, closed.survey) == ("visitor", True)
    await chats.visits.close(talk)
    assert told.kinds() == ["opened", "said", "closed"]


async def test_who_signs_in_keeps_the_conversation_and_it_is_theirs(chats: Chats, told: Told) -> None:
    talk = await begun(chats)
    known = Visitor("customer-1", "C-1001", "王芳")
    await chats.visits.identify(talk, known)
    await chats.visits.identify(talk, known)
    assert told.of("identified") == [known]
    assert await begun(chats, known) == talk
    assert await begun(chats, VISITOR) != talk
    assert [c.id for c in await chats.store.of_customer("C-1001")] == [talk]


async def test_a_message_left_is_kept_told_once_and_closed(chats: Chats, told: Told) -> None:
    left = LeftMessage("王\n芳", " 13800000001 ", "请回电")
    for _ in range(2):
        message = await chats.visits.leave_message("web", "site", VISITOR, "zh", left, "k1")
    assert told.kinds() == ["left_message"]
    assert told.of("left_message") == [LeftMessage("王 芳", "13800000001", "请回电")]
    kept = await chats.store.conversation(message.conversation)
    assert kept is not None
    assert (kept.close_reason, kept.last) == ("message_left", 1)
    assert message.text == "王 芳 · 13800000001\n请回电"
    empty = LeftMessage("", "  ", "x")
    await refused("reach_missing", chats.visits.leave_message("web", "site", VISITOR, "zh", empty, "k2"))


@pytest.mark.parametrize(
    ("text", "code"), [("", "text_empty"), (" \x00\u202e\n", "text_empty"), ("x" * 4_001, "text_too_long")]
)
async def test_what_can_not_be_said(chats: Chats, text: str, code: str) -> None:
    talk = await begun(chats)
    await refused(code, chats.visits.say(talk, text, "k"))
    await refused(code, chats.post(talk, Author.AGENT, text=text))
    assert (await chats.visits.say(talk, "x" * 4_000, "k")).number == 1


async def test_an_unknown_conversation(chats: Chats) -> None:
    for doing in (
        chats.visits.say("none", "x", "k"),
        chats.post("none", Author.BOT, text="x"),
        chats.close("none", "agent"),
        chats.subscribe("none", print),
    ):
        await refused("unknown_conversation", doing)


async def test_old_messages_come_from_the_store(chats: Chats, storage: Storage) -> None:
    talk = await begun(chats)
    await asyncio.gather(*(chats.visits.say(talk, f"m{n}", f"k{n}") for n in range(450)))
    assert [m.number for m in await chats.history(talk, 5, 10)] == list(range(6, 16))
    assert [m.number for m in await chats.history(talk, 445)] == list(range(446, 451))
    assert (await chats.visits.say(talk, "m3", "k3")).number == 4


class Failing(SqlChats):
    """The real store, which fails when told to."""

    failures: tuple[Exception, ...] = ()
    poison = ""
    writes = 0

    async def write(self, writes: ChatWrites) -> None:
        self.writes += 1
        if self.failures:
            self.failures, error = self.failures[1:], self.failures[0]
            raise error
        if self.poison and any(self.poison in message.text for message in writes.messages):
            raise Corrupt("poisoned")
        await super().write(writes)


@pytest.fixture
async def failing(storage: Storage, database: str, chats: Chats) -> Any:
    made = Failing(database, storage._database)
    chats._book.store = chats._book.writer._store = made
    yield made
    await made.close()


async def test_while_the_database_is_away_nothing_is_told_and_nothing_is_lost(
    chats: Chats, failing: Failing, told: Told
) -> None:
    talk = await begun(chats)
    failing.failures = (ProviderError("database: locked", retryable=True),) * 2
    said = asyncio.gather(*(chats.visits.say(talk, f"m{n}", f"k{n}") for n in range(3)))
    await asyncio.sleep(0)
    assert told.kinds() == ["opened"]
    assert [m.number for m in await said] == [1, 2, 3]
    assert told.kinds() == ["opened", "said", "said", "said"]


async def test_what_can_not_be_kept_takes_no_other_conversation_with_it(
    chats: Chats, failing: Failing, told: Told
) -> None:
    mine, other = await begun(chats), await begun(chats, Visitor("v2"))
    failing.poison = "poison"
    outcomes = await asyncio.gather(
        chats.visits.say(mine, "first", "k1"),
        chats.visits.say(mine, "poison", "k2"),
        chats.visits.say(other, "mine", "k1"),
        chats.visits.say(mine, "behind", "k3"),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [Corrupt, Corrupt, Message, Corrupt]
    failing.poison = ""
    assert (await chats.visits.say(mine, "first", "k1")).number == 1
    assert (await chats.visits.say(mine, "behind", "k3")).number == 2
    assert [m.text for m in await chats.store.messages(mine)] == ["first", "behind"]
    assert [m.text for m in told.of("said")] == ["mine", "first", "behind"]


async def test_a_cancelled_sender_takes_nobodys_message_away(chats: Chats, told: Told) -> None:
    talk = await begun(chats)
    first = asyncio.ensure_future(chats.visits.say(talk, "x", "k"))
    second = asyncio.ensure_future(chats.visits.say(talk, "x", "k"))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).number == 1
    assert len(told.of("said")) == 1


async def test_many_messages_take_few_transactions(chats: Chats, failing: Failing) -> None:
    talks = [await begun(chats, Visitor(f"v{n}")) for n in range(20)]
    before = failing.writes
    await asyncio.gather(*(chats.visits.say(talk, "x", f"k{n}") for talk in talks for n in range(10)))
    assert failing.writes - before <= 3


async def test_a_failing_hearer_keeps_nobody_else_from_hearing(chats: Chats) -> None:
    talk = await begun(chats)
    heard: list[ChatNews] = []

    def fails(news: ChatNews) -> None:
        raise ValueError("broken desk")

    await chats.subscribe(talk, fails)
    await chats.subscribe(talk, heard.append)
    await chats.visits.say(talk, "x", "k")
    await chats.close(talk, "agent")
    assert [type(news) for news in heard] == [Message, Changed]
