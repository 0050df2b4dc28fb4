"""The core's memory as bytes, and back. After loading, the same events give the same effects."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct

from callcenter.core.center import Center
from callcenter.core.state import CoreState
from callcenter.domain.errors import Corrupt
from callcenter.routing.acd import Acd

VERSION = 9
"""Raised whenever the memory's shape changes; an older snapshot is then not used and the journal is read instead."""


class Snapshot(Struct):
    """What is stored."""

    version: int
    state: CoreState
    acd: Any


def dump(center: Center) -> bytes:
    """Encode the whole memory."""
    return msgspec.json.encode(Snapshot(version=VERSION, state=center.state, acd=center.acd.dump()))


def load(data: bytes) -> Center | None:
    """Back from :func:`dump`; None when it was made by another version. Raises ``Corrupt`` for foreign bytes."""
    try:
        if msgspec.json.decode(data, type=dict[str, Any]).get("version") != VERSION:
            return None
        snapshot = msgspec.json.decode(data, type=Snapshot)
    except msgspec.ValidationError as error:
        raise Corrupt(f"snapshot cannot be read: {error}") from error
    config = snapshot.state.config
    acd = Acd.load(snapshot.acd, config.queues, config.agents, config.channels)
    return Center(snapshot.state, acd)
