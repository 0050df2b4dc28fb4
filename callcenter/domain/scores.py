"""Sums of scores, as reports are made of them."""

from __future__ import annotations

from msgspec import Struct


class ScoreSum(Struct, frozen=True):
    """Automatic scores of one agent, queue and campaign. ``points`` is the sum of scores, each of 100."""

    agent: str
    queue: str
    campaign: str
    contacts: int
    points: float
    fatal: int


class RuleHits(Struct, frozen=True):
    """In how many contacts a rule found something."""

    rule: str
    kind: str
    contacts: int
