"""Sound files by content: the same prompt is made once, also when many ask for it at the same time."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from callcenter.domain.contact import Prompt
from callcenter.domain.errors import ProviderError
from callcenter.speech.pcm import NoSound, beep, is_playable, levelled, read_wav, resampled, write_wav

Make = Callable[[], Awaitable[bytes]]


class SoundCache:
    """A folder of WAVs named by the hash of what they say."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._making: dict[str, asyncio.Task[Path]] = {}

    async def get(self, key: str, make: Make) -> Path:
        """The file for ``key``, made by ``make`` when it is not there yet. Raises what ``make`` raises."""
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        path = self._folder / name[:2] / f"{name}.wav"
        with contextlib.suppress(OSError):
            os.utime(path)  # used now, so that pruning leaves it
            return path
        task = self._making.get(name)
        if task is None:
            task = asyncio.create_task(self._make(path, make))
            self._making[name] = task
            task.add_done_callback(lambda done: self._made(name, done))
        # Whoever hangs up must not take the prompt away from the others who wait for it.
        return await asyncio.shield(task)

    def prune(self, unused_s: int) -> int:
        """Delete files not asked for since ``unused_s`` seconds; returns how many. Call it in a thread."""
        before, gone = time.time() - unused_s, 0
        for path in self._folder.glob("*/*.wav"):
            with contextlib.suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()
                    gone += 1
        return gone

    async def _make(self, path: Path, make: Make) -> Path:
        data = await make()
        try:
            await asyncio.to_thread(_keep, path, data)
        except OSError as error:
            raise ProviderError(f"prompt could not be kept: {error}", retryable=True) from error
        return path

    def _made(self, name: str, task: asyncio.Task[Path]) -> None:
        self._making.pop(name, None)
        if not task.cancelled():
            task.exception()  # fetched, so that a failure nobody waits for any more makes no noise


BEEP = "tone/beep"
"""The sound before a voicemail; always there, a file of that name in the prompts folder replaces it."""


async def from_folder(prompts: Path, prompt: Prompt, cache: SoundCache) -> Path:
    """The file that ``prompt.file`` names; raises ``ProviderError`` when it is not in the folder or no sound."""
    try:
        path, data = await asyncio.to_thread(_read_from, prompts, prompt.file)
    except OSError as error:
        if prompt.file == BEEP:
            return await cache.get(BEEP, lambda: asyncio.to_thread(beep))
        raise ProviderError(f"prompt file {prompt.file!r} is missing: put {prompt.file}.wav into {prompts}") from error
    if is_playable(data):
        return path

    async def convert() -> bytes:
        try:
            return await asyncio.to_thread(_converted, data)
        except NoSound as error:
            raise ProviderError(f"prompt file {prompt.file!r} can not be used: {error}") from error

    return await cache.get("file " + hashlib.sha256(data).hexdigest(), convert)


def _read_from(prompts: Path, name: str) -> tuple[Path, bytes]:
    root = prompts.resolve()
    path = (root / f"{name}.wav").resolve() if "\x00" not in name else root
    if path == root or not path.is_relative_to(root):
        raise ProviderError(f"prompt file {name!r} is not in the prompts folder")
    return path, path.read_bytes()


def _converted(data: bytes) -> bytes:
    rate, samples = read_wav(data)
    return write_wav(levelled(resampled(samples, rate)))


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        part.chmod(0o644)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
