"""Twilio's webhooks when they are wrong, double, late, or for nobody."""

from __future__ import annotations

import httpx
import pytest

from callcenter.domain.contact import Endpoint
from callcenter.domain.effects import AnswerLeg, Gather, Originate
from callcenter.domain.events import CallArrived, DigitsGathered, LegAnswered, LegEnded
from tests.telephony.contract.acts import SHORT, answered_call, gathered
from tests.telephony.twilio_double.hooked import hooked
from tests.telephony.twilio_world import PUBLIC, TwilioWorld


@pytest.fixture
def world(on_twilio: TwilioWorld) -> TwilioWorld:
    return on_twilio


def form_of(world: TwilioWorld, sid: str, **more: str) -> dict[str, str]:
    return {"CallSid": sid, "AccountSid": world.double.account_sid, "From": "+8613800000000", "To": "95588", **more}


async def sent(world: TwilioWorld, path: str, form: dict[str, str], signature: str | None = None) -> httpx.Response:
    """As a proxy passes it on: the address we see is not the public one that was signed."""
    signed = world.double._validator.compute_signature(PUBLIC + path, form) if signature is None else signature
    transport = httpx.ASGITransport(hooked(lambda: world.telephony.hooks))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        return await client.post(path, data=form, headers={"X-Twilio-Signature": signed})


@pytest.mark.parametrize("signature", ["", "AAAA", "x" * 28])
@pytest.mark.parametrize(
    "path", ["/twilio/voice", "/twilio/status", "/twilio/recording/r1", "/twilio/leg/a/keys?rev=1"]
)
async def test_a_wrong_signature_is_403_and_has_no_effect(world: TwilioWorld, path: str, signature: str) -> None:
    _, leg = await answered_call(world)
    before = len(world.events.all)
    answer = await sent(world, path, form_of(world, leg, CallStatus="completed"), signature)
    assert answer.status_code == 403
    assert world.telephony.hooks.refused == 1
    assert len(world.events.all) == before


async def test_a_true_signature_of_another_address_does_not_count(world: TwilioWorld) -> None:
    _, leg = await answered_call(world)
    form = form_of(world, leg, CallStatus="completed")
    signature = world.double._validator.compute_signature("http://127.0.0.1:8080/twilio/status", form)
    assert (await sent(world, "/twilio/status", form, signature)).status_code == 403
    assert not world.events.of(LegEnded)


async def test_another_account_is_turned_away(world: TwilioWorld) -> None:
    form = {**form_of(world, "CA9"), "AccountSid": "AC" + "2" * 32}
    assert (await sent(world, "/twilio/voice", form)).status_code == 403
    assert not world.events.of(CallArrived)


async def test_the_same_arrival_twice_is_one_call(world: TwilioWorld) -> None:
    world.double.faults.share["twice"] = 1.0
    _, arrived = await world.ring()
    await world.do(AnswerLeg, leg=arrived.leg)
    await world.talk_for(1_000)
    assert len(world.events.of(CallArrived)) == 1


async def test_a_lost_answer_is_asked_for_again_without_a_second_effect(world: TwilioWorld) -> None:
    customer, leg = await answered_call(world)
    await world.do(Gather, leg=leg, request="g1", prompts=(SHORT,), max_digits=1)
    world.double.faults.share["answer lost"] = 0.5
    customer.press("4")
    assert (await gathered(world, "g1")).digits == "4"
    await world.do(Gather, leg=leg, request="g2", max_digits=1, type_ahead=False)
    await world.talk_for(1_000)
    world.double.faults.share["answer lost"] = 0.0
    customer.press("5")
    assert (await gathered(world, "g2")).digits == "5"
    assert [event.digits for event in world.events.of(DigitsGathered)] == ["4", "5"]


async def test_what_is_told_of_a_call_that_ended_changes_nothing(world: TwilioWorld) -> None:
    customer, leg = await answered_call(world)
    customer.hang_up()
    await world.events.next(LegEnded, leg=leg)
    before = len(world.events.all)
    for status in ("completed", "in-progress", "ringing", "busy"):
        assert (await sent(world, "/twilio/status", form_of(world, leg, CallStatus=status))).status_code == 204
    answer = await sent(world, f"/twilio/leg/{leg}/keys?rev=1", form_of(world, leg, Digits="1"))
    assert "<Hangup" in answer.text
    assert "<Hangup" in (await sent(world, "/twilio/voice", form_of(world, leg))).text
    assert len(world.events.all) == before


async def test_unknown_calls_are_ended_or_ignored(world: TwilioWorld) -> None:
    before = len(world.events.all)
    assert (await sent(world, "/twilio/status", form_of(world, "CA77", CallStatus="completed"))).status_code == 204
    assert "<Hangup" in (await sent(world, "/twilio/leg/leg-7/answered?rev=1", form_of(world, "CA77"))).text
    assert (await sent(world, "/twilio/recording/none", form_of(world, "x", RecordingStatus="completed"))).is_success
    assert (await sent(world, "/twilio/nonsense/of/somebody", form_of(world, "x"))).status_code == 404
    assert len(world.events.all) == before


async def test_a_call_that_nobody_decides_about_goes_to_the_fallback(world: TwilioWorld) -> None:
    customer, arrived = await world.ring()
    await world.talk_for(45_000)
    await customer.is_ended()
    assert (await world.events.next(LegEnded, leg=arrived.leg)).leg == arrived.leg


async def test_an_answer_for_another_call_than_the_legs_own_is_hung_up(world: TwilioWorld) -> None:
    """A call that was made twice by somebody's mistake is not let in."""
    await world.do(Originate, leg="leg-1", endpoint=Endpoint("agent", "1001"))
    await world.events.next(LegAnswered, leg="leg-1")
    answer = await sent(world, "/twilio/leg/leg-1/answered?rev=1", form_of(world, "CA999"))
    assert "<Hangup" in answer.text


async def test_a_sound_has_an_address_nobody_guesses(world: TwilioWorld) -> None:
    transport = httpx.ASGITransport(hooked(lambda: world.telephony.hooks))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        assert (await client.get("/twilio/sound/music.wav")).status_code == 404
        assert (await client.get("/twilio/sound/" + "a" * 40 + ".wav")).status_code == 404
