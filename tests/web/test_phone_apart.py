"""Agents whose telephone is not their page: it registers nothing, and says where one answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import expect

from callcenter.domain.agent import AgentState as S
from callcenter.domain.contact import Place
from tests.web import samples
from tests.web.doubles import DeskDouble
from tests.web.gallery import chromium, look_of, serving, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


async def test_a_desk_whose_telephone_is_apart_registers_nothing_and_says_so(tmp_path: Path) -> None:
    services = samples.services(tmp_path, asterisk_ws="")
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    async with serving(services) as base, chromium() as browser:
        context = await look_of(browser, base, "en", "light")
        desk.phones["1001"] = "telephone"
        page = await signed_in(context, base, "wangfang")
        asked: list[str] = []
        page.on("websocket", lambda socket: asked.append(socket.url))
        for place, line, answer in (
            ("telephone", "Phone: on the table", "Answer at your telephone"),
            ("simulated", "Phone: simulated", "your phone answers by itself"),
        ):
            desk.phones["1001"] = place
            desk.views["1001"] = samples.desk(S.ON_BREAK, reason="lunch")
            await page.goto(f"{base}/agent")
            await expect(page.locator("#line-text")).to_have_text(line)
            await expect(page.locator("#check")).to_be_hidden()
            await page.keyboard.press("d")
            await expect(page.locator("#check [data-check=speaker]")).to_be_visible()
            await expect(page.locator("#check [data-check=server]")).to_be_hidden()
            await page.keyboard.press("Escape")
            await desk.show(samples.desk(S.OFFERED, contacts=(samples.contact(place=Place.OFFERED),)))
            await page.wait_for_selector("#act-accept")
            await page.keyboard.press("Enter")
            await expect(page.locator("#problem")).to_contain_text(answer)
        assert asked == []
        await context.close()
