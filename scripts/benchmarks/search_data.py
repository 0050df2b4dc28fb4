"""Stored calls to search in: turns of the labelled conversations mixed from a seed, with planted rare words."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from callcenter.domain.speech import Speaker, Transcript, Turn
from callcenter.storage.ordinals import ordinal_of
from callcenter.storage.tables import contacts

LABELLED = Path(__file__).parents[2] / "tests" / "quality" / "labelled"
NOW_MS = 1_790_000_000_000
YEAR_MS = 365 * 86_400_000
QUEUES = [f"q{n:02}" for n in range(40)]
TURNS = 40
_TURN = re.compile(r"[ACBS] +(.+)")
RARE = [chr(0x4E00 + 20 * n) + chr(0x4E00 + 20 * n + 7) for n in range(200, 300)]
"""Words of two characters; each stands in about one call of a thousand."""


def sentences() -> list[str]:
    """All turns of the labelled conversations, without who says them."""
    lines = (line for file in sorted(LABELLED.glob("*.txt")) for line in file.read_text(encoding="utf-8").splitlines())
    return [found[1].strip() for line in lines if (found := _TURN.match(line))]


def calls(count: int, seed: int = 7) -> Iterator[tuple[dict[str, Any], Transcript]]:
    """Each call's row of ``contacts`` and its transcript, the oldest first."""
    chance, said = random.Random(seed), sentences()
    for n in range(count):
        started = NOW_MS - YEAR_MS + n * YEAR_MS // count
        texts = chance.choices(said, k=TURNS)
        if chance.random() < len(RARE) / 1_000:
            texts[chance.randrange(TURNS)] += chance.choice(RARE)
        turns = tuple(
            Turn(Speaker.AGENT if k % 2 else Speaker.CUSTOMER, k * 8_000, k * 8_000 + 7_500, text, 0.9, k % 2)
            for k, text in enumerate(texts)
        )
        yield _contact(n, started, chance.choice(QUEUES)), Transcript(f"r{n}", f"c{n}", "zh", "m", started, turns)


def _contact(n: int, started: int, queue: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        column.name: None if column.nullable else "" if isinstance(column.type, sa.Text) else 0
        for column in contacts.columns
    }
    named = {"id": f"c{n}", "queue": queue, "started_ms": started, "ended_ms": started + 320_000, "fields": "{}"}
    return {**row, **named, "ordinal": ordinal_of(started, n), "channel": "voice", "direction": "inbound"}
