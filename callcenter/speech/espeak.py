"""Speaks prompts with espeak-ng: small, quick, everywhere, and plain in its voice."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from callcenter.domain.contact import Prompt
from callcenter.domain.errors import ProviderError
from callcenter.speech.cache import SoundCache, from_folder
from callcenter.speech.pcm import RATE, NoSound, Samples, levelled, read_wav, resampled, write_wav
from callcenter.speech.text import LONGEST, parts

# The plain Mandarin voice of espeak-ng 1.51 spells its own pinyin with English letters; this one says it.
_VOICES = {"zh": "cmn-latn-pinyin", "en": "en-us"}
_WORDS_A_MINUTE = {"zh": 165, "en": 155}
_VOICE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9+_-]{0,40}")
_SLOWEST, _FASTEST = 80, 450
_TIMEOUT_S = 20.0
_RECIPE = 1
"""Raised whenever the same text would sound different, so that old files are not taken."""


class EspeakVoice:
    """``PromptAudio`` by espeak-ng, started as ``command`` in ``environment``, at most ``processes`` at once."""

    spoken = True
    """Prompts are heard as words."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        cache: Path,
        prompts: Path,
        processes: int = 2,
    ) -> None:
        self._command = tuple(command)
        self._environment = dict(environment)
        self._prompts = prompts
        self._cache = SoundCache(cache)
        self._slots = asyncio.Semaphore(processes)

    async def file_of(self, prompt: Prompt) -> Path:
        """A 16-bit mono WAV at 8 kHz. Raises ``ProviderError``: text too long, unknown voice, program missing."""
        if prompt.file:
            return await from_folder(self._prompts, prompt, self._cache)
        if len(prompt.text) > LONGEST:
            raise ProviderError(
                f"a prompt of {len(prompt.text)} characters is too long to be spoken; at most {LONGEST} are"
            )
        voice = _checked_voice(prompt)
        key = "\n".join(["espeak", str(_RECIPE), prompt.language, voice, f"{prompt.rate:.3f}", prompt.text])
        return await self._cache.get(key, lambda: self._speak(prompt))

    def prune(self, unused_s: int) -> int:
        """Delete spoken prompts not used since ``unused_s`` seconds; they may name amounts. Call it in a thread."""
        return self._cache.prune(unused_s)

    async def _speak(self, prompt: Prompt) -> bytes:
        pieces: list[Samples] = [np.zeros(RATE // 10, np.float32)]
        for language, text in parts(prompt.text, prompt.language):
            voice = prompt.voice or _VOICES.get(language, language)
            speed = round(_WORDS_A_MINUTE.get(language, 160) * prompt.rate)
            spoken = await self._run(voice, max(_SLOWEST, min(speed, _FASTEST)), text)
            pieces.append(await asyncio.to_thread(_telephone, spoken))
        return await asyncio.to_thread(lambda: write_wav(levelled(np.concatenate(pieces))))

    async def _run(self, voice: str, speed: int, text: str) -> bytes:
        arguments = ("-v", voice, "-s", str(speed), "-b", "1", "--stdin", "--stdout")
        async with self._slots:
            try:
                process = await asyncio.create_subprocess_exec(
                    *self._command,
                    *arguments,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.PIPE,
                    stderr=asyncio.subprocess.PIPE,
                    env=self._environment,
                )
            except OSError as error:
                raise ProviderError(f"espeak-ng can not be started: {error}") from error
            try:
                out, complaint = await asyncio.wait_for(process.communicate(text.encode()), _TIMEOUT_S)
            except TimeoutError as error:
                raise ProviderError(f"espeak-ng said nothing for {_TIMEOUT_S:.0f} s", retryable=True) from error
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        if process.returncode != 0 or not out:
            words = complaint.decode(errors="replace").strip() or f"exit code {process.returncode}"
            raise ProviderError(f"espeak-ng could not speak with voice {voice!r}: {words}")
        return out


def _telephone(spoken: bytes) -> Samples:
    try:
        rate, samples = read_wav(spoken)
    except NoSound as error:
        raise ProviderError(f"espeak-ng gave no sound: {error}") from error
    return resampled(samples, rate)


def _checked_voice(prompt: Prompt) -> str:
    voice = prompt.voice or _VOICES.get(prompt.language, prompt.language)
    if not _VOICE_NAME.fullmatch(voice):
        raise ProviderError(f"{voice!r} is no name of a voice or language")
    if not 0.3 <= prompt.rate <= 3.0:
        raise ProviderError(f"speaking rate {prompt.rate} is not between 0.3 and 3.0")
    return voice
