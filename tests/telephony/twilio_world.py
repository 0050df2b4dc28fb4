"""The contract's world on the double of Twilio, in virtual time."""

from __future__ import annotations

import array
import math
import re
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import numpy as np

from callcenter.domain.contact import LegEndCause, Prompt
from callcenter.domain.events import CallArrived
from callcenter.telephony.simulated.audio import tone_of
from callcenter.telephony.simulated.clock import VirtualClock
from callcenter.telephony.simulated.model import duration_ms
from callcenter.telephony.twilio.adapter import TwilioTelephony
from callcenter.telephony.twilio.settings import TwilioSettings
from callcenter.telephony.twilio.sounds import write_ringback
from tests.telephony.twilio_double.double import Double, sound_name
from tests.telephony.twilio_double.hooked import hooked
from tests.telephony.twilio_double.people import Person
from tests.telephony.twilio_double.rest import DoubleRest, FaultyTransport
from tests.telephony.world import OUTSIDE, Events, Party, Vault, World

PUBLIC = "https://calls.example.test"
NUMBER = "+861095588"


class PromptFiles:
    """Fills ``PromptAudio``: a file for each text, as long as the text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def file_of(self, prompt: Prompt) -> Path:
        file = self._folder / f"{re.sub('[^a-z0-9]', '_', prompt.text)}.wav"
        if not file.exists():
            write_tone(file, 300 + len(prompt.text), duration_ms(prompt))
        return file


def write_tone(file: Path, frequency: int, ms: int) -> Path:
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        turn = 2 * math.pi * frequency / 8000
        out.writeframes(array.array("h", [int(8000 * math.sin(turn * n)) for n in range(8 * ms)]).tobytes())
    return file


class TwilioParty(Party):
    def __init__(self, person: Person, world: TwilioWorld) -> None:
        self.person, self._world = person, world

    def press(self, keys: str) -> None:
        self.person.press(keys)

    def hang_up(self) -> None:
        self.person.hang_up()

    def answer(self) -> None:
        self.person.answer()

    async def is_answered(self) -> None:
        await self.person.wait(lambda: self.person.answered)

    async def is_ended(self) -> LegEndCause:
        await self.person.wait(lambda: self.person.ended is not None)
        assert self.person.ended is not None
        return self.person.ended

    async def hears_prompt(self, prompt: Prompt) -> None:
        await self._hears(await self._world.sound_of(prompt))

    async def hears_no_prompt(self, prompt: Prompt) -> None:
        await self._hears_not(await self._world.sound_of(prompt))

    async def hears_music(self) -> None:
        await self._hears(self._world.music_sound)

    async def hears_ringback(self) -> None:
        await self._hears(self._world.ringback_sound)

    async def hears_no_ringback(self) -> None:
        await self._hears_not(self._world.ringback_sound)

    async def hears(self, other: Party) -> None:
        assert isinstance(other, TwilioParty)
        await self._hears(f"party:{other.person.name}")

    async def hears_no_more(self, other: Party) -> None:
        assert isinstance(other, TwilioParty)
        await self._hears_not(f"party:{other.person.name}")

    async def got_keys(self, keys: str) -> None:
        await self.person.wait(lambda: self.person.keys_heard.endswith(keys))

    async def _hears(self, what: str) -> None:
        await self.person.wait(lambda: what in self.person.hears())

    async def _hears_not(self, what: str) -> None:
        await self.person.wait(lambda: what not in self.person.hears())


class TwilioWorld(World):
    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock()
        self.vault, self.events, self._folder = Vault(), Events(), folder
        self.prompts = PromptFiles(folder)
        self.music = write_tone(folder / "music.wav", 900, 4_000)
        self.double = Double(self.clock, httpx.ASGITransport(hooked(lambda: self.telephony.hooks)))
        self.double.voice_url = f"{PUBLIC}/twilio/voice#rc=2"
        self.double.status_url = f"{PUBLIC}/twilio/status#rc=2"
        self.to_double = FaultyTransport(DoubleRest(self.double))
        self.telephony: TwilioTelephony = self.new_telephony()
        self.music_sound = sound_name(self.music.read_bytes())
        self.ringback_sound = sound_name(write_ringback(folder / "ringback.wav").read_bytes())
        for number in ("1001", "1002"):
            self.habit(f"agent:{number}")
        self.habit(OUTSIDE)

    def new_telephony(self) -> TwilioTelephony:
        settings = TwilioSettings(
            account_sid=self.double.account_sid,
            auth_token=self.double.auth_token,
            public_url=PUBLIC,
            caller=NUMBER,
            recordings_dir=self._folder / "recordings",
            book=self._folder / "calls.jsonl",
        )
        return TwilioTelephony(settings, self.clock, self.prompts, self.vault, self.music, transport=self.to_double)

    async def ring(self, dialled: str = "95588") -> tuple[Party, CallArrived]:
        party = TwilioParty(self.double.ring("13800000000", dialled), self)
        return party, await self.events.next(CallArrived)

    def habit(
        self, endpoint: str, *, picks_up: bool = True, refuses: LegEndCause | None = None, machine: bool | None = None
    ) -> None:
        phone = self.double.phone(address_of(endpoint), endpoint)
        phone.answer_after_ms, phone.refuses, phone.machine = 0 if picks_up else None, refuses, bool(machine)

    async def rung(self, endpoint: str) -> Party:
        phone = self.double.phone(address_of(endpoint))
        await phone.wait(lambda: phone.ringing or phone.answered)
        return TwilioParty(phone, self)

    def loudness_of(self, recording: str, party: Party) -> tuple[float, float]:
        assert isinstance(party, TwilioParty)
        tone = tone_of(f"party:{party.person.name}")
        left, right = (_level(file, tone) for file in self.telephony.recording_files(recording))
        return left, right

    async def talk_for(self, ms: int) -> None:
        await self.clock.sleep_until(self.clock.now_ms() + ms)

    async def restart_us(self) -> None:
        await self.telephony.stop()
        self.telephony = self.new_telephony()
        await self.telephony.start(self.events.sink)

    async def crash(self) -> None:
        self.double.crash()

    async def revive(self) -> None:
        self.double.reachable = True

    async def sound_of(self, prompt: Prompt) -> str:
        return sound_name((await self.prompts.file_of(prompt)).read_bytes())


def address_of(endpoint: str) -> str:
    kind, _, address = endpoint.partition(":")
    return f"client:{address}" if kind == "agent" else f"+86{address}"


def _level(file: Path, frequency: int) -> float:
    with wave.open(str(file)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16) / 32768
    return float(2 * abs(np.mean(samples * np.exp(-2j * np.pi * frequency / 8000 * np.arange(len(samples))))))


@asynccontextmanager
async def twilio_world(folder: Path) -> AsyncIterator[TwilioWorld]:
    world = TwilioWorld(folder)
    async with world.clock.running():
        await world.telephony.start(world.events.sink)
        yield world
        await world.telephony.stop()
        await world.double.close()
