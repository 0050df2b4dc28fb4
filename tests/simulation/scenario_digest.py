"""The digest of a simulated day: ``python -m tests.simulation.scenario_digest SCENARIO SEED``."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from callcenter.simulation.replicate import run
from callcenter.simulation.scenario_file import parse


def digest(scenario: str, seed: int) -> str:
    """SHA-256 of every figure of two runs, with their intervals, to the last digit."""
    found = run(parse(scenario), seed=seed, replications=10).to_json()
    return hashlib.sha256(json.dumps(found).encode()).hexdigest()


if __name__ == "__main__":
    print(digest(Path(sys.argv[1]).read_text(encoding="utf-8"), int(sys.argv[2])))
