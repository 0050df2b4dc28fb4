"""What a configuration is checked against: live flows, calendars of the folder, recorded prompts, keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from callcenter.core.prompts import SENTENCES
from callcenter.domain.config import Calendar
from callcenter.routing.check import Known

Flows = Mapping[str, Mapping[str, Any]]


class Surroundings:
    """Looks at the running centre each time it is asked."""

    def __init__(
        self,
        flows: Callable[[], Flows],
        file_calendars: Callable[[], Mapping[str, Calendar]],
        sounds: Callable[[], frozenset[str]],
        chat_keys: frozenset[str] = frozenset(),
    ) -> None:
        self._flows = flows
        self._calendars = file_calendars
        self._sounds = sounds
        self._chat_keys = chat_keys

    def file_calendars(self) -> Mapping[str, Calendar]:
        """Calendars of the flows' folder, as last read."""
        return self._calendars()

    def flows(self) -> list[str]:
        """Names of the live flows."""
        return sorted(self._flows())

    def known(self, now_ms: int) -> Known:
        """What there is now. Without any flow nothing is known of them."""
        flows = self._flows()
        return Known(
            flows=frozenset(flows) if flows else None,
            calendars=frozenset(self._calendars()),
            sentences=SENTENCES,
            sounds=self._sounds(),
            this_year=datetime.fromtimestamp(now_ms / 1000, UTC).year,
            used=used_by(flows),
            chat_keys=self._chat_keys,
        )


def used_by(flows: Flows) -> dict[str, tuple[str, ...]]:
    """Which queues and calendars flows lead to: ``queue:general`` → names of the flows."""
    found: dict[str, list[str]] = {}
    for name, flow in flows.items():
        for what in dict.fromkeys(_references(flow)):
            found.setdefault(what, []).append(name)
    return {what: tuple(names) for what, names in found.items()}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(inner, str) and inner:
                if key in ("queue", "fallback_queue"):
                    yield f"queue:{inner}"
                elif key == "calendar":
                    yield f"calendar:{inner}"
                elif key == "target" and inner.startswith("queue:"):
                    yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _references(inner)
