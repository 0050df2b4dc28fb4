"""Desks: from a change of state to the pages' sockets, beside a plain Starlette loop; sizes and times of pages."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.benchmarks.desk_pages import measure_pages
from scripts.benchmarks.desk_plan import Change, Load
from scripts.benchmarks.report import Row, show

PORTS = (21_281, 21_282)
PEER = "gather"
P99_LIMIT_MS = 150.0
RATIO_LIMIT = 0.5
START_S, SETTLE_S, ROUND_MARGIN_S = 120, 1.0, 120


@dataclass(frozen=True, slots=True)
class Outcome:
    """One round of one system. ``merged``: changes a page learned of only together with a later one."""

    delays_ms: list[float]
    merged: int
    lost: int
    share: float
    memory_mb: float
    bytes_a_change: float

    def quantile(self, share: float) -> float:
        """A quantile of the delays."""
        return self.delays_ms[min(len(self.delays_ms) - 1, int(share * len(self.delays_ms)))]


class Child:
    """A process that answers in lines of JSON."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, module: str, *arguments: object) -> Child:
        command = [sys.executable, "-m", f"scripts.benchmarks.{module}", *map(str, arguments)]
        process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=2**28)
        return cls(process)

    async def hear(self, timeout_s: float) -> Any:
        assert self._process.stdout is not None
        async with asyncio.timeout(timeout_s):
            line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a process of the benchmark ended early (status {await self._process.wait()})")
        return json.loads(line)

    async def tell(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        await self._process.stdin.drain()

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            async with asyncio.timeout(30):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


async def round_of(server: Child, port: int, load: Load) -> Outcome:
    """Bring all desks to rest, connect them, change them, and see when each page was told."""
    await server.tell(f"rest {load.desks}")
    await server.hear(START_S)
    clients = await Child.start("desk_clients", port, load.desks)
    try:
        await clients.hear(START_S)
        await asyncio.sleep(SETTLE_S)
        await server.tell(f"run {load.desks} {load.rate} {load.seconds}")
        told = await server.hear(load.seconds + ROUND_MARGIN_S)
        await clients.tell(json.dumps({desk: state for desk, _, state in told["changes"]}))
        heard = await clients.hear(START_S)
    finally:
        await clients.stop()
    return outcome_of(told, heard)


def outcome_of(told: dict[str, Any], heard: dict[str, Any]) -> Outcome:
    """Match changes with what arrived: the first event of that state after it, else the first after it at all.

    Raises ValueError when a desk was set to a state that it showed already: no event follows such a change, and what
    the next one but one brings would be taken for it, late by a whole turn.
    """
    _must_be_changes(told["changes"], heard["seen"])
    delays: list[float] = []
    merged = lost = 0
    for desk, due, state in told["changes"]:
        seen = heard["seen"][desk]
        later = seen[bisect_left(seen, due, key=lambda arrived: arrived[0]) :]
        exact = next((at for at, shown in later if shown == state), None)
        if exact is None and not later:
            lost += 1
            continue
        merged += exact is None
        delays.append(((exact if exact is not None else later[0][0]) - due) / 1e6)
    bytes_a_change = heard["bytes"] / max(1, len(told["changes"]))
    return Outcome(sorted(delays), merged, lost, 100 * told["share"], told["memory_mb"], bytes_a_change)


def _must_be_changes(changes: list[Change], seen: list[list[tuple[int, str]]]) -> None:
    first = {desk: (due, state) for desk, due, state in reversed(changes)}
    for desk, (due, state) in first.items():
        shown = [what for arrived, what in seen[desk] if arrived < due]
        if shown and shown[-1] == state:
            raise ValueError(f"desk {desk} was set to {state} while it showed that: the round began from a wrong state")


async def measure(load: Load, rounds: int) -> tuple[list[tuple[Outcome, Outcome]], list[Row]]:
    """Ours and the peer in turns, and then our pages."""
    with tempfile.TemporaryDirectory(prefix="desk") as folder:
        ours = await Child.start("desk_ours", Path(folder) / "data", PORTS[0], load.desks)
        peer = await Child.start("desk_peer", PORTS[1], load.desks)
        try:
            await ours.hear(START_S)
            await peer.hear(START_S)
            pairs = []
            for turn in range(rounds):
                systems = [(ours, PORTS[0]), (peer, PORTS[1])]
                results = [await round_of(*system, load) for system in (systems if turn % 2 == 0 else systems[::-1])]
                pairs.append((results[0], results[1]) if turn % 2 == 0 else (results[1], results[0]))
                _progress(turn, pairs[-1])
            return pairs, await measure_pages(PORTS[0])
        finally:
            await ours.stop()
            await peer.stop()


def _progress(turn: int, pair: tuple[Outcome, Outcome]) -> None:
    words = [f"round {turn + 1}:"]
    for name, one in zip(("ours", PEER), pair, strict=True):
        p50, p95, p99 = (one.quantile(share) for share in (0.5, 0.95, 0.99))
        words.append(
            f"{name} {p50:.1f}/{p95:.1f}/{p99:.1f} ms, merged {one.merged}, lost {one.lost}, {one.share:.0f} % of core"
        )
    words.append(f"load {os.getloadavg()[0]:.1f}")
    print(" | ".join(words), file=sys.stderr, flush=True)


def rows_of(load: Load, pairs: list[tuple[Outcome, Outcome]]) -> list[Row]:
    """Medians of the rounds."""
    setting, rows = f"{load.desks} desks, {load.rate}/s", []
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        mine, theirs = (statistics.median(pair[side].quantile(share) for pair in pairs) for side in (0, 1))
        limit = P99_LIMIT_MS if name == "p99" else None
        rows.append(Row(setting, f"change to socket, {name}", mine, "ms", theirs, PEER, limit))
        ratio = statistics.median(pair[0].quantile(share) / pair[1].quantile(share) for pair in pairs)
        limit = RATIO_LIMIT if name == "p99" else None
        rows.append(Row(setting, f"… {name}, median of the ratios", ratio, "×", limit=limit))
    for measure, field, unit in (
        ("told only with a later change, all rounds", "merged", ""),
        ("never told, all rounds", "lost", ""),
    ):
        mine, theirs = (float(sum(getattr(pair[side], field) for pair in pairs)) for side in (0, 1))
        rows.append(Row(setting, measure, mine, unit, theirs, PEER, 0 if field == "lost" else None))
    for measure, field, unit in (
        ("server process, share of a core", "share", "%"),
        ("server process, resident memory", "memory_mb", "MB"),
        ("sent a change, ticks included", "bytes_a_change", "bytes"),
    ):
        mine, theirs = (statistics.median(getattr(pair[side], field) for pair in pairs) for side in (0, 1))
        rows.append(Row(setting, measure, mine, unit, theirs, PEER))
    return rows


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench desk", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="within a minute")
    parser.add_argument("--desks", type=int, default=2_000, help="connected desks")
    parser.add_argument("--rate", type=int, default=500, help="state changes a second")
    parser.add_argument("--rounds", type=int, help="how often each system is measured")
    parser.add_argument("--seconds", type=float, help="how long changes are made in a round")
    options = parser.parse_args(argv)
    load = Load(options.desks, options.rate, options.seconds or (5 if options.quick else 12))
    began = time.monotonic()
    pairs, pages = asyncio.run(measure(load, options.rounds or (1 if options.quick else 5)))
    notes = [
        f"{len(pairs)} rounds of {load.seconds:g} s in turns, medians of the rounds; one core for the server, one for "
        f"the clients; took {time.monotonic() - began:.0f} s. The peer keeps no journal and asks for no session."
    ]
    return show("Desks", [*rows_of(load, pairs), *pages], as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
