"""The contract's world on a real Asterisk with real SIP telephones."""

from __future__ import annotations

import array
import asyncio
import math
import re
import signal
import socket
import subprocess
import time
import wave
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Literal

import numpy as np

from callcenter.domain.contact import LegEndCause, Prompt
from callcenter.domain.effects import HangUp
from callcenter.domain.events import CallArrived
from callcenter.telephony.asterisk.adapter import AsteriskTelephony
from callcenter.telephony.asterisk.config.model import AgentEndpoint, MediaSocket, PbxConfig, Trunk
from callcenter.telephony.asterisk.config.render import render
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from callcenter.telephony.asterisk.settings import AsteriskSettings
from callcenter.telephony.simulated.model import duration_ms
from tests.sip.ua import Call, UserAgent
from tests.telephony.world import Events, Party, Vault, World

CALLER_TONE = 1430
AGENT_TONES = {"1001": 1910, "1002": 2330}
CARRIER = "127.0.0.10"
RINGBACK = 450
_CAUSES = {
    486: LegEndCause.BUSY,
    480: LegEndCause.NO_ANSWER,
    403: LegEndCause.REJECTED,
    404: LegEndCause.UNREACHABLE,
    500: LegEndCause.FAILED,
    503: LegEndCause.LOST,
}
_REFUSALS = {LegEndCause.BUSY: 486, LegEndCause.REJECTED: 603}


class TonePrompts:
    """Fills ``PromptAudio``: a prompt ``tone-600 …`` is a tone of 600 Hz, as long as its text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def file_of(self, prompt: Prompt) -> Path:
        if prompt.text == "absent":
            return self._folder / "absent.wav"
        file = self._folder / f"{re.sub('[^a-z0-9]', '_', prompt.text)}.wav"
        if not file.exists():
            samples = range(8 * duration_ms(prompt))
            tone = 2 * math.pi * frequency_of(prompt) / 8000
            with wave.open(str(file), "wb") as out:
                out.setnchannels(1)
                out.setsampwidth(2)
                out.setframerate(8000)
                out.writeframes(array.array("h", [int(8000 * math.sin(tone * n)) for n in samples]).tobytes())
        return file


def frequency_of(prompt: Prompt) -> int:
    return int(prompt.text.removeprefix("tone-").split()[0])


class RunningAsterisk:
    """An Asterisk process for many tests; can be killed and started again."""

    def __init__(self, install: AsteriskInstall, folder: Path) -> None:
        self._install = install
        self._guards = ExitStack()
        self.ports = {
            name: _free_port(first, self._guards, guard)
            for name, first, guard in (
                ("http", 8220, None),
                ("sip", 5240, None),
                ("p1", 5260, socket.SOCK_STREAM),
                ("p2", 5280, socket.SOCK_STREAM),
                ("media", 8260, socket.SOCK_DGRAM),
            )
        }
        self.carrier_port = _free_port(5220, self._guards, socket.SOCK_STREAM, CARRIER)
        agents = tuple(
            AgentEndpoint(n, "some-secret", webrtc=False, contact=f"sip:{n}@127.0.0.1:{self.ports[p]}")
            for n, p in (("1001", "p1"), ("1002", "p2"))
        )
        self.config = PbxConfig(
            run_dir=folder,
            http_port=self.ports["http"],
            sip_port=self.ports["sip"],
            rtp_start=20900,
            rtp_end=20998,
            agents=(*agents, AgentEndpoint("1003", "some-secret", webrtc=False)),
            trunks=(Trunk("carrier", match=(CARRIER,), contact=f"sip:{CARRIER}:{self.carrier_port}"),),
            channel_variables=("CC_CONTACT",),
            media_sockets=(MediaSocket("media", f"ws://127.0.0.1:{self.ports['media']}/"),),
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        main = render(self.config, self._install)
        with (self.config.run_dir / "console").open("wb") as console:
            command = [*self._install.command, "-C", str(main), "-f", "-n"]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        deadline = time.monotonic() + 20
        while not _answers(self.ports["http"]):
            assert self._process.poll() is None, (self.config.run_dir / "console").read_text()
            assert time.monotonic() < deadline, "Asterisk does not answer"
            time.sleep(0.05)
        subprocess.run([*command[:-2], "-rx", "core waitfullybooted"], check=True, capture_output=True, timeout=20)

    def end(self, how: int = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(15)

    def close(self) -> None:
        """End for good and give the ports back."""
        self.end()
        self._guards.close()


class SipParty(Party):
    def __init__(self, call: Call) -> None:
        self.call = call

    def press(self, keys: str) -> None:
        self.call.press(keys)

    def hang_up(self) -> None:
        self.call.hang_up()

    def answer(self) -> None:
        self.call.answer()

    async def is_answered(self) -> None:
        await self.call.wait_answered()

    async def is_ended(self) -> LegEndCause:
        await self.call.wait_ended()
        return _CAUSES.get(self.call.code, LegEndCause.NORMAL)

    async def hears_prompt(self, prompt: Prompt) -> None:
        await self.call.wait_tone(frequency_of(prompt))

    async def hears_no_prompt(self, prompt: Prompt) -> None:
        await self.call.wait_no_tone(frequency_of(prompt))

    async def hears_music(self) -> None:
        await self.call.wait(lambda: self.call.rtp.loudness() > 0.01, "hearing music")

    async def hears_ringback(self) -> None:
        await self.call.wait_tone(RINGBACK)

    async def hears_no_ringback(self) -> None:
        await self.call.wait_no_tone(RINGBACK)

    async def hears(self, other: Party) -> None:
        assert isinstance(other, SipParty)
        await self.call.wait_tone(other.call.rtp.tone)

    async def hears_no_more(self, other: Party) -> None:
        assert isinstance(other, SipParty)
        await self.call.wait_no_tone(other.call.rtp.tone)

    async def got_keys(self, keys: str) -> None:
        await self.call.wait_digits(keys)


class AsteriskWorld(World):
    def __init__(self, pbx: RunningAsterisk, folder: Path, transport: Literal["http", "websocket"]) -> None:
        self.pbx, self.vault, self.events = pbx, Vault(), Events()
        self._prompts = TonePrompts(folder)
        self.settings = AsteriskSettings(
            pbx.config.ari_url,
            pbx.config.ari_user,
            pbx.config.ari_password,
            pbx.config.recordings,
            trunk="carrier",
            transport=transport,
        )
        self.telephony: AsteriskTelephony = self.new_telephony()
        self.carrier = UserAgent(CARRIER, pbx.carrier_port, CALLER_TONE)
        self.phones = {
            n: UserAgent("127.0.0.1", pbx.ports[p], AGENT_TONES[n]) for n, p in (("1001", "p1"), ("1002", "p2"))
        }

    def new_telephony(self) -> AsteriskTelephony:
        return AsteriskTelephony(self.settings, self._prompts, self.vault)

    async def ring(self, dialled: str = "95588") -> tuple[Party, CallArrived]:
        party = SipParty(await self.carrier.call(dialled, ("127.0.0.1", self.pbx.ports["sip"])))
        return party, await self.events.next(CallArrived)

    def habit(
        self, endpoint: str, *, picks_up: bool = True, refuses: LegEndCause | None = None, machine: bool | None = None
    ) -> None:
        phone = self._phone(endpoint)
        if machine is not None:
            phone.tone = 700 if machine else 0
        phone.answer_after_s = 0.0 if picks_up else None
        phone.refuse = _REFUSALS[refuses] if refuses else 0

    async def rung(self, endpoint: str) -> Party:
        return SipParty(await self._phone(endpoint).next_call())

    def _phone(self, endpoint: str) -> UserAgent:
        """Whoever answers there; outside numbers are reached through the carrier."""
        return self.carrier if endpoint.startswith("number:") else self.phones[endpoint.removeprefix("agent:")]

    def loudness_of(self, recording: str, party: Party) -> tuple[float, float]:
        assert isinstance(party, SipParty)
        left, right = (_level(file, party.call.rtp.tone) for file in self.telephony.recording_files(recording))
        return left, right

    async def talk_for(self, ms: int) -> None:
        await asyncio.sleep(ms / 1000)

    async def restart_us(self) -> None:
        await self.telephony.stop()
        self.telephony = self.new_telephony()
        await self.telephony.start(self.events.sink)

    async def all_legs_ended(self) -> None:
        """The next test must not meet this one's calls."""
        pbx = self.telephony._pbx
        for leg in () if self.telephony.problem or pbx is None else pbx.legs:
            await self.telephony.execute(HangUp(contact="", leg=leg.id))
        async with asyncio.timeout(10):
            while pbx is not None and not self.telephony.problem and list(pbx.legs):  # noqa: ASYNC110 - no event after a reconnection
                await asyncio.sleep(0.02)

    async def crash(self) -> None:
        self.pbx.end(signal.SIGKILL)

    async def revive(self) -> None:
        await asyncio.to_thread(self.pbx.start)


def _level(file: Path, frequency: int) -> float:
    with wave.open(str(file)) as sound:
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype=np.int16) / 32768
    # Half a second at a time: a tone's phase may jump where telephones pause.
    parts = [part for part in np.split(samples, range(4000, len(samples), 4000)) if len(part) > 800]
    turn = -2j * np.pi * frequency / 8000
    return max((float(2 * abs(np.mean(part * np.exp(turn * np.arange(len(part)))))) for part in parts), default=0.0)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)):
            return False
        probe.sendall(b"GET /ari/api-docs/resources.json HTTP/1.0\r\n\r\n")
        return b"401" in probe.recv(100)


def _free_port(first: int, guards: ExitStack, guard: socket.SocketKind | None, host: str = "127.0.0.1") -> int:
    """A port free for UDP and TCP. The kind that tests leave unused stays bound: other runs look elsewhere."""
    for port in range(first, first + 20):
        with ExitStack() as probes:
            try:
                for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                    probe = probes.enter_context(socket.socket(type=kind))
                    probe.bind((host, port))
                    if kind is guard:
                        guards.enter_context(probe.dup())
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {first} on")


@asynccontextmanager
async def asterisk_world(
    pbx: RunningAsterisk, folder: Path, transport: Literal["http", "websocket"]
) -> AsyncIterator[AsteriskWorld]:
    world = AsteriskWorld(pbx, folder, transport)
    agents = (world.carrier, *world.phones.values())
    try:
        for agent in agents:
            await agent.open()
        await world.telephony.start(world.events.sink)
        yield world
    finally:
        for agent in agents:
            agent.hang_up_all()
        try:
            await world.all_legs_ended()
        finally:
            for agent in agents:
                await agent.close()
            await world.telephony.stop()
