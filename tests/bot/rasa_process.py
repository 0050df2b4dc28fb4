"""A real Rasa for the tests: started once for a run, with the model that ``scripts/rasa train`` has made."""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bot.small_model import REPOSITORY

SCRIPT = REPOSITORY / "scripts" / "rasa"
START_S = 600.0
RASA = [pytest.mark.rasa, pytest.mark.timeout(START_S + 60)]
"""The first of them waits for the start."""
BOTH = ["embedded", pytest.param("rasa", marks=RASA)]
"""Parameters of a fixture that has either assistant; see :func:`assistant_settings`."""


def assistant_settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings of a product with the assistant that the fixture's parameter names."""
    if request.param == "embedded":
        return {}
    return {"assistant": "rasa", "rasa_url": request.getfixturevalue("rasa_url")}


def serve(port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start it and wait until it has its model. Raises ``AssertionError`` with its log when it ends or takes too long.

    Its "up and running" comes late or never where it serves already, so it is asked.
    """
    with log.open("wb") as kept:
        process = subprocess.Popen([SCRIPT, "serve", "--port", str(port)], stdout=kept, stderr=subprocess.STDOUT)
    patience = time.monotonic() + START_S
    while time.monotonic() < patience and process.poll() is None:
        if _has_model(f"http://127.0.0.1:{port}/status"):
            return process
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
    end(process)
    raise AssertionError(f"Rasa did not start:\n{log.read_text(errors='replace')[-3000:]}")


def _has_model(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(json.load(answer).get("model_file"))
    except (OSError, ValueError):
        return False


def end(process: subprocess.Popen[bytes]) -> None:
    """End it; the script has become Rasa, which is one process."""
    process.kill()
    process.wait()


@dataclass(frozen=True)
class Served:
    """A Rasa that runs."""

    url: str
    model: Path
    process: subprocess.Popen[bytes]


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A real Rasa, started for the first test that asks."""
    model = subprocess.run([SCRIPT, "model"], capture_output=True, text=True, check=False)
    if model.returncode:
        pytest.skip("Rasa has no model of nlu_models; scripts/rasa train makes it")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = serve(port, tmp_path_factory.mktemp("rasa") / "rasa.log")
    yield Served(f"http://127.0.0.1:{port}", Path(model.stdout.strip()), process)
    end(process)


@pytest.fixture(scope="session")
def rasa_url(served: Served) -> str:
    """Where the real Rasa answers."""
    return served.url
