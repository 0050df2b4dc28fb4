"""Real parts for the tests: each fixture finds its program, or skips the test and says how to bring it."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack

import pytest
from hypothesis import settings

from callcenter.telephony.asterisk.provision import tools
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall, locate_cached, locate_installed
from callcenter.telephony.asterisk.provision.tools import Tool

os.environ.setdefault("CALLCENTER_ASSISTANT", "off")  # training takes a processor for half a minute
settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("explore" if os.environ.get("CALLCENTER_EXPLORE") else "repeatable")

pytest_plugins = ["tests.real_parts", "tests.slowest_files", "tests.bot.rasa_process"]


def _silent(line: str) -> None:
    """Progress lines have no place in a test's output."""


def _tool(name: str) -> Tool:
    found = tools.locate(name, _silent)
    if found is None:
        pytest.skip(f"{name} is not here; scripts/setup/tools {name} brings it")
    return found


@pytest.fixture(scope="session")
def asterisk_install() -> AsteriskInstall:
    """The machine's Asterisk, or the one in the user's cache."""
    found = locate_installed() or locate_cached(_silent)
    if found is None:
        pytest.skip("Asterisk is not here; scripts/setup/tools asterisk brings it")
    return found


@pytest.fixture(scope="session")
def sipp() -> Tool:
    """SIPp, the SIP caller."""
    return _tool("sipp")


@pytest.fixture(scope="session")
def espeak() -> Tool:
    """espeak-ng, the synthesiser."""
    return _tool("espeak-ng")


@pytest.fixture(scope="session")
def chromium() -> Tool:
    """Chromium, the agent's browser, with Playwright ready to drive it."""
    os.environ.update(tools.playwright_environment())
    return _tool("chromium")


@pytest.fixture
def free_ports() -> list[int]:
    """Eight ports of 127.0.0.1 that were free a moment ago, for UDP and TCP."""
    with ExitStack() as held:
        found: list[int] = []
        while len(found) < 8:
            udp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            udp.bind(("127.0.0.1", 0))
            port = udp.getsockname()[1]
            tcp = held.enter_context(socket.socket())
            try:
                tcp.bind(("127.0.0.1", port))
            except OSError:
                continue
            found.append(port)
    return found
