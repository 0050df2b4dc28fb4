"""One suite for every recogniser: what the port promises. Real ones run where their library and model are."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from callcenter.domain.errors import ProviderError
from callcenter.domain.ports.speech import Recogniser
from callcenter.domain.speech import Heard
from callcenter.speech.recognisers.cloud import CloudRecogniser
from callcenter.speech.recognisers.simulated import SimulatedRecogniser
from callcenter.speech.recognisers.vosk import VoskRecogniser
from callcenter.speech.recognisers.whisper import WhisperRecogniser
from tests.speech import real_models
from tests.speech.cloud_double import TOKEN, cloud
from tests.speech.voices import silence, talk, write

LINES = ("我的卡丢了", "please block my card")
RATE = 8_000


@dataclass
class Ear:
    """A recogniser, a voice of two utterances that it understands, and what must be among its words (if known)."""

    recogniser: Recogniser
    language: str
    voice: bytes
    words: tuple[str, ...]
    guesses: bool


async def _simulated(_folder: Path, _stack: AsyncExitStack) -> Ear:
    return Ear(SimulatedRecogniser(LINES), "zh", talk(RATE, [1.2, 1.6]), LINES, True)


async def _cloud(_folder: Path, stack: AsyncExitStack) -> Ear:
    url = await stack.enter_async_context(cloud(LINES))
    return Ear(CloudRecogniser(url, ("zh", "en"), token=TOKEN), "zh", talk(RATE, [1.2, 1.6]), LINES, False)


async def _whisper(folder: Path, _stack: AsyncExitStack) -> Ear:
    recogniser = WhisperRecogniser(real_models.whisper_tiny_en(), ("en",))
    return Ear(recogniser, "en", await real_models.english_voice(folder), ("john smith", "my bank card"), False)


async def _vosk(folder: Path, _stack: AsyncExitStack) -> Ear:
    # A Korean model hears Korean words in anything: it proves the interface, and no words are asked of it.
    recogniser = VoskRecogniser(real_models.vosk_korean(), ("ko",))
    return Ear(recogniser, "ko", await real_models.english_voice(folder), (), True)


REAL = pytest.mark.speech
EARS: dict[str, Callable[[Path, AsyncExitStack], object]] = {
    "simulated": _simulated,
    "cloud": _cloud,
    "whisper": _whisper,
    "vosk": _vosk,
}


@pytest.fixture(params=["simulated", "cloud", pytest.param("whisper", marks=REAL), pytest.param("vosk", marks=REAL)])
async def ear(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ear]:
    async with AsyncExitStack() as stack:
        made = await EARS[request.param](tmp_path, stack)  # type: ignore[misc]
        yield made
        await made.recogniser.close()


async def listened(ear: Ear, piece_ms: int = 20, voice: bytes | None = None) -> list[Heard]:
    """Everything that is heard when the voice comes in pieces."""
    hearing = await ear.recogniser.listen(RATE, ear.language)
    sound, step = ear.voice if voice is None else voice, RATE * piece_ms // 1_000 * 2
    found: list[Heard] = []
    for at in range(0, len(sound), step):
        found += await hearing.feed(sound[at : at + step])
    found += await hearing.end()
    assert list(await hearing.end()) == []
    await hearing.close()
    await hearing.close()
    return found


def assert_well_formed(found: list[Heard], length_ms: int) -> None:
    last = 0
    for one in found:
        assert one.text == one.text.strip()
        assert 0.0 <= one.confidence <= 1.0
        assert 0 <= one.start_ms <= one.end_ms <= length_ms + 100
        assert one.start_ms >= last - 100
        last = one.end_ms
        for before, word in zip(one.words, one.words[1:], strict=False):
            assert before.start_ms <= word.start_ms
        for word in one.words:
            assert one.start_ms <= word.start_ms <= word.end_ms <= one.end_ms
            assert 0.0 <= word.confidence <= 1.0


async def test_a_voice_becomes_final_utterances_with_word_times(ear: Ear) -> None:
    found = [one for one in await listened(ear) if one.final]
    assert found
    assert_well_formed(found, len(ear.voice) * 1_000 // (2 * RATE))
    assert all(one.words for one in found if one.text)
    said = " ".join(one.text for one in found).casefold()
    assert all(word in said for word in ear.words), said


async def test_guesses_come_before_the_utterance_ends(ear: Ear) -> None:
    found = await listened(ear)
    guesses = [one for one in found if not one.final]
    if ear.guesses:
        assert guesses
        assert not found[0].final
    assert found[-1].final
    assert all(one.text for one in guesses)


async def test_how_audio_is_cut_does_not_change_the_words(ear: Ear) -> None:
    fine = [one.text for one in await listened(ear, 20) if one.final]
    coarse = [one.text for one in await listened(ear, 200) if one.final]
    assert len(fine) == len(coarse)
    if ear.words:  # of sounds that are no words to it a recogniser may think differently each time
        assert fine == coarse


async def test_silence_and_no_audio_at_all_have_no_words(ear: Ear) -> None:
    for voice in (silence(RATE, 2), b""):
        assert [one.text for one in await listened(ear, voice=voice) if one.text] == []


async def test_a_file_of_two_channels_is_recognised_by_channel(ear: Ear, tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", silence(RATE, 1), ear.voice)
    quiet, spoken = await ear.recogniser.transcribe(path, ear.language)
    assert [one.text for one in quiet if one.text] == []
    assert all(one.final for one in spoken)
    assert_well_formed(list(spoken), len(ear.voice) * 1_000 // (2 * RATE))
    said = " ".join(one.text for one in spoken).casefold()
    assert said
    assert all(word in said for word in ear.words), said


async def test_two_voices_at_once_are_kept_apart(ear: Ear) -> None:
    one, other = [await ear.recogniser.listen(RATE, ear.language) for _ in range(2)]
    found: list[Heard] = []
    for at in range(0, len(ear.voice), 3_200):
        found += await one.feed(ear.voice[at : at + 3_200])
        assert [h for h in await other.feed(silence(RATE, 0.2)) if h.text] == []
    found += await one.end()
    assert [h for h in await other.end() if h.text] == []
    assert any(h.text for h in found)


async def test_another_language_is_refused_by_name(ear: Ear, tmp_path: Path) -> None:
    with pytest.raises(ProviderError, match="'xx'") as error:
        await ear.recogniser.listen(RATE, "xx")
    assert not error.value.retryable
    with pytest.raises(ProviderError, match="'xx'"):
        await ear.recogniser.transcribe(write(tmp_path / "a.wav", silence(RATE, 1)), "xx")


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not a sound at all" * 50])
async def test_a_file_that_is_no_recording_is_refused_for_good(ear: Ear, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(content)
    with pytest.raises(ProviderError, match=r"broken\.wav") as error:
        await ear.recogniser.transcribe(path, ear.language)
    assert not error.value.retryable
    with pytest.raises(ProviderError, match=r"gone\.wav"):
        await ear.recogniser.transcribe(tmp_path / "gone.wav", ear.language)
