"""What the adapter must know about the PBX."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from callcenter.domain.contact import Endpoint


@dataclass(frozen=True)
class AsteriskSettings:
    """Address, credentials and habits of one Asterisk.

    ``base_url`` with or without ``/ari``; ``recordings_dir`` is Asterisk's ``spool/recording``. ``transport``:
    commands over HTTP (default, holds 120 calls/s) or over the event socket (lighter up to about 80).
    Endpoint patterns know ``{address}`` and ``{trunk}``. ``formats`` is given to dialled phones
    (empty: their own order).
    ``calls_per_second`` is how many outside numbers are dialled within any second at most; 0 is no limit.
    ``tap_client`` is the id in ``websocket_client.conf`` that media taps connect through.
    """

    base_url: str
    user: str
    password: str = field(repr=False)
    recordings_dir: Path
    app: str = "callcenter"
    transport: Literal["http", "websocket"] = "http"
    connections: int = 32
    trunk: str = "trunk"
    calls_per_second: int = 0
    agent_endpoint: str = "PJSIP/{address}"
    guest_endpoint: str = "PJSIP/{address}"
    number_endpoint: str = "PJSIP/{address}@{trunk}"
    formats: str = ""
    tap_client: str = "media"
    tap_format: str = "slin16"
    reconnect_first_ms: int = 100
    reconnect_longest_ms: int = 3_000

    @property
    def root_url(self) -> str:
        """The address without ``/ari``."""
        return self.base_url.rstrip("/").removesuffix("/ari")

    def dial_string(self, endpoint: Endpoint) -> str | None:
        """What Asterisk dials for an endpoint; None when the kind is unknown or the address is not one."""
        pattern = {
            "agent": self.agent_endpoint,
            "guest": self.guest_endpoint,
            "number": self.number_endpoint,
        }.get(endpoint.kind)
        allowed = endpoint.address and all(c.isascii() and (c.isalnum() or c in "+*#._-") for c in endpoint.address)
        if pattern is None or not allowed:
            return None
        return pattern.format(address=endpoint.address, trunk=self.trunk)
