"""Every page, both languages, both themes: no accessibility violation, no script error, nothing outside the policy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web import samples
from tests.web.gallery import Scene, chromium, prepare, scenes, serving, signed_in

AXE = Path(__file__).parents[2] / "callcenter/web/static/vendor/axe.min.js"


LOOKS = [("zh", "light"), ("en", "dark"), ("zh", "dark"), ("en", "light")]


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_no_page_has_a_violation(tmp_path: Path) -> None:
    """Each page once, Chinese and light or English and dark in turn."""
    faults = await faults_of([(scene, *LOOKS[number % 2]) for number, scene in enumerate(scenes())], tmp_path)
    assert not faults, "\n".join(faults)


@pytest.mark.browser
@pytest.mark.heavy
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("language", "theme"), LOOKS)
async def test_no_page_has_a_violation_in_any_look(language: str, theme: str, tmp_path: Path) -> None:
    faults = await faults_of([(scene, language, theme) for scene in scenes()], tmp_path)
    assert not faults, "\n".join(faults)


async def faults_of(looks: list[tuple[Scene, str, str]], tmp_path: Path) -> list[str]:
    """Violations and script errors, each with its page."""
    faults: list[str] = []
    services = samples.services(tmp_path)
    async with serving(services) as base, chromium() as browser:
        for (name, user, path, view), language, theme in looks:
            await prepare(services, view)
            context = await browser.new_context(viewport={"width": 1366, "height": 768})
            await context.add_cookies(
                [
                    {"name": "cc_language", "value": language, "url": base},
                    {"name": "cc_theme", "value": theme, "url": base},
                ]
            )
            page = await signed_in(context, base, user)
            page.on("pageerror", lambda error, n=name, into=faults: into.append(f"{n}: script: {error}"))
            await page.add_init_script("sessionStorage.setItem('desk-id', 'desk-of-the-test')")
            await page.goto(base + path)
            if path == "/agent":
                await page.wait_for_selector("html[data-call]", state="attached")
                height = await page.evaluate("() => document.documentElement.scrollHeight")
                assert height <= 768, f"{name} scrolls: {height}"
            await page.evaluate(AXE.read_text())
            result = await page.evaluate("() => axe.run()")
            faults += [
                f"{name}: {v['id']}: {v['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
                for v in result["violations"]
                for node in v["nodes"]
            ]
            await context.close()
    return faults
