"""A carrier played by SIPp: what it does with each number is drawn from a seed, and its log says which calls came."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from callcenter.domain.campaigns import Outcome
from tests.app.outbound import person
from tests.sip.rtp import RATE, ulaw

ADDRESS = "127.0.0.12"
ACTS = {
    "answers": 30,
    "drops": 8,
    "machine": 12,
    "busy": 14,
    "rings": 16,
    "refuses": 6,
    "dead": 6,
    "off": 5,
    "full": 3,
}
"""What a carrier does with a number, of a hundred: see the scenario ``carrier.xml``."""
NOT_REACHED = {
    "busy": Outcome.BUSY,
    "rings": Outcome.NO_ANSWER,
    "refuses": Outcome.REJECTED,
    "dead": Outcome.FAILED,
    "off": Outcome.NO_ANSWER,
    "full": Outcome.FAILED,
}
"""What an attempt must have come to where nobody picked up."""
OPTIONS = (
    "-inf",
    "script.csv",
    "-infindex",
    "script.csv",
    "0",
    "-trace_logs",
    "-log_file",
    "calls.log",
    "-trace_err",
    "-error_file",
    "errors.log",
)


def script(folder: Path, seed: int, count: int, acts: Mapping[str, int] = ACTS) -> dict[str, str]:
    """Write what the carrier does with the first ``count`` persons; returns it by number."""
    drawn = random.Random(seed).choices(list(acts), list(acts.values()), k=count)
    plan = {person(number): act for number, act in enumerate(drawn)}
    (folder / "greeting.ulaw").write_bytes(ulaw(8_000 * np.sin(2 * np.pi * 500 * np.arange(4 * RATE) / RATE)))
    (folder / "script.csv").write_text(
        "SEQUENTIAL\nthe first line is never found;-\n" + "".join(f"{number};{act}\n" for number, act in plan.items())
    )
    return plan


@dataclass(frozen=True)
class Came:
    """A call that came to the carrier."""

    number: str
    act: str
    at_ms: int


def came(folder: Path) -> list[Came]:
    """The carrier's log."""
    found: dict[str, Came] = {}
    for line in (folder / "calls.log").read_text().splitlines():
        number, act, call, tick, _ = line.split(" ", 4)
        assert call not in found, f"a call is there twice: {line}"
        found[call] = Came(number, act, int(tick))
    return list(found.values())


def calls(folder: Path) -> dict[str, list[str]]:
    """What the carrier did with each call to each number, by its log."""
    found: dict[str, list[str]] = {}
    for one in came(folder):
        found.setdefault(one.number, []).append(one.act)
    return found
