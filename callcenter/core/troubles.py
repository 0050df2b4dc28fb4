"""What the product itself complained of lately (``AlarmRaised``), until somebody has looked at it. In memory only."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from callcenter.domain.effects import AlarmRaised
from callcenter.domain.journal import JournalEntry

KEPT = 20


class Trouble(Struct, frozen=True):
    """One kind of trouble: how often, and when first and last."""

    code: str
    place: str
    count: int
    first_ms: int
    last_ms: int

    @property
    def id(self) -> str:
        """Code and place."""
        return f"{self.code}:{self.place}"


class Troubles:
    """Troubles by code and place, the newest last; of too many the oldest is dropped."""

    def __init__(self) -> None:
        self._known: dict[str, Trouble] = {}

    def note(self, entry: JournalEntry) -> None:
        """Take over what an entry complains of."""
        for effect in entry.effects:
            if isinstance(effect, AlarmRaised):
                place = "/".join(str(value) for value in effect.detail.values())[:80]
                fresh = Trouble(effect.code, place, 1, entry.at_ms, entry.at_ms)
                old = self._known.pop(fresh.id, None)
                self._known[fresh.id] = fresh if old is None else replace(old, count=old.count + 1, last_ms=entry.at_ms)
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]

    def all(self) -> Sequence[Trouble]:
        """What nobody has looked at yet."""
        return tuple(self._known.values())

    def acknowledge(self, trouble: str) -> bool:
        """Somebody looks after it; False when there is no such trouble."""
        return self._known.pop(trouble, None) is not None
