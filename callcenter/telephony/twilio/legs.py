"""The calls that we know of, and the file that keeps their names over a restart of ours."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callcenter.domain.contact import LegEndCause
from callcenter.domain.effects import SuperviseMode
from callcenter.telephony.digits import DigitCollector

_ENDED_KEPT = 20_000


@dataclass
class Playing:
    """Prompts as addresses that Twilio fetches."""

    request: str
    sounds: tuple[str, ...]


@dataclass
class Leg:
    """One call of Twilio's and what is wanted of it. ``revision`` names the document that is in force."""

    id: str
    contact: str
    inbound: bool
    sid: str = ""
    caller: str = ""
    dialled: str = ""
    since_ms: int = 0
    answered: bool = False
    revision: str = ""
    bridge: str | None = ""
    """The conference it is in; None after our restart: not known."""
    supervises: tuple[SuperviseMode, str] | None = None
    play: Playing | None = None
    gather: Playing | None = None
    music: bool = False
    ringback: bool = False
    digits: str = ""
    """Keys to send before anything else."""
    refused: LegEndCause | None = None
    cause: LegEndCause | None = None
    """How it will have ended, where we know better than Twilio."""
    collector: DigitCollector = field(default_factory=DigitCollector)
    deadline: asyncio.Task[None] | None = None
    ringing: asyncio.Task[None] | None = None
    asked: list[asyncio.Event] = field(default_factory=list)
    """Requests of Twilio's that wait to be told what to do."""
    told_ringing: bool = False
    unsent: bool = False
    """Twilio could not be told what is wanted now; it is told again until it knows."""
    ending: bool = False
    """It is to end, and Twilio could not be told so."""
    again: asyncio.Task[None] | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Legs:
    """All legs that live, by our id and by Twilio's; and the ids of those that ended."""

    def __init__(self, book: Path) -> None:
        self._book = book
        self._by_id: dict[str, Leg] = {}
        self._by_sid: dict[str, Leg] = {}
        self._ended: dict[str, None] = {}
        self._boot = secrets.token_hex(4)
        self._count = itertools.count(1)
        self.recordings: dict[str, tuple[str, str]] = {}
        """Recordings that are not filed yet: their leg, and Twilio's name for them."""

    def __iter__(self) -> Iterator[Leg]:
        return iter(tuple(self._by_id.values()))

    def get(self, leg: str) -> Leg | None:
        """The living leg of this name."""
        return self._by_id.get(leg)

    def of_call(self, sid: str) -> Leg | None:
        """The living leg of this call of Twilio's."""
        return self._by_sid.get(sid)

    def has_ended(self, leg: str) -> bool:
        """Whether a leg of this name was there and ended."""
        return leg in self._ended

    def add(self, leg: Leg) -> None:
        """Remember a leg, now and over a restart."""
        self._by_id[leg.id] = leg
        self.new_revision(leg)
        if leg.sid:
            self._by_sid[leg.sid] = leg
        self._note(leg)

    def bind(self, leg: Leg, sid: str) -> None:
        """Twilio's name for it is known now."""
        if not leg.sid and sid:
            leg.sid = sid
            self._by_sid[sid] = leg
            self._note(leg)

    def note_answered(self, leg: Leg) -> None:
        """Remember that it was answered."""
        leg.answered = True
        self._note(leg)

    def remove(self, leg: Leg) -> bool:
        """Forget a leg that ended; False when somebody did before."""
        if self._by_id.pop(leg.id, None) is None:
            return False
        self._by_sid.pop(leg.sid, None)
        self._ended[leg.id] = None
        if len(self._ended) > _ENDED_KEPT:
            del self._ended[next(iter(self._ended))]
        self._write({"ended": leg.id})
        return True

    def note_recording(self, recording: str, leg: str, sid: str) -> None:
        """Remember a recording that began."""
        self.recordings[recording] = (leg, sid)
        self._write({"recording": recording, "leg": leg, "sid": sid})

    def forget_recording(self, recording: str) -> None:
        """It was fetched, or there is none."""
        if self.recordings.pop(recording, None) is not None:
            self._write({"filed": recording})

    def new_revision(self, leg: Leg) -> None:
        """Something else is wanted of this leg: callbacks of the former document count no more."""
        leg.revision = f"{self._boot}-{next(self._count)}"

    def load(self) -> None:
        """Read what an earlier process of ours noted, and write the file anew without what is over."""
        legs: dict[str, dict[str, Any]] = {}
        for row in _rows(self._book):
            if "ended" in row:
                legs.pop(row["ended"], None)
                self._ended[row["ended"]] = None
            elif "recording" in row:
                self.recordings[row["recording"]] = (row["leg"], row["sid"])
            elif "filed" in row:
                self.recordings.pop(row["filed"], None)
            else:
                legs[row["id"]] = row
        self._book.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._book.with_suffix(".new")
        fresh.write_text("")
        fresh.replace(self._book)
        for row in legs.values():
            self.add(Leg(**row, bridge=None))
        for recording, (leg, sid) in self.recordings.items():
            self._write({"recording": recording, "leg": leg, "sid": sid})

    def _note(self, leg: Leg) -> None:
        self._write({name: getattr(leg, name) for name in _KEPT})

    def _write(self, row: dict[str, Any]) -> None:
        with self._book.open("a") as book:
            book.write(json.dumps(row) + "\n")


_KEPT = ("id", "contact", "inbound", "sid", "caller", "dialled", "since_ms", "answered")


def _rows(book: Path) -> Iterator[dict[str, Any]]:
    if not book.is_file():
        return
    for line in book.read_text().splitlines():
        try:
            yield json.loads(line)
        except ValueError:  # the last line of a process that was killed
            continue


Find = Callable[[str], Leg | None]
