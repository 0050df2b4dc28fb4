"""The worlds the contract runs in."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from tests.telephony.asterisk_world import AsteriskWorld, RunningAsterisk, asterisk_world
from tests.telephony.simulated_world import SimulatedWorld, simulated_world
from tests.telephony.twilio_world import TwilioWorld, twilio_world


@pytest.fixture(scope="session")
def running_asterisk(asterisk_install: AsteriskInstall) -> Iterator[RunningAsterisk]:
    """One Asterisk for all tests of this folder; the folder's name is short, for its control socket."""
    folder = Path(tempfile.mkdtemp(prefix="cc-ast-"))
    asterisk = RunningAsterisk(asterisk_install, folder)
    try:
        asterisk.start()
        yield asterisk
    finally:
        asterisk.close()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def simulated(tmp_path: Path) -> AsyncIterator[SimulatedWorld]:
    async with simulated_world(tmp_path) as world:
        yield world


@pytest.fixture
async def on_twilio(tmp_path: Path) -> AsyncIterator[TwilioWorld]:
    async with twilio_world(tmp_path) as world:
        yield world


@pytest.fixture
async def real_http(running_asterisk: RunningAsterisk, tmp_path: Path) -> AsyncIterator[AsteriskWorld]:
    async with asterisk_world(running_asterisk, tmp_path, "http") as world:
        yield world


@pytest.fixture
async def real_websocket(running_asterisk: RunningAsterisk, tmp_path: Path) -> AsyncIterator[AsteriskWorld]:
    async with asterisk_world(running_asterisk, tmp_path, "websocket") as world:
        yield world
