"""Our ids as names of files, channels and parts of URLs, reversibly."""

from __future__ import annotations

import re

_SAFE = re.compile(r"[A-Za-z0-9_.\-]*").fullmatch
_UNSAFE = re.compile(r"[^A-Za-z0-9_.\-]")
_ESCAPED = re.compile(r"((?:~[0-9a-f]{2})+)")


def safe_name(our_id: str) -> str:
    """The id with unsafe characters written as ``~`` and two hexadecimal digits for each UTF-8 byte."""
    if _SAFE(our_id):
        return our_id
    return _UNSAFE.sub(lambda m: "".join(f"~{byte:02x}" for byte in m[0].encode()), our_id)


def original_id(name: str) -> str:
    """The reverse of ``safe_name``; a name not made by it comes back as it is."""
    if "~" not in name:
        return name
    return _ESCAPED.sub(lambda m: bytes.fromhex(m[0].replace("~", "")).decode("utf-8", "replace"), name)
