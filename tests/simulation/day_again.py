"""A journal read back and decided anew: ``python -m tests.simulation.day_again FILE``.

Prints what came out otherwise than journalled, and the digest of the core's memory at the end.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from callcenter.core import snapshot
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain.journal import JournalEntry, decode_effects, decode_event, encode_effects, encode_event


def written(journal: Iterable[JournalEntry]) -> str:
    """Entries as lines: moment, event, effects."""
    return "".join(
        f"{entry.at_ms}\t{encode_event(entry.event).decode()}\t{encode_effects(entry.effects).decode()}\n"
        for entry in journal
    )


def read(text: str) -> list[JournalEntry]:
    """Back from :func:`written`."""
    lines = (line.split("\t") for line in text.splitlines())
    return [
        JournalEntry(number, int(at_ms), decode_event(event), decode_effects(effects))
        for number, (at_ms, event, effects) in enumerate(lines, 1)
    ]


def memory(center: Center) -> str:
    """SHA-256 of everything that later decisions depend on."""
    return hashlib.sha256(snapshot.dump(center)).hexdigest()


if __name__ == "__main__":
    center = Center()
    for difference in replay(center, read(Path(sys.argv[1]).read_text(encoding="utf-8"))):
        print(msgspec.json.encode(difference).decode())
    print(memory(center))
