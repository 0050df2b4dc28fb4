"""Visitor, trainer and approver, each in a Chromium page: what was not understood is understood, without a restart."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from callcenter.bot.embedded import save, train
from callcenter.bot.training_data import read_project
from callcenter.domain.access import Role
from callcenter.domain.records import User
from callcenter.telephony.asterisk.provision.tools import Tool
from callcenter.web.signin.passwords import new_password_hash
from tests.app.chatting import house
from tests.bot.small_model import REPOSITORY

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
PASSWORD = "demo-password-1"
SAID = "荷包叮当响不响"
FEW = 12
PATIENCE_MS = 40_000


def small(folder: Path) -> Path:
    """Some sentences of three of the bank's intents: trained within seconds."""
    kept: dict[str, list[str]] = {"balance_query": [], "human_agent": [], "goodbye": []}
    for one in read_project(REPOSITORY / "nlu_models" / "data" / "nlu" / "zh").examples:
        if one.intent in kept and len(kept[one.intent]) < FEW:
            kept[one.intent].append(one.text)
    parts = [
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for intent, texts in kept.items()
    ]
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "nlu.yml").write_text('version: "3.1"\nnlu:\n' + "".join(parts), encoding="utf-8")
    return folder


async def page_of(browser: Browser, troubles: list[str]) -> Page:
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = await context.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    return page


async def sign_in(page: Page, base: str, name: str) -> None:
    await page.goto(f"{base}/sign-in")
    await page.locator("[name=name]").fill(name)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda address: "/sign-in" not in address)


async def say(visitor: Page, text: str) -> None:
    await visitor.locator(".say textarea").fill(text)
    await visitor.keyboard.press("Enter")


async def test_what_was_misunderstood_is_understood_without_a_restart(
    data: Path, flows: Path, free_ports: list[int], chromium: Tool, tmp_path: Path
) -> None:
    project = small(tmp_path / "project")
    save(train(read_project(project)), tmp_path / "base")
    more = {"assistant_model": tmp_path / "base", "assistant_data": project}
    troubles: list[str] = []
    async with house(data, free_ports[0], flows=flows, **more) as made, async_playwright() as playwright:
        await made.understands()
        boss = User(0, "boss", "主管", Role.ADMINISTRATOR, new_password_hash(PASSWORD))
        await made.product.storage.users.add(boss)
        base = made.product.settings.base_url
        browser = await playwright.chromium.launch(executable_path=chromium.command[0], args=["--no-sandbox"])
        expect.set_options(timeout=PATIENCE_MS)
        try:
            visitor, trainer, approver = [await page_of(browser, troubles) for _ in range(3)]
            await visitor.goto(f"{base}/chat-demo")
            await say(visitor, SAID)
            await expect(visitor.locator(".log .m:not(.visitor)").last).to_contain_text("换")

            await sign_in(trainer, base, "trainer")
            await trainer.wait_for_url(f"{base}/trainer")
            row = trainer.locator("tr[data-review]").filter(has_text=SAID)
            await expect(row).to_contain_text("无法识别")
            await trainer.keyboard.press("j")
            await trainer.keyboard.press("c")
            await trainer.keyboard.type("balance_query")
            await trainer.keyboard.press("Enter")
            await expect(row).to_contain_text("已纠正")

            await trainer.goto(f"{base}/trainer/models")
            await expect(trainer.locator("#serving")).to_have_text("base")
            await trainer.locator("#train").click()
            await trainer.locator("#training").get_by_role("link", name="查看评估").click()
            await expect(trainer.locator(".trainer-figures")).to_contain_text("理解正确")
            new = trainer.url.rpartition("/")[2]
            await trainer.locator("#submit").click()
            await expect(trainer.locator(".trainer-waiting")).to_contain_text("须由他人批准")
            await expect(trainer.locator("#approve")).to_have_count(0)

            await sign_in(approver, base, "boss")
            await approver.goto(f"{base}/trainer/models")
            await approver.locator("#approve").click()
            await expect(approver.locator("#serving")).to_have_text(new)

            await say(visitor, SAID)
            await expect(visitor.locator(".log .m:not(.visitor)").last).to_contain_text("卡号后四位")
            await trainer.goto(f"{base}/trainer?show=all")
            latest = trainer.locator("tr[data-review]").filter(has_text=SAID).first
            await expect(latest).to_contain_text(new)
        finally:
            expect.set_options(timeout=5_000)
        await browser.close()
    assert troubles == []
