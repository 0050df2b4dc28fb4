"""The digest of a simulated run: ``python -m tests.simulation.dialing.digest SCENARIO SEED``."""

from __future__ import annotations

import hashlib
import json
import sys

from callcenter.simulation.dialing.file import parse
from callcenter.simulation.dialing.replicate import run


def digest(text: str, seed: int) -> str:
    """SHA-256 of every figure of one run under all its laws, to the last digit."""
    return hashlib.sha256(json.dumps(run(parse(text), seed, replications=1).to_json()).encode()).hexdigest()


if __name__ == "__main__":
    print(digest(sys.argv[1], int(sys.argv[2])))
