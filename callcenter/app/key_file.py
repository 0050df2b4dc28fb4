"""A secret of the product's own, kept in a file that only its user may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

_BYTES = 32


def key_file(path: Path) -> bytes:
    """What is in the file; random bytes are written when there is none yet. Raises ``OSError``."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
        fresh.replace(path)
    return path.read_bytes()
