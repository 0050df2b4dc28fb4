"""One audio stream: sends a tone or silence every 20 ms, presses keys (RFC 4733), measures what arrives."""

from __future__ import annotations

import asyncio
import random
import struct
from collections import deque
from collections.abc import Callable

import numpy as np

RATE = 8000
FRAME = 160
_WINDOW_S = 0.24
KEYS = "0123456789*#ABCD"
TONE_LEVEL = 0.02
"""Share of full scale (as amplitude) above which a tone is heard; sent tones have 0.25."""


def _ulaw_tables() -> tuple[np.ndarray, np.ndarray]:
    codes = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (codes >> 4) & 7, codes & 15
    magnitude = ((mantissa.astype(np.int32) << 3) + 132 << exponent) - 132
    decode = np.where(codes & 0x80, -magnitude, magnitude).astype(np.int16)
    order = np.argsort(decode, kind="stable")
    places = np.searchsorted(decode[order], np.arange(-32768, 32768)).clip(0, 255)
    return decode, order[places].astype(np.uint8)


_DECODE, _ENCODE = _ulaw_tables()


def ulaw(samples: np.ndarray) -> bytes:
    """16-bit samples as G.711 µ-law."""
    encoded: np.ndarray = _ENCODE[samples.astype(np.int32) + 32768]
    return encoded.tobytes()


class RtpStream(asyncio.DatagramProtocol):
    """Audio to and from one far side. ``tone`` in Hz is what is sent, 0 for silence."""

    def __init__(self, on_tick: Callable[[], None]) -> None:
        self.tone = 0
        self.remote: tuple[str, int] | None = None
        self.digits = ""
        self.packets = self.sent = 0
        self._on_tick = on_tick
        self._heard: deque[tuple[float, np.ndarray]] = deque(maxlen=200)
        self._keys: deque[str] = deque()
        self._speech = bytearray()
        self._last_key_stamp = -1
        self._ssrc, self._sequence, self._stamp, self._phase = random.getrandbits(32), 0, 0, 0
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.DatagramTransport | None = None

    async def open(self, host: str) -> int:
        """Bind and return the port."""
        loop = asyncio.get_running_loop()
        for _ in range(200):
            port = random.randrange(20000, 20900, 2)
            try:
                self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(host, port))
            except OSError:
                continue
            self._task = loop.create_task(self._pace())
            return port
        raise OSError("no free RTP port")

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        if self._transport is not None:
            self._transport.close()

    def press(self, keys: str) -> None:
        """Queue keys: each lasts 100 ms with a pause of 60 ms."""
        self._keys.extend(keys)

    def say(self, samples: bytes) -> None:
        """Queue speech: 16-bit samples at 8 kHz, sent instead of the tone."""
        self._speech += samples

    @property
    def speaking(self) -> bool:
        """Whether something is left to say."""
        return bool(self._speech)

    @property
    def keys_pending(self) -> bool:
        return bool(self._keys)

    def level(self, frequency: int) -> float:
        """Amplitude of a tone in what was heard in the last quarter second, 1.0 = full scale."""
        since = asyncio.get_running_loop().time() - _WINDOW_S
        frames = [frame for at, frame in self._heard if at >= since]
        if len(frames) < 4:
            return 0.0
        wave = np.concatenate(frames).astype(np.float64) / 32768
        angle = 2j * np.pi * frequency / RATE * np.arange(len(wave))
        return float(2 * abs(np.mean(wave * np.exp(-angle))))

    def loudness(self) -> float:
        """Root mean square of what was heard in the last quarter second."""
        since = asyncio.get_running_loop().time() - _WINDOW_S
        frames = [frame for at, frame in self._heard if at >= since]
        return float(np.sqrt(np.mean((np.concatenate(frames) / 32768.0) ** 2))) if frames else 0.0

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) < 12:
            return
        kind, stamp = data[1] & 0x7F, struct.unpack("!I", data[4:8])[0]
        self.packets += 1
        if kind == 0:
            samples = _DECODE[np.frombuffer(data[12:], dtype=np.uint8)]
            self._heard.append((asyncio.get_running_loop().time(), samples))
        elif kind == 101 and data[13] & 0x80 and stamp != self._last_key_stamp:
            self._last_key_stamp = stamp
            self.digits += KEYS[data[12] & 15]

    async def _pace(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            if self._keys and self.remote:
                await self._send_key(self._keys[0])
                self._keys.popleft()
                due = loop.time()
            self._send(0, self._audio(), self._stamp)
            self.sent += 1
            self._stamp += FRAME
            self._on_tick()
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))

    def _audio(self) -> bytes:
        if self._speech:
            samples = np.frombuffer(bytes(self._speech[: 2 * FRAME]).ljust(2 * FRAME, b"\0"), dtype="<i2")
            del self._speech[: 2 * FRAME]
            return _ENCODE[samples.astype(np.int32) + 32768].tobytes()
        if not self.tone:
            return b"\xff" * FRAME
        n = np.arange(self._phase, self._phase + FRAME)
        self._phase += FRAME
        wave = (8192 * np.sin(2 * np.pi * self.tone / RATE * n)).astype(np.int32)
        return _ENCODE[wave + 32768].tobytes()

    async def _send_key(self, key: str) -> None:
        event, stamp = KEYS.index(key), self._stamp
        for step in range(1, 8):
            ended = step > 5
            payload = struct.pack("!BBH", event, (0x80 if ended else 0) | 10, min(step, 5) * FRAME)
            self._send(101, payload, stamp, marker=step == 1)
            if not ended:
                await asyncio.sleep(0.02)
        self._stamp += 5 * FRAME
        for _ in range(3):
            self._send(0, b"\xff" * FRAME, self._stamp)
            self._stamp += FRAME
            await asyncio.sleep(0.02)

    def _send(self, kind: int, payload: bytes, stamp: int, *, marker: bool = False) -> None:
        if self.remote is None or self._transport is None or self._transport.is_closing():
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        second = kind | (0x80 if marker else 0)
        head = struct.pack("!BBHII", 0x80, second, self._sequence, stamp & 0xFFFFFFFF, self._ssrc)
        self._transport.sendto(head + payload, self.remote)
