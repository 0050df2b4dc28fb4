"""The same scenario and seed give the same result, whatever order Python keeps sets in; and memory does not grow."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DIGEST = """
import hashlib, json, sys
from callcenter.simulation.replicate import run
from callcenter.simulation.scenario_file import parse
text = open("docs/scenarios/bank-day-reserve.yaml", encoding="utf-8").read()
found = json.dumps(run(parse(text), seed=5, replications=1).to_json())
print(hashlib.sha256(found.encode()).hexdigest())
"""
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
  loan: {{arrivals: {{per_hour: 500}}, handling: {{exponential: 100s}}, patience: {{exponential: 90s}}}}
agents: [{{name: experts, count: 40, skills: {{card: 8}}}}, {{name: novices, count: 20, skills: {{card: 2}}}}]
''')
one = Run(plan, "1")
one.go()
print(one.calls, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
SLACK_KB = 4_096


def told_by(code: str, *arguments: str, seed: str = "0") -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout.strip()


def test_the_order_of_sets_decides_nothing() -> None:
    digests = {told_by(DIGEST, seed=seed) for seed in ("0", "1", "4711")}
    assert len(digests) == 1


@pytest.mark.heavy
def test_a_million_calls_need_no_more_memory_than_a_hundred_thousand() -> None:
    few, some = (int(word) for word in told_by(MEMORY, "100000").split())
    many, most = (int(word) for word in told_by(MEMORY, "1000000").split())
    assert many > 990_000 > 9 * few
    assert most <= some + SLACK_KB
