"""The whole product on a real Asterisk, for tests: customers and agents are SIP telephones on loopback addresses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from callcenter.app.settings import Settings, TrunkSettings
from callcenter.app.wiring import Product, running
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.records import TimelineEntry
from tests.sip.ua import Call, UserAgent

CUSTOMER = "127.0.0.10"
AGENT_PHONES = {"1001": "127.0.0.21", "1002": "127.0.0.22", "1003": "127.0.0.23"}
CUSTOMER_TONE = 440
AGENT_TONES = {"1001": 700, "1002": 900, "1003": 1100}
PHONE_PORT = 5060
REPOSITORY = Path(__file__).parents[2]


def settings_for(data: Path, ports: list[int], **more: Any) -> Settings:
    """Settings of a product of its own: folder, ports, one carrier, SIP telephones for the first agents."""
    rtp = 30_000 + (ports[0] % 100) * 100
    values: dict[str, Any] = {
        "data": data,
        "port": ports[0],
        "asterisk_port": ports[1],
        "sip_port": ports[2],
        "media_port": ports[5],
        "sip_address": "127.0.0.1",
        "rtp_start": rtp,
        "rtp_end": rtp + 199,
        "telephony": "asterisk",
        "demo_password": "demo-password-1",
        "flows": REPOSITORY / "ivr_flows",
        "trunks": (TrunkSettings(name="carrier", match=(f"{CUSTOMER}/32",), contact=f"sip:{CUSTOMER}:{ports[3]}"),),
        "sip_agents": {agent: f"sip:{agent}@{host}:{ports[4]}" for agent, host in AGENT_PHONES.items()},
    }
    return Settings(**{**values, **more})


class Floor:
    """Customers and agents around one product."""

    def __init__(self, product: Product, customer_port: int, phone_port: int) -> None:
        self.product = product
        self.customer = UserAgent(CUSTOMER, customer_port, tone=CUSTOMER_TONE)
        self.phones = {
            agent: UserAgent(host, phone_port, tone=AGENT_TONES[agent]) for agent, host in AGENT_PHONES.items()
        }

    async def open(self) -> None:
        await self.customer.open()
        for phone in self.phones.values():
            await phone.open()

    async def close(self) -> None:
        await self.customer.close()
        for phone in self.phones.values():
            await phone.close()

    async def ready(self, *agents: str) -> None:
        """Sign agents in, available."""
        for agent in agents:
            await self.product.desk.submit(ev.AgentSignedIn(agent=agent, desk=""))
            await self.product.desk.submit(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))

    async def dial(self, number: str = "95000", caller: str = "13800000001") -> Call:
        """A customer rings a hotline."""
        return await self.customer.call(number, ("127.0.0.1", self.product.settings.sip_port), caller=caller)

    async def until(self, condition: Callable[[], Any], what: str, timeout_s: float = 15.0) -> Any:
        """Return the condition's value once it is true; looked at after each change of the live state."""

        async def look() -> Any:
            async for _ in self.product.desk.changes():
                if value := condition():
                    return value
            raise AssertionError("the changes ended")

        try:
            return await asyncio.wait_for(look(), timeout_s)
        except TimeoutError:
            raise AssertionError(f"not within {timeout_s} s: {what}; {self.states()}") from None

    def states(self) -> str:
        """The live state in one line, for messages."""
        floor = self.product.desk.floor_view()
        agents = {view.id: f"{view.state}/{view.reason}" for view in floor.agents if view.id in self.phones}
        return f"agents {agents}, contacts {[(view.id[-6:], view.place.value) for view in floor.contacts]}"

    def contact(self) -> Any:
        """The only live contact, or None."""
        return next(iter(self.product.desk.floor_view().contacts), None)

    async def story(self, contact: str) -> list[TimelineEntry]:
        """The contact's timeline."""
        return list(await self.product.storage.contacts.timeline(contact))


async def end_asterisk(product: Product) -> None:
    """An Asterisk that goes on with calls, as it should for people, is of no use after a test."""
    if product.pbx.server is not None:
        await product.pbx.server.stop()


@asynccontextmanager
async def live(data: Path, ports: list[int], **more: Any) -> AsyncIterator[Floor]:
    """A running product with its telephones."""
    said: list[str] = []
    async with AsyncExitStack() as stack, running(settings_for(data, ports, **more), report=said.append) as product:
        floor = Floor(product, ports[3], ports[4])
        await floor.open()
        try:
            yield floor
        finally:
            await floor.close()
            stack.push_async_callback(end_asterisk, product)
