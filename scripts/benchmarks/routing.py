"""Routing decisions beside a scan of all who wait and a scan of a queue's members, at three sizes."""

from __future__ import annotations

import argparse
import statistics
import time
import tracemalloc
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, islice
from typing import TypeVar

from callcenter.app.memory import collect_rarely
from callcenter.domain.agent import AgentState
from callcenter.domain.config import SkillRequirement
from callcenter.domain.contact import Why
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import Decision, Offered
from scripts.benchmarks.report import Row, show
from scripts.benchmarks.routing_peers import DutifulScan, MemberScan, NaiveScan
from scripts.benchmarks.routing_plan import Plan, plan

SIZES = (500, 5_000, 20_000)
STATED = 5_000
"""The size for which limits are set."""
WAITING = 20_000
P99_LIMIT_US = 150.0
ASKED = Why("asked_for_person")
T = TypeVar("T")


def offer_in(decisions: list[Decision]) -> Offered | None:
    """The offer among some decisions."""
    return next((decision for decision in decisions if isinstance(decision, Offered)), None)


def ready(centre: Plan, *, explain: bool) -> Acd:
    """A router in which every agent is free."""
    acd = Acd(explain=explain)
    acd.configure(centre.queue_configs(), centre.agent_configs(), 0)
    for agent in centre.agents:
        acd.sign_in(agent, 0)
        acd.request_state(agent, AgentState.AVAILABLE, "", 0)
    return acd


def enqueue_all(acd: Acd, centre: Plan) -> None:
    """Let all contacts of the plan come."""
    for name, queue, second, priority, at_ms in centre.arrivals():
        skills = (SkillRequirement(second, 1),) if second else ()
        acd.enqueue(name, queue, at_ms, priority=priority, skills=skills, why=ASKED)


def freed_ours(centre: Plan, *, explain: bool) -> Iterator[float]:
    """All agents at work, all contacts waiting: one agent after the other is freed and takes the next contact.

    Yields the processor seconds of each decision.
    """
    acd = Acd(explain=explain)
    acd.configure(centre.queue_configs(), centre.agent_configs(), 0)
    enqueue_all(acd, centre)
    clock, now = time.thread_time, centre.contacts + 1
    held: dict[str, str] = {}
    for n, agent in enumerate(centre.agents):
        acd.sign_in(agent, now)
        acd.seize(agent, f"held-{n}", now, from_break=True)
        acd.request_state(agent, AgentState.AVAILABLE, "", now)
        held[agent] = f"held-{n}"
    while held:
        for agent in list(held):
            contact = held.pop(agent)
            began = clock()
            found = acd.release(agent, contact, now, wrap_up=False)
            yield clock() - began
            offer = offer_in(found)
            if offer is not None:
                acd.accept(offer.contact, offer.agent, now)
                held[offer.agent] = offer.contact


def freed_naive(centre: Plan) -> Iterator[float]:
    """The same by a scan of all who wait."""
    scan, agents, clock = NaiveScan(centre), list(centre.agents), time.thread_time
    for n in count():
        began = clock()
        scan.freed(agents[n % len(agents)])
        yield clock() - began


def arrived_ours(centre: Plan, *, explain: bool) -> Iterator[tuple[float, float]]:
    """Half of the agents are busy: a contact comes, an agent is picked, the one longest at work is freed again.

    Yields the times of the decision, and of putting the freed agent back in order.
    """
    acd = ready(centre, explain=explain)
    busy: deque[tuple[str, str]] = deque()
    clock, names = time.thread_time, list(centre.queues)
    for now in count(1):
        contact = f"c{now}"
        began = clock()
        found = acd.enqueue(contact, names[now * 7 % len(names)], now, why=ASKED)
        spent = clock() - began
        offer = offer_in(found)
        if offer is None:
            acd.remove(contact, now)
            continue
        acd.accept(offer.contact, offer.agent, now)
        busy.append((offer.agent, offer.contact))
        if len(busy) > len(centre.agents) // 2:
            agent, done = busy.popleft()
            began = clock()
            acd.release(agent, done, now, wrap_up=False)
            yield spent, clock() - began


def arrived_scan(centre: Plan) -> Iterator[tuple[float, float]]:
    """The same by a scan of the queue's members."""
    scan, names = MemberScan(centre), list(centre.queues)
    busy: deque[str] = deque()
    clock = time.thread_time
    for now in count(1):
        began = clock()
        agent = scan.arrived(names[now * 7 % len(names)])
        spent = clock() - began
        if agent is None:
            continue
        busy.append(agent)
        if len(busy) > len(centre.agents) // 2:
            began = clock()
            scan.freed(busy.popleft(), now)
            yield spent, clock() - began


def arrived_dutiful(centre: Plan, *, explain: bool) -> Iterator[tuple[float, float]]:
    """The same by a scan of the queue's members that owes what the router owes."""
    scan, names = DutifulScan(centre, explain=explain), list(centre.queues)
    busy: deque[str] = deque()
    clock, nobody = time.thread_time, frozenset[str]()
    for now in count(1):
        began = clock()
        found = scan.arrived(f"c{now}", names[now * 7 % len(names)], now, ASKED, nobody)
        spent = clock() - began
        offer = offer_in(found)
        if offer is None:
            continue
        scan.accept(offer.agent)
        busy.append(offer.agent)
        if len(busy) > len(centre.agents) // 2:
            began = clock()
            scan.freed(busy.popleft(), now)
            yield spent, clock() - began


def in_turns(runs: Mapping[str, tuple[Iterator[T], int]], turns: int) -> dict[str, list[T]]:
    """So many of each in turns, so that whatever else the machine does falls on all alike."""
    found: dict[str, list[T]] = {name: [] for name in runs}
    for _ in range(turns):
        for name, (run, many) in runs.items():
            found[name] += islice(run, many)
    return found


def clock_s() -> float:
    """What reading the clock adds to each measured time, in seconds: nearly a microsecond on some machines."""
    clock = time.thread_time
    return statistics.median(-clock() + clock() for _ in range(10_000))


CLOCK_S = clock_s()


def rate(times: Sequence[float]) -> float:
    """Decisions a second of processor time, without what reading the clock takes."""
    return len(times) / (sum(times) - len(times) * CLOCK_S)


def p99_us(times: Sequence[float]) -> float:
    """The 99th percentile in microseconds."""
    return sorted(times)[int(0.99 * len(times))] * 1e6


def rows_of(size: int, *, quick: bool) -> list[Row]:
    """Both decisions at one size, ours and the peers in turns; medians of the rounds."""
    rounds, turns = (1, 10) if quick else (3, 25)
    figures: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        figures.setdefault(name, []).append(value)

    for seed in range(rounds):
        centre = plan(size, WAITING, seed)
        again = {f"again {n}": (freed_ours(centre, explain=True), 400) for n in range(2)}
        freed = in_turns(
            {
                **again,
                "why": (freed_ours(centre, explain=True), 400),
                "bare": (freed_ours(centre, explain=False), 400),
                "naive": (freed_naive(centre), 6),
            },
            turns,
        )
        least = [min(times) for times in zip(freed["why"], *(freed[name] for name in again), strict=True)]
        note("freed why least p99", p99_us(least))
        arrived = in_turns(
            {
                "why": (arrived_ours(centre, explain=True), 800),
                "bare": (arrived_ours(centre, explain=False), 800),
                "dutiful why": (arrived_dutiful(centre, explain=True), 800),
                "dutiful bare": (arrived_dutiful(centre, explain=False), 800),
                "scan": (arrived_scan(centre), 800),
            },
            turns,
        )
        for mode in ("why", "bare"):
            note(f"freed {mode}", rate(freed[mode]))
            note(f"freed {mode} p99", p99_us(freed[mode]))
            picked, back = zip(*arrived[mode], strict=True)
            note(f"arrived {mode}", rate(picked))
            note(f"arrived {mode} p99", p99_us(picked))
            note(f"back {mode}", rate(back))
        note("naive", rate(freed["naive"]))
        for scan in ("scan", "dutiful why", "dutiful bare"):
            note(scan, rate([spent for spent, _ in arrived[scan]]))
    median = {name: statistics.median(values) for name, values in figures.items()}
    return list(_rows(size, median))


def _rows(size: int, median: dict[str, float]) -> Iterator[Row]:
    setting, stated = f"{size:,} agents", size == STATED
    naive, scan = median["naive"], median["scan"]
    for mode, words in (("why", "with its reasons"), ("bare", "alone")):
        limit = 200 * naive if stated else None
        freed = median[f"freed {mode}"]
        measure = f"freed agent picks of {WAITING:,}, {words}"
        yield Row(setting, measure, freed, "/s", naive, "scan of all", limit, lower_is_better=False)
        p99 = median[f"freed {mode} p99"]
        limit = P99_LIMIT_US if stated else None
        yield Row(setting, f"{measure}, p99", p99, "µs", limit=limit)
        if mode == "why":
            least = median["freed why least p99"]
            yield Row(setting, f"{measure}, p99 of each decision's least of three runs", least, "µs", limit=limit)
        arrived = median[f"arrived {mode}"]
        peer = median[f"dutiful {mode}"]
        limit = 2 * peer if stated else None
        measure = f"contact picks an agent, {words}"
        yield Row(setting, measure, arrived, "/s", peer, "scan, same duties", limit, lower_is_better=False)
        yield Row(setting, measure, arrived, "/s", scan, "scan, idle time only", None, lower_is_better=False)
        yield Row(setting, f"{measure}, p99", median[f"arrived {mode} p99"], "µs")
        yield Row(setting, f"freed agent back in order, {words}", median[f"back {mode}"], "/s")


def memory_rows() -> list[Row]:
    """Bytes for each agent and for each waiting contact at the stated size."""
    centre = plan(STATED, WAITING, 0)
    configs = centre.queue_configs(), centre.agent_configs()
    acd = Acd()
    tracemalloc.start()
    acd.configure(*configs, 0)
    agents = tracemalloc.get_traced_memory()[0]
    enqueue_all(acd, centre)
    contacts = tracemalloc.get_traced_memory()[0] - agents
    tracemalloc.stop()
    setting = f"{STATED:,} agents"
    return [
        Row(setting, "memory for each agent (configuration not counted)", agents / STATED, "bytes"),
        Row(setting, "memory for each waiting contact, its classes counted in", contacts / WAITING, "bytes"),
    ]


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 1 when a limit is broken."""
    parser = argparse.ArgumentParser(prog="scripts/bench routing", description=__doc__)
    parser.add_argument("--json", action="store_true", help="rows as JSON")
    parser.add_argument("--quick", action="store_true", help="within a minute: two sizes, one round")
    options = parser.parse_args(argv)
    collect_rarely()  # as every process that serves does
    sizes = SIZES[:2] if options.quick else SIZES
    rows = [row for size in sizes for row in rows_of(size, quick=options.quick)] + memory_rows()
    notes = [
        "All rates are per second of processor time; “with its reasons” is how the product runs.",
        "Python looks for unused objects as rarely as in the product; its pauses are in the figures.",
    ]
    return show("Routing", rows, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
