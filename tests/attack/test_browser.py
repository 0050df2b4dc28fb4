"""In a real browser: no payload runs on the pages, and timers go by the server's clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.domain.agent import AgentState as S
from tests.attack.house import house
from tests.attack.markup import NASTY
from tests.web import samples
from tests.web.gallery import chromium, prepare, served, serving, signed_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]
PAGES = {
    "anna": ("/agent", "/contacts", "/contacts/past-a", "/account"),
    "lead_a": ("/floor", "/floor/wall", "/contacts/past-a"),
    "quality": ("/contacts/past-a/export",),
    "admin": ("/users", "/audit", "/tokens", "/admin", "/admin/queues", "/admin/queues/edit/cards", "/admin/numbers"),
}
WATCH = """() => {
    window.__broken = [];
    document.addEventListener("securitypolicyviolation", (event) => window.__broken.push(event.blockedURI));
}"""
STRANGE = """() => [...document.querySelectorAll("*")].filter((element) =>
    /zq7/.test(element.localName) ||
    element.getAttributeNames().some((name) => /^on|zq7/.test(name)) ||
    (element.localName === "script" && !element.src)
).map((element) => element.outerHTML.slice(0, 200))"""
HOUR_MS = 3_600_000
SHIFT = """(() => {
    const Real = Date;
    window.Date = class extends Real {
        constructor(...given) { if (given.length) super(...given); else super(Real.now() + SHIFT_MS); }
        static now() { return Real.now() + SHIFT_MS; }
    };
})()"""
TIMERS = """() => [...document.querySelectorAll("time[data-since], time[data-until]")].map((element) =>
    element.textContent.trim().split(":").reduce((whole, part) => whole * 60 + Number(part), 0))"""


async def test_no_payload_runs() -> None:
    async with house(spoil=NASTY) as made, served(made.app) as base, chromium() as browser:
        lead = await made.client("lead_a")
        say = {"act": "message", "to": "all", "text": NASTY, "command": "m-1"}
        assert (await lead.post("/floor/commands", json=say)).status == 200
        for who, paths in PAGES.items():
            client = await made.client(who)
            context = await browser.new_context(viewport={"width": 1366, "height": 768})
            session = {"name": "cc_session", "value": client.cookies["cc_session"], "url": base}
            await context.add_cookies([session])  # type: ignore[list-item]
            await context.add_init_script(f"({WATCH})()")
            page = await context.new_page()
            dialogs: list[str] = []
            page.on("dialog", lambda dialog, into=dialogs: into.append(dialog.message))
            for path in paths:
                answer = await page.goto(base + path, wait_until="load")
                assert answer is not None
                assert answer.status == 200, path
                assert "zq7" in await page.content(), path
                assert await page.evaluate("() => window.__owned === undefined"), path
                assert await page.evaluate(STRANGE) == [], path
                assert await page.evaluate("() => window.__broken") == [], f"{path}: only the policy held it back"
            assert not dialogs
            await context.close()
        await made.app.state.hub.close()


async def test_timers_when_the_browsers_clock_is_an_hour_wrong(tmp_path: Path) -> None:
    services = samples.services(tmp_path)
    talk = samples.contact()
    desks = {
        "talk": samples.desk(S.BUSY, contacts=(talk,)),
        "wrap-up": samples.desk(S.WRAP_UP, wrap_up=talk, wrap_up_ends_ms=samples.NOW + 24_000),
    }
    scenes = [(name, "wangfang", "/agent", desk) for name, desk in desks.items()]
    async with serving(services) as base, chromium() as browser:
        for name, user, path, view in [*scenes, ("floor", "liqiang", "/floor", None)]:
            await prepare(services, view)
            seen = []
            for shift in (0, -HOUR_MS, HOUR_MS):
                context = await browser.new_context(viewport={"width": 1366, "height": 768})
                await context.add_init_script(SHIFT.replace("SHIFT_MS", str(shift)))
                page = await signed_in(context, base, user)
                await page.add_init_script("sessionStorage.setItem('desk-id', 'desk-of-the-test')")
                await page.goto(base + path)
                await page.wait_for_selector("time[data-since], time[data-until]", state="attached")
                seen.append(await page.evaluate(TIMERS))
                await context.close()
            assert seen[0], f"{name} has timers"
            for other in seen[1:]:
                assert len(other) == len(seen[0]), name
                assert all(abs(a - b) <= 20 for a, b in zip(seen[0], other, strict=True)), (name, seen)
