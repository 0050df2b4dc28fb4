"""One request against a route, and what is expected of it for each who may ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

WHO = ("", "anna", "lead_a", "ops", "quality", "admin", "narrow")
"""Nobody; an agent and a leader of team a; operator; quality; administrator; a custom role reaching its own only."""


@dataclass(frozen=True)
class Shot:
    """One request: ``route`` as the app names it, ``path`` with what is in the house, ``expected`` by ``WHO``."""

    route: str
    path: str
    expected: str
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> str:
        return self.route.split(" ")[0]


def shot(route: str, path: str, expected: str, **more: Any) -> Shot:
    assert len(expected) == len(WHO), route
    return Shot(route, path, expected, more)


def same(expected: str, *routes: str, **more: Any) -> list[Shot]:
    """Routes without anything to fill in."""
    return [shot(route, route.split(" ")[1], expected, **more) for route in routes]
