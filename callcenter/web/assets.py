"""Scripts and styles: named by their content, compressed once, asked for once; all styles in one request."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment
from jinja2.ext import Extension
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

TEXTS = frozenset({".css", ".js", ".svg"})
FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
_IMPORT = re.compile(r'@import url\("([\w-]+\.css)"\) layer\(([\w.-]+)\);')
_IN_TEMPLATE = re.compile(r'\b(href|src)="/static/([\w./-]+)"')
_HASH_LENGTH = 12

Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """A text file as it is sent. ``version`` is a hash of the content."""

    body: bytes
    packed: bytes
    version: str
    media_type: str
    made_of: Signature


class Assets(StaticFiles):
    """The static folder. Texts are kept in memory and looked at again when a file they are made of changed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder)
        self._folder = folder
        self._kept: dict[str, Asset] = {}

    def url(self, path: str) -> str:
        """The address of a file, with its version: after a change it is another one."""
        asset = self._asset(path)
        return f"/static/{path}?v={asset.version}" if asset is not None else f"/static/{path}"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A text from memory; anything else as Starlette serves files."""
        name = path.replace(os.sep, "/")
        asset = self._asset(name) if scope["method"] in ("GET", "HEAD") else None
        if asset is None:
            return await super().get_response(path, scope)
        headers = Headers(scope=scope)
        asked_for = f"v={asset.version}".encode() in scope["query_string"].split(b"&")
        told = {
            "ETag": f'W/"{asset.version}"',
            "Cache-Control": FOR_EVER if asked_for else ASK_AGAIN,
            "Vary": "Accept-Encoding",
        }
        if f'"{asset.version}"' in headers.get("if-none-match", ""):
            return Response(status_code=304, headers=told)
        if "gzip" in headers.get("accept-encoding", ""):
            return Response(asset.packed, headers=told | {"Content-Encoding": "gzip"}, media_type=asset.media_type)
        return Response(asset.body, headers=told, media_type=asset.media_type)

    def _asset(self, name: str) -> Asset | None:
        if Path(name).suffix not in TEXTS:
            return None
        kept = self._kept.get(name)
        if kept is not None and kept.made_of == _signature(Path(file) for file, _, _ in kept.made_of):
            return kept
        full, found = self.lookup_path(name)
        if found is None:
            return None
        body, files = _read(Path(full))
        asset = Asset(
            body=body,
            packed=gzip.compress(body, 9, mtime=0),
            version=hashlib.sha256(body).hexdigest()[:_HASH_LENGTH],
            media_type=mimetypes.guess_type(name)[0] or "text/plain",
            made_of=_signature(files),
        )
        self._kept[name] = asset
        return asset


def _read(file: Path) -> tuple[bytes, list[Path]]:
    """A file's content and the files it came from: stylesheets with what they import, each in its layer."""
    files = [file]
    if file.suffix != ".css":
        return file.read_bytes(), files

    def inline(found: re.Match[str]) -> str:
        part = file.parent / found[1]
        files.append(part)
        return f"@layer {found[2]} {{\n{part.read_text(encoding='utf-8')}}}"

    return _IMPORT.sub(inline, file.read_text(encoding="utf-8")).encode(), files


def _signature(files: Iterable[Path]) -> Signature:
    signed = []
    for file in files:
        try:
            status = os.stat(file)
        except FileNotFoundError:
            continue
        signed.append((str(file), status.st_mtime_ns, status.st_size))
    return tuple(signed)


class VersionedAddresses(Extension):
    """Templates say ``src="/static/vendor/agent.js"``; pages say it with the version."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["asset"] = lambda path: f"/static/{path}"

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Put the address of the moment where a static file is named."""
        return _IN_TEMPLATE.sub(r'''\1="{{ asset('\2') }}"''', source)
