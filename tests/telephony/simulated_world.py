"""The contract's world on the simulated network, in virtual time."""

from __future__ import annotations

import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np

from callcenter.domain.contact import LegEndCause, Prompt
from callcenter.domain.events import CallArrived
from callcenter.telephony.simulated.audio import tone_of
from callcenter.telephony.simulated.clock import VirtualClock
from callcenter.telephony.simulated.party import SimulatedParty, SimulatedPhone
from callcenter.telephony.simulated.telephony import SimulatedTelephony
from tests.telephony.world import OUTSIDE, Events, Party, Vault, World


class SimParty(Party):
    def __init__(self, party: SimulatedParty) -> None:
        self.party = party

    def press(self, keys: str) -> None:
        self.party.press(keys)

    def hang_up(self) -> None:
        self.party.hang_up()

    def answer(self) -> None:
        assert isinstance(self.party, SimulatedPhone)
        self.party.answer()

    async def is_answered(self) -> None:
        await self.party.wait_answered()

    async def is_ended(self) -> LegEndCause:
        return await self.party.wait_ended()

    async def hears_prompt(self, prompt: Prompt) -> None:
        await self.party.wait_hears(f"prompt:{prompt.text}")

    async def hears_no_prompt(self, prompt: Prompt) -> None:
        await self.party.wait(lambda: f"prompt:{prompt.text}" not in self.party.hears())

    async def hears_music(self) -> None:
        await self.party.wait_hears("music:")

    async def hears_ringback(self) -> None:
        await self.party.wait_hears("ringback:")

    async def hears_no_ringback(self) -> None:
        await self.party.wait(lambda: "ringback:" not in self.party.hears())

    async def hears(self, other: Party) -> None:
        assert isinstance(other, SimParty)
        await self.party.wait_hears(f"party:{other.party.name}")

    async def hears_no_more(self, other: Party) -> None:
        assert isinstance(other, SimParty)
        await self.party.wait(lambda: f"party:{other.party.name}" not in self.party.hears())

    async def got_keys(self, keys: str) -> None:
        await self.party.wait(
            lambda: "".join(h.what[4:] for h in self.party.heard if h.what.startswith("key:")).endswith(keys)
        )


class SimulatedWorld(World):
    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock()
        self.vault, self.events, self._folder = Vault(), Events(), folder
        self.telephony: SimulatedTelephony = SimulatedTelephony(self.clock, self.vault, folder)
        self.network = self.telephony.network
        for number in ("1001", "1002"):
            self.habit(f"agent:{number}")
        self.habit(OUTSIDE)

    async def ring(self, dialled: str = "95588") -> tuple[Party, CallArrived]:
        party = SimParty(self.network.call("13800000000", dialled))
        return party, await self.events.next(CallArrived)

    def habit(
        self, endpoint: str, *, picks_up: bool = True, refuses: LegEndCause | None = None, machine: bool | None = None
    ) -> None:
        busy, reject = refuses is LegEndCause.BUSY, refuses is LegEndCause.REJECTED
        answer_after_ms = 0 if picks_up else None
        self.network.phone(endpoint, answer_after_ms=answer_after_ms, busy=busy, reject=reject, machine=bool(machine))

    async def rung(self, endpoint: str) -> Party:
        phone = self.network.phone_at(endpoint)
        await phone.wait(lambda: phone.ringing or phone.answered)
        return SimParty(phone)

    def loudness_of(self, recording: str, party: Party) -> tuple[float, float]:
        assert isinstance(party, SimParty)
        left, right = (
            _level(f, tone_of(f"party:{party.party.name}")) for f in self.telephony.recording_files(recording)
        )
        return left, right

    async def talk_for(self, ms: int) -> None:
        await self.clock.sleep_until(self.clock.now_ms() + ms)

    async def restart_us(self) -> None:
        await self.telephony.stop()
        self.telephony = SimulatedTelephony(self.clock, self.vault, self._folder, network=self.network)
        await self.telephony.start(self.events.sink)

    async def crash(self) -> None:
        self.network.crash()

    async def revive(self) -> None:
        self.telephony.reconnect()


def _level(file: Path, frequency: int) -> float:
    with wave.open(str(file)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16) / 32768
    return float(2 * abs(np.mean(samples * np.exp(-2j * np.pi * frequency / 8000 * np.arange(len(samples))))))


@asynccontextmanager
async def simulated_world(folder: Path) -> AsyncIterator[SimulatedWorld]:
    world = SimulatedWorld(folder)
    async with world.clock.running():
        await world.telephony.start(world.events.sink)
        yield world
        await world.telephony.stop()
        await world.network.close()
