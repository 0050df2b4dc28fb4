"""Payment mode on a real call: card digits that are keyed and a voice that speaks are in no file, log or table."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.contact import Place
from callcenter.web.app import create_app
from tests.app.live import Floor
from tests.app.test_call_story import energy, recorded, talk, to_card_loss
from tests.web.conftest import Browser

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(120)]
CARD = "4539148803436467"
CUSTOMER_BEFORE, CUSTOMER_PAYING, CUSTOMER_AFTER = 440, 620, 520
AGENT_BEFORE, AGENT_PAYING, AGENT_AFTER = 700, 1150, 850
HEARD, NOT_HEARD = 0.02, 0.004


async def test_neither_keyed_digits_nor_voices_of_payment_mode_are_kept(
    floor: Floor, data: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    product = floor.product
    await floor.ready("1001")
    call, contact = await to_card_loss(floor)
    ring = await floor.phones["1001"].next_call()
    ring.answer()
    await floor.until(lambda: floor.contact().place is Place.TALKING, "talking")
    await talk(call, AGENT_BEFORE, 1.5)
    await ring.wait_tone(CUSTOMER_BEFORE)

    await product.desk.submit(ev.PaymentModeRequested(agent="1001", contact=contact, on=True))
    view = product.desk.desk_view("1001")
    assert view is not None
    assert view.contacts[0].payment_since_ms is not None
    assert view.contacts[0].recording == "paused"
    await the_agents_keypad_is_off(floor, contact)
    call.rtp.tone, ring.rtp.tone = CUSTOMER_PAYING, AGENT_PAYING
    # Both hear each other: the pause is one of the recording, not of the talk.
    await ring.wait_tone(CUSTOMER_PAYING)
    await talk(call, AGENT_PAYING, 1.5)
    call.press(CARD)
    await ring.wait_digits(CARD[-4:])
    await asyncio.wait_for(_keys_sent(call), 10)
    call.rtp.tone, ring.rtp.tone = CUSTOMER_AFTER, AGENT_AFTER
    await ring.wait_tone(CUSTOMER_AFTER)
    # A loaded PBX writes a few tenths of a second late: the next topic has begun when payment mode ends.
    await talk(call, AGENT_AFTER)

    await product.desk.submit(ev.PaymentModeRequested(agent="1001", contact=contact, on=False))
    await talk(call, AGENT_AFTER, 1.5)
    call.hang_up()
    await ring.wait_ended()
    await floor.until(lambda: floor.contact() is None, "the end")
    await check_audio(floor, contact)
    changes = [
        effect.on
        for entry in await floor.story(contact)
        for effect in entry.effects
        if isinstance(effect, ef.PaymentModeChanged)
    ]
    assert changes == [True, False]
    said = capfd.readouterr()
    for where, text in {"log": caplog.text, "output": said.out, "errors": said.err}.items():
        assert CARD not in text, where
        assert "digit='4'" not in text, where
    assert CARD[:8] not in "".join(_keys(floor, await floor.story(contact)))
    searched = 0
    for file in _files(data):
        searched += 1
        assert CARD.encode() not in file.read_bytes(), file
        assert CARD[-8:].encode() not in file.read_bytes(), file
    assert searched > 3


async def the_agents_keypad_is_off(floor: Floor, contact: str) -> None:
    """Keys of the page are refused before they reach the journal."""
    browser = Browser(create_app(floor.product.web))
    await browser.sign_in("1001", floor.product.settings.demo_password.get_secret_value())
    body = {"act": "digits", "command": "k1", "desk": "tab-of-1001", "contact": contact, "digits": CARD}
    answer = await browser.post("/agent/commands", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_mode_on")
    await browser.http.aclose()


async def _keys_sent(call) -> None:
    while call.rtp.keys_pending:
        before = call.rtp.packets
        await call.wait(lambda b=before: call.rtp.packets > b, "getting packets")


def _keys(floor: Floor, story) -> Iterator[str]:
    """Every key the story tells of."""
    for entry in story:
        for effect in entry.effects:
            if isinstance(effect, ef.DigitsTaken):
                yield effect.digits


def _files(data: Path) -> Iterator[Path]:
    """Everything the product and its PBX have written: database with its log, settings, logs, recordings."""
    yield from (path for path in data.rglob("*") if path.is_file() and not path.is_symlink())


async def check_audio(floor: Floor, contact: str) -> None:
    """Before and after are heard on their sides; what was said and keyed in between is not."""
    record = await recorded(floor, contact)
    with wave.open(str(floor.product.web.recordings.path_of(record))) as audio:
        rate, channels = audio.getframerate(), audio.getnchannels()
        samples = np.frombuffer(audio.readframes(audio.getnframes()), np.int16).reshape(-1, channels)
    left, right = samples[:, 0], samples[:, 1]
    for tone in (CUSTOMER_BEFORE, CUSTOMER_AFTER):
        assert energy(left, rate, tone) > HEARD, f"{tone} Hz of the customer is missing"
    for tone in (AGENT_BEFORE, AGENT_AFTER):
        assert energy(right, rate, tone) > HEARD, f"{tone} Hz of the agent is missing"
    assert energy(left, rate, CUSTOMER_PAYING) < NOT_HEARD, "the customer was recorded while paying"
    assert energy(right, rate, AGENT_PAYING) < NOT_HEARD, "the agent was recorded during the payment"
    for low in (697, 770, 852, 941, 1209, 1336, 1477):
        if low != AGENT_AFTER and abs(low - AGENT_AFTER) > 5 and abs(low - AGENT_BEFORE) > 5:
            assert energy(left, rate, low) < NOT_HEARD, f"a key tone of {low} Hz was recorded"
