"""The simulator's speed beside simpy and ciw, and its truth beside Erlang-A and Erlang-C."""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from callcenter.simulation.erlang import Steady, erlang_a, erlang_c
from callcenter.simulation.replicate import run
from callcenter.simulation.run import Run
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.scenario_file import parse
from scripts.benchmarks.report import Row, show
from scripts.benchmarks.simulate_peers import Case, SimpyCentre, ciw_run

CASE = Case(arrival=0.275, handling=180, patience=120, agents=50)
SETTING = "M/M/50+M, 0.275/s, 180 s, patience 120 s"
TARGET_S = 20
CONFIDENCE = 0.99


def scenario(case: Case, hours: float, warm_up_hours: float = 2, *, patient: bool = False) -> Scenario:
    """The case as a scenario file would say it."""
    return parse(
        f"""
        name: {SETTING}
        horizon: {hours}h
        warm_up: {warm_up_hours}h
        service_level: {{within: {TARGET_S}s}}
        queues:
          all:
            arrivals: {{per_hour: {case.arrival * 3600}}}
            handling: {{exponential: {case.handling}s}}
            patience: {"none" if patient else f"{{exponential: {case.patience}s}}"}
        agents: [{{count: {case.agents}}}]
        """
    )


def ours(plan: Scenario, seed: int) -> int:
    """Simulate the plan once; returns how many came."""
    one = Run(plan, str(seed))
    one.go()
    return one.calls


def rate(simulate: Callable[[int, int], int], calls: int, seed: int) -> float:
    """Calls a second of processor time."""
    began = time.process_time()
    done = simulate(calls, seed)
    return done / (time.process_time() - began)


def speed_rows(*, quick: bool) -> list[Row]:
    """Ours and the peers in turns, so that a busy machine slows all alike; medians of the rounds."""
    rounds, calls = (5, 30_000) if quick else (7, 60_000)
    plan = scenario(CASE, calls / CASE.arrival / 3600)
    contenders: dict[str, Callable[[int, int], int]] = {
        "ours": lambda calls, seed: ours(plan, seed),
        "simpy": lambda calls, seed: SimpyCentre(CASE, seed).run(calls),
        "ciw": lambda calls, seed: ciw_run(CASE, calls // 3, seed),
    }
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for seed in range(rounds):
        for name, simulate in contenders.items():
            rates[name].append(rate(simulate, calls, seed))
    mine = statistics.median(rates["ours"])
    rows = []
    for peer, times in (("simpy", 2), ("ciw", 4)):
        theirs = statistics.median(rates[peer])
        rows.append(
            Row(SETTING, f"calls simulated, × {peer}", mine, "/s", theirs, peer, times * theirs, lower_is_better=False)
        )
    return rows


def truth_rows(name: str, case: Case, exact: Steady, *, patient: bool, quick: bool) -> list[Row]:
    """Distance from the closed formula in half-widths of the 99 % interval; at most 1 lies inside."""
    replications, hours = (20, 40) if quick else (30, 150)
    result = run(scenario(case, hours, 4, patient=patient), seed=1, replications=replications, confidence=CONFIDENCE)
    pairs = [
        ("p_wait", exact.wait),
        ("asa_s", exact.asa),
        ("service_level", exact.within),
        ("occupancy", exact.occupancy),
    ]
    if not patient:
        pairs.insert(1, ("p_abandon", exact.abandon))
    rows = []
    for figure, value in pairs:
        found = result.total[figure]
        rows.append(Row(name, figure, found.mean, "s" if figure == "asa_s" else "", value, "closed form"))
        distance = abs(found.mean - value) / found.half_width
        rows.append(Row(name, f"{figure}: distance ÷ 99 % half-width", distance, "", limit=1.0))
    return rows


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench simulate", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="within a minute")
    options = parser.parse_args(argv)
    rows = speed_rows(quick=options.quick)
    exact = erlang_a(CASE.arrival, CASE.handling, CASE.patience, CASE.agents, TARGET_S)
    rows += truth_rows(SETTING, CASE, exact, patient=False, quick=options.quick)
    patient = Case(arrival=40 / 180, handling=180, patience=0, agents=45)
    exact = erlang_c(patient.arrival, patient.handling, patient.agents, TARGET_S)
    rows += truth_rows("M/M/45, 40 erlangs", patient, exact, patient=True, quick=options.quick)
    return show("Simulator", rows, as_json=options.json, notes=["Speed is per second of processor time."])


if __name__ == "__main__":
    raise SystemExit(main())
