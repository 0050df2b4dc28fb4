"""Tests of this folder run in a network namespace of their own: one process each, started here."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from callcenter.telephony.asterisk.provision.tools import Tool
from tests.app.conftest import data, flows  # noqa: F401
from tests.browser import namespace
from tests.browser.office import Office, open_office

FOLDER = Path(__file__).parent
LIMIT_S = 110


class FailedInside(Exception):
    """The test failed in its namespace; holds what it printed there."""


class InNamespace(pytest.Item):
    """Stands for a test of this folder and runs it in a process with a network of its own."""

    def __init__(self, *, wanted: pytest.Item, **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.wanted = wanted
        self.own_markers = list(wanted.own_markers)
        self.keywords.update(wanted.keywords)

    def runtest(self) -> None:
        if reason := namespace.why_impossible():
            pytest.skip(reason)
        words = ["-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "--no-header", self.wanted.nodeid]
        process = subprocess.Popen(
            namespace.command_inside([sys.executable, *words]),
            cwd=self.config.rootpath,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            said, _ = process.communicate(timeout=LIMIT_S)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            said, _ = process.communicate()
            raise FailedInside(f"not done within {LIMIT_S} s\n{said}") from None
        if process.returncode:
            raise FailedInside(said)
        if skipped := re.search(r"^SKIPPED \[1\] \S+ (.*)$", said, re.MULTILINE):
            pytest.skip(skipped[1])

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        if isinstance(excinfo.value, FailedInside):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        path, line, name = self.wanted.reportinfo()
        return Path(path), line, name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if namespace.inside():
        return
    for place, item in enumerate(items):
        if FOLDER in item.path.parents and item.parent is not None:
            items[place] = InNamespace.from_parent(item.parent, name=item.name, wanted=item)


@pytest.fixture
def guest_phone() -> bool:
    """Whether the web phone is on; a test may say otherwise by parametrizing it."""
    return True


@pytest.fixture
async def office(
    data: Path,  # noqa: F811
    flows: Path,  # noqa: F811
    free_ports: list[int],
    asterisk_install: AsteriskInstall,
    chromium: Tool,
    guest_phone: bool,
) -> AsyncIterator[Office]:
    """The product with its web server, on a real Asterisk; browsers and SIP telephones come and go."""
    async with open_office(data, free_ports, chromium.command[0], flows=flows, guest_phone=guest_phone) as opened:
        yield opened
