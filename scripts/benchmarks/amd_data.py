"""Made recordings of people and of answering machines, as a telephone carries them: spoken by espeak-ng, with noise."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from callcenter.domain.contact import Prompt
from callcenter.speech import EspeakVoice
from callcenter.speech.pcm import RATE, Samples, beep, read_wav, write_wav
from callcenter.telephony.asterisk.provision.tools import Tool

PEOPLE = {
    "zh": ("喂", "喂？", "你好", "喂，你好", "喂，您好，哪位", "你好，请讲", "是我，您说"),
    "en": ("Hello?", "Hello, hello?", "Yes?", "Hello, Anna speaking", "Good morning"),
}
FIRMS = {
    "zh": ("您好，这里是东方汽车修理厂，请问有什么可以帮您", "您好，阳光花店，请问您要订花吗"),
    "en": ("Good morning, Baker and Sons, how may I help you today", "Hello, this is the flower shop on Main Street"),
}
"""People who say as much as a machine: the hard ones."""
MACHINES = {
    "zh": (
        "您好，您拨打的用户暂时无法接听您的电话，请在提示音后留言",
        "对不起，您拨打的电话正在通话中，请稍后再拨",
        "这里是王先生的语音信箱，现在不方便接听，请留下您的姓名和电话，我会尽快给您回电",
    ),
    "en": (
        "Hi, you have reached Anna. I cannot take your call right now. Please leave a message after the tone",
        "The person you are calling is not available. At the tone, please record your message",
    ),
}
SHORT_MACHINES = {"zh": ("请留言",), "en": ("Leave a message",)}
"""Machines that say as little as a person: hard, too."""
KINDS = {"person": (PEOPLE, 6), "firm": (FIRMS, 2), "machine": (MACHINES, 6), "short machine": (SHORT_MACHINES, 1)}
"""What is said, and how often of fifteen."""
VOICES = {"zh": ("cmn-latn-pinyin", "cmn-latn-pinyin+f2", "cmn-latn-pinyin+m3"), "en": ("en-us", "en-us+f3", "en-gb")}
LASTS_S = 12


@dataclass(frozen=True)
class Recording:
    """What is heard after the call was picked up; ``name`` is its file without ending."""

    name: str
    kind: str

    @property
    def machine(self) -> bool:
        """Whether a machine speaks."""
        return self.kind.endswith("machine")


async def made(folder: Path, espeak: Tool, seed: int, count: int) -> Sequence[Recording]:
    """``count`` recordings as WAV files; the same seed makes the same ones."""
    voice = EspeakVoice(espeak.command, espeak.full_environment(), folder / "spoken", folder)
    chance = random.Random(seed)
    found = []
    for number in range(count):
        (kind,) = chance.choices(list(KINDS), [weight for _, weight in KINDS.values()])
        language = chance.choice(("zh", "zh", "en"))
        words = chance.choice(KINDS[kind][0][language])
        prompt = Prompt(
            text=words, language=language, voice=chance.choice(VOICES[language]), rate=chance.uniform(0.85, 1.2)
        )
        _, said = read_wav((await voice.file_of(prompt)).read_bytes())
        recording = Recording(str(1_000 + number), kind)
        sound = write_wav(_as_heard(said, recording, chance))
        await asyncio.to_thread((folder / f"{recording.name}.wav").write_bytes, sound)
        found.append(recording)
    return found


def _as_heard(said: Samples, recording: Recording, chance: random.Random) -> Samples:
    """A pause, the words, a machine's tone, and silence that is never quite silent."""
    pause = int(chance.uniform(0.1, 1.4) * RATE)
    whole = np.zeros(max(LASTS_S * RATE, pause + len(said) + 3 * RATE), np.float32)
    whole[pause : pause + len(said)] += said * np.float32(chance.uniform(0.3, 1.0))
    if recording.machine:
        _, tone = read_wav(beep())
        at = pause + len(said) + RATE // 2
        whole[at : at + len(tone)] += tone
    noise = np.random.default_rng(chance.randrange(2**32)).standard_normal(len(whole)).astype(np.float32)
    heard: Samples = np.clip(whole + noise * np.float32(10 ** (chance.uniform(-62, -42) / 20)), -1, 1)
    return heard
