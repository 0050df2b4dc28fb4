"""Names of things inside Asterisk, made from our ids so that a restart recognises them.

A leg's channel and a bridge bear our id, with unsafe characters written as ``~`` and two hexadecimal digits. What the
adapter makes for itself (snoops, taps, playbacks) is several ids joined by ``~~``; its channels begin with ``cc~~``.
"""

from __future__ import annotations

import re

_SAFE = re.compile(r"[A-Za-z0-9_.\-]*").fullmatch
_UNSAFE = re.compile(r"[^A-Za-z0-9_.\-]")
_ESCAPED = re.compile(r"((?:~[0-9a-f]{2})+)")
_JOINT = "~~"
HELPER = "cc" + _JOINT


def to_pbx(our_id: str) -> str:
    """Our id, safe as a channel id, file name and part of a URL."""
    if _SAFE(our_id):
        return our_id
    return _UNSAFE.sub(lambda m: "".join(f"~{byte:02x}" for byte in m[0].encode()), our_id)


def from_pbx(name: str) -> str:
    """The reverse of ``to_pbx``; a name not made by us comes back as it is."""
    if "~" not in name:
        return name
    return _ESCAPED.sub(lambda m: bytes.fromhex(m[0].replace("~", "")).decode("utf-8", "replace"), name)


def joined(*our_ids: str) -> str:
    """One name out of several ids."""
    return _JOINT.join(map(to_pbx, our_ids))


def split(name: str) -> tuple[str, ...]:
    """The ids in a joined name."""
    return tuple(map(from_pbx, name.split(_JOINT)))


def helper(kind: str, *our_ids: str) -> str:
    """The channel or bridge id of something the adapter made for itself."""
    return HELPER + joined(kind, *our_ids)


def is_helper(name: str) -> bool:
    """Whether a channel or bridge is the adapter's own."""
    return name.startswith(HELPER)
