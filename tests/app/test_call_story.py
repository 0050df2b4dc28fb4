"""One customer's call on a real Asterisk, from the first ring to the filed recording, with SIP telephones."""

from __future__ import annotations

import asyncio
import json
import wave

import numpy as np
import pytest

from callcenter.app.clock import SystemClock
from callcenter.app.conversation_text import ConversationTexts
from callcenter.app.transcribing.worker import Worker
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import EndReason, Place
from callcenter.domain.speech import Speaker
from callcenter.quality.transcript_file import read_transcript
from callcenter.speech.recognisers.simulated import SimulatedRecogniser
from tests.app.live import AGENT_TONES, CUSTOMER_TONE, Floor

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(120)]


WANTED = (
    "ContactOpened",
    "StepEntered",
    "DigitsTaken",
    "BranchTaken",
    "QueueJoined",
    "OfferMade",
    "OfferEnded",
    "QueueLeft",
    "AgentConnected",
    "HoldChanged",
    "ConsultStarted",
    "ConsultEnded",
    "Transferred",
    "AgentLeft",
    "WrapUpFiled",
    "ContactEnded",
)


async def to_card_loss(floor: Floor):
    """A customer goes through the menu by keys to the lost card desk; returns call and contact id."""
    call = await floor.dial()
    await call.wait_answered()
    await floor.until(lambda: at_step(floor, "language"), "the language menu")
    call.press("1")
    await floor.until(lambda: at_step(floor, "main"), "the main menu")
    call.press("1")
    await floor.until(lambda: floor.contact() and floor.contact().queue == "card_loss", "the queue")
    return call, floor.contact().id


def at_step(floor: Floor, step: str) -> bool:
    contact = floor.contact()
    return contact is not None and bool(contact.flow_path) and contact.flow_path[-1].endswith(f"/{step}")


async def talk(call, frequency: int, seconds: float = 1.0) -> None:
    """Go on until the far side was heard for that long, so that the recording has something to hold."""
    await call.wait_tone(frequency)
    packets = call.rtp.packets + int(seconds * 50)
    await call.wait(lambda: call.rtp.packets >= packets, f"{seconds} s of talk")


def energy(samples: np.ndarray, rate: int, frequency: int) -> float:
    """Strongest half second of ``frequency`` as a share of full scale."""
    window = rate // 2
    best = 0.0
    for start in range(0, max(1, len(samples) - window), window // 2):
        part = samples[start : start + window].astype(float)
        if len(part) < window:
            break
        t = np.arange(len(part)) / rate
        best = max(best, 2 * abs(np.mean(part * np.exp(-2j * np.pi * frequency * t))) / 32768)
    return best


async def test_menu_queue_agent_hold_transfer_recording_replay(floor: Floor) -> None:
    product = floor.product
    await product.desk.submit(ev.AgentSignedIn(agent="1001", desk=""))
    call, contact = await to_card_loss(floor)
    await floor.until(lambda: floor.contact().place is Place.WAITING, "waiting, as nobody is ready")
    await call.wait(lambda: call.rtp.loudness() > 0.01, "hearing music")

    await floor.ready("1001")
    ring = await floor.phones["1001"].next_call()
    ring.answer()
    await floor.until(lambda: floor.contact().place is Place.TALKING, "talking")
    await talk(call, AGENT_TONES["1001"])
    await ring.wait_tone(CUSTOMER_TONE)

    await product.desk.submit(ev.HoldRequested(agent="1001", contact=contact))
    await call.wait_no_tone(AGENT_TONES["1001"])
    await call.wait(lambda: call.rtp.loudness() > 0.01, "hearing music on hold")
    await product.desk.submit(ev.ResumeRequested(agent="1001", contact=contact))
    await talk(call, AGENT_TONES["1001"])

    await floor.ready("1002")
    await product.desk.submit(
        ev.TransferRequested(agent="1001", contact=contact, target="agent:1002", mode=ev.TransferMode.WARM)
    )
    second = await floor.phones["1002"].next_call()
    second.answer()
    await second.wait_tone(AGENT_TONES["1001"])
    await call.wait_no_tone(AGENT_TONES["1001"])
    await product.desk.submit(ev.TransferCompleted(agent="1001", contact=contact))
    await talk(call, AGENT_TONES["1002"])
    await ring.wait_ended()
    assert floor.contact().agent_leg_up
    assert product.desk.desk_view("1001").state is AgentState.WRAP_UP

    await product.desk.submit(
        ev.WrapUpCompleted(agent="1001", contact=contact, disposition="resolved", note="转给李建国")
    )
    call.hang_up()
    await second.wait_ended()
    await floor.until(lambda: floor.contact() is None, "the end")
    await product.desk.submit(ev.WrapUpCompleted(agent="1002", contact=contact, disposition="resolved", note="已挂失"))
    assert product.desk.desk_view("1002").state is AgentState.AVAILABLE

    await check_record(floor, contact)
    await check_transcript(floor, contact)


async def check_transcript(floor: Floor, contact: str) -> None:
    """The filed recording had its job: both sides become turns, and quality can read the call with its hold."""
    storage = floor.product.storage
    recogniser = SimulatedRecogniser(("我的卡丢了", "好的"))
    worker = Worker("test", storage.transcripts, floor.product.web.recordings, recogniser, SystemClock(), "zh")
    assert await worker.drain() == 1
    (transcript,) = await storage.transcripts.of_contact(contact)
    assert {turn.speaker for turn in transcript.turns} == {Speaker.CUSTOMER, Speaker.AGENT}
    assert {turn.channel for turn in transcript.turns} == {0, 1}
    texts = ConversationTexts(storage.contacts, storage.transcripts, storage.chats, "Asia/Shanghai")
    said = read_transcript("call.json", json.dumps(await texts.of(contact)).encode())
    assert (said.call.queue, said.call.transfers, len(said.holds)) == ("card_loss", 1, 1)
    assert "language" in said.call.steps, said.call.steps
    assert (said.call.campaign, said.call.verified) == ("", False)


async def check_record(floor: Floor, contact: str) -> None:
    product = floor.product
    record = await recorded(floor, contact)
    with wave.open(str(product.web.recordings.path_of(record))) as audio:
        rate, channels = audio.getframerate(), audio.getnchannels()
        samples = np.frombuffer(audio.readframes(audio.getnframes()), np.int16).reshape(-1, channels)
    assert channels == 2
    assert energy(samples[:, 0], rate, CUSTOMER_TONE) > 0.02, "the customer is not on the left"
    assert energy(samples[:, 1], rate, AGENT_TONES["1001"]) > 0.02, "the first agent is not on the right"
    assert energy(samples[:, 1], rate, AGENT_TONES["1002"]) > 0.02, "the second agent is not on the right"
    assert energy(samples[:, 0], rate, AGENT_TONES["1001"]) < 0.01, "the agent is on the customer's side"

    facts = [effect for entry in await floor.story(contact) for effect in entry.effects if isinstance(effect, ef.Fact)]
    kinds = [type(fact).__name__ for fact in facts]
    for wanted in WANTED:
        assert wanted in kinds, wanted
    ended = [fact for fact in facts if isinstance(fact, ef.ContactEnded)]
    assert [fact.reason for fact in ended] == [EndReason.CUSTOMER_HUNG_UP]
    row = await product.storage.contacts.get(contact)
    assert row is not None
    assert (row.queue, row.agent, row.disposition, row.note) == ("card_loss", "1002", "resolved", "已挂失")

    entries = [entry async for entry in product.storage.journal.read()]
    assert list(replay(Center(), entries)) == []


async def recorded(floor: Floor, contact: str):
    """The contact's recording once it is filed."""

    async def look():
        while True:
            seen = floor.product.executor.carried_out
            if found := await floor.product.storage.contacts.recordings(contact):
                return found[0]
            await floor.product.executor.more_than(seen)

    return await asyncio.wait_for(look(), 10)
