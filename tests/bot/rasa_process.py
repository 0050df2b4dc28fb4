"""A real Rasa for the tests: started once for a run, with the model that ``scripts/rasa train`` has made."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

from tests.bot.small_model import REPOSITORY

SCRIPT = REPOSITORY / "scripts" / "rasa"
STARTED = "Rasa server is up and running"
START_S = 240.0
RASA = [pytest.mark.rasa, pytest.mark.timeout(START_S + 60)]
"""The first of them waits for the start."""
BOTH = ["embedded", pytest.param("rasa", marks=RASA)]
"""Parameters of a fixture that has either assistant; see :func:`assistant_settings`."""


def assistant_settings(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings of a product with the assistant that the fixture's parameter names."""
    if request.param == "embedded":
        return {}
    return {"assistant": "rasa", "rasa_url": request.getfixturevalue("rasa_url")}


def serve(port: int, log: Path) -> subprocess.Popen[str]:
    """Start it and wait until it says that it is there. Raises ``AssertionError`` with its log when it ends."""
    process = subprocess.Popen(
        [SCRIPT, "serve", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    started = threading.Event()
    threading.Thread(target=_keep, args=(process.stdout, log, started), daemon=True).start()
    if not started.wait(START_S) or process.poll() is not None:
        end(process)
        raise AssertionError(f"Rasa did not start:\n{log.read_text(errors='replace')[-3000:]}")
    return process


def _keep(lines: IO[str], log: Path, started: threading.Event) -> None:
    with log.open("w") as kept:
        for line in lines:
            kept.write(line)
            kept.flush()
            if STARTED in line:
                started.set()
    started.set()


def end(process: subprocess.Popen[str]) -> None:
    """End it; the script has become Rasa, which is one process."""
    process.kill()
    process.wait()


@dataclass(frozen=True)
class Served:
    """A Rasa that runs."""

    url: str
    model: Path
    process: subprocess.Popen[str]


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
