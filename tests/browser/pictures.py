"""Pictures of the product at work, taken during real calls: ``scripts/screenshots FOLDER``."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.async_api import Page, expect

from callcenter.domain import effects as ef
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Place
from callcenter.telephony.asterisk.provision import fonts, tools
from tests.app.conftest import ALWAYS_OPEN
from tests.app.live import REPOSITORY
from tests.browser import namespace
from tests.browser.office import TONES, Office, Person, hears_beeps, open_office
from tests.sip.ua import Call

CALLER = "13800001001"


async def ring(office: Office, caller: str, *keys: str) -> tuple[Call, str]:
    """Ring the hotline and press keys as the menus come; returns call and contact."""
    before = {contact.id for contact in office.contacts()}
    call = await office.dial(caller=caller)
    await call.wait_answered()
    new = await office.until(lambda: next((c.id for c in office.contacts() if c.id not in before), ""), "the contact")
    for key, step in zip(keys, ("language", "main"), strict=False):
        await office.until(lambda s=step: f"hotline/{s}" in path_of(office, new)[-1:], step)
        call.press(key)
    await office.until(lambda: place_of(office, new) in (Place.WAITING, Place.OFFERED), "the queue")
    return call, new


def path_of(office: Office, contact: str) -> tuple[str, ...]:
    return next((c.flow_path for c in office.contacts() if c.id == contact), ())


def place_of(office: Office, contact: str) -> Place | None:
    return next((c.place for c in office.contacts() if c.id == contact), None)


async def shoot(page: Page, folder: Path, name: str) -> None:
    await page.screenshot(path=folder / f"{name}.png")
    print(name)


async def first_call(office: Office, agent: Person) -> str:
    """A whole call, told by its story afterwards."""
    call, contact = await ring(office, CALLER, "1", "1")
    await office.fact(contact, ef.QueueAnnounced)
    await agent.press("a")
    await agent.page.wait_for_selector("#act-accept")
    await agent.press("Enter")
    await agent.call_up()
    await hears_beeps(call, TONES["1001"])
    await agent.press("h")
    await call.wait(lambda: call.rtp.loudness() > 0.01, "music")
    await agent.page.wait_for_selector("#act-resume")
    await agent.press("h")
    await hears_beeps(call, TONES["1001"])
    await agent.press("e")
    await office.until(lambda: path_of(office, contact)[-1:] == ("survey/ask",), "the survey")
    call.press("5")
    await office.fact(contact, ef.SurveyAnswered)
    await call.wait_ended(15)
    await agent.page.locator(".chip", has_text="已解决").click()
    await agent.press("n")
    await agent.page.keyboard.type("已挂失尾号 1234，新卡寄家庭住址")
    await agent.press("Control+Enter")
    await office.until(lambda: office.product.desk.desk_view("1001").state is AgentState.AVAILABLE, "free")
    return contact


async def take(office: Office, folder: Path) -> None:
    """All pictures, in one go."""
    agent = await office.agent("1001")
    await shoot(agent.page, folder, "agent-break")
    contact = await first_call(office, agent)
    leader = await office.agent("leader")
    await leader.page.goto(f"{office.base}/contacts/{contact}")
    await leader.page.screenshot(path=folder / "contact.png", full_page=True)
    print("contact, the whole page")
    call, _ = await ring(office, CALLER, "1", "1")
    await agent.page.wait_for_selector("#act-accept")
    await shoot(agent.page, folder, "agent-offer")
    await agent.press("Enter")
    await agent.call_up()
    await hears_beeps(call, TONES["1001"], 3)
    await ring(office, "13800001013", "1", "0")
    guest = await office.person("guest")
    await guest.page.goto(f"{office.base}/call")
    await guest.page.locator("#call").click()
    await expect(guest.page.locator("#phone")).to_have_attribute("data-state", "talking")
    await guest.press("1")
    await shoot(guest.page, folder, "phone")
    await shoot(agent.page, folder, "agent")
    await agent.press("t")
    await agent.page.wait_for_selector("#targets input")
    await shoot(agent.page, folder, "transfer")
    await agent.press("Escape", "h")
    await agent.page.wait_for_selector("#act-resume")
    await shoot(agent.page, folder, "agent-hold")
    await office.ready("1003")
    await leader.page.goto(f"{office.base}/floor")
    await expect(leader.page.locator("#line")).to_have_attribute("data-line", "ready")
    await shoot(leader.page, folder, "floor")
    await leader.page.goto(f"{office.base}/contacts")
    await shoot(leader.page, folder, "contacts")
    for someone in (agent, leader, guest):
        if someone.troubles:
            raise RuntimeError(f"{someone.name}: {someone.troubles}")


def free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for made in sockets:
            made.bind(("127.0.0.1", 0))
        return [made.getsockname()[1] for made in sockets]


async def main(folder: Path) -> None:
    os.environ.update({**tools.playwright_environment(), **fonts.environment_or_fetch()})
    chromium = tools.locate_or_fetch("chromium")
    with tempfile.TemporaryDirectory(prefix="cc") as scratch:
        flows = Path(scratch) / "ivr_flows"
        shutil.copytree(REPOSITORY / "ivr_flows", flows)
        (flows / "calendars.yaml").write_text(ALWAYS_OPEN)
        async with open_office(Path(scratch), free_ports(8), chromium.command[0], flows=flows) as office:
            await take(office, folder)


if __name__ == "__main__":
    target = Path(sys.argv[1]).resolve()
    if not namespace.inside():
        if reason := namespace.why_impossible():
            sys.exit(reason)
        command = namespace.command_inside([sys.executable, "-m", "tests.browser.pictures", str(target)])
        os.execvp(command[0], command)
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
