"""Fetches a known model from its public page into a folder."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx

from callcenter.domain.errors import ProviderError
from callcenter.speech.models.catalogue import Known

_SLACK = 2
"""A file may be so many times as large as the page says, and an archive's content four times."""
_TIMEOUT_S = 30.0
Told = Callable[[int], None]


def fetch(known: Known, into: Path, told: Told = lambda count: None) -> None:
    """Put the model's files into the empty folder ``into``; ``told`` gets the bytes so far.

    Raises ``ProviderError`` (retryable when the network failed); what is there then is of no use.
    """
    most = known.megabytes * 1_000_000 * _SLACK
    with httpx.Client(follow_redirects=True, timeout=_TIMEOUT_S) as client:
        if known.archive:
            archive = into / "archive.zip"
            _load(client, known.archive, archive, most, told)
            _unpack(archive, into, most * _SLACK)
            archive.unlink()
        for name in known.files:
            _load(client, known.address + name, into / name, most, told)


def _load(client: httpx.Client, url: str, path: Path, most: int, told: Told) -> None:
    size = 0
    try:
        with client.stream("GET", url) as answer, path.open("wb") as file:
            answer.raise_for_status()
            for piece in answer.iter_bytes():
                size += len(piece)
                if size > most:
                    raise ProviderError(f"{url} is larger than its page says: not taken")
                file.write(piece)
                told(size)
    except httpx.HTTPStatusError as error:
        raise ProviderError(f"{url} answers {error.response.status_code}: the page may have moved") from error
    except httpx.HTTPError as error:
        mend = "fetch the model where there is a network, and give its folder: callcenter models add NAME --from FOLDER"
        raise ProviderError(f"{url} can not be reached ({error}): {mend}", retryable=True) from error


def _unpack(archive: Path, into: Path, most: int) -> None:
    """The archive's files, without the one folder they lie in; nothing outside ``into``."""
    root = into.resolve()
    try:
        with zipfile.ZipFile(archive) as file:
            if sum(entry.file_size for entry in file.infolist()) > most:
                raise ProviderError(f"{archive.name} unpacks to more than its page says: not taken")
            for entry in file.infolist():
                _, _, name = entry.filename.partition("/")
                target = (root / name).resolve()
                if entry.is_dir() or not name:
                    continue
                if not target.is_relative_to(root):
                    raise ProviderError(f"{archive.name} has a file outside its folder: not taken")
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(file.read(entry))
    except zipfile.BadZipFile as error:
        raise ProviderError(f"what came is no ZIP archive ({error}): try again", retryable=True) from error
