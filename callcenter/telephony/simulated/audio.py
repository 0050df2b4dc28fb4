"""Sound files for simulated recordings: every party and thing heard has a tone of its own."""

from __future__ import annotations

import array
import math
import wave
import zlib
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

from callcenter.telephony.simulated.model import Segment

RATE_HZ = 8_000
_AMPLITUDE = 6_000


def tone_of(who: str) -> int:
    """The frequency in Hz that stands for a party, prompt or music; the same in every run."""
    return 300 + 20 * (zlib.crc32(who.encode()) % 60)


def write_side(file: Path, segments: Iterable[Segment], side: Callable[[Segment], frozenset[str]]) -> None:
    """Write one side of a recording as 16-bit mono WAV at 8 kHz."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        for segment in segments:
            second = _one_second(side(segment))
            samples = segment.duration_ms * RATE_HZ // 1000
            whole, rest = divmod(samples, RATE_HZ)
            for _ in range(whole):
                out.writeframesraw(second)
            out.writeframesraw(second[: rest * 2])


@lru_cache(maxsize=64)
def _one_second(who: frozenset[str]) -> bytes:
    # Whole frequencies make a second end where it began, so seconds join without a click.
    tones = [tone_of(name) * 2 * math.pi / RATE_HZ for name in who]
    values = (sum(math.sin(tone * n) for tone in tones) * _AMPLITUDE for n in range(RATE_HZ))
    return array.array("h", (max(-32767, min(32767, int(value))) for value in values)).tobytes()
