"""Sound files at addresses that cannot be guessed, for Twilio to fetch."""

from __future__ import annotations

import hashlib
import hmac
import math
import struct
import wave
from pathlib import Path

_RATE_HZ = 8000
_RING_HZ, _RING_S, _SILENCE_S = 450, 1, 4
_KEPT = 5_000


class Sounds:
    """Which file stands behind which address."""

    def __init__(self, public_url: str, secret: str) -> None:
        self._root = f"{public_url}/twilio/sound/"
        self._secret = secret.encode()
        self._lasting: dict[str, Path] = {}
        self._files: dict[str, Path] = {}

    def address(self, file: Path, *, lasting: bool = False) -> str:
        """Where Twilio fetches ``file``; another address once it sounds otherwise, since Twilio keeps copies.

        The 5,000 asked for last are remembered, and those that are ``lasting``: asked for once, and played for ever.
        Raises ``OSError`` when the file cannot be read.
        """
        name = hmac.new(self._secret, file.read_bytes(), hashlib.sha256).hexdigest()[:40] + ".wav"
        if lasting:
            self._lasting[name] = file
            return self._root + name
        self._files.pop(name, None)
        self._files[name] = file
        if len(self._files) > _KEPT:
            del self._files[next(iter(self._files))]
        return self._root + name

    def content(self, name: str) -> bytes | None:
        """The file of this name; None when there is none."""
        file = self._lasting.get(name) or self._files.get(name)
        return file.read_bytes() if file is not None and file.is_file() else None


def write_ringback(file: Path) -> Path:
    """The ringing tone: 450 Hz, 1 s on, 4 s off. Kept when present."""
    if not file.is_file():
        on = (int(6000 * math.sin(2 * math.pi * _RING_HZ * n / _RATE_HZ)) for n in range(_RATE_HZ * _RING_S))
        file.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(_RATE_HZ)
            out.writeframes(b"".join(struct.pack("<h", value) for value in on))
            out.writeframes(b"\0\0" * _RATE_HZ * _SILENCE_S)
    return file
