"""The models that are known, from ``catalogue.yaml``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

_FILE = Path(__file__).with_name("catalogue.yaml")


class Known(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model that can be fetched: one ``archive``, or ``files`` at an ``address``."""

    name: str
    engine: str
    languages: tuple[str, ...]
    licence: str
    megabytes: int
    page: str
    archive: str = ""
    address: str = ""
    files: tuple[str, ...] = ()


@cache
def catalogue() -> dict[str, Known]:
    """By name."""
    return {one.name: one for one in msgspec.yaml.decode(_FILE.read_bytes(), type=list[Known])}
