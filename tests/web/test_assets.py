"""What travels: compressed texts, addresses that change with the content, masked tokens, streams left alone."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from starlette.responses import PlainTextResponse, StreamingResponse

from callcenter.web.assets import Assets
from callcenter.web.compression import Compression
from callcenter.web.csrf_masks import masked, unmasked
from tests.web.conftest import BASE, Browser, csrf_in

GZIP = {"Accept-Encoding": "gzip"}
AGENT_PAGE_BYTES = 300_000


async def test_a_stylesheet_and_its_imports_are_one_file(app: FastAPI, browser_of: Callable[..., Browser]) -> None:
    browser = browser_of()
    page = await browser.get("/sign-in")
    found = re.search(r'href="(/static/css/app\.css\?v=\w{12})"', page.text)
    assert found, page.text[:800]
    answer = await browser.get(found[1])
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert "@import" not in answer.text
    assert "@layer tokens {" in answer.text
    assert answer.text.count("{") == answer.text.count("}")


async def test_an_address_changes_with_any_part_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "all.css").write_text('@layer a;\n@import url("part.css") layer(a);\n')
    (tmp_path / "part.css").write_text("p { color: red }\n")
    assets = Assets(tmp_path)
    before = assets.url("all.css")
    assert assets.url("all.css") == before
    (tmp_path / "part.css").write_text("p { color: blue; margin: 0 }\n")
    assert assets.url("all.css") != before
    assert assets.url("missing.js") == "/static/missing.js"
    assert assets.url("../secret.js") == "/static/../secret.js"


async def test_what_the_browser_has_is_not_sent_again(browser_of: Callable[..., Browser]) -> None:
    browser = browser_of()
    first = await browser.get("/static/css/app.css", headers=GZIP)
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cache-control"] == "no-cache"
    again = await browser.get("/static/css/app.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    old = await browser.get("/static/css/app.css?v=000000000000")
    assert old.headers["cache-control"] == "no-cache"
    plain = await browser.get("/static/css/app.css", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.text == first.text


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/css/../../app.py?v=1", "/static/x.js"]
)
async def test_nothing_outside_the_folder_is_served(browser_of: Callable[..., Browser], path: str) -> None:
    assert (await browser_of().get(path)).status_code == 404


async def test_pages_are_compressed_but_not_for_another_site(browser_of: Callable[..., Browser]) -> None:
    browser = browser_of()
    await browser.sign_in("wangfang")
    own = await browser.get("/contacts", headers=GZIP)
    assert own.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in own.headers["vary"]
    other = await browser.get("/contacts", headers=GZIP | {"Sec-Fetch-Site": "cross-site"})
    assert "content-encoding" not in other.headers
    none = await browser.get("/contacts", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in none.headers


async def test_the_token_is_another_text_on_each_page_and_good_each_time(browser_of: Callable[..., Browser]) -> None:
    browser = browser_of()
    await browser.sign_in("wangfang")
    tokens = [csrf_in((await browser.get("/password")).text) for _ in range(3)]
    assert len(set(tokens)) == 3
    for token in tokens:
        browser.token = token
        assert (await browser.post("/agent/softphone", json={})).status_code == 200
    browser.token = tokens[0][:-4] + "AAA="
    assert (await browser.post("/agent/softphone", json={})).status_code == 403


def test_masks() -> None:
    assert unmasked(masked("a-token_1")) == "a-token_1"
    assert masked("") == ""
    for wrong in ("", "x", "====", "é", "a-token_1", "AAAA" * 1000):
        assert unmasked(wrong) != "a-token_1"


async def test_streams_and_small_answers_are_left_alone() -> None:
    app = FastAPI()

    @app.get("/stream")
    async def stream() -> StreamingResponse:
        async def parts():
            for _ in range(3):
                yield b"event: desk\ndata: {}\n\n" * 200

        return StreamingResponse(parts(), media_type="text/event-stream")

    @app.get("/parts")
    async def parts() -> StreamingResponse:
        async def lines():
            yield "x" * 5000
            yield "y"

        return StreamingResponse(lines(), media_type="text/plain")

    @app.get("/small")
    async def small() -> PlainTextResponse:
        return PlainTextResponse("x" * 900)

    @app.get("/large")
    async def large() -> PlainTextResponse:
        return PlainTextResponse("x" * 9000)

    app.add_middleware(Compression)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE, headers=GZIP) as client:
        for path, wanted in (("/stream", None), ("/parts", None), ("/small", None), ("/large", "gzip")):
            answer = await client.get(path)
            assert answer.headers.get("content-encoding") == wanted, path
        assert (await client.get("/parts")).text == "x" * 5000 + "y"
        assert (await client.get("/large")).text == "x" * 9000


async def test_the_agent_page_is_light(app: FastAPI, browser_of: Callable[..., Browser]) -> None:
    browser = browser_of()
    await browser.sign_in("wangfang")
    total, paths = 0, ["/agent"]
    page = (await browser.get("/agent")).text
    paths += re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert any("agent.js" in path for path in paths)
    for path in paths:
        async with browser.http.stream("GET", path, headers=GZIP) as answer:
            assert answer.status_code == 200, path
            total += len(b"".join([part async for part in answer.aiter_raw()]))
    assert total < AGENT_PAGE_BYTES
    assert len(gzip.compress(page.encode())) < 40_000
