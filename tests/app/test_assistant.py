"""The assistant in the whole product: model or Rasa, flow, demo bank, hand-over; no part is played."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.chat import Author
from callcenter.domain.contact import EndReason, Place
from callcenter.domain.events import TransferMode
from callcenter.domain.journal import encode_effects, encode_event
from tests.app.chatting import House, house
from tests.bot.rasa_process import BOTH, assistant_settings


@pytest.fixture(params=BOTH)
async def bank(request: pytest.FixtureRequest, data: Path, flows: Path, free_ports: list[int]) -> AsyncIterator[House]:
    async with house(data, free_ports[0], flows=flows, **assistant_settings(request)) as made:
        await made.understands()
        yield made


async def test_a_balance_question_is_closed_by_the_bot(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.reads("智能客服")
    await visitor.say("帮我查一下余额")
    await visitor.reads("卡号后四位")
    await visitor.say("尾号1234")
    await visitor.reads("密码")
    kept = await visitor.say("246810")
    assert kept.text == "••••"
    await visitor.reads("12,345.67")
    await visitor.say("再见")
    await visitor.reads("再见")
    await bank.until(lambda: bank.contact(visitor) is None, "the contact is over")
    assert [fact.reason for fact in await bank.facts(ef.ContactEnded)] == [EndReason.FLOW_COMPLETED]
    assert not await bank.facts(ef.QueueJoined), "nobody was asked"
    assert "246810" not in str([(encode_event(e.event), encode_effects(e.effects)) for e in await bank.journal()])
    assert "246810" not in str(await bank.product.chats.history(visitor.id))
    await bank.replays()


async def test_a_form_takes_its_values_in_any_order_and_answers_questions_meanwhile(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.say("卡丢了")
    await visitor.reads("卡号后四位")
    await visitor.say("手续费多少")
    await visitor.reads("卡号后四位")
    await visitor.say("6688")
    await visitor.reads("证件号码")
    assert (await visitor.say("后四位是2210")).text == "••••"
    await visitor.reads("尾号6688的卡")
    await visitor.say("不是6688，是1234")
    await visitor.reads("尾号1234的卡")
    await visitor.choose("是")
    await visitor.reads("已临时挂失")
    assert bank.contact(visitor).place is Place.FLOW


async def test_a_yes_or_no_that_is_a_no_ends_the_form_without_a_change(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.say("卡丢了，尾号1234")
    await visitor.reads("证件号码")
    await visitor.say("2210")
    await visitor.reads("尾号1234的卡")
    await visitor.choose("不是")
    await visitor.reads("没有做任何更改")
    assert not await bank.facts(ef.ServiceUsed)


async def test_handed_over_with_a_summary_and_silent_from_then_on(bank: House) -> None:
    await bank.ready()
    visitor = await bank.visitor()
    await visitor.say("查余额，尾号1234")
    await visitor.reads("密码")
    await visitor.say("转人工")
    await visitor.reads("为您转接人工")
    await bank.taken(visitor)
    await bank.until(lambda: bank.contact(visitor).place is Place.TALKING, "talking")
    await visitor.reads("人工坐席已接入")
    (told,) = await bank.facts(ef.HandedOver)
    assert (told.why.code, told.wanted, told.form) == ("asked_for_person", "balance_query", "balance_form")
    assert told.known == {"card_tail": "1234"}
    assert told.missing == ("verification_key",)
    before = await visitor.texts()
    said = await visitor.say("卡丢了，尾号1234，密码246810")
    assert "246810" in said.text, "what is said to a person is not veiled"
    late = ev.SentenceUnderstood(
        contact=visitor.id, request=f"{visitor.id}.3", ok=True, intent="card_loss_report", confidence=1.0
    )
    assert await bank.product.desk.submit(late) == ()
    assert await visitor.texts() == before


async def test_an_answer_that_comes_after_the_hand_over_is_dropped(bank: House) -> None:
    """The model thinks about a sentence while its contact is taken from the flow."""
    thinks = asyncio.Event()
    goes_on = asyncio.Event()
    understand = bank.product.assistant.understand

    async def slow(text: str, now_ms: int, contact: str = "") -> object:
        thinks.set()
        await goes_on.wait()
        return await understand(text, now_ms, contact)

    await bank.ready()
    visitor = await bank.visitor()
    await visitor.reads("智能客服")
    bank.product.assistant.understand = slow  # type: ignore[method-assign,assignment]
    await visitor.say("帮我查一下余额")
    await thinks.wait()
    asked = bank.contact(visitor).flow.pending
    timer = ev.TimerFired(timer=f"understand:{visitor.id}")
    bank.product.engine.center.state.timers[timer.timer] = 0
    await bank.product.desk.submit(timer)
    await bank.taken(visitor)
    goes_on.set()
    await bank.until(lambda: bank.contact(visitor).place is Place.TALKING, "talking")
    late = ev.SentenceUnderstood(contact=visitor.id, request=asked, ok=True, intent="balance_query")
    assert await bank.product.desk.submit(late) == ()
    assert not [text for text in await visitor.texts() if "卡号" in text]
    assert (await bank.facts(ef.HandedOver))[0].why.code == "assistant_unavailable"


@pytest.mark.parametrize(
    ("sentences", "why", "said"),
    [
        (("asdkjh qwe", "qwe asdkjh"), "assistant_not_understood", "还是没听明白"),
        (("我被骗了",), "assistant_rule", ""),
        (("我要投诉到银保监",), "assistant_risk", "优先为您接通"),
    ],
)
async def test_who_is_handed_over_without_asking(bank: House, sentences: tuple[str, ...], why: str, said: str) -> None:
    visitor = await bank.visitor()
    await visitor.reads("智能客服")
    for number, sentence in enumerate(sentences):
        await visitor.say(sentence)
        if number < len(sentences) - 1:
            await visitor.reads("没听明白")
    await visitor.reads(said)
    await bank.until(lambda: bank.contact(visitor).place is Place.WAITING, "waits for a person")
    assert [fact.why.code for fact in await bank.facts(ef.HandedOver)] == [why]


async def test_a_wrong_pin_goes_to_a_person(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.say("查余额，尾号1234")
    await visitor.reads("密码")
    await visitor.say("000000")
    await bank.until(lambda: bank.contact(visitor).place is Place.WAITING, "waits for a person")
    (told,) = await bank.facts(ef.HandedOver)
    assert told.known == {"card_tail": "1234", "verification_key": "••••"}
    assert told.why.code == "assistant_service"


async def test_the_agent_gives_it_back_to_the_assistant(bank: House) -> None:
    await bank.ready()
    visitor = await bank.visitor()
    await visitor.say("转人工")
    await bank.taken(visitor)
    await bank.until(lambda: bank.contact(visitor).place is Place.TALKING, "talking")
    await visitor.say("我想查余额")
    back = ev.TransferRequested(agent="1001", contact=visitor.id, target="flow:chat", mode=TransferMode.BLIND)
    await bank.product.desk.submit(back)
    await visitor.reads("智能客服")
    assert "卡号后四位" not in "".join(await visitor.texts()), "what was said to the agent is not answered by the bot"
    await visitor.say("查一下余额")
    await visitor.reads("卡号后四位")


async def test_asking_for_a_person_is_not_what_the_customer_wants(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.say("手续费多少")
    await visitor.reads("收费")
    await visitor.say("转人工")
    await bank.until(lambda: bank.contact(visitor).place is Place.WAITING, "waits for a person")
    assert [fact.wanted for fact in await bank.facts(ef.HandedOver)] == ["fee_query"]


async def test_two_sentences_at_once_are_both_heard(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.reads("智能客服")
    await asyncio.gather(visitor.say("查余额"), visitor.say("尾号1234"))
    await visitor.reads("密码")


async def test_the_sentence_is_not_copied_into_the_journal(bank: House) -> None:
    visitor = await bank.visitor()
    await visitor.say("帮我查一下余额吧谢谢你啊")
    await visitor.reads("卡号后四位")
    assert "谢谢你啊" not in str([encode_event(entry.event) for entry in await bank.journal()])
    assert [m.text for m in await bank.product.chats.history(visitor.id) if m.author is Author.VISITOR]


async def test_without_a_model_chats_go_to_people(data: Path, flows: Path, free_ports: list[int]) -> None:
    async with house(data, free_ports[0], flows=flows, assistant="off") as bank:
        visitor = await bank.visitor()
        await visitor.say("查余额")
        await bank.until(lambda: bank.contact(visitor).place is Place.WAITING, "waits for a person")
        assert [fact.why.code for fact in await bank.facts(ef.HandedOver)] == ["assistant_unavailable"]
        assert "assistant_failed" in [trouble.code for trouble in bank.product.web.troubles.all()]
