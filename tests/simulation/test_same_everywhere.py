"""The same scenario and seed give the same result, and the same journal the same decisions, whatever order Python keeps
sets in and whichever Python it is; and memory does not grow."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.domain.journal import encode_effects
from tests.pythons import EVERYWHERE, THIS, told_by
from tests.simulation.day_again import memory, read, written
from tests.simulation.scenario_digest import digest
from tests.simulation.virtual_day import VirtualDay, customers, shifts

SCENARIOS = ("docs/scenarios/bank-day-reserve.yaml", "docs/scenarios/callbacks-and-chats.yaml")
MEMORY = """
import resource, sys
from callcenter.simulation.run import Run
from callcenter.simulation.scenario_file import parse
hours = int(sys.argv[1]) / 2000
plan = parse(f'''
horizon: {hours}h
queues:
  card:
    skills: {{card: 5}}
    priority: 3
    arrivals: {{per_hour: 1500}}
    handling: {{exponential: 100s}}
    patience: {{exponential: 90s}}
    wrap_up: 10s
    relaxations: [{{after: 20s, lower_by: 3}}]
    overflow: [{{target: "queue:loan", after: 60s}}]
  loan:
    arrivals: {{per_hour: 500}}
    handling: {{exponential: 100s}}
    patience: {{exponential: 90s}}
    overflow: [{{target: callback, after: 20s}}]
    callback: {{attempts: 2, retry: 10m}}
    called_back:
      accepts: 0.5
      reached: 0.6
      answer: {{exponential: 10s}}
      wish: {{share: 0.3, after: 1h, length: 2h}}
agents: [{{name: experts, count: 40, skills: {{card: 8}}}}, {{name: novices, count: 20, skills: {{card: 2}}}}]
''')
one = Run(plan, "1")
one.go()
print(one.calls, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
SLACK_KB = 4_096


@pytest.fixture(scope="module", params=SCENARIOS)
def simulated(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A scenario's file, and its digest by this Python."""
    return request.param, digest(Path(request.param).read_text(encoding="utf-8"), 5)


@pytest.fixture(scope="module")
def lived() -> VirtualDay:
    return VirtualDay().live(customers(1), shifts())


@pytest.mark.parametrize(("version", "seed"), EVERYWHERE)
def test_a_scenario_gives_the_same_figures_to_the_last_digit(
    version: str, seed: str, simulated: tuple[str, str]
) -> None:
    file, told = simulated
    assert told_by(version, "-m", "tests.simulation.scenario_digest", file, "5", seed=seed) == told


@pytest.mark.parametrize(("version", "seed"), EVERYWHERE)
def test_a_journal_gives_the_same_decisions(version: str, seed: str, lived: VirtualDay, tmp_path: Path) -> None:
    """It was written by this Python; each reads it back, decides anew, and names what came out otherwise."""
    journal = tmp_path / "journal"
    journal.write_text(written(lived.journal), encoding="utf-8")
    assert told_by(version, "-m", "tests.simulation.day_again", str(journal), seed=seed) == memory(lived.center)


def test_a_decision_that_came_out_otherwise_is_named(lived: VirtualDay, tmp_path: Path) -> None:
    entries = read(written(lived.journal))
    assert [entry.effects for entry in entries] == [entry.effects for entry in lived.journal]
    changed = next(entry for entry in entries if len(entry.effects) > 1)
    told = encode_effects(changed.effects).decode()
    journal = tmp_path / "journal"
    journal.write_text(
        written(entries).replace(told, encode_effects(changed.effects[1:]).decode(), 1), encoding="utf-8"
    )
    found = told_by(THIS, "-m", "tests.simulation.day_again", str(journal)).splitlines()
    assert len(found) == 2
    assert f'"seq":{changed.seq},' in found[0]


@pytest.mark.heavy
def test_a_million_calls_need_no_more_memory_than_a_hundred_thousand() -> None:
    few, some = (int(word) for word in told_by(THIS, "-c", MEMORY, "100000").split())
    many, most = (int(word) for word in told_by(THIS, "-c", MEMORY, "1000000").split())
    assert many > 990_000 > 9 * few
    assert most <= some + SLACK_KB
