"""One customer's call on a cloud number, from the first ring to the filed recording, on the double of Twilio."""

from __future__ import annotations

import asyncio
import wave
from pathlib import Path

import numpy as np
import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import EndReason, Place
from callcenter.telephony.simulated.audio import tone_of
from tests.app.on_twilio import CloudFloor, on_twilio
from tests.app.test_call_story import WANTED, at_step, energy, recorded

pytestmark = pytest.mark.timeout(180)


async def test_menu_queue_agent_hold_transfer_recording_replay(
    data: Path, flows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_twilio(data, flows, monkeypatch, CALLS_PER_SECOND=5) as floor:
        product = floor.product
        await product.desk.submit(ev.AgentSignedIn(agent="1001", desk=""))
        customer = floor.dial()
        await floor.until(lambda: at_step(floor, "language"), "the language menu")
        await customer.wait(lambda: customer.call.keys is not None)
        customer.press("1")
        await floor.until(lambda: at_step(floor, "main"), "the main menu")
        await customer.wait(lambda: customer.call.keys is not None)
        customer.press("1")
        await floor.until(lambda: floor.contact() and floor.contact().place is Place.WAITING, "waiting")
        assert floor.contact().queue == "card_loss"
        contact = floor.contact().id

        await floor.ready("1001")
        first, second = floor.phones["1001"], floor.phones["1002"]
        await hear_each_other(customer, first)
        await floor.until(lambda: floor.contact().place is Place.TALKING, "talking")
        await talk(floor)

        await product.desk.submit(ev.HoldRequested(agent="1001", contact=contact))
        await customer.wait(lambda: any(what.startswith("sound:") for what in customer.hears()))
        assert f"party:{customer.name}" not in first.hears()
        await product.desk.submit(ev.ResumeRequested(agent="1001", contact=contact))
        await hear_each_other(customer, first)
        await talk(floor)

        await floor.ready("1002")
        await product.desk.submit(
            ev.TransferRequested(agent="1001", contact=contact, target="agent:1002", mode=ev.TransferMode.WARM)
        )
        await hear_each_other(first, second)
        assert f"party:{first.name}" not in customer.hears()
        await product.desk.submit(ev.TransferCompleted(agent="1001", contact=contact))
        await hear_each_other(customer, second)
        await talk(floor)
        await first.wait(lambda: first.call is None)
        assert product.desk.desk_view("1001").state is AgentState.WRAP_UP
        await product.desk.submit(
            ev.WrapUpCompleted(agent="1001", contact=contact, disposition="resolved", note="转给李建国")
        )

        customer.hang_up()
        await second.wait(lambda: second.call is None)
        await floor.until(lambda: floor.contact() is None, "the end")
        await product.desk.submit(
            ev.WrapUpCompleted(agent="1002", contact=contact, disposition="resolved", note="已挂失")
        )
        await check_record(floor, contact, customer.name)
        assert product.pbx.telephony.hooks.refused == 0
        assert not floor.double.turned_away
        # What is filed with us is deleted with them.
        assert not floor.double.recorder.recordings


async def hear_each_other(one, two) -> None:
    await one.wait(lambda: f"party:{two.name}" in one.hears())
    await two.wait(lambda: f"party:{one.name}" in two.hears())


async def talk(floor: CloudFloor) -> None:
    await floor.product.clock.sleep_until(floor.product.clock.now_ms() + 2_000)


async def check_record(floor: CloudFloor, contact: str, customer: str) -> None:
    product = floor.product
    record = await recorded(floor, contact)
    with wave.open(str(product.web.recordings.path_of(record))) as audio:
        rate, channels = audio.getframerate(), audio.getnchannels()
        samples = np.frombuffer(audio.readframes(audio.getnframes()), np.int16).reshape(-1, channels)
    assert channels == 2
    for channel, party, there in (
        (0, customer, True),
        (1, "agent:1001", True),
        (1, "agent:1002", True),
        (0, "agent:1001", False),
    ):
        loud = energy(samples[:, channel], rate, tone_of(f"party:{party}"))
        assert bool(loud > 0.02) is there, (channel, party, loud)
    facts = [effect for entry in await floor.story(contact) for effect in entry.effects if isinstance(effect, ef.Fact)]
    kinds = {type(fact).__name__ for fact in facts}
    assert kinds >= set(WANTED), set(WANTED) - kinds
    ended = [fact for fact in facts if isinstance(fact, ef.ContactEnded)]
    assert [fact.reason for fact in ended] == [EndReason.CUSTOMER_HUNG_UP]
    row = await asyncio.wait_for(product.storage.contacts.get(contact), 5)
    assert row is not None
    assert (row.queue, row.agent, row.disposition, row.note) == ("card_loss", "1002", "resolved", "已挂失")
    entries = [entry async for entry in product.storage.journal.read()]
    assert list(replay(Center(), entries)) == []
