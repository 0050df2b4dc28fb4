"""Models that are broken, with the real libraries: said with the mend, and never a crash."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from callcenter.domain.errors import ProviderError
from callcenter.speech.recognisers.vosk import VoskRecogniser
from callcenter.speech.recognisers.whisper import WhisperRecogniser
from tests.speech import real_models
from tests.speech.voices import silence, write

pytestmark = pytest.mark.speech


@pytest.mark.parametrize("content", [b"", b"not a model at all" * 1_000])
async def test_a_broken_whisper_model_is_named(tmp_path: Path, content: bytes) -> None:
    folder = shutil.copytree(real_models.whisper_tiny_en(), tmp_path / "tiny")
    (folder / "model.bin").write_bytes(content)
    await refused(WhisperRecogniser(folder, ("en",)), "en", tmp_path)


async def test_half_a_whisper_model_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(real_models.whisper_tiny_en(), tmp_path / "tiny")
    whole = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(whole[: len(whole) // 2])
    await refused(WhisperRecogniser(folder, ("en",)), "en", tmp_path)


async def test_a_whisper_model_given_to_vosk_is_named(tmp_path: Path) -> None:
    real_models.needs("vosk")
    await refused(VoskRecogniser(real_models.whisper_tiny_en(), ("en",), "tiny"), "en", tmp_path)


async def test_a_broken_vosk_model_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(real_models.vosk_korean(), tmp_path / "ko")
    (folder / "am/final.mdl").write_bytes(b"not a model" * 100)
    await refused(VoskRecogniser(folder, ("ko",)), "ko", tmp_path)


async def refused(recogniser: WhisperRecogniser | VoskRecogniser, language: str, folder: Path) -> None:
    with pytest.raises(ProviderError, match=r"is no model that .* can load .*add it anew") as error:
        await recogniser.transcribe(write(folder / "call.wav", silence(8_000, 1)), language)
    assert not error.value.retryable
