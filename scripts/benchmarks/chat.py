"""Chat: thousands of open widgets and hundreds of agents on one process, beside a bare Starlette echo."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from scripts.benchmarks.desk import Child
from scripts.benchmarks.report import Row, show

PORT, START_S, P99_LIMIT_MS = 21_291, 180, 150.0


async def round_of(kind: str, widgets: int, agents: int, rate: int, seconds: float) -> tuple[list[float], int, float]:
    """All delays in ms, how many were lost, the server's share of a core in per cent."""
    with tempfile.TemporaryDirectory(prefix="chat") as folder:
        server = await Child.start("chat_server", kind, Path(folder) / "data", PORT, agents)
        await server.hear(START_S)
        clients = await Child.start("chat_clients", kind, PORT, widgets)
        await clients.hear(START_S)
        each = rate // 2 if kind == "ours" else rate  # ours: half by visitors, half by agents; an echo is written once
        await asyncio.gather(server.tell(f"run {each} {seconds}"), clients.tell(f"run {each} {seconds}"))
        told, heard = await server.hear(seconds + 60), await clients.hear(seconds + 60)
        await clients.stop()
        await server.stop()
    delays = sorted([*told["delays"], *heard["delays"]])
    return delays, told["posted"] + heard["sent"] - len(delays), 100 * told["share"]


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench chat", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="within a minute")
    parser.add_argument("--widgets", type=int, default=2_000)
    parser.add_argument("--agents", type=int, default=300)
    parser.add_argument("--rate", type=int, default=500, help="messages a second, both sides together")
    options = parser.parse_args(argv)
    seconds = 5 if options.quick else 20
    given = (options.widgets, options.agents, options.rate, seconds)
    ours, lost, share = asyncio.run(round_of("ours", *given))
    peer, peer_lost, peer_share = asyncio.run(round_of("echo", *given))
    setting, rows = f"{options.widgets} widgets, {options.rate}/s", []
    for name, part in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        mine, theirs = ours[int(len(ours) * part)], peer[int(len(peer) * part)]
        limit = P99_LIMIT_MS if name == "p99" else None
        rows.append(Row(setting, f"written to delivered, {name}", mine, "ms", theirs, "echo", limit))
    rows.append(Row(setting, "not delivered", lost, "", peer_lost, "echo", 0))
    rows.append(Row(setting, "server process, share of a core", share, "%", peer_share, "echo"))
    notes = [
        f"{seconds} s each, one after the other; ours keeps every message in SQLite before it is delivered, and "
        f"{options.agents} agents listen and write in the server's process; an echo is there and back."
    ]
    return show("Chat", rows, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
