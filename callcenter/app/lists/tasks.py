"""What the process that reads a list is told, and what it tells."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from callcenter.domain.lead_lists import Mapping
from dialer.lists.judging import CampaignRules


class Read(Struct, frozen=True):
    """Read ``path`` into list ``list_id`` of ``campaign``, going on after row ``after``.

    ``others`` are running campaigns, in which a number bars it here; ``agents`` those who may own leads; ``packs`` the
    names of shipped regulation packs that judge each lead as of ``at_ms``.
    """

    url: str
    path: str
    campaign: str
    list_id: int
    mapping: Mapping
    after: int = 1
    others: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    rules: CampaignRules = CampaignRules()
    at_ms: int = 0
    max_rows: int = 1_000_000


class Progress(Struct, frozen=True, tag=True):
    """So many rows are dealt with."""

    rows: int


class Done(Struct, frozen=True, tag=True):
    """All rows are dealt with."""

    rows: int


class Failed(Struct, frozen=True, tag=True):
    """Reading ended early; ``code`` says why. What was read before is kept."""

    code: str


Line: TypeAlias = Progress | Done | Failed
