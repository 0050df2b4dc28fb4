"""SIPp as callers and as the agents' telephones: the same for every system under test."""

from __future__ import annotations

import csv
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from callcenter.telephony.asterisk.provision.tools import Tool
from scripts.benchmarks.calls_plan import (
    AGENT_MEDIA,
    AGENT_PHONES,
    AGENT_PORT,
    CALLER,
    CALLER_MEDIA,
    CALLER_PORT,
    SERVER,
    TALK_MS,
    Crew,
    Load,
)

_SCENARIOS = Path(__file__).parent / "sipp"
_GRACE_S = 20.0


@dataclass(frozen=True, slots=True)
class Told:
    """What one SIPp counted."""

    made: int
    succeeded: int
    failed: int


class Telephones:
    """One SIPp process that answers at once for all agents, while open."""

    def __init__(self, sipp: Tool, folder: Path) -> None:
        self._stats = folder / "agents.csv"
        self._stats.unlink(missing_ok=True)
        self._process = _start(
            sipp, "agent.xml", self._stats, "-i", AGENT_PHONES, "-p", str(AGENT_PORT), "-mp", str(AGENT_MEDIA)
        )

    def __enter__(self) -> Telephones:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def close(self) -> Told:
        """Let calls in progress end, then tell."""
        self._process.send_signal(signal.SIGUSR1)
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        return _told(self._stats)


def call(sipp: Tool, folder: Path, sip_port: int, crew: Crew, load: Load) -> Told:
    """Place the calls, queue after queue; return when all are over. A call that does not end counts as failed."""
    stats = folder / "callers.csv"
    stats.unlink(missing_ok=True)
    dialled = folder / "dialled.csv"
    dialled.write_text("SEQUENTIAL\n" + "".join(f"{number};\n" for number in crew.numbers(load.recorded)))
    process = _start(
        sipp,
        "caller.xml",
        stats,
        *("-i", CALLER, "-p", str(CALLER_PORT), "-mp", str(CALLER_MEDIA)),
        *("-r", str(load.rate), "-m", str(load.calls), "-l", str(load.calls), "-d", str(TALK_MS)),
        *("-inf", str(dialled), f"{SERVER}:{sip_port}"),
    )
    try:
        process.wait(load.seconds + TALK_MS / 1000 + _GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    told = _told(stats)
    return Told(load.calls, told.succeeded, load.calls - told.succeeded)


def _start(sipp: Tool, scenario: str, stats: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [*sipp.command, "-sf", str(_SCENARIOS / scenario), "-nostdin", "-deadcall_wait", "0"]
    command += ["-trace_stat", "-stf", str(stats), "-fd", "1", "-recv_timeout", "15000", *options]
    log = (stats.with_suffix(".log")).open("wb")
    with log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=sipp.full_environment(), cwd=stats.parent
        )


def _told(stats: Path) -> Told:
    if not stats.is_file():
        return Told(0, 0, 0)
    with stats.open(newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    if not rows:
        return Told(0, 0, 0)
    last = rows[-1]
    return Told(int(last["TotalCallCreated"]), int(last["SuccessfulCall(C)"]), int(last["FailedCall(C)"]))
