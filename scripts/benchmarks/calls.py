"""Calls a second through a real Asterisk: the whole product beside Asterisk's own app_queue."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import statistics
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from callcenter.telephony.asterisk.provision.server import AsteriskServer
from callcenter.telephony.asterisk.provision.tools import Tool, locate_or_fetch
from scripts.benchmarks import calls_peer, calls_sipp
from scripts.benchmarks.calls_capture import Capture, in_own_network, may_capture
from scripts.benchmarks.calls_plan import TALK_MS, Crew, Load, Place
from scripts.benchmarks.report import Row, show

RATES = (20, 50, 80)
PEER = "app_queue"
MARGIN_MS = 10.0
"""How much later than app_queue the agent's telephone may ring below 80 calls/s."""
SHARE_LIMIT = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Outcome:
    """One run of one system. Shares are per cent of one core over the time in which calls were placed."""

    delays_ms: list[float]
    failed: int
    agent_failed: int
    asterisk_share: float
    our_share: float = 0.0
    stuck: int = 0
    refusals: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def quantile(self, share: float) -> float:
        """A quantile of the delay in ms; a minute when no call reached an agent."""
        ordered = sorted(self.delays_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 60_000.0


class Ours:
    """The product in its own process."""

    name = "ours"

    def __init__(self, process: asyncio.subprocess.Process, started: dict[str, Any], place: Place) -> None:
        self._process = process
        self._pid, self._asterisk, self._seq = started["pid"], started["asterisk"], started["seq"]
        self._refusals = 0
        self.sip_port = place.sip_port

    @classmethod
    async def start(cls, place: Place, crew: Crew, transport: str) -> Ours:
        """Start it; ready for calls, with all agents available, when this returns."""
        words = (place.folder, place.web_port, place.http_port, place.sip_port, place.rtp_start, transport)
        words += (crew.agents, crew.queues)
        with (place.folder / "product.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "scripts.benchmarks.calls_ours", *map(str, words)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line:
            raise SystemExit((place.folder / "product.log").read_text()[-3_000:])
        return cls(process, json.loads(line), place)

    def ticks(self) -> tuple[float, float]:
        """Processor time of our process and of its Asterisk, in s."""
        return _processor_s(self._pid), _processor_s(self._asterisk)

    async def check(self, outcome: Outcome) -> None:
        """Add what the product itself can tell."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"check {self._seq}\n".encode())
        told = json.loads(await self._process.stdout.readline())
        counts = told["counts"]
        lost = abs(counts.get("opened", 0) - counts.get("ended", 0))
        outcome.stuck, outcome.counts = told["stuck"] + lost, counts
        outcome.refusals, self._refusals = told["refusals"] - self._refusals, told["refusals"]
        self._seq = told["seq"]

    async def stop(self) -> None:
        """End it, Asterisk included."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"stop\n")
        await self._process.wait()
        # With calls stuck the product leaves Asterisk running for the next start to adopt; here there is none.
        with suppress(ProcessLookupError):
            os.kill(self._asterisk, signal.SIGKILL)


class Peer:
    """Asterisk alone."""

    name = PEER

    def __init__(self, server: AsteriskServer, place: Place) -> None:
        self._server = server
        self.sip_port = place.sip_port

    def ticks(self) -> tuple[float, float]:
        """Nothing of ours runs here."""
        return 0.0, _processor_s(self._server.pid or 0)

    async def check(self, outcome: Outcome) -> None:
        """app_queue keeps nothing that could be looked at."""

    async def stop(self) -> None:
        """End it."""
        await self._server.stop()


def _processor_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def run(system: Ours | Peer, sipp: Tool, folder: Path, crew: Crew, load: Load) -> Outcome:
    """One run of one system."""
    with Capture(system.sip_port) as capture, calls_sipp.Telephones(sipp, folder) as telephones:
        ours, asterisk = system.ticks()
        told = await asyncio.to_thread(calls_sipp.call, sipp, folder, system.sip_port, crew, load)
        agents = await asyncio.to_thread(telephones.close)
        after_ours, after_asterisk = system.ticks()
    outcome = Outcome(
        delays_ms=capture.delays_ms(),
        failed=told.failed,
        agent_failed=agents.failed + abs(load.calls - agents.succeeded - agents.failed),
        our_share=100 * (after_ours - ours) / load.seconds,
        asterisk_share=100 * (after_asterisk - asterisk) / load.seconds,
    )
    await system.check(outcome)
    return outcome


async def measure(
    crew: Crew, plan: list[Load], rounds: int, transport: str
) -> dict[Load, list[tuple[Outcome, Outcome]]]:
    """Ours and the peer in turns, every load in every round; the outcomes by load."""
    sipp = locate_or_fetch("sipp")
    folder = Path(tempfile.mkdtemp(prefix="calls"))
    places = [Place(folder / "ours", 8291, 5292, 40_000, 8290), Place(folder / "peer", 8293, 5293, 50_000)]
    for place in places:
        place.folder.mkdir()
    results: dict[Load, list[tuple[Outcome, Outcome]]] = {load: [] for load in plan}
    ours = await Ours.start(places[0], crew, transport)
    try:
        peer = Peer(await calls_peer.start(places[1], crew), places[1])
        try:
            for system in (ours, peer):
                await run(system, sipp, folder, crew, Load(20, 1))
            for turn in range(rounds):
                for load in plan:
                    pair = (await run(ours, sipp, folder, crew, load), await run(peer, sipp, folder, crew, load))
                    results[load].append(pair)
                    _progress(turn, load, pair)
        finally:
            await peer.stop()
    finally:
        await ours.stop()
    shutil.rmtree(folder, ignore_errors=True)
    return results


def _progress(turn: int, load: Load, pair: tuple[Outcome, Outcome]) -> None:
    words = [f"round {turn + 1}, {load.setting}:"]
    for name, outcome in zip(("ours", PEER), pair, strict=True):
        p50, p95, p99 = (outcome.quantile(share) for share in (0.5, 0.95, 0.99))
        words.append(
            f"{name} {p50:.1f}/{p95:.1f}/{p99:.1f} ms, failed {outcome.failed}+{outcome.agent_failed}, "
            f"Asterisk {outcome.asterisk_share:.0f} %"
        )
    mine = pair[0]
    words.append(f"our process {mine.our_share:.0f} %, stuck {mine.stuck}, refusals {mine.refusals}, {mine.counts}")
    print(" | ".join(words), file=sys.stderr, flush=True)


def rows_of(load: Load, pairs: list[tuple[Outcome, Outcome]]) -> list[Row]:
    """The rows of one load: medians of the rounds."""
    rows = []
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        mine, theirs = (statistics.median(pair[side].quantile(share) for pair in pairs) for side in (0, 1))
        limit = None
        if name == "p95":
            limit = theirs if load.rate >= RATES[-1] else theirs + MARGIN_MS
        rows.append(Row(load.setting, f"INVITE to INVITE, {name}", mine, "ms", theirs, PEER, limit))
        ratio = statistics.median(pair[0].quantile(share) / pair[1].quantile(share) for pair in pairs)
        rows.append(Row(load.setting, f"… {name}, median of the ratios", ratio, "×"))
    for measure, key in (("failed calls, callers", "failed"), ("failed calls, agents", "agent_failed")):
        mine, theirs = (sum(getattr(pair[side], key) for pair in pairs) for side in (0, 1))
        rows.append(Row(load.setting, measure, mine, "", theirs, PEER, 0))
    rows.append(Row(load.setting, "lost or stuck", sum(pair[0].stuck for pair in pairs), "", limit=0))
    rows.append(Row(load.setting, "unexpected REST answers", sum(pair[0].refusals for pair in pairs), "", limit=0))
    share_limit = SHARE_LIMIT if load.rate == RATES[1] else None
    mine = statistics.median(pair[0].our_share for pair in pairs)
    rows.append(Row(load.setting, "our process, share of a core", mine, "%", limit=share_limit))
    mine, theirs = (statistics.median(pair[side].asterisk_share for pair in pairs) for side in (0, 1))
    rows.append(Row(load.setting, "Asterisk, share of a core", mine, "%", theirs, PEER))
    return rows


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench calls", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="within a minute")
    parser.add_argument("--rates", type=int, nargs="+", default=RATES, help="calls a second")
    parser.add_argument("--agents", type=int, default=400, help="agents of each system")
    parser.add_argument("--queues", type=int, default=1, help="queues, of which each agent serves three")
    parser.add_argument("--rounds", type=int, help="how often each load is run")
    parser.add_argument("--seconds", type=float, help="how long calls are placed")
    parser.add_argument("--recording", choices=("off", "on", "both"), help="default: both; with --quick: off")
    parser.add_argument("--transport", choices=("http", "websocket"), default="http", help="how ARI is asked")
    options = parser.parse_args(argv)
    seconds = options.seconds or (2.5 if options.quick else 10)
    rounds = options.rounds or (1 if options.quick else 5)
    kinds = {"off": (False,), "on": (True,), "both": (False, True)}[
        options.recording or ("off" if options.quick else "both")
    ]
    plan = [Load(rate, seconds, recorded) for recorded in kinds for rate in options.rates]
    crew = Crew(options.agents, options.queues)
    if not may_capture():
        return in_own_network(sys.argv[1:] if argv is None else argv)
    results = asyncio.run(measure(crew, plan, rounds, options.transport))
    rows = [row for load, pairs in results.items() for row in rows_of(load, pairs)]
    notes = [
        f"{crew.agents} agents, {crew.queues} queues, talk {TALK_MS / 1000:.0f} s, {rounds} rounds of {seconds:g} s "
        f"in turns; medians of the rounds, failures of all. {PEER} strategy {calls_peer.STRATEGY}, ours longest_idle; "
        f"ARI over {options.transport}. Times are the kernel's, of captured INVITEs."
    ]
    return show("Calls", rows, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
