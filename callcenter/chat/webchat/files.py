"""Files of visitors and agents: what they truly are, made harmless, kept below one folder under our own names."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
import secrets
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple, TypeVar

import puremagic
from PIL import Image, ImageOps, UnidentifiedImageError

from callcenter.chat.text import clean_line
from callcenter.domain.chat import Author, StoredFile
from callcenter.domain.config import ChatLimits
from callcenter.domain.errors import ProviderError, Rejected
from callcenter.domain.ports import ChatStore, Clock, FileScanner

PICTURES = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}
TYPES: dict[str, str] = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "pdf": "application/pdf",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
"""What may be sent, by the end of its name."""
MAX_PIXELS = 40_000_000
"""A telephone's picture has 12 to 50 million; unpacked it takes four bytes a pixel."""
LONGEST_SIDE = 4_096
MAX_NAME = 120
_FORMATS = sorted(set(PICTURES.values()))
_Result = TypeVar("_Result")
_ENCODINGS = ("utf-8", "gb18030")


class Made(NamedTuple):
    """A file fit to be kept: ``width`` and ``height`` are 0 unless it is a picture."""

    content: bytes
    media_type: str
    width: int = 0
    height: int = 0


def made_harmless(content: bytes, name: str) -> Made:
    """The file as it may be kept. Pictures are drawn anew, upright, without anything else that was in the file.

    Raises ``Rejected``: ``file_empty``; ``file_type`` when it is none of ``TYPES`` or not what its name says;
    ``picture_too_large``; ``picture_broken``.
    """
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    if not content:
        raise Rejected("file_empty")
    if ending not in TYPES:
        raise Rejected("file_type", ending)
    if ending in PICTURES:
        return _picture(content, ending)
    if ending in ("txt", "csv"):
        return Made(_text(content, ending), TYPES[ending])
    if f".{ending}" not in _guesses(content):
        raise Rejected("file_type", ending)
    return Made(content, TYPES[ending])


def _guesses(content: bytes) -> set[str]:
    try:
        return {match.extension for match in puremagic.magic_string(content)}
    except (puremagic.PureError, ValueError):
        return set()


def _text(content: bytes, ending: str) -> bytes:
    """Text in UTF-8, whatever it came in; a page or a picture in words is none."""
    if _guesses(content) - {"", ".txt", ".csv"}:
        raise Rejected("file_type", ending)
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(ord(c) < 32 and c not in "\t\r\n\f" for c in text):
            break
        return text.encode()
    raise Rejected("file_type", ending)


def _picture(content: bytes, ending: str) -> Made:
    try:
        with (
            warnings.catch_warnings(),
            Image.open(io.BytesIO(content), formats=sorted(set(PICTURES.values()))) as found,
        ):
            warnings.simplefilter("ignore")
            if found.format != PICTURES[ending]:
                raise Rejected("file_type", ending)
            if found.width * found.height > MAX_PIXELS:
                raise Rejected("picture_too_large")
            found.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a large JPEG is unpacked smaller at once
            upright = ImageOps.exif_transpose(found)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            as_jpeg = found.format == "JPEG"
            drawn = upright.convert("RGB" if as_jpeg else "RGBA")
            out = io.BytesIO()
            drawn.save(out, "JPEG" if as_jpeg else "PNG", quality=88, exif=b"")
    except Rejected:
        raise
    except Image.DecompressionBombError:
        raise Rejected("picture_too_large") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError, TypeError, IndexError):
        raise Rejected("picture_broken") from None
    return Made(out.getvalue(), "image/jpeg" if as_jpeg else "image/png", drawn.width, drawn.height)


def shown_name(name: str, media_type: str) -> str:
    """The last part of a name, in one line, with the ending of what is kept (a drawn GIF is a PNG)."""
    last = clean_line(name.replace("\\", "/").rsplit("/", 1)[-1].replace('"', "'"), MAX_NAME).strip(". ") or "file"
    stem, dot, ending = last.rpartition(".")
    wanted = {"image/png": "png", "image/jpeg": "jpg"}.get(media_type)
    if wanted is None or (dot and TYPES.get(ending.lower()) == media_type):
        return last
    return f"{stem or last}.{wanted}"


class FileRoom:
    """Keeps files below ``folder``; nothing outside of it is ever read or written. One picture is drawn at a time."""

    def __init__(self, folder: Path, store: ChatStore, clock: Clock, scanner: FileScanner | None = None) -> None:
        self._folder = folder
        self._store = store
        self._clock = clock
        self._scanner = scanner
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chat-files")

    async def keep(
        self, content: bytes, name: str, conversation: str, author: Author, limits: ChatLimits
    ) -> StoredFile:
        """Check, make harmless, have scanned and put in its place; the row is written with the message.

        Raises ``Rejected``: those of :func:`made_harmless`, ``file_too_big``, ``files_too_many``, ``file_refused``.
        """
        if len(content) > limits.file_mb * 1_000_000:
            raise Rejected("file_too_big", str(limits.file_mb))
        sent = sum(file.size for file in await self._store.files(conversation))
        if sent + len(content) > limits.conversation_mb * 1_000_000:
            raise Rejected("files_too_many", str(limits.conversation_mb))
        made = await self._run(made_harmless, content, name)
        shown = shown_name(name, made.media_type)
        if self._scanner is not None and (why := await self._scanner.refuse(made.content, made.media_type, shown)):
            raise Rejected("file_refused", why)
        id = secrets.token_hex(16)
        file = StoredFile(
            id=id,
            conversation=conversation,
            author=author,
            name=shown,
            media_type=made.media_type,
            size=len(made.content),
            sha256=hashlib.sha256(made.content).hexdigest(),
            at_ms=self._clock.now_ms(),
            path=f"{id[:2]}/{id}",
            width=made.width,
            height=made.height,
        )
        try:
            await self._run(_write, self._folder / file.path, made.content)
        except OSError as error:
            raise ProviderError(f"a chat's file can not be written: {error.strerror}", retryable=True) from error
        return file

    async def find(self, file: str) -> StoredFile | None:
        """A file that was sent."""
        return await self._store.file(file)

    async def read(self, file: StoredFile) -> bytes:
        """The content. Raises ``Rejected("file_missing")``."""
        path = self.path_of(file)
        try:
            return await self._run(path.read_bytes)
        except OSError:
            raise Rejected("file_missing") from None

    def path_of(self, file: StoredFile) -> Path:
        """Where it lies, below the folder. Raises ``Rejected("file_missing")``."""
        path = (self._folder / file.path).resolve()
        if not path.is_relative_to(self._folder.resolve()) or not path.is_file():
            raise Rejected("file_missing")
        return path

    async def discard(self, file: StoredFile) -> None:
        """Its message was not kept: neither is the file."""
        await self._run(lambda: (self._folder / file.path).unlink(missing_ok=True))

    def close(self) -> None:
        """Finish what is being done."""
        self._thread.shutdown(wait=True)

    async def _run(self, work: Callable[..., _Result], *args: Any) -> _Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *args)


def _write(path: Path, content: bytes) -> None:
    """The whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    fresh.replace(path)
