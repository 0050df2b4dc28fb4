"""What the carrier allows campaigns: calls a second and lines at once, counted where leads are given to the core."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from callcenter.core.center import Center
from callcenter.domain.campaign_records import CampaignSpec
from dialer.pacing.words import PacingReason

SECOND_MS = 1_000


@dataclass(frozen=True, slots=True)
class TrunkLimits:
    """Of the line that is dialled out on; 0 is no limit. ``lines`` is what campaigns may use of it at once."""

    calls_per_second: int = 0
    lines: int = 0


@dataclass(slots=True)
class Trunk:
    """Remembers the last second; everything else is looked up."""

    limits: TrunkLimits = TrunkLimits()
    _all: deque[int] = field(default_factory=deque)
    _by: dict[str, deque[int]] = field(default_factory=dict)

    def placed(self, campaign: str, now_ms: int) -> None:
        """A lead was given to the core."""
        self._all.append(now_ms)
        self._by.setdefault(campaign, deque()).append(now_ms)

    def room(self, campaign: str, spec: CampaignSpec, center: Center, now_ms: int) -> tuple[int, PacingReason | None]:
        """How many more calls now, and why no more; a large number and None where nothing does. O(open leads)."""
        found: list[tuple[int, PacingReason]] = []
        for most, times in ((self.limits.calls_per_second, self._all), (spec.calls_per_second, self._by.get(campaign))):
            if most:
                found.append((most - _in_second(times, now_ms), PacingReason.TOO_FAST))
        if self.limits.lines:
            found.append((self.limits.lines - _taken(center), PacingReason.TRUNK_FULL))
        if not found:
            return 1_000_000, None
        left, why = min(found, key=lambda one: one[0])
        return max(0, left), why


def _taken(center: Center) -> int:
    """Leads that are being called or spoken with, and those for whom an agent is being rung."""
    contacts = (center.state.contacts.get(contact) for contact in center.state.leads.values())
    return sum(c is not None and not c.ended for c in contacts)


def _in_second(times: deque[int] | None, now_ms: int) -> int:
    """How many lie within the last second; older ones are forgotten."""
    if times is None:
        return 0
    while times and times[0] <= now_ms - SECOND_MS:
        times.popleft()
    return len(times)
