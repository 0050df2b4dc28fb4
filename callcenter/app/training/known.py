"""The examples that are trained on, kept in memory to say which of them a sentence nearly repeats or contradicts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from callcenter.app.training.process import answer_of
from callcenter.app.training.tasks import Known, Read
from callcenter.bot.embedded.alike import Neighbours
from callcenter.bot.embedded.keeping import fingerprint
from callcenter.domain.training import Neighbour

LIKENESS = 0.8
"""From this share of common pairs of letters on, two sentences are nearly the same."""
READING_S = 120.0


class KnownExamples:
    """Reads the shipped data in a process of its own, once for the same files."""

    def __init__(self, data: Path, command: Sequence[str]) -> None:
        self._data, self._command = data, command
        self._print = ""
        self._examples: list[tuple[str, str]] = []
        self._neighbours = Neighbours([])
        self._reading: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin to read, unless that is under way."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())

    async def near(self, text: str, own: Sequence[tuple[str, str]]) -> list[Neighbour]:
        """Those nearly the same as ``text``, most alike first; of data that can't be read, the ``own`` alone."""
        self.begin()
        assert self._reading is not None
        await asyncio.shield(self._reading)
        mine = Neighbours([said for said, _ in own])
        found = [Neighbour(*own[at], likeness) for at, likeness in mine.near(text, LIKENESS)]
        shipped = self._neighbours.near(text, LIKENESS)
        found += [Neighbour(*self._examples[at], likeness) for at, likeness in shipped]
        return sorted(found, key=lambda one: -one.likeness)

    def close(self) -> None:
        """Stop reading."""
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self) -> None:
        now = await asyncio.to_thread(_print_of, self._data)
        if now == self._print:
            return
        answer = await answer_of(Read(str(self._data)), command=self._command, timeout_s=READING_S)
        if isinstance(answer, Known):
            self._neighbours = await asyncio.to_thread(Neighbours, [text for text, _ in answer.examples])
            self._examples, self._print = answer.examples, now


def _print_of(data: Path) -> str:
    return fingerprint(data) if data.is_dir() else str(data)
