"""What a browser sends: the fields of a page, some of them changed."""

from __future__ import annotations

import re

import httpx

from callcenter.domain.config import CenterConfig
from callcenter.storage import Storage
from callcenter.web.services import WebServices
from tests.web.conftest import Browser


def fields(html: str) -> dict[str, str]:
    """The names and values of a page's last form, as a browser would send them."""
    form = html[html.index("data-keeps") :]
    form = re.sub(r"<template.*?</template>", "", form[: form.index("</form>")], flags=re.DOTALL)
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and (not re.search(r'type="(checkbox|radio)"', tag) or " checked" in tag):
            found.setdefault(name[1], value[1] if value else "")
    for name, inside in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = chosen[1] if chosen else ""
    found |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL))
    return found


async def edit(browser: Browser, path: str, **changed: str) -> httpx.Response:
    page = await browser.get(path)
    assert page.status_code == 200, page.text[:500]
    given = fields(page.text) | {name.replace("__", "."): value for name, value in changed.items()}
    return await browser.post(path, data=given)


async def kept(services: WebServices, author: str = "admin") -> CenterConfig:
    draft = await services.configuration.draft(author)
    assert draft is not None
    return draft.config


async def acts(storage: Storage) -> list[tuple[str, str]]:
    return [(row.record.actor, row.record.act) async for row in storage.audit.rows()]
