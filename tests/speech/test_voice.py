"""The real espeak-ng where it is, the tones everywhere, and what both do with files and with many asking at once."""

from __future__ import annotations

import asyncio
import os
import sys
import wave
from array import array
from pathlib import Path

import numpy as np
import pytest

from callcenter.domain.contact import Prompt
from callcenter.domain.errors import ProviderError
from callcenter.domain.ports import PromptAudio
from callcenter.speech import EspeakVoice, ToneVoice
from callcenter.speech.pcm import write_wav
from callcenter.telephony.asterisk.provision.tools import locate

TOOL = locate("espeak-ng", lambda _line: None)
needs_espeak = pytest.mark.skipif(TOOL is None, reason="espeak-ng is not here; `scripts/setup` brings it")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "prompts" / "tone").mkdir(parents=True)
    (tmp_path / "secret.wav").write_bytes(write_wav(np.zeros(80, np.float32)))
    return tmp_path / "cache", tmp_path / "prompts"


@pytest.fixture(params=[pytest.param("espeak", marks=needs_espeak), "tones"])
def voice(request: pytest.FixtureRequest, folders: tuple[Path, Path]) -> PromptAudio:
    if request.param == "tones":
        return ToneVoice(*folders)
    return speaker(folders)


def speaker(folders: tuple[Path, Path], *, log: Path | None = None, processes: int = 2) -> EspeakVoice:
    assert TOOL is not None
    command = list(TOOL.command)
    if log is not None:  # notes each start, then is the real program
        script = f"import os,sys; open({str(log)!r},'a').write('start\\n'); os.execv(sys.argv[1], sys.argv[1:])"
        command = [sys.executable, "-c", script, *command]
    return EspeakVoice(command, TOOL.full_environment(), *folders, processes=processes)


def sound(path: Path) -> array[int]:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (8_000, 2, 1)
        return array("h", file.readframes(file.getnframes()))


def files(folder: Path, pattern: str) -> list[Path]:
    return list(folder.rglob(pattern))


def seconds(path: Path) -> float:
    return len(sound(path)) / 8_000


async def test_something_is_heard(voice: PromptAudio) -> None:
    for text, language in [("您好，欢迎致电。请按1", "zh"), ("Welcome. Press 1.", "en")]:
        samples = sound(await voice.file_of(Prompt(text, language)))
        assert len(samples) > 4_000
        assert 1_000 < float(np.sqrt(np.mean(np.array(samples, float) ** 2))) < 8_000


async def test_nothing_to_say_is_a_short_silence(voice: PromptAudio) -> None:
    for text in ("", "😀", "……"):
        samples = sound(await voice.file_of(Prompt(text)))
        assert not any(samples)
        assert 0 < len(samples) < 4_000


async def test_the_same_prompt_is_the_same_file(voice: PromptAudio, tmp_path: Path) -> None:
    first = await voice.file_of(Prompt("您好"))
    made = first.stat().st_ino
    assert await voice.file_of(Prompt("您好")) == first
    assert first.stat().st_ino == made
    assert not files(tmp_path, "*.part")


async def test_a_file_of_the_folder_is_played_as_it_is(voice: PromptAudio, folders: tuple[Path, Path]) -> None:
    beep = folders[1] / "tone" / "beep.wav"
    beep.write_bytes(write_wav(np.full(800, 0.5, np.float32)))
    assert await voice.file_of(Prompt("this text is not spoken", file="tone/beep")) == beep.resolve()


async def test_a_file_in_another_format_is_converted(voice: PromptAudio, folders: tuple[Path, Path]) -> None:
    with wave.open(str(folders[1] / "wide.wav"), "wb") as file:
        file.setparams((2, 2, 44_100, 0, "NONE", ""))
        file.writeframes((np.sin(np.arange(88_200) / 20) * 9_000).astype("<i2").tobytes())
    path = await voice.file_of(Prompt(file="wide"))
    assert seconds(path) == pytest.approx(1, abs=0.01)
    (folders[1] / "text.wav").write_text("no sound")
    with pytest.raises(ProviderError, match="can not be used"):
        await voice.file_of(Prompt(file="text"))


@pytest.mark.parametrize("name", ["../secret", "tone/../../secret", "/etc/passwd", "missing", "tone", "a\x00b", "link"])
async def test_nothing_outside_the_folder_is_played(
    voice: PromptAudio, folders: tuple[Path, Path], tmp_path: Path, name: str
) -> None:
    (folders[1] / "link.wav").symlink_to(tmp_path / "secret.wav")
    with pytest.raises(ProviderError, match="prompt file"):
        await voice.file_of(Prompt(file=name))


@needs_espeak
async def test_many_at_once_speak_it_once(folders: tuple[Path, Path], tmp_path: Path) -> None:
    log = tmp_path / "starts"
    voice = speaker(folders, log=log)
    paths = await asyncio.gather(*(voice.file_of(Prompt("请稍候")) for _ in range(20)))
    assert len(set(paths)) == 1
    assert log.read_text().count("start") == 1


@needs_espeak
async def test_who_hangs_up_takes_nothing_from_the_others(folders: tuple[Path, Path]) -> None:
    voice = speaker(folders)
    first, second = (asyncio.create_task(voice.file_of(Prompt("感谢您的耐心等待"))) for _ in range(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    assert seconds(await second) > 0.5


@needs_espeak
async def test_rate_and_voice_make_a_difference(folders: tuple[Path, Path]) -> None:
    voice = speaker(folders)
    text = "您的来电对我们很重要，请不要挂机。"
    normal, slow = await voice.file_of(Prompt(text)), await voice.file_of(Prompt(text, rate=0.7))
    assert seconds(slow) > 1.2 * seconds(normal)
    other = await voice.file_of(Prompt(text, voice="cmn-latn-pinyin+f3"))
    assert other != normal
    assert sound(other) != sound(normal)


@needs_espeak
async def test_chinese_is_not_spelled_with_english_letters(folders: tuple[Path, Path]) -> None:
    """The plain Mandarin voice says 额 as "e two"; a syllable takes well under a second."""
    voice = speaker(folders)
    assert seconds(await voice.file_of(Prompt("额"))) < 0.75


@needs_espeak
@pytest.mark.parametrize("text", ["-f /etc/passwd", "--help", "<b>粗</b> & <script>", "你好\x00\x07\u202e", "\ud800好"])
async def test_odd_texts_are_spoken(folders: tuple[Path, Path], text: str) -> None:
    assert seconds(await speaker(folders).file_of(Prompt(text))) > 0.2


@needs_espeak
async def test_five_thousand_characters(folders: tuple[Path, Path]) -> None:
    voice = speaker(folders)
    assert seconds(await voice.file_of(Prompt("您好，请稍候。" * 714))) > 300
    with pytest.raises(ProviderError, match="at most 6000"):
        await voice.file_of(Prompt("好" * 6_001))


@needs_espeak
@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        (Prompt("hi", voice="qqq"), "could not speak with voice"),
        (Prompt("hi", voice="-f/etc/passwd"), "no name of a voice"),
        (Prompt("hi", language="../x"), "no name of a voice"),
        (Prompt("hi", rate=0.0), "speaking rate"),
        (Prompt("hi", rate=float("nan")), "speaking rate"),
    ],
)
async def test_what_can_not_be_spoken_is_said(folders: tuple[Path, Path], prompt: Prompt, message: str) -> None:
    with pytest.raises(ProviderError, match=message):
        await speaker(folders).file_of(prompt)
    assert not files(folders[0], "*.wav")


async def test_a_missing_program_is_said(folders: tuple[Path, Path]) -> None:
    voice = EspeakVoice(["/nowhere/espeak-ng"], dict(os.environ), *folders)
    with pytest.raises(ProviderError, match="can not be started"):
        await voice.file_of(Prompt("您好"))


async def test_a_program_that_gives_no_sound_is_said(folders: tuple[Path, Path]) -> None:
    for script, message in [("print('hello')", "no sound"), ("import sys; sys.exit(3)", "exit code 3")]:
        voice = EspeakVoice([sys.executable, "-c", script], dict(os.environ), *folders)
        with pytest.raises(ProviderError, match=message):
            await voice.file_of(Prompt("您好"))


async def test_pruning_leaves_what_was_used(folders: tuple[Path, Path]) -> None:
    voice = ToneVoice(*folders)
    old, used = await voice.file_of(Prompt("一" * 8)), await voice.file_of(Prompt("一" * 40))
    for path in (old, used):
        os.utime(path, (1, 1))
    await voice.file_of(Prompt("一" * 40))
    assert voice.prune(3_600) == 1
    assert used.exists()
    assert not old.exists()
    assert (await voice.file_of(Prompt("一" * 8))).exists()
