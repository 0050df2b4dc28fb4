"""What the panels are given: ports and settings. Nothing here knows who fills them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from callcenter.domain.ports import (
    AuditLog,
    Clock,
    ContactDirectory,
    CustomerDirectory,
    Desk,
    RecordingStore,
    UserDirectory,
)


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the panels behave. ``asterisk_ws`` is where ``/ws`` is proxied to, for example ``ws://127.0.0.1:8088/ws``."""

    title: str = "Callcenter"
    default_language: str = "zh"
    timezone: str = "Asia/Shanghai"
    guest_phone: bool = True
    secure_cookies: bool = False
    session_hours: int = 12
    asterisk_ws: str = "ws://127.0.0.1:8088/ws"
    loopback_ice: bool = False
    """Keep only 127.0.0.1 media candidates in the browser; for tests inside a network namespace."""
    demo_bank: bool = True
    static_dir: Path = field(default_factory=lambda: Path(__file__).parent / "static")


@dataclass(frozen=True, slots=True)
class WebServices:
    """The ports behind the pages."""

    desk: Desk
    contacts: ContactDirectory
    users: UserDirectory
    customers: CustomerDirectory
    audit: AuditLog
    recordings: RecordingStore
    clock: Clock
    settings: WebSettings = field(default_factory=WebSettings)
