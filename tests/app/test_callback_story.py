"""A callback on a real Asterisk: booked by a key while waiting, then dialled through the trunk for an agent."""

from __future__ import annotations

import wave
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from callcenter.core.center import Center
from callcenter.core.replay import replay as replayed
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.config import Announcements, CallbackRule
from callcenter.domain.contact import Direction, EndReason, Place
from tests.app.live import AGENT_TONES, CUSTOMER_TONE, Floor
from tests.app.test_call_story import energy, recorded, talk
from tests.sip.ua import Call

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(120)]

NUMBER = "13800000001"
RINGBACK = 450
RULE = CallbackRule(call_from="00:00", call_until="24:00", caller_number="95000")
"""At any hour, for tests run at any hour; the key books at once, to the number of the call."""


async def by_key(floor: Floor) -> None:
    """The general queue offers the key soon after a customer began to wait."""
    engine = floor.product.engine
    now = engine.center.state.config
    told = Announcements(first_after_ms=1_000, every_ms=30_000, callback_key="1")
    general = replace(now.queues["general"], announcements=told, callback=RULE)
    await engine.submit(ev.CenterConfigured(config=replace(now, queues={**now.queues, "general": general})))
    await floor.product.desk.submit(ev.AgentSignedIn(agent="1001", desk=""))


async def waiting(floor: Floor) -> tuple[Call, str]:
    """A customer goes through the menu and waits; returns call and contact."""
    call = await floor.dial(caller=NUMBER)
    await call.wait_answered()
    await floor.until(lambda: at(floor, "language"), "the language menu")
    call.press("1")
    await floor.until(lambda: at(floor, "main"), "the main menu")
    call.press("0")
    found = await floor.until(lambda: in_queue(floor, call), "waiting in the queue")
    return call, found


def at(floor: Floor, step: str) -> bool:
    views = floor.product.desk.floor_view().contacts
    return any(
        view.flow_path and view.flow_path[-1].endswith(f"/{step}") and view.place is Place.FLOW for view in views
    )


def in_queue(floor: Floor, call: Call) -> str:
    views = floor.product.desk.floor_view().contacts
    return next((v.id for v in views if v.callback is None and v.place in (Place.WAITING, Place.OFFERED)), "")


def callback_of(floor: Floor) -> Any:
    return next((view for view in floor.product.desk.floor_view().contacts if view.callback is not None), None)


async def booked(floor: Floor) -> tuple[str, str]:
    """A customer waits, presses the key, hears that they will be called, and the call ends; origin and callback."""
    call, origin = await waiting(floor)
    contacts = floor.product.engine.center.state.contacts
    await floor.until(lambda: origin in contacts and contacts[origin].key_request, "the key is listened for")
    call.press("1")
    await call.wait_ended(20)
    view = await floor.until(lambda: (v := callback_of(floor)) and v.place is Place.WAITING and v, "the callback waits")
    return origin, view.id


async def test_booked_by_key_and_called_back_by_an_agent_who_hears_it_ring(floor: Floor) -> None:
    await by_key(floor)
    origin, callback = await booked(floor)
    floor.customer.answer_after_s = None
    await floor.ready("1001")
    ring = await floor.phones["1001"].next_call()
    assert floor.customer.incoming.empty(), "the customer is not dialled before the agent is there"
    ring.answer()
    customer = await floor.customer.next_call()
    assert customer.invite is not None
    assert f"sip:{NUMBER}@" in customer.invite.first
    assert "95000" in customer.invite.get("from")
    await ring.wait_tone(RINGBACK)
    customer.answer()
    await talk(customer, AGENT_TONES["1001"])
    await ring.wait_tone(CUSTOMER_TONE)
    await talk(customer, AGENT_TONES["1001"])
    customer.hang_up()
    await ring.wait_ended()
    await floor.until(lambda: callback_of(floor) is None, "the end")

    facts = [fact for entry in await floor.story(callback) for fact in entry.effects if isinstance(fact, ef.Fact)]
    opened = next(fact for fact in facts if isinstance(fact, ef.ContactOpened))
    assert (opened.origin, opened.direction) == (origin, Direction.OUTBOUND)
    outcomes = [fact.outcome for fact in facts if isinstance(fact, ef.AttemptEnded)]
    assert outcomes == ["answered"]
    assert [fact.reason for fact in facts if isinstance(fact, ef.ContactEnded)] == [EndReason.CUSTOMER_HUNG_UP]
    row = await floor.product.storage.contacts.get(origin)
    assert row is not None
    assert row.reason == EndReason.CALLBACK_BOOKED
    await check_recording(floor, callback)
    entries = [entry async for entry in floor.product.storage.journal.read()]
    assert list(replayed(Center(), entries)) == []


async def check_recording(floor: Floor, contact: str) -> None:
    record = await recorded(floor, contact)
    with wave.open(str(floor.product.web.recordings.path_of(record))) as audio:
        rate, channels = audio.getframerate(), audio.getnchannels()
        samples = np.frombuffer(audio.readframes(audio.getnframes()), np.int16).reshape(-1, channels)
    assert energy(samples[:, 0], rate, CUSTOMER_TONE) > 0.02, "the customer is not on the left"
    assert energy(samples[:, 1], rate, AGENT_TONES["1001"]) > 0.02, "the agent is not on the right"


async def test_ringing_again_takes_the_place_and_the_dialling_stops(floor: Floor) -> None:
    await by_key(floor)
    _, callback = await booked(floor)
    floor.customer.answer_after_s = None
    await floor.ready("1001")
    ring = await floor.phones["1001"].next_call()
    ring.answer()
    dialled = await floor.customer.next_call()
    again, live = await waiting(floor)
    await dialled.wait_ended()
    second = await floor.phones["1001"].next_call()
    second.answer()
    await talk(again, AGENT_TONES["1001"])
    facts = [fact for entry in await floor.story(callback) for fact in entry.effects if isinstance(fact, ef.Fact)]
    assert [fact.reason for fact in facts if isinstance(fact, ef.ContactEnded)] == [EndReason.SUPERSEDED]
    assert [fact.by for fact in facts if isinstance(fact, ef.CallbackSuperseded)] == [live]
    again.hang_up()
    await floor.until(lambda: not floor.product.desk.floor_view().contacts, "the end")
