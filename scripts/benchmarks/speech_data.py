"""Speech with its text: made by espeak-ng, Asterisk's own English prompts, or a folder of one's own."""

from __future__ import annotations

import gzip
import re
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np

from callcenter.speech.pcm import Samples, read_wav, resampled
from callcenter.telephony.asterisk.provision import tools
from callcenter.telephony.asterisk.provision.asterisk import locate_cached, locate_installed

SENTENCES = (
    "Hello, my name is John Smith and I have a question about my account.",
    "I have lost my bank card and I want to block it.",
    "How much money is left on my savings account?",
    "Please send a new card to my home address.",
    "I would like to speak to a person.",
    "The payment was made on the third of May.",
    "No, that is not right, it was two hundred dollars.",
    "Can you tell me when the branch opens on Saturday?",
    "I did not make this transfer and I want my money back.",
    "Thank you very much, that was all.",
)
LEAST_WORDS = 5
_PROMPT = re.compile(r"^([\w/-]+): +(.+)$")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One utterance: its samples at ``rate`` Hz and what it says."""

    samples: Samples
    rate: int
    text: str


def made(count: int) -> list[Spoken]:
    """English sentences as espeak-ng says them, at 22,050 Hz."""
    return spoken_by_machine(SENTENCES[:count])


def spoken_by_machine(texts: Sequence[str]) -> list[Spoken]:
    """These English texts as espeak-ng says them."""
    tool = tools.locate_or_fetch("espeak-ng", lambda _: None)
    found = []
    for text in texts:
        command = [*tool.command, "-v", "en-us", "-s", "155", "--stdout", text]
        out = subprocess.run(command, capture_output=True, check=True, env=tool.full_environment()).stdout
        rate, samples = read_wav(out)
        found.append(Spoken(samples, rate, text))
    return found


def prompts(count: int) -> list[Spoken]:
    """Prompts that a person spoke for Asterisk, at 8 kHz and GSM-coded; none without Asterisk or a decoder."""
    install = locate_installed() or locate_cached(lambda _: None)
    if install is None:
        return []
    sounds = next((path for path in install.data_dir.glob("sounds/en*") if path.is_dir()), None)
    text = next(install.data_dir.parent.glob("doc/asterisk-core-sounds-en/core-sounds-en.txt*"), None)
    if sounds is None or text is None:
        return []
    raw = gzip.decompress(text.read_bytes()) if text.suffix == ".gz" else text.read_bytes()
    found: list[Spoken] = []
    for line in raw.decode(errors="replace").splitlines():
        match = _PROMPT.match(line)
        if match is None or len(words(match[2])) < LEAST_WORDS or re.search(r"[\d\[\]<>]", match[2]):
            continue
        path = sounds / f"{match[1]}.gsm"
        if path.is_file():
            found.append(Spoken(_gsm(path), 8_000, match[2]))
        if len(found) == count:
            break
    return found


def from_folder(folder: Path) -> list[Spoken]:
    """``NAME.wav`` with ``NAME.txt`` beside it."""
    found = []
    for path in sorted(folder.glob("*.wav")):
        rate, samples = read_wav(path.read_bytes())
        found.append(Spoken(samples, rate, path.with_suffix(".txt").read_text(encoding="utf-8").strip()))
    return found


def at(one: Spoken, rate: int, *, telephone: bool) -> bytes:
    """16-bit samples at ``rate`` Hz; through the telephone that is 8 kHz and μ-law between."""
    if telephone:
        narrow = mu_law(resampled(one.samples, one.rate, 8_000))
        return _pcm(narrow)
    return _pcm(resampled(one.samples, one.rate, rate))


def mu_law(samples: Samples) -> Samples:
    """As G.711 carries it: eight bits on a logarithmic scale, there and back (the continuous form, μ = 255)."""
    mu = 255.0
    packed = np.sign(samples) * np.log1p(mu * np.abs(np.clip(samples, -1, 1))) / np.log1p(mu)
    levels = np.rint(packed * 127) / 127
    back: Samples = (np.sign(levels) * np.expm1(np.abs(levels) * np.log1p(mu)) / mu).astype(np.float32)
    return back


def write(path: Path, pcm: bytes, rate: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(pcm)
    return path


def words(text: str) -> list[str]:
    """Words in lower case without marks."""
    return re.findall(r"[a-z']+", text.lower().replace("’", "'"))


def characters(text: str) -> list[str]:
    """Letters and digits one by one, without marks and spaces."""
    return [character for character in text.lower() if character.isalnum()]


def distance(expected: list[str], heard: list[str]) -> int:
    """Levenshtein's: substitutions, insertions and deletions."""
    row = list(range(len(heard) + 1))
    for number, one in enumerate(expected, 1):
        before, row[0] = row[0], number
        for at_, other in enumerate(heard, 1):
            before, row[at_] = row[at_], min(row[at_] + 1, row[at_ - 1] + 1, before + (one != other))
    return row[-1]


def _pcm(samples: Samples) -> bytes:
    return bytes(np.clip(np.rint(samples * 32_767), -32_768, 32_767).astype("<i2").tobytes())


def _gsm(path: Path) -> Samples:
    """PyAV comes with faster-whisper."""
    av = import_module("av")
    with av.open(str(path), format="gsm") as file:
        pieces = [frame.to_ndarray().reshape(-1) for frame in file.decode(audio=0)]
    whole = np.concatenate(pieces)
    scale = 32_768 if whole.dtype == np.int16 else 1
    return (whole.astype(np.float32) / np.float32(scale)).astype(np.float32)


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder for audio files."""
    return tempfile.TemporaryDirectory(prefix="callcenter-speech-")
