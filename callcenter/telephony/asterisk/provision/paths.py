"""Where fetched parts live in the user's cache, and how two runs keep out of each other's way."""

from __future__ import annotations

import fcntl
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from callcenter.domain.errors import ProviderError

Report = Callable[[str], None]
"""Receives one plain progress line for the person at the terminal."""


class ProvisionError(ProviderError):
    """A part could not be found or fetched; the text names what is missing and the mend."""


def cache_root() -> Path:
    """The product's folder in the user's cache (``$XDG_CACHE_HOME`` or ``~/.cache``)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".cache") / "callcenter"


def machine() -> str:
    """The machine's architecture in Debian's words (``amd64``, ``arm64``).

    Raises ProvisionError on an architecture no loader path is known for.
    """
    names = {"x86_64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
    found = platform.machine()
    if found not in names:
        raise ProvisionError(
            f"No ready-made parts for the processor {found!r}; install asterisk, sip-tester and espeak-ng yourself."
        )
    return names[found]


@contextmanager
def exclusive(lock_file: Path, report: Report) -> Iterator[None]:
    """Hold ``lock_file`` while the body runs; a second run waits and says so."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(f"Another run is fetching the same part; waiting for it ({lock_file}).")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
