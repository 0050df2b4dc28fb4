"""SIPp as callers or as agents' telephones, by the scenarios that the benchmarks play."""

from __future__ import annotations

import asyncio
from pathlib import Path

from callcenter.telephony.asterisk.provision.tools import Tool

SCENARIOS = Path(__file__).parents[2] / "scripts/benchmarks/sipp"


def dialling(folder: Path, number: str) -> tuple[str, str]:
    """SIPp's words that make all callers dial ``number``."""
    file = folder / f"dialled-{number}.csv"
    file.write_text(f"SEQUENTIAL\n{number};\n")
    return "-inf", str(file)


async def sipp_runs(
    sipp: Tool, folder: Path, scenario: str, host: str, port: int, *more: str
) -> asyncio.subprocess.Process:
    """A SIPp that plays ``scenario``; its words go to ``sipp.log``."""
    with (folder / "sipp.log").open("wb") as log:
        return await asyncio.create_subprocess_exec(
            *sipp.command,
            *("-sf", str(SCENARIOS / scenario), "-nostdin", "-i", host, "-p", str(port), "-mp", str(port + 2), *more),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=sipp.full_environment(),
            cwd=folder,
        )
