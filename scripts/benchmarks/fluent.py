"""Fluent pages: long tasks in a real browser's agent page and floor while hundreds of agents work."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from pathlib import Path

from scripts.benchmarks.fluent_floor import busy_floor
from scripts.benchmarks.fluent_pages import begin_tracing, control_page, open_agent, open_floor, shows, tasks_since
from scripts.benchmarks.report import Row, show
from tests.web.gallery import chromium

PORT = 21_283
LIMIT_MS = 100.0
LONG_MS = 50.0
CALLS = 4


async def measure(desks: int, rate: int, seconds: float) -> list[Row]:
    """Work for ``seconds`` with three pages open, see that they show the truth, and how long their tasks took."""
    setting = f"{desks} desks, {rate}/s, {CALLS} calls/s"
    with tempfile.TemporaryDirectory(prefix="fluent") as folder:
        async with (
            busy_floor(Path(folder), PORT, desks) as floor,
            chromium() as browser,
            control_page(browser) as control,
        ):
            agent_page, floor_page = await open_agent(browser, floor.base), await open_floor(browser, floor.base)
            pages = {"agent page": agent_page, "floor": floor_page, "control": control}
            await begin_tracing(browser, pages)
            await floor.work(rate, CALLS, seconds)
            await floor.told()
            await shows(agent_page, floor_page, floor.states())
            rows: list[Row] = []
            for name, tasks in (await tasks_since(browser, pages)).items():
                limit = LIMIT_MS if name != "control" else None
                longest = max(task.cpu_ms for task in tasks)
                rows.append(Row(setting, f"{name}: longest task, processor time", longest, "ms", limit=limit))
                rows.append(Row(setting, f"{name}: longest task, wall", max(task.wall_ms for task in tasks), "ms"))
                over = sum(task.wall_ms > LONG_MS for task in tasks)
                rows.append(Row(setting, f"{name}: tasks over 50 ms, wall", over, ""))
                rows.append(
                    Row(setting, f"{name}: main thread's processor time", sum(t.cpu_ms for t in tasks) / 1000, "s")
                )
            return rows


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench fluent", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="within a minute")
    parser.add_argument("--desks", type=int, default=300, help="agents, one of them in the real browser")
    parser.add_argument("--rate", type=int, default=60, help="state changes a second")
    parser.add_argument("--seconds", type=float, help="how long they work")
    options = parser.parse_args(argv)
    before = os.getloadavg()[0]
    rows = asyncio.run(measure(options.desks, options.rate, options.seconds or (8 if options.quick else 20)))
    notes = [
        "Every page showed each agent's true state at the end. The control is no page of ours and works 5 ms at once: "
        "what is long there by the wall is the machine's doing, so the limit is on processor time. "
        f"Load of the machine before and after: {before:.1f}, {os.getloadavg()[0]:.1f}."
    ]
    return show("Fluent pages", rows, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
