"""What every text channel must do; inherited by ``test_contract`` for each world."""

from __future__ import annotations

from callcenter.domain.chat import Abilities, Author, Choice, Position
from tests.chat.world import Party, World

OFFER = (Choice("balance", "查余额"), Choice("loss", "挂失"))


async def begun(world: World, name: str = "v") -> tuple[Party, str]:
    party = world.party(name)
    await party.begin()
    return party, (await world.told.next("opened", len(world.told.of("opened")) or 1)).id


def abilities(world: World) -> Abilities:
    return next(iter(world.chats.channels.values())).abilities


async def leaves_out(world: World, party: Party, talk: str) -> None:
    """What the channel can not show does not come in words either, and is in nobody's way."""
    await world.chats.post(talk, Author.AGENT, "1001", text="here I am")
    await party.sees("text", "here I am")
    assert party.texts()[-1] == "here I am"
    assert len(party.texts()) == len(await world.chats.history(talk))


class ChannelContract:
    # --- beginning

    async def test_a_visitor_begins_and_is_told_with_who_and_where(self, world: World) -> None:
        _, talk = await begun(world)
        opened = await world.told.next("opened")
        assert (opened.id, opened.entry, opened.language) == (talk, "web", "zh")
        assert opened.visitor.id
        assert not opened.visitor.signed_in
        assert opened.channel in world.chats.channels

    async def test_beginning_again_goes_on_with_the_open_one(self, world: World) -> None:
        party, talk = await begun(world)
        await party.begin()
        await party.say("still me")
        assert {said.conversation for said in world.told.of("said")} == {talk}
        assert world.told.kinds().count("opened") == 1

    async def test_two_visitors_have_two_conversations(self, world: World) -> None:
        first, one = await begun(world, "first")
        second, _ = await begun(world, "second")
        await first.say("mine")
        await second.say("hers")
        await world.chats.post(one, Author.AGENT, "1001", text="for the first")
        await first.sees("text", "for the first")
        assert "for the first" not in second.texts()
        assert len({said.conversation for said in world.told.of("said")}) == 2

    # --- the talk

    async def test_what_both_say_is_in_one_order_for_both(self, world: World) -> None:
        party, talk = await begun(world)
        for number in range(5):
            await party.say(f"question {number}")
            await world.chats.post(talk, Author.AGENT, "1001", text=f"answer {number}")
        await party.sees("text", "answer 4")
        wanted = [f"{kind} {number}" for number in range(5) for kind in ("question", "answer")]
        assert party.texts() == wanted
        assert [said.text for said in world.told.of("said")] == wanted[::2]
        kept = await world.chats.history(talk)
        assert [(m.number, m.text) for m in kept] == list(enumerate(wanted, 1))

    async def test_what_arrives_twice_is_said_once(self, world: World) -> None:
        party, talk = await begun(world)
        assert await party.say("my card is lost", times=3) == 1
        assert len(world.told.of("said")) == 1
        assert [m.text for m in await world.chats.history(talk)] == ["my card is lost"]

    async def test_any_text_comes_through_as_it_is(self, world: World) -> None:
        party, _ = await begun(world)
        for text in ("<script>alert(1)</script>", "余额 50% & “引号”", "line\nbreak", "😀🏦", "x" * 4_000):
            await party.say(text)
            assert world.told.of("said")[-1].text == text
            await party.sees("text", text)

    async def test_an_answer_is_chosen(self, world: World) -> None:
        party, talk = await begun(world)
        question = await world.chats.post(talk, Author.BOT, "bot", text="请选择", choices=OFFER)
        await party.sees("choices", ["查余额", "挂失"])
        number = await party.choose("挂失")
        chose = await world.told.next("chose")
        assert (chose.number, chose.text) == (number, "挂失")
        assert (chose.chosen.number, chose.chosen.choice) == (question.number, "loss")

    async def test_a_picture_is_sent(self, world: World) -> None:
        party, talk = await begun(world)
        number = await party.send_picture("卡.png")
        sent = await world.told.next("sent_file")
        assert (sent.number, sent.file.name, sent.file.media_type) == (number, "卡.png", "image/png")
        assert [file.id for file in await world.chats.store.files(talk)] == [sent.file.id]

    # --- what passes

    async def test_typing_is_seen_by_both(self, world: World) -> None:
        party, talk = await begun(world)
        world.chats.typing(talk, Author.AGENT, "1001", True)
        if not abilities(world).typing:
            await leaves_out(world, party, talk)
            return
        await party.sees("typing", True)
        await world.chats.post(talk, Author.AGENT, "1001", text="here I am")
        await party.sees("typing", False)
        await party.type(True)
        await party.type(False)
        assert await world.told.next("typing", 1) is True
        assert await world.told.next("typing", 2) is False

    async def test_reading_is_seen_by_both(self, world: World) -> None:
        party, talk = await begun(world)
        await party.say("hello")
        await world.chats.read(talk, 1)
        if not abilities(world).read_marks:
            await leaves_out(world, party, talk)
            return
        await party.sees("read", 1)
        await world.chats.post(talk, Author.AGENT, "1001", text="hello to you")
        await party.sees("text", "hello to you")
        await party.read()
        assert await world.told.next("read") == 2

    async def test_the_place_in_the_queue_is_shown_until_served(self, world: World) -> None:
        party, talk = await begun(world)
        world.chats.position(talk, Position(3, 120_000))
        if not abilities(world).position:
            await leaves_out(world, party, talk)
            return
        await party.sees("ahead", 3)
        world.chats.position(talk, Position(0))
        await party.sees("ahead", 0)
        world.chats.position(talk, None)
        await party.sees("ahead", None)

    # --- going and coming back

    async def test_who_was_away_misses_nothing(self, world: World) -> None:
        party, talk = await begun(world)
        await party.say("one moment")
        await party.go()
        for number in range(3):
            await world.chats.post(talk, Author.AGENT, "1001", text=f"meanwhile {number}")
        await party.come_back()
        await party.sees("text", "meanwhile 2")
        assert party.texts() == ["one moment", "meanwhile 0", "meanwhile 1", "meanwhile 2"]

    async def test_leaving_and_returning_are_told(self, world: World) -> None:
        party, talk = await begun(world)
        await world.told.next("returned", 1)
        await party.go()
        if not abilities(world).presence:
            await leaves_out(world, party, talk)
            assert world.chats.is_here(talk)
            assert "left" not in world.told.kinds()
            return
        await world.long_enough_to_have_left()
        await world.told.next("left")
        await party.come_back()
        await world.told.next("returned", 2)
        assert [kind for kind in world.told.kinds() if kind in ("left", "returned")] == ["returned", "left", "returned"]

    # --- the end

    async def test_the_end_is_shown_and_the_rating_told(self, world: World) -> None:
        party, talk = await begun(world)
        await party.say("thanks")
        await world.chats.close(talk, "agent", survey=True)
        await party.sees("closed")
        await party.sees("survey")
        await party.rate(5, "很好")
        assert await world.told.next("rated") == (5, "很好" if abilities(world).comments else "")
        assert (await world.chats.conversation(talk)).score == 5  # type: ignore[union-attr]

    async def test_an_end_without_survey(self, world: World) -> None:
        party, talk = await begun(world)
        await world.chats.close(talk, "idle")
        await party.sees("closed")
        await party.sees("survey", False)

    async def test_the_visitor_ends_it_and_may_begin_anew(self, world: World) -> None:
        party, talk = await begun(world)
        await party.say("that is all")
        await party.end()
        assert (await world.told.next("closed")).id == talk
        await party.sees("closed")
        await party.begin()
        assert (await world.told.next("opened", 2)).id != talk

    async def test_the_end_is_seen_by_who_comes_back_later(self, world: World) -> None:
        party, talk = await begun(world)
        await party.say("bye")
        await party.go()
        await world.chats.post(talk, Author.AGENT, "1001", text="bye to you")
        await world.chats.close(talk, "agent", survey=True)
        await party.come_back()
        await party.sees("text", "bye to you")
        await party.sees("closed")
