"""Time, secrets and sounds: what any part may need of the machine."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from callcenter.domain.contact import Prompt


class Clock(Protocol):
    """Wall time, and waiting for it; virtual in tests and simulations."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        ...

    async def sleep_until(self, at_ms: int) -> None:
        """Return at or after ``at_ms``."""
        ...


class SecretVault(Protocol):
    """Keys that must not be written down (PINs), in memory only until their contact ends."""

    def put(self, contact: str, digits: str) -> str:
        """Keep digits, return their key."""
        ...

    def get(self, key: str) -> str | None:
        """The digits, or None when they are gone (restart, contact over)."""
        ...

    def forget(self, contact: str) -> None:
        """Drop what is kept for a contact."""
        ...


class PromptAudio(Protocol):
    """Turns a prompt into a sound file the PBX can play."""

    async def file_of(self, prompt: Prompt) -> Path:
        """A 16-bit mono WAV at 8 kHz; cached by content. Raises ``ProviderError`` when it cannot be made."""
        ...
