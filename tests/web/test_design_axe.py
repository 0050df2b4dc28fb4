"""The page of components in every look: no accessibility violation, no script error, and its parts work."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web import samples
from tests.web.gallery import chromium, prepare, serving, signed_in
from tests.web.scenes import scenes
from tests.web.test_axe import LOOKS, faults_of


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_every_component_is_accessible_in_every_look() -> None:
    scene = next(scene for scene in scenes() if scene.name == "design")
    faults = await faults_of([(scene, language, theme) for language, theme in LOOKS])
    assert not faults, "\n".join(faults)


@pytest.mark.browser
@pytest.mark.timeout(120)
async def test_tabs_dialogs_choices_and_colours_work_by_keyboard(tmp_path: Path) -> None:
    services = samples.services(tmp_path)
    async with serving(services) as base, chromium() as browser:
        await prepare(services, None)
        context = await browser.new_context(viewport={"width": 1366, "height": 768})
        page = await signed_in(context, base, "admin")
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
        await page.goto(f"{base}/design")

        await page.focus("#tab-script")
        await page.keyboard.press("ArrowRight")
        assert await page.is_visible("#panel-known")
        assert await page.is_hidden("#panel-script")
        assert await page.evaluate("document.activeElement.id") == "tab-known"

        await page.focus("[data-opens=sample-confirm]")
        await page.keyboard.press("Enter")
        assert await page.is_visible("#sample-confirm")
        await page.keyboard.press("Escape")
        assert await page.is_hidden("#sample-confirm")
        assert await page.evaluate("document.activeElement.dataset.opens") == "sample-confirm"

        assert await page.is_hidden(".selection")
        await page.focus("[data-selects=pick]")
        await page.keyboard.press("Space")
        assert "3" in await page.inner_text("[data-selected=pick]")
        await page.focus(".tick input[value='2']")
        await page.keyboard.press("Space")
        assert "2" in await page.inner_text("[data-selected=pick]")
        assert await page.evaluate("document.querySelector('[data-selects=pick]').indeterminate")

        await page.focus("#user-button")
        await page.keyboard.press("Enter")
        async with page.expect_response(lambda answer: "/theme/dark" in answer.url):
            await page.click("[data-theme-choice=dark]")
        assert await page.get_attribute("html", "data-theme") == "dark"
        await page.reload()
        assert await page.get_attribute("html", "data-theme") == "dark"

        said = "new CustomEvent('toast', {bubbles: true, detail: {text: '<b>filed</b>'}})"
        await page.evaluate(f"document.body.dispatchEvent({said})")
        assert await page.inner_text(".toasts .toast span") == "<b>filed</b>"
        assert not refused, refused
        await context.close()
