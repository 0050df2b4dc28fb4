"""Sizes of the pages on the wire, with all their parts, and the server's time for each."""

from __future__ import annotations

import re
import time

import httpx

from scripts.benchmarks.desk_plan import cookie
from scripts.benchmarks.report import Row

AGENT_PAGE_BYTES = 300_000
TIMES = 60
PAGES = (
    ("sign-in", "/sign-in", ""),
    ("agent page", "/agent", cookie(0)),
    ("floor", "/floor", "benchmark-leader"),
    ("contacts", "/contacts", "benchmark-quality"),
    ("users", "/users", "benchmark-admin"),
)
_PARTS = re.compile(r'(?:src|href)="(/static/[^"]+)"')


async def measure_pages(port: int) -> list[Row]:
    """Rows for every page: bytes at first, bytes after a reload, server time. The server has no other work."""
    rows: list[Row] = []
    for name, path, token in PAGES:
        headers = {"Accept-Encoding": "gzip", "Cookie": f"cc_session={token}; cc_language=zh"}
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as client:
            page, html = await _raw(client, path)
            parts = sum([(await _raw(client, part))[0] for part in sorted(set(_PARTS.findall(html)))])
            took = sorted([await _time(client, path) for _ in range(TIMES)])
        limit = AGENT_PAGE_BYTES if path == "/agent" else None
        rows.append(Row(f"page: {name}", "first visit, all told", page + parts, "bytes", limit=limit))
        rows.append(Row(f"page: {name}", "reload (parts are in the browser)", page, "bytes"))
        rows.append(Row(f"page: {name}", "server time, p50", took[TIMES // 2], "ms"))
        rows.append(Row(f"page: {name}", "server time, p95", took[int(TIMES * 0.95)], "ms"))
    return rows


async def _raw(client: httpx.AsyncClient, path: str) -> tuple[int, str]:
    """Bytes of the body as sent, and the text."""
    async with client.stream("GET", path) as answer:
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answers {answer.status_code}")
        text = (await answer.aread()).decode()
        return answer.num_bytes_downloaded, text


async def _time(client: httpx.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    (await client.get(path)).raise_for_status()
    return 1000 * (time.perf_counter() - began)
