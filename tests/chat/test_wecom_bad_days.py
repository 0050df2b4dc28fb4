"""WeCom on bad days: tokens, the service away, restarts."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.storage import Storage
from tests.chat.conftest import StandingClock
from tests.chat.told import Told
from tests.chat.wecom_double import TOKEN_MS
from tests.chat.wecom_world import WeComWorld, notices, says, writes
from tests.chat.world import picture


@pytest.fixture
def made(storage: Storage, clock: StandingClock, told: Told, tmp_path: Path) -> WeComWorld:
    return WeComWorld(storage.chats, clock, told, tmp_path)


@pytest.fixture
async def world(made: WeComWorld) -> AsyncIterator[WeComWorld]:
    async with made.running():
        yield made


class TestTokens:
    async def test_one_token_serves_all_calls_until_shortly_before_its_end(
        self, world: WeComWorld, clock: StandingClock
    ) -> None:
        _, talk = await writes(world)
        await says(world, talk, "一", "二")
        assert world.double.calls.count("gettoken") == 1
        clock.at_ms += TOKEN_MS - 60_000
        await says(world, talk, "三")
        assert world.double.calls.count("gettoken") == 2
        assert await notices(world, talk) == []

    @pytest.mark.parametrize("code", [40014, 42001])
    async def test_a_token_that_is_over_is_renewed_and_the_call_made_again(self, world: WeComWorld, code: int) -> None:
        phone, talk = await writes(world)
        if code == 40014:
            world.double.revoke()
        else:
            world.double.tokens = dict.fromkeys(world.double.tokens, 0)
        await says(world, talk, "一")
        assert phone.texts()[-1] == "一"
        assert world.double.calls.count("gettoken") == 2

    async def test_a_token_refused_twice_is_an_error_and_no_loop(self, world: WeComWorld) -> None:
        _, talk = await writes(world)
        world.double.faults = [("kf/send_msg", 40014)] * 2
        await says(world, talk, "一")
        assert world.double.calls.count("kf/send_msg") == 2
        assert "40014" in (await notices(world, talk))[0]


class TestBadDays:
    @pytest.mark.parametrize("fault", [-1, 45009, 502, "lost"])
    async def test_a_busy_wecom_is_asked_again_and_shows_each_once_in_order(
        self, world: WeComWorld, fault: int | str
    ) -> None:
        phone, talk = await writes(world)
        world.double.faults = [("kf/send_msg", fault)] * 2
        await says(world, talk, "一", "二")
        assert phone.texts() == ["你好", "一", "二"]
        assert await notices(world, talk) == []

    async def test_a_wecom_that_stays_away_is_given_up_and_the_agent_reads_it(
        self, world: WeComWorld, clock: StandingClock
    ) -> None:
        phone, talk = await writes(world)
        world.double.faults = [("kf/send_msg", 502)] * 6
        began = clock.at_ms
        await says(world, talk, "一", "二")
        assert clock.at_ms - began == 320_000
        assert phone.texts() == ["你好", "二"]
        assert "连不上微信" in (await notices(world, talk))[0]

    @pytest.mark.parametrize("fault", [-1, 502, "lost", 95007])
    async def test_a_pull_that_fails_is_made_again(self, world: WeComWorld, fault: int | str) -> None:
        world.double.faults = [("kf/sync_msg", fault)]
        await writes(world)
        assert [said.text for said in world.told.of("said")] == ["你好"]

    async def test_what_can_not_be_kept_now_comes_again_without_its_page_twice(self, world: WeComWorld) -> None:
        world.double.faults = [("media/get", -1)]
        callback, world.double.callback = world.double.callback, None
        phone = world.double.phone("wm-a")
        await phone.write("一")
        await phone.send_file("a.png", picture())
        world.double.callback = callback
        await phone.write("二")
        await world.channel.pulled()
        kept = await world.chats.history(world.told.of("said")[0].conversation)
        assert [m.text or (m.file and m.file.name) for m in kept] == ["一", "a.png", "二"]

    async def test_many_pages_and_empty_ones_are_read_to_the_end(self, world: WeComWorld) -> None:
        world.double.page, world.double.empty_pages = 2, 3
        callback, world.double.callback = world.double.callback, None
        phone = world.double.phone("wm-a")
        for number in range(6):
            await phone.write(str(number))
        world.double.callback = callback
        await phone.write("6")
        await world.channel.pulled()
        assert [said.text for said in world.told.of("said")] == [str(n) for n in range(7)]

    async def test_an_entry_of_no_form_keeps_no_other_from_coming(self, world: WeComWorld) -> None:
        callback, world.double.callback = world.double.callback, None
        await world.double.add({"origin": 3, "msgtype": "text", "send_time": "soon"})
        await world.double.add({"msgtype": "event", "event": "?"})
        world.double.callback = callback
        await writes(world)
        assert [said.text for said in world.told.of("said")] == ["你好"]


class TestRestart:
    async def test_what_came_meanwhile_is_fetched_once(self, made: WeComWorld) -> None:
        async with made.running():
            phone, talk = await writes(made, "一")
        await phone.write("二")
        for _ in range(2):
            async with made.running():
                await made.channel.pulled()
                assert [m.text for m in await made.chats.history(talk)] == ["一", "二"]

    async def test_a_lost_cursor_doubles_nothing(self, made: WeComWorld) -> None:
        async with made.running():
            phone, talk = await writes(made, "一")
            await made.chats.close(talk, "ended")
            await made.channel.sent()
            await phone.write("二")
            await made.channel.pulled()
        shutil.rmtree(made.folder / "wecom")
        async with made.running():
            await made.channel.pulled()
            assert made.told.kinds().count("opened") == 2
            assert [said.text for said in made.told.of("said")] == ["一", "二"]

    async def test_what_was_not_sent_yet_is_sent_and_nothing_twice(self, made: WeComWorld) -> None:
        async with made.running():
            phone, talk = await writes(made)
            await says(made, talk, "一")
            made.channel.send = lambda conversation, message: None  # type: ignore[method-assign]
            await says(made, talk, "二")  # we die before it goes out
        made.double.shown.clear()  # WeCom would show a second one
        async with made.running():
            await made.channel.sent()
            assert phone.texts() == ["你好", "一", "二"]

    async def test_the_five_are_counted_over_a_restart(self, made: WeComWorld) -> None:
        async with made.running():
            _, talk = await writes(made)
            await says(made, talk, "一", "二", "三")
        async with made.running():
            await says(made, talk, "四", "五", "六")
            assert made.double.calls.count("kf/send_msg") == 5
            assert len(await notices(made, talk)) == 1
