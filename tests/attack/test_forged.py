"""Requests that other sites make in somebody's name: nothing happens. Reading changes nothing either."""

from __future__ import annotations

import pytest

from tests.attack.client import HOST, Client
from tests.attack.house import House
from tests.attack.routes_table import SHOTS
from tests.attack.shots import WHO, Shot
from tests.attack.socket import knocked
from tests.attack.test_routes import filled

pytestmark = pytest.mark.asyncio(loop_scope="module")
BEARER = "/api/"
"""Cookies count for nothing there."""
CROSSING = "/chat/"
"""Open to pages of other sites, and cookies count for nothing there either."""
ON_RECORD = {"audit", "sessions", "api_tokens"}
"""What reading may leave behind: that somebody listened or exported, and when a session was last used."""
WRITES_WHILE_READING = {
    "GET /account/second-factor": {"second_factors"},  # a secret to be confirmed; worth nothing until it is
    "GET /agent/live": {"journal", "journal_contacts", "marks"},  # being there is told to the core
}


def strongest(shot: Shot) -> str | None:
    """Somebody who is let in."""
    return next((who for k, who in enumerate(WHO) if who and shot.expected[k] in "+23p9"), None)


def unsafe() -> list[Shot]:
    """One request for each route that changes something and knows people by their cookie."""
    by_route = {s.route: s for s in SHOTS if s.method not in ("GET", "WS") and strongest(s)}
    return [shot for shot in by_route.values() if not shot.path.startswith((BEARER, CROSSING))]


def forgeries(mine: Client, other: Client) -> list[dict[str, str]]:
    """Headers of requests that are not ours."""
    right = {"x-csrf-token": mine.csrf}
    return [
        {},
        {"x-csrf-token": ""},
        {"x-csrf-token": "wrong"},
        {"x-csrf-token": other.csrf},
        {"x-csrf-token": mine.csrf + "x"},
        {"x-csrf-token": mine.csrf[:-1]},
        {**right, "origin": "http://evil.test"},
        {**right, "origin": f"http://{HOST}.evil.test"},
        {**right, "origin": f"http://{HOST}:81"},
        {**right, "origin": "null"},
        {**right, "sec-fetch-site": "cross-site"},
        {**right, "sec-fetch-site": "same-site"},
    ]


@pytest.mark.parametrize("shot", unsafe(), ids=lambda shot: shot.route)
async def test_nothing_is_done_in_somebodys_name(quiet: House, shot: Shot) -> None:
    who = strongest(shot)
    assert who is not None
    mine, other = await quiet.client(who), await quiet.client("victim")
    mine.cookies["cc_form"] = other.cookies["cc_form"] = "planted"
    path, more = await filled(quiet, shot)
    before = await quiet.counts("sessions", "api_tokens")
    for headers in forgeries(mine, other):
        answer = await mine.send(shot.method, path, headers=headers, token=False, **more)
        if shot.route in ("POST /sign-in/code",):  # nobody is half in: back to the first page
            assert answer.to == "/sign-in"
        else:
            assert answer.status == 403, (headers, answer)
    assert await quiet.counts("sessions", "api_tokens") == before


async def test_reading_changes_nothing(quiet: House) -> None:
    for shot in [s for s in SHOTS if s.method == "GET" and not s.path.startswith(BEARER)]:
        who = strongest(shot)
        if who is None:
            continue
        leave_out = ON_RECORD | WRITES_WHILE_READING.get(shot.route, set())
        path, _ = await filled(quiet, shot)
        client = await quiet.client(who)
        before = await quiet.counts(*leave_out)
        answer = await client.get(path)
        assert answer.status < 500, (path, answer)
        assert await quiet.counts(*leave_out) == before, f"{shot.route} changed something"


async def test_the_api_does_not_know_cookies(quiet: House) -> None:
    """Or else a page elsewhere could use it in somebody's name."""
    for name in ("admin", "quality", "ops"):
        client = await quiet.client(name)
        client.bearer = ""
        for shot in [s for s in SHOTS if s.path.startswith(BEARER) and s.expected[0] == "s"]:
            path, more = await filled(quiet, shot)
            assert (await client.send(shot.method, path, **more)).status == 401, path


async def test_a_link_from_another_site_does_not_begin_a_shift(quiet: House) -> None:
    """The stream tells the core that its agent has come; a page elsewhere must not make a browser open it."""
    client = await quiet.client("anna")
    before = await quiet.counts(*ON_RECORD)
    for site in ("cross-site", "same-site"):
        answer = await client.get("/agent/live?desk=evil-desk&sign_in=true", headers={"sec-fetch-site": site})
        assert answer.status == 403
    assert await quiet.counts(*ON_RECORD) == before


async def test_the_telephones_socket_is_for_our_pages_and_people(shared: House) -> None:
    anna, nobody, quality = await shared.client("anna"), await shared.client(), await shared.client("quality")
    assert await knocked(anna, "/ws")
    assert not await knocked(nobody, "/ws")
    assert not await knocked(quality, "/ws")
    assert not await knocked(anna, "/ws", origin="http://evil.test")
    assert not await knocked(anna, "/ws", origin="null")
    assert not await knocked(anna, "/ws", protocols=())


async def test_an_address_the_api_does_not_take_is_answered_as_the_api_answers(quiet: House) -> None:
    client = await quiet.client("ops")
    for path in ("/api/v1/agents/a%0Ab", "/api/v1/nowhere", "/api/v2/agents", "/api/v1/contacts/%0A%0A/timeline"):
        answer = await client.get(path)
        assert answer.status in (403, 404), path
        assert answer.json()["code"], path
