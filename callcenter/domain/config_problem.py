"""Something wrong with a configuration, as data; :mod:`callcenter.routing.check` finds and words it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class ConfigProblem(Struct, frozen=True):
    """What is wrong at ``place`` (``queues.general.overflow[0].target``). ``detail`` fills the sentence of ``code``.

    ``blocks``: it must be mended before publishing; else it is a warning.
    """

    place: str
    code: str
    detail: dict[str, Any] = field(default_factory=dict)
    blocks: bool = True
