"""Configuration as it is kept: versions that were published, and drafts that people work on."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from callcenter.domain.config import CenterConfig


class Origin(StrEnum):
    """How a version came about."""

    SEED = "seed"
    DRAFT = "draft"
    ROLLBACK = "rollback"
    QUICK = "quick"  # one agent's skills or team, changed from the floor


class VersionHead(Struct, frozen=True):
    """A published version without its content. ``base`` is the version it was made from, 0 for the first.

    ``approved_by`` is empty when the change needed no second pair of eyes; ``restores`` is the version a rollback
    brought back, else 0. ``at_ms`` is in ms since 1970.
    """

    number: int
    author: str
    at_ms: int
    note: str = ""
    base: int = 0
    origin: Origin = Origin.DRAFT
    approved_by: str = ""
    restores: int = 0


class ConfigVersion(Struct, frozen=True):
    """A published version: what it says and how it came about."""

    head: VersionHead
    config: CenterConfig


class Draft(Struct, frozen=True):
    """One person's unpublished changes to version ``base``.

    ``revision`` counts every change, so that nobody approves something other than what they have read.
    ``returned`` is why an approver sent it back, else empty; ``restores`` the version it brings back, else 0.
    """

    author: str
    base: int
    config: CenterConfig
    revision: int = 1
    submitted: bool = False
    note: str = ""
    returned: str = ""
    changed_ms: int = 0
    restores: int = 0
