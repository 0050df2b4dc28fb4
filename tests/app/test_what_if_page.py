"""The page on a running product over the journal of a day: asked, worked out beside it, and answered."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path

import pytest

from callcenter.app.clock import SystemClock
from callcenter.app.settings import Settings
from callcenter.app.what_if.jobs import WhatIfJobs
from callcenter.app.wiring import Product, running
from callcenter.domain.access import Role
from callcenter.domain.records import User
from callcenter.simulation.day.visits import VisitFold
from callcenter.storage import Storage
from callcenter.web.app import create_app
from callcenter.web.sessions import open_session, token_hash
from tests.app.conftest import ALWAYS_OPEN
from tests.app.lived import live_one_day
from tests.attack.client import Client
from tests.simulation.virtual_day import HOUR_MS, MIDNIGHT_MS, VirtualDay, customers, shifts

pytestmark = pytest.mark.timeout(300)
"""The process gives way to whatever else runs here."""
ASKED = {"day": "2026-11-27", "start": "10:00", "end": "11:00", "kind": "staff", "count": "1", "where": "team:floor"}


def two_days_later() -> SystemClock:
    """The product runs two days after the day in its journal, whatever the time is here."""
    ahead_ns = (MIDNIGHT_MS + 60 * HOUR_MS) * 1_000_000 - time.time_ns()
    return SystemClock(lambda: time.time_ns() + ahead_ns)


async def test_a_supervisor_asks_what_one_more_would_have_done(data: Path) -> None:
    flows = data / "flows"
    flows.mkdir()
    (flows / "calendars.yaml").write_text(ALWAYS_OPEN)
    await asyncio.to_thread(live_one_day, data / "callcenter.db")
    settings = Settings(data=data, flows=flows, telephony="simulated", demo=False)
    storage = await Storage.open(settings.database_url)
    user = await storage.users.add(User(0, "leader", "Leader", Role.OPERATOR, "-", "", language="en"))
    await storage.close()
    async with running(settings, clock=two_days_later(), report=lambda line: None) as product:
        client = Client(create_app(product.web))
        token = await open_session(product.web, user, address="10.1.2.3", browser="test")
        session = await product.web.users.session(token_hash(token))
        assert session is not None
        client.cookies["cc_session"], client.csrf = token, session.csrf
        assert "Nothing was asked yet." in (await client.get("/what-if")).text
        assert (await client.post("/what-if", data=ASKED)).to == "/what-if"
        again = await client.post("/what-if", data=ASKED)
        assert (again.status, "still being worked out" in again.text) == (409, True)
        stages = await _stages(client, product)
        page = (await client.get("/what-if")).text
        found = re.search(
            r"With 1 more agent in the team floor between 10:00 and 11:00, about (\d+) more of (\d+) ", page
        )
        assert found
        assert (0 < int(found[1]) < 40, int(found[2])) == (True, _asked_for_a_person())
        assert page.count('class="chart-ring"') == 4
        assert "does not come to what really happened" not in page
        assert {"reading", "running"} & stages, stages
        nobody = {**ASKED, "day": "2026-11-28"}
        assert (await client.post("/what-if", data=nobody)).to == "/what-if"
        await _stages(client, product)
        assert "The journal tells of 2026-11-27 to 2026-11-29." in (await client.get("/what-if")).text


def _asked_for_a_person() -> int:
    """How many waits began between ten and eleven, counted in the journal."""
    day = VirtualDay().live(customers(1), shifts())
    visits = VisitFold()
    for entry in day.journal:
        visits.take(entry)
    first = MIDNIGHT_MS + 10 * HOUR_MS
    return sum(first <= visit.asked_ms < first + HOUR_MS for visit in visits.visits)


async def _stages(client: Client, product: Product) -> set[str]:
    """What the page said whenever there was more to say, until it was over."""
    seen: set[str] = set()
    jobs = product.web.what_if
    assert isinstance(jobs, WhatIfJobs)

    async def look() -> None:
        async for _ in jobs.changes("leader"):
            part = (await client.get("/what-if/job")).text
            if "hx-trigger" not in part:
                return
            seen.add("running" if "Run " in part else "reading" if "is being read" in part else "waiting")

    await asyncio.wait_for(look(), 150)
    return seen
