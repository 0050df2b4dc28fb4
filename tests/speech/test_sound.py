from __future__ import annotations

import io
import struct
import wave

import numpy as np
import pytest

from callcenter.speech.pcm import NoSound, Samples, levelled, read_wav, resampled, write_wav


def tone(hertz: float, rate: int, seconds: float = 1.0, level: float = 0.3) -> Samples:
    at = np.arange(int(rate * seconds)) / rate
    return (level * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def rms(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples[400:-400] ** 2)))


@pytest.mark.parametrize("rate", [11_025, 16_000, 22_050, 24_000, 44_100, 48_000])
@pytest.mark.parametrize("hertz", [100, 440, 1_000, 3_000, 3_400])
def test_what_a_telephone_carries_stays_as_it_is(rate: int, hertz: int) -> None:
    made, ideal = resampled(tone(hertz, rate), rate), tone(hertz, 8_000)
    assert abs(len(made) - 8_000) <= 1
    size = min(len(made), len(ideal))
    error = rms((made[:size] - ideal[:size]).astype(np.float32)) / rms(ideal)
    assert 20 * np.log10(error) < -45


@pytest.mark.parametrize("hertz", [4_700, 6_000, 9_000])
def test_what_it_does_not_carry_is_not_folded_back(hertz: int) -> None:
    made = resampled(tone(hertz, 22_050), 22_050)
    assert 20 * np.log10(rms(made) / rms(tone(hertz, 22_050))) < -50


@pytest.mark.parametrize("level", [0.001, 0.02, 0.9])
def test_loudness_is_even(level: float) -> None:
    quiet = np.zeros(4_000, np.float32)
    made = levelled(np.concatenate([quiet, tone(440, 8_000, level=level), quiet]))
    assert 20 * np.log10(rms(made[4_400:11_600])) == pytest.approx(-20, abs=0.5)
    assert np.abs(made).max() <= 0.9


def test_silence_stays_silence() -> None:
    assert not levelled(np.zeros(8_000, np.float32)).any()
    assert len(levelled(np.zeros(3, np.float32))) == 3
    assert len(resampled(np.zeros(0, np.float32), 22_050)) == 0


def test_a_stream_with_a_made_up_length_is_read_whole() -> None:
    data = bytearray(write_wav(tone(440, 8_000)))
    data[4:8] = data[40:44] = struct.pack("<I", 0x7FFFF000)
    rate, samples = read_wav(bytes(data))
    assert (rate, len(samples)) == (8_000, 8_000)
    assert np.abs(samples - tone(440, 8_000)).max() < 1e-4


def test_stereo_is_mixed_and_other_things_are_refused() -> None:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setparams((2, 2, 16_000, 0, "NONE", ""))
        file.writeframes(np.array([[1000, 3000]] * 50, "<i2").tobytes())
    rate, samples = read_wav(target.getvalue())
    assert (rate, len(samples)) == (16_000, 50)
    assert samples[0] == pytest.approx(2000 / 32_768)
    for wrong in (b"", b"RIFF", b"hello world, this is text" * 9, target.getvalue()[:30]):
        with pytest.raises(NoSound):
            read_wav(wrong)
