"""WeCom customer service: its rules, its bad days, and what the agent is told of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.chat.wecom.window import WELCOME_MS, WINDOW_MS
from callcenter.domain.chat import Author, Choice
from callcenter.domain.config import ChatLimits
from callcenter.domain.errors import Rejected
from callcenter.storage import Storage
from tests.chat.conftest import StandingClock
from tests.chat.told import Told
from tests.chat.wecom_world import WeComWorld, notices, says, writes
from tests.chat.world import picture


@pytest.fixture
def made(storage: Storage, clock: StandingClock, told: Told, tmp_path: Path) -> WeComWorld:
    return WeComWorld(storage.chats, clock, told, tmp_path)


@pytest.fixture
async def world(made: WeComWorld) -> AsyncIterator[WeComWorld]:
    async with made.running():
        yield made


class TestWelcome:
    async def test_the_first_word_goes_as_the_welcome_and_uses_none_of_the_five(self, world: WeComWorld) -> None:
        phone = world.double.phone("wm-a")
        assert await phone.enter()
        talk = (await world.told.next("opened")).id
        await says(world, talk, "欢迎光临")
        assert "kf/send_msg" not in world.double.calls
        await phone.write("你好")
        await world.channel.pulled()
        await says(world, talk, *"一二三四五")
        assert phone.texts() == ["欢迎光临", "你好", *"一二三四五"]

    async def test_the_welcome_may_be_a_menu(self, world: WeComWorld) -> None:
        phone = world.double.phone("wm-a")
        await phone.enter()
        talk = (await world.told.next("opened")).id
        await world.chats.post(talk, Author.BOT, "flow", text="请选择", choices=[Choice("1", "查余额")])
        await world.channel.sent()
        assert phone.menus() == [["查余额"]]

    @pytest.mark.parametrize("fault", [-1, 502])
    async def test_a_busy_wecom_is_asked_again_under_the_same_code(self, world: WeComWorld, fault: int) -> None:
        phone = world.double.phone("wm-a")
        await phone.enter()
        talk = (await world.told.next("opened")).id
        world.double.faults = [("kf/send_msg_on_event", fault)]
        await says(world, talk, "欢迎光临")
        assert phone.texts() == ["欢迎光临"]
        assert await notices(world, talk) == []

    async def test_who_looks_in_again_begins_nothing(self, world: WeComWorld) -> None:
        phone, talk = await writes(world)
        await world.chats.close(talk, "ended")
        assert not await phone.enter()
        await world.channel.pulled()
        assert world.told.kinds().count("opened") == 1

    async def test_a_code_that_is_heard_of_too_late_begins_nothing(
        self, made: WeComWorld, clock: StandingClock
    ) -> None:
        await made.double.phone("wm-a").enter()  # while we are away
        clock.at_ms += WELCOME_MS
        async with made.running():
            await made.channel.pulled()
            assert made.told.kinds() == []

    async def test_a_first_word_that_is_too_late_is_told_to_the_agent(
        self, world: WeComWorld, clock: StandingClock
    ) -> None:
        phone = world.double.phone("wm-a")
        await phone.enter()
        talk = (await world.told.next("opened")).id
        clock.at_ms += WELCOME_MS
        await says(world, talk, "欢迎光临")
        assert phone.texts() == []
        assert "会话已结束" in (await notices(world, talk))[0]


class TestRules:
    async def test_the_sixth_message_is_not_tried_and_the_agent_reads_why(self, world: WeComWorld) -> None:
        phone, talk = await writes(world)
        await says(world, talk, *"一二三四五六")
        assert phone.texts() == ["你好", *"一二三四五"]
        assert world.double.calls.count("kf/send_msg") == 5
        assert await notices(world, talk) == [
            "未送达“六”：客户上次发言后最多可发 5 条，已经用完；客户再次发言后才能继续发送。"
        ]
        await phone.write("在吗")
        await world.channel.pulled()
        await says(world, talk, "七")
        assert phone.texts()[-1] == "七"

    async def test_after_48_hours_nothing_is_tried_and_the_agent_reads_why(
        self, world: WeComWorld, clock: StandingClock
    ) -> None:
        phone, talk = await writes(world)
        clock.at_ms += WINDOW_MS
        await says(world, talk, "还在吗")
        assert phone.texts() == ["你好"]
        assert "kf/send_msg" not in world.double.calls
        assert "超过 48 小时" in (await notices(world, talk))[0]

    async def test_what_wecom_counts_and_we_do_not_know_is_told_as_well(self, world: WeComWorld) -> None:
        phone, talk = await writes(world)
        phone.got = 5  # another app of the bank's wrote
        await says(world, talk, "一")
        assert "最多可发 5 条" in (await notices(world, talk))[0]

    @pytest.mark.parametrize(("why", "words"), [(10, "拒收"), (4, "48 小时"), (6, "5 条"), (99, "fail_type 99")])
    async def test_a_failure_told_afterwards_names_the_message(self, world: WeComWorld, why: int, words: str) -> None:
        phone, talk = await writes(world)
        await says(world, talk, "您的卡已挂失")
        id = next(body["msgid"] for body in world.double.bodies if "touser" in body)
        for _ in range(2):
            await world.double.event(phone, {"event_type": "msg_send_fail", "fail_msgid": id, "fail_type": why})
        await world.channel.pulled()
        (notice,) = await notices(world, talk)
        assert "您的卡已挂失" in notice
        assert words in notice

    async def test_a_session_left_to_nobody_is_taken_over(self, world: WeComWorld) -> None:
        phone, talk = await writes(world)
        phone.state = 2
        world.double.faults = []
        await says(world, talk, "一")
        assert "企业微信中的接待人员" in (await notices(world, talk))[0]
        phone.state = 0
        world.double.faults = [("kf/send_msg", 95018)]
        await says(world, talk, "二")
        assert phone.state == 1
        assert phone.texts()[-1] == "二"

    async def test_a_long_text_comes_in_parts_and_counts_as_many(self, world: WeComWorld) -> None:
        phone, talk = await writes(world)
        await says(world, talk, "余" * 2_000)
        assert "".join(phone.texts()[1:]) == "余" * 2_000
        assert phone.got == len(phone.texts()) - 1 > 1


class TestKinds:
    async def test_a_picture_without_a_name_is_one(self, world: WeComWorld) -> None:
        await world.double.phone("wm-a").send_file("", picture(), "image")
        sent = await world.told.next("sent_file")
        assert (sent.file.name, sent.file.width) == ("picture.png", 40)

    @pytest.mark.parametrize(
        ("kind", "name", "content"),
        [
            ("voice", "a.amr", b"#!AMR"),
            ("file", "a.exe", b"MZ"),
            ("image", "", b"no picture"),
            ("file", "big.txt", b"x" * 3_000_000),
        ],
    )
    async def test_what_can_not_be_taken_is_named_in_words(
        self, world: WeComWorld, kind: str, name: str, content: bytes
    ) -> None:
        entry = world.config.chat_entries["web"]
        world.config.chat_entries["web"] = type(entry)("web", entry.names, limits=ChatLimits(file_mb=2))
        await world.double.phone("wm-a").send_file(name, content, kind)
        said = await world.told.next("said")
        assert said.text.startswith("[")
        assert "不能接收" in said.text

    async def test_media_that_wecom_has_no_more_is_named_in_words(self, world: WeComWorld) -> None:
        await world.double.phone("wm-a").send_other("image", {"media_id": "gone"})
        assert "[图片]" in (await world.told.next("said")).text

    async def test_a_place_is_said_in_words(self, world: WeComWorld) -> None:
        place = {"latitude": 1.0, "longitude": 2.0, "name": "总行", "address": "金融街 1 号"}
        await world.double.phone("wm-a").send_other("location", place)
        assert (await world.told.next("said")).text == "[位置] 总行 金融街 1 号"

    async def test_what_a_servicer_writes_in_wecom_is_not_the_customers(self, world: WeComWorld) -> None:
        phone, _ = await writes(world)
        await world.double.add({"origin": 5, "external_userid": phone.user, "open_kfid": "x", "msgtype": "text"})
        await world.channel.pulled()
        assert len(world.told.of("said")) == 1

    async def test_our_picture_is_put_up_and_shown(self, world: WeComWorld) -> None:
        phone, talk = await writes(world)
        file = await world.files.keep(picture(), "表.png", talk, Author.AGENT, ChatLimits())
        await world.chats.post(talk, Author.AGENT, "1001", file=file)
        await world.channel.sent()
        kind, body = phone.screen[-1]
        assert kind == "image"
        assert world.double.media[body["media_id"]][1] == await world.files.read(file)

    async def test_an_answer_to_a_conversation_that_is_over_is_a_text_of_a_new_one(self, world: WeComWorld) -> None:
        phone, talk = await writes(world)
        await world.chats.post(talk, Author.BOT, "flow", text="请选择", choices=[Choice("1", "查余额")])
        await world.channel.sent()
        await world.chats.close(talk, "ended")
        await world.channel.sent()
        await phone.click("查余额")
        await world.channel.pulled()
        said = world.told.of("said")[-1]
        assert (said.text, said.conversation != talk) == ("查余额", True)

    async def test_an_old_menu_answers_no_question_of_a_new_conversation(self, world: WeComWorld) -> None:
        phone, talk = await writes(world)
        await world.chats.post(talk, Author.BOT, "flow", text="请选择", choices=[Choice("1", "查余额")])
        await world.channel.sent()
        await world.chats.close(talk, "ended")
        _, second = await writes(world)
        await world.chats.post(second, Author.BOT, "flow", text="请选择", choices=[Choice("1", "挂失")])
        await world.channel.sent()
        await phone.click("查余额")
        await world.channel.pulled()
        assert world.told.of("said")[-1].text == "查余额"
        assert world.told.of("chose") == []

    async def test_an_old_rating_is_not_taken_for_the_newest_conversations(self, world: WeComWorld) -> None:
        phone, talk = await writes(world)
        await world.chats.close(talk, "ended", survey=True)
        await world.channel.sent()
        _, second = await writes(world)
        await world.chats.close(second, "ended", survey=True)
        await world.channel.sent()
        old = next(body for kind, body in phone.screen if kind == "msgmenu")["list"][0]["click"]
        await phone.write(old["content"], menu=old["id"])
        await world.channel.pulled()
        assert world.told.of("rated") == []
        await phone.click("满意")
        assert await world.told.next("rated") == (4, "")

    async def test_a_large_file_is_cut_off_while_it_comes(self, world: WeComWorld) -> None:
        media = world.double.keep_media("a.txt", b"x" * 1_001)
        assert (await world.client.download(media, 1_001))[1] == b"x" * 1_001
        with pytest.raises(Rejected):
            await world.client.download(media, 1_000)

    async def test_an_old_end_closes_no_new_conversation(self, world: WeComWorld, clock: StandingClock) -> None:
        phone, _ = await writes(world)
        ended = {"event_type": "session_status_change", "change_type": 3}
        who = {"open_kfid": "wkAccount1", "external_userid": phone.user}
        old = {"origin": 4, "msgtype": "event", "event": {**ended, **who}, "send_time": clock.at_ms // 1_000 - 1}
        await world.double.add(old)
        await world.channel.pulled()
        assert "closed" not in world.told.kinds()


class TestDoor:
    async def test_a_forged_call_is_refused_and_fetches_nothing(self, world: WeComWorld) -> None:
        await world.channel.pulled()
        before = world.double.calls.count("kf/sync_msg")
        query, body = world.double.sealed(world.double.notice(), msg_signature="0" * 40)
        assert world.double.callback is not None
        answer = await world.double.callback.post("/chat/wecom", params=query, content=body)
        await world.channel.pulled()
        assert (answer.status_code, answer.text) == (403, "refused")
        assert world.double.calls.count("kf/sync_msg") == before

    async def test_the_same_call_twice_is_refused_the_second_time(self, world: WeComWorld) -> None:
        query, body = world.double.sealed(world.double.notice())
        assert world.double.callback is not None
        codes = [
            (await world.double.callback.post("/chat/wecom", params=query, content=body)).status_code for _ in range(2)
        ]
        assert codes == [200, 403]

    async def test_a_flood_of_bytes_is_cut_off(self, world: WeComWorld) -> None:
        assert world.double.callback is not None
        answer = await world.double.callback.post("/chat/wecom", params={}, content=b"x" * 100_000)
        assert answer.status_code == 403

    async def test_the_console_sees_that_the_address_is_ours(self, world: WeComWorld) -> None:
        sealed = world.double.cipher.seal("4321")
        query, _ = world.double.sealed("", sealed=sealed)
        assert world.double.callback is not None
        answer = await world.double.callback.get("/chat/wecom", params={**query, "echostr": sealed})
        assert (answer.status_code, answer.text) == (200, "4321")
