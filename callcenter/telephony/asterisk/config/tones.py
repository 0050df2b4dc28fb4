"""Synthesises the hold music and the beep, the same bytes every time, so that no audio file needs a licence."""

from __future__ import annotations

import math
import struct
import wave
from pathlib import Path

RATE_HZ = 8000
_PEAK = 5200
_BEAT_S = 0.42
# I - vi - IV - V - I - iii - IV - V as arpeggios, in semitones from A4.
_CHORDS = ((-9, -5, -2, 3), (-12, -9, -5, 0), (-16, -12, -9, -4), (-14, -10, -7, -2)) * 2
_ORDER = (0, 1, 2, 3, 2, 1)


def write_hold_music(file: Path) -> None:
    """A soft arpeggio of about 20 s that loops without a click (WAV, 8 kHz, mono, 16 bit); kept when present."""
    if not file.is_file():
        _write(file, _hold_music())


def write_beep(file: Path) -> None:
    """A 0.35 s tone of 1 kHz (WAV, 8 kHz, mono, 16 bit); kept when present."""
    if not file.is_file():
        _write(file, _note(1000.0, 0.35, decay_s=5.0))


def _hold_music() -> list[float]:
    beat = int(_BEAT_S * RATE_HZ)
    notes = [chord[step] for chord in _CHORDS for step in _ORDER]
    mix = [0.0] * (beat * len(notes))
    for place, semitone in enumerate(notes):
        sound = _note(440.0 * 2 ** (semitone / 12), _BEAT_S * 3, decay_s=0.5)
        # What rings past the end is added to the start, so the loop has no seam.
        for offset, value in enumerate(sound):
            mix[(place * beat + offset) % len(mix)] += value * 0.45
    return mix


def _note(frequency_hz: float, length_s: float, decay_s: float) -> list[float]:
    count = int(length_s * RATE_HZ)
    fade = int(0.012 * RATE_HZ)
    samples = []
    for i in range(count):
        t = i / RATE_HZ
        edge = min(1.0, i / fade, (count - i) / fade)
        tone = math.sin(2 * math.pi * frequency_hz * t) + 0.25 * math.sin(4 * math.pi * frequency_hz * t)
        samples.append(tone * edge * math.exp(-t / decay_s))
    return samples


def _write(file: Path, samples: list[float]) -> None:
    scale = _PEAK / max(1e-9, max(abs(sample) for sample in samples))
    frames = struct.pack(f"<{len(samples)}h", *(round(sample * scale) for sample in samples))
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.partial")
    with wave.open(str(partial), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(frames)
    partial.replace(file)
