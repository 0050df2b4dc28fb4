"""One contact as one ZIP archive for a regulator: story, messages, files, result, audio, and a hash of every file."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from markupsafe import Markup

from callcenter.domain.chat import StoredFile
from callcenter.domain.effects import Effect
from callcenter.domain.records import ContactRecord, Customer, RecordingRecord, TimelineEntry
from callcenter.web.contacts.conversation import Said

CHUNK = 256 * 1024
MANIFEST = "manifest.json"
STYLE = Markup(
    "<style>"
    'body{font:15px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif;max-width:52rem;'
    "margin:2rem auto;padding:0 1rem;color:#18212b;background:#fff}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:start;vertical-align:top;padding:.25rem .6rem;border-bottom:1px solid #d5dadf}"
    "th{font-weight:600;white-space:nowrap}.because{color:#566270;display:block}"
    ".note{white-space:pre-wrap;overflow-wrap:anywhere}"
    "</style>"
)
"""How ``story.html`` looks: it is read far from our style sheets."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


@dataclass(frozen=True, slots=True)
class Export:
    """Everything that goes into the archive. ``story`` is the readable page.

    Audio and the chat's files are by path, or missing (None).
    """

    contact: ContactRecord
    customer: Customer | None
    agents: Sequence[str]
    timeline: Sequence[TimelineEntry]
    messages: Sequence[Said]
    files: Sequence[tuple[StoredFile, Path | None]]
    story: str
    audio: Sequence[tuple[RecordingRecord, Path | None]]
    made_ms: int
    made_by: str
    reason: str


def safe_name(text: str) -> str:
    """A name for a file that no path can come of."""
    return _UNSAFE.sub("_", text).strip(".")[:80] or "contact"


def archive(export: Export) -> Iterator[bytes]:
    """The archive's bytes, piece by piece: it is never whole in memory or on the disk."""
    sink = _Sink()
    listed: list[dict[str, Any]] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in _texts(export):
            yield from _add(whole, sink, name, [content], export.made_ms, listed, stored=False)
        for record, path in export.audio:
            if path is not None:
                name = f"audio/{safe_name(record.id)}.wav"
                yield from _add(whole, sink, name, _pieces(path), export.made_ms, listed, stored=True)
        for file, path in export.files:
            if path is not None:
                name = f"files/{safe_name(file.id)}-{safe_name(file.name)}"
                yield from _add(whole, sink, name, _pieces(path), export.made_ms, listed, stored=True)
        manifest = _json(_manifest(export, listed))
        yield from _add(whole, sink, MANIFEST, [manifest], export.made_ms, [], stored=False)
    yield sink.take()


def _texts(export: Export) -> Iterator[tuple[str, bytes]]:
    contact = msgspec.to_builtins(export.contact)
    del contact["ordinal"]
    customer = msgspec.to_builtins(export.customer) if export.customer else None
    yield "contact.json", _json({**contact, "agents": list(export.agents), "customer": customer})
    yield "timeline.json", _json([_entry(entry) for entry in export.timeline])
    if export.messages:
        yield "messages.json", _json([_message(said) for said in export.messages])
    yield "story.html", export.story.encode()
    answers = "".join(f"{name}: {value}\n" for name, value in export.contact.fields.items())
    yield "notes.txt", (export.contact.note + ("\n\n" if answers else "\n") + answers).encode()


def _message(said: Said) -> dict[str, Any]:
    file = {"file": msgspec.to_builtins(said.file)} if said.file is not None else {}
    choices = {"choices": list(said.choices)} if said.choices else {}
    at = {"number": said.number, "at_ms": said.at_ms, "at": _utc(said.at_ms)}
    return {**at, "author": said.author, "who": said.who, "text": said.text, **choices, **file}


def _utc(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1_000, UTC).isoformat(timespec="milliseconds")


def _entry(entry: TimelineEntry) -> dict[str, Any]:
    facts: list[Any] = [msgspec.to_builtins(effect) for effect in entry.effects if isinstance(effect, Effect)]
    at = _utc(entry.at_ms)
    return {"seq": entry.seq, "at_ms": entry.at_ms, "at": at, "event": type(entry.event).__name__, "facts": facts}


def _manifest(export: Export, listed: list[dict[str, Any]]) -> dict[str, Any]:
    missing = [record.id for record, path in export.audio if path is None]
    changed = [
        record.id
        for record, path in export.audio
        if path is not None and not any(file.get("sha256") == record.sha256 for file in listed)
    ]
    return {
        "contact": export.contact.id,
        "made": datetime.fromtimestamp(export.made_ms / 1_000, UTC).isoformat(timespec="seconds"),
        "made_by": export.made_by,
        "reason": export.reason,
        "files": listed,
        "missing_recordings": missing,
        "missing_files": [file.id for file, path in export.files if path is None],
        "recordings_unlike_when_filed": changed,
    }


def _add(
    whole: zipfile.ZipFile,
    sink: _Sink,
    name: str,
    pieces: Iterable[bytes],
    made_ms: int,
    listed: list[dict[str, Any]],
    *,
    stored: bool,
) -> Iterator[bytes]:
    made = datetime.fromtimestamp(made_ms / 1_000, UTC)
    entry = zipfile.ZipInfo(name, (max(made.year, 1980), made.month, made.day, made.hour, made.minute, made.second))
    entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    entry.external_attr = 0o640 << 16
    digest, size = hashlib.sha256(), 0
    with whole.open(entry, "w", force_zip64=stored) as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
            if written := sink.take():
                yield written
    listed.append({"name": name, "size": size, "sha256": digest.hexdigest()})
    yield sink.take()


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1)


class _Sink(io.RawIOBase):
    """Takes what the archive writes, until it is taken away; going back is not possible."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken
