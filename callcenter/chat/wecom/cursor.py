"""Up to where an account's messages have been taken, in a file of the data folder."""

from __future__ import annotations

import hashlib
from pathlib import Path


class CursorFile:
    """One account's cursor. Without the file WeCom begins three days back; what is known already is not said twice."""

    def __init__(self, folder: Path, kfid: str) -> None:
        self._path = folder / f"{hashlib.sha256(kfid.encode()).hexdigest()[:16]}.cursor"

    def read(self) -> str:
        """The cursor; empty when there is none."""
        try:
            return self._path.read_text("utf-8")
        except FileNotFoundError:
            return ""

    def keep(self, cursor: str) -> None:
        """Put it in place of the one before, whole."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(cursor, "utf-8")
        fresh.replace(self._path)
