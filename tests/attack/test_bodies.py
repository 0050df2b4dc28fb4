"""Bodies that are too big, malformed, or mean: never a crash, never a trace, memory bounded."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from tests.attack.client import Answer, Client
from tests.attack.house import House
from tests.attack.routes_table import SHOTS
from tests.attack.shots import Shot
from tests.attack.test_forged import strongest
from tests.attack.test_routes import filled

pytestmark = pytest.mark.asyncio(loop_scope="module")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
MEGABYTE = 1_000_000
HUGE = 10**400
DEEP = '{"a":' * 50_000 + "1" + "}" * 50_000
LIST = "[" * 100_000 + "]" * 100_000


def changing() -> list[Shot]:
    """One request for each unsafe route."""
    return list({s.route: s for s in SHOTS if s.method not in ("GET", "WS") and strongest(s)}.values())


def raw() -> list[tuple[str, bytes]]:
    """Content types and bodies that fit nothing."""
    bodies: list[bytes] = [
        b"\x00", b"null", b"[]", b"{}", b"{", b"[1,2", b"\xff\xfe\xfd", b'{"act":"\xff"}', b'{"act":"\\ud800"}',
        b"", DEEP.encode(), LIST.encode(), b'{"a":1,"a":2}', b"NaN", b"-Infinity", str(HUGE).encode(),
        b"%00=%ff&%=%zz&==&&",
        b"a=1" + b"&a=1" * 5_000, b"\r\n\r\n--x--",
    ]  # fmt: skip
    kinds = [
        JSON,
        FORM,
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/xml",
        ";;",
        "",
    ]
    return [(kind, body) for kind in kinds for body in bodies]


def mean_values() -> list[Any]:
    """What may stand in a field's place."""
    return [
        None, True, 1, -1, 1.5, HUGE, 2**63, -(2**63), "", " ", "\x00", "\ud800", "x" * 20_000, [], {}, [[]], {"a": 1},
        ["x"] * 1_000, "1e999", "0x10", "\u0661", "available\n", "../../../etc/passwd", "agent:\r\nX: y",
    ]  # fmt: skip


def calm(answer: Answer, where: str) -> None:
    """No crash and no insight into the machine."""
    assert answer.crash is None, f"{where}: {answer.crash!r}"
    assert answer.status < 500, f"{where}: {answer!r}"
    for word in ("Traceback", 'File "/', "sqlalchemy", "pydantic", "site-packages"):
        assert word not in answer.text, f"{where}: {word} in {answer!r}"


async def sent(client: Client, shot: Shot, path: str, **more: Any) -> Answer:
    return await client.send(shot.method, path, **more)


@pytest.mark.parametrize("shot", changing(), ids=lambda shot: shot.route)
async def test_bodies_that_fit_nothing(quiet: House, shot: Shot) -> None:
    """Each route gets every ninth; all together get all of them several times."""
    await throw(quiet, shot, raw()[sum(shot.route.encode()) % 9 :: 9])


@pytest.mark.heavy
@pytest.mark.parametrize("shot", changing(), ids=lambda shot: shot.route)
async def test_all_bodies_that_fit_nothing(quiet: House, shot: Shot) -> None:
    await throw(quiet, shot, raw())


async def throw(quiet: House, shot: Shot, bodies: list[tuple[str, bytes]]) -> None:
    who = strongest(shot)
    assert who is not None
    path, _ = await filled(quiet, shot)
    client = await quiet.client(who)
    for kind, body in bodies:
        headers = {"content-type": kind} if kind else {}
        answer = await sent(client, shot, path, content=body, headers=headers)
        calm(answer, f"{shot.route} {kind} {body[:30]!r}")
        if shot.path in ("/sign-out", "/password") or answer.status == 401:
            client = await quiet.client(who)


@pytest.mark.parametrize(
    "shot", [s for s in changing() if {"json", "data"} & s.more.keys()], ids=lambda shot: shot.route
)
async def test_mean_values_in_every_field(quiet: House, shot: Shot) -> None:
    who = strongest(shot)
    assert who is not None
    path, more = await filled(quiet, shot)
    client = await quiet.client(who)
    kind = next(iter(more))
    for name in more[kind]:
        for value in mean_values()[sum(name.encode()) % 2 :: 2]:
            body = {**more[kind], name: value}
            if kind == "json":
                text = json.dumps(body, ensure_ascii=True)
                answer = await sent(client, shot, path, content=text, headers={"content-type": JSON, "accept": JSON})
            elif isinstance(value, (list, dict)) or value == "\ud800":
                continue
            else:
                answer = await sent(client, shot, path, data={k: str(v)[:5_000_000] for k, v in body.items()})
            calm(answer, f"{shot.route} {name}={str(value)[:40]!r}")


@pytest.mark.parametrize("shot", changing(), ids=lambda shot: shot.route)
async def test_a_body_of_fifty_megabytes_is_refused_early(quiet: House, shot: Shot) -> None:
    """Sent in pieces without a length, as an attacker would: it is cut off, not kept."""
    who = strongest(shot)
    assert who is not None
    path, _ = await filled(quiet, shot)
    taken = 0

    async def pieces() -> Any:
        nonlocal taken
        start = b"csrf=x&note=" if kind == FORM else b'{"note":"' if kind == JSON else b"--x\r\n" + PART
        yield start
        for _ in range(50):
            taken += MEGABYTE
            yield b"x" * MEGABYTE

    for kind in (JSON, "multipart/form-data; boundary=x"):
        client, taken = await quiet.client(who), 0
        tracemalloc.start()
        try:
            answer = await client.stream(shot.method, path, pieces(), {"content-type": kind})
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        if "already started" not in str(answer.crash):  # a streamed answer's server sees the limit once it is under way
            calm(answer, f"{shot.route} {kind}")
            assert answer.status in (400, 413) or not taken, (kind, answer)
        assert taken <= BOUNDS.get(shot.route, 3 * MEGABYTE), f"{kind}: {taken} bytes were taken"
        assert peak < 60 * MEGABYTE, f"{kind}: {peak} bytes of memory"


BOUNDS = {
    "POST /admin/files/import": 9 * MEGABYTE,
    "POST /admin/prompts/{key}/{language}/recording": 13 * MEGABYTE,
    "POST /user-files/import": 21 * MEGABYTE,
}
PART = b'content-disposition: form-data; name="file"; filename="x"\r\ncontent-type: text/plain\r\n\r\n'


async def test_odd_addresses(quiet: House) -> None:
    client = await quiet.client("admin")
    for shot in {s.route: s for s in SHOTS if "{" in s.route and s.method == "GET"}.values():
        who = strongest(shot)
        if who is None:
            continue
        client = await quiet.client(who)
        template = shot.route.split(" ")[1]
        for odd in (
            "%00", "%ff", "..",
            "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5c", "x" * 5_000, "-1", "0", str(HUGE), "1.5",
            "1e9", "%F0%9F%98%80", "%E2%80%AE", "'%20OR%201=1--", "{{7*7}}", "%25%73", "a%0d%0ab",
        ):  # fmt: skip
            path = template
            while "{" in path:
                path = (
                    path[: path.index("{")] + odd.replace("{", "%7B").replace("}", "%7D") + path[path.index("}") + 1 :]
                )
            for tail in ("", "?contact=" + odd[:300] + "&what=caller&to=all&desk=12345678&before=" + odd[:300]):
                if "{" not in tail:
                    answer = await client.get(path + tail)
                    calm(answer, path + tail)
                    assert "root:" not in answer.text


async def test_other_methods_are_refused(quiet: House) -> None:
    from tests.attack.routes_of import routes_of

    client = await quiet.client("admin")
    for path in sorted({path for method, path in routes_of(quiet.app) if method != "WS" and "{" not in path}):
        for method in ("TRACE", "PATCH", "DELETE", "PROPFIND", "HEAD"):
            answer = await client.send(method, path)
            calm(answer, f"{method} {path}")
            assert method == "HEAD" or answer.status in (403, 404, 405), f"{method} {path}: {answer}"
