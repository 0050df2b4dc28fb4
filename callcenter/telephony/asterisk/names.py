"""Names of things inside Asterisk, made from our ids so that a restart recognises them.

A leg's channel and a bridge bear our id (made safe). What the adapter makes for itself (snoops, taps, playbacks) is
several ids joined by ``~~``; its channels begin with ``cc~~``.
"""

from __future__ import annotations

from callcenter.telephony.names import original_id as from_pbx
from callcenter.telephony.names import safe_name as to_pbx

__all__ = ["HELPER", "from_pbx", "helper", "is_helper", "joined", "split", "to_pbx"]

_JOINT = "~~"
HELPER = "cc" + _JOINT


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
