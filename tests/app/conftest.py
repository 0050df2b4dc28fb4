"""A running product for each test that asks for one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from tests.app.live import REPOSITORY, Floor, live

ALWAYS_OPEN = """
calendars:
  service_hours:
    timezone: Asia/Shanghai
    hours: {weekdays: "00:00-24:00", weekends: "00:00-24:00"}
    days: {}
    years: [2025, 2026, 2027, 2028, 2029, 2030]
"""


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    """The shipped flows, with a calendar that is always open: tests must not depend on the hour they run at."""
    folder = tmp_path / "ivr_flows"
    shutil.copytree(REPOSITORY / "ivr_flows", folder)
    (folder / "calendars.yaml").write_text(ALWAYS_OPEN)
    return folder


@pytest.fixture
def data() -> Iterator[Path]:
    """A short path: a control socket's name is limited to 107 characters."""
    with tempfile.TemporaryDirectory(prefix="cc") as folder:
        yield Path(folder)


@pytest.fixture
async def floor(
    data: Path, flows: Path, free_ports: list[int], asterisk_install: AsteriskInstall
) -> AsyncIterator[Floor]:
    """The product on a real Asterisk with SIP telephones around it."""
    async with live(data, free_ports, flows=flows) as running_floor:
        yield running_floor
