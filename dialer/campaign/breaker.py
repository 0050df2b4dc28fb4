"""Pauses a campaign whose calls the carrier refuses: a list is not burnt against a closed door."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from callcenter.domain.campaigns import OURS, Outcome
from callcenter.domain.effects import Effect, LeadSettled

LOOKED_AT = 20
"""So many of the last attempts are judged; before there are as many, nothing is."""
_FAILURES = frozenset({Outcome.FAILED, Outcome.REJECTED})
_OPENED = "carrier_fails"


@dataclass(frozen=True, slots=True)
class Failing:
    """``failed`` of the last ``looked_at`` attempts."""

    failed: int
    looked_at: int

    @property
    def note(self) -> str:
        """As a campaign's note has it."""
        return f"{_OPENED} {self.failed}/{self.looked_at}"


def failing_of(note: str) -> Failing | None:
    """What a campaign's note says of it, if that is why it paused."""
    code, _, share = note.partition(" ")
    failed, _, looked_at = share.partition("/")
    if code != _OPENED or not (failed.isdigit() and looked_at.isdigit()):
        return None
    return Failing(int(failed), int(looked_at))


class Breaker:
    """Remembers whether the last attempts of each campaign failed."""

    def __init__(self) -> None:
        self._last: dict[str, deque[bool]] = {}

    def observe(self, effect: Effect) -> None:
        """A fact that was written. What was our own doing says nothing about the carrier."""
        if isinstance(effect, LeadSettled) and effect.dialled and effect.outcome not in OURS:
            last = self._last.setdefault(effect.campaign, deque(maxlen=LOOKED_AT))
            last.append(effect.outcome in _FAILURES)

    def failing(self, campaign: str, share: float) -> Failing | None:
        """Whether at least ``share`` of the last attempts failed; 0 asks nothing."""
        last = self._last.get(campaign, ())
        if not share or len(last) < LOOKED_AT or sum(last) < share * len(last):
            return None
        return Failing(sum(last), len(last))

    def forget(self, campaign: str) -> None:
        """It begins anew, with nothing against it."""
        self._last.pop(campaign, None)
