"""Each route × each role: who is let in, who is refused, and for whom it is as if nothing were there."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from tests.attack.client import Answer
from tests.attack.house import House
from tests.attack.routes_of import routes_of
from tests.attack.routes_table import ROUTES, SHOTS
from tests.attack.shots import WHO, Shot
from tests.attack.socket import knocked

pytestmark = pytest.mark.asyncio(loop_scope="module")
LET_IN = (200, 303, 409, 422)
_number = itertools.count(1)


async def test_every_route_has_its_line(shared: House) -> None:
    there = {f"{method} {path}" for method, path in routes_of(shared.app)}
    new, gone = "\n".join(sorted(there - ROUTES)), "\n".join(sorted(ROUTES - there))
    assert not new, f"say in routes_table.py who may use:\n{new}"
    assert not gone, f"these lines are about routes that are gone:\n{gone}"


async def filled(house: House, shot: Shot) -> tuple[str, dict[str, Any]]:
    """The request with what is in the house."""
    values = {
        **house.live,
        "victim": str(house.users["victim"].id),
        "n": str(next(_number)),
        **{f"filter-{owner}": str(number) for owner, number in house.filters.items()},
    }
    if "session-of-victim" in shot.path:
        victim = await house.client("victim")
        session = await house.session_of(victim.cookies["cc_session"])
        values["session-of-victim"] = session.token_hash[:16]
    path, more = shot.path, json.dumps(shot.more)
    for name, value in values.items():
        path, more = path.replace("{" + name + "}", value), more.replace("{" + name + "}", value)
    return path, json.loads(more)


def fits(expected: str, answer: Answer) -> bool:
    sent_in = answer.status == 401 or (answer.status == 303 and answer.to.startswith("/sign-in"))
    match expected:
        case "p":
            return answer.status < 500 and not (answer.status == 303 and "next=" in answer.to)
        case "s":
            return sent_in
        case "+":
            return answer.status in LET_IN and not sent_in
        case "3":
            return answer.status == 303 and answer.to.startswith("/") and not sent_in
        case _:
            return answer.status == {"2": 200, "-": 403, "0": 404, "9": 409}[expected]


# Those who are refused come first: what is allowed may change what is there.
CASES = sorted(
    ((shot, who, shot.expected[k]) for shot in SHOTS for k, who in enumerate(WHO)),
    key=lambda case: ("s-0".find(case[2]) < 0, case[0].method != "GET", case[2] == "+"),
)


async def test_who_may_do_what(shared: House) -> None:
    wrong = []
    for shot, who, expected in CASES:
        path, more = await filled(shared, shot)
        client = await shared.client(who)
        if shot.method == "WS":
            answer = Answer()
            answer.status = 403 if not await knocked(client, path) else 200
        else:
            answer = await client.send(shot.method, path, **more)
        if not fits(expected, answer) or answer.status >= 500:
            wrong.append(f"{who or 'nobody'}: {shot.method} {path} {more}: {answer!r}, expected {expected!r}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", [name for name in WHO if name])
async def test_what_is_out_of_reach_looks_as_if_it_were_not_there(shared: House, who: str) -> None:
    """The other team's contact and one that never was: the same answer, byte for byte but for names and tokens."""
    client = await shared.client(who)
    refused = {"anna": ("past-b", "lost-b", "{live-b}"), "lead_a": ("past-b", "lost-b", "{live-b}")}
    for contact in refused.get(who, ("none-2",)):
        contact = contact.format(**shared.live)
        for template in (
            "/contacts/%s",
            "/contacts/%s/export",
            "/recordings/r-%s?contact=%s",
            "/recordings/r-%s/peaks?contact=%s",
            "/reveal?contact=%s&what=caller",
            "/reveal/form?contact=%s&what=customer_name",
        ):
            there = await client.get(template.replace("%s", contact))
            never = await client.get(template.replace("%s", "never-was"))
            assert there.status == never.status, template
            assert _plain(there, contact) == _plain(never, "never-was"), template


def _plain(answer: Answer, contact: str) -> str:
    """The page without what is different each time."""
    lines = answer.text.replace(contact, "…").splitlines()
    return "\n".join(line for line in lines if "csrf" not in line and "data-now" not in line)
