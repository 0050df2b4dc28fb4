"""The administration's tables by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.gallery import chromium, serving, signed_in
from tests.web.houses import admin_services

pytestmark = pytest.mark.browser


async def test_rows_are_added_and_levels_walked_by_keyboard(tmp_path: Path) -> None:
    services = await admin_services(tmp_path)
    async with serving(services) as base, chromium() as browser:
        page = await signed_in(await browser.new_context(), base, "admin")
        await page.goto(f"{base}/admin/skills")
        await page.focus("[id='1001.card_loss']")
        await page.keyboard.press("ArrowDown")
        await page.keyboard.type("3")
        await page.keyboard.press("ArrowRight")
        await page.keyboard.type("4")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**saved**")
        draft = await services.configuration.draft("admin")
        assert draft is not None
        assert draft.config.agents["1002"].skills["card_loss"] == 3
        assert draft.config.agents["1002"].skills["complaint"] == 4
        await page.goto(f"{base}/admin/break_reasons")
        await page.click("[data-adds-row]")
        await page.keyboard.type("doctor")
        await page.keyboard.press("Tab")
        await page.keyboard.type("就医")
        await page.click(".form-acts .primary")
        await page.wait_for_url("**saved**")
        draft = await services.configuration.draft("admin")
        assert draft is not None
        assert draft.config.break_reasons[-1].names == {"zh": "就医"}
