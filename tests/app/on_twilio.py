"""The whole product on the double of Twilio, in virtual time."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from callcenter.app import pbx
from callcenter.app.cloud_numbers import open_twilio
from callcenter.app.settings import Settings
from callcenter.app.wiring import Product, running
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import Prompt
from callcenter.domain.ports import Clock, PromptAudio, SecretVault
from callcenter.telephony.simulated.clock import VirtualClock
from callcenter.web.app import create_app
from tests.app.live import Floor
from tests.telephony.twilio_double.double import Double
from tests.telephony.twilio_double.people import Person
from tests.telephony.twilio_double.rest import DoubleRest, FaultyTransport
from tests.telephony.twilio_world import write_tone

PUBLIC = "https://cc.bank.example"
NUMBER = "+862195000"
AGENTS = ("1001", "1002", "1003")


class CloudFloor:
    """Customers and agents around a product whose numbers are in the cloud."""

    until, states, contact, story = Floor.until, Floor.states, Floor.contact, Floor.story

    def __init__(self, product: Product, double: Double) -> None:
        self.product, self.double = product, double
        self.phones: dict[str, Person] = {agent: double.phone(f"client:{agent}", f"agent:{agent}") for agent in AGENTS}

    def dial(self, caller: str = "+8613800000001") -> Person:
        return self.double.ring(caller, NUMBER, f"customer:{caller}")

    async def ready(self, *agents: str) -> None:
        for agent in agents:
            await self.product.desk.submit(ev.AgentSignedIn(agent=agent, desk=""))
            await self.product.desk.submit(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))


class CountedPrompts:
    """Fills ``PromptAudio``; knows whether one is being spoken, which takes real time."""

    voice: PromptAudio
    busy = 0

    async def file_of(self, prompt: Prompt) -> Path:
        self.busy += 1
        try:
            return await self.voice.file_of(prompt)
        finally:
            self.busy -= 1


def decided(product: Product) -> bool:
    """Whether nothing waits for a decision. What is carried out may wait for virtual time itself."""
    return product.engine.idle and product.chats.idle and product.dialler.idle


@asynccontextmanager
async def on_twilio(
    data: Path, flows: Path, monkeypatch: pytest.MonkeyPatch, **account: Any
) -> AsyncIterator[CloudFloor]:
    products: list[Product] = []
    apps: list[Any] = []
    prompts = CountedPrompts()
    clock = VirtualClock(quiet=lambda: not products or (decided(products[0]) and not prompts.busy))

    async def web(scope: Any, receive: Any, send: Any) -> None:
        await apps[0](scope, receive, send)

    double = Double(clock, httpx.ASGITransport(web))
    double.voice_url, double.status_url = f"{PUBLIC}/twilio/voice#rc=2", f"{PUBLIC}/twilio/status#rc=2"
    environment = {
        "ACCOUNT_SID": double.account_sid,
        "AUTH_TOKEN": double.auth_token,
        "NUMBERS": json.dumps({NUMBER: "95000"}),
        "AGENTS": "client:{agent}",
        **account,
    }
    for name, value in environment.items():
        monkeypatch.setenv(f"TWILIO_{name}", str(value))
    transport = FaultyTransport(DoubleRest(double))

    def opened(settings: Settings, clock: Clock, vault: SecretVault, voice: PromptAudio) -> Any:
        prompts.voice = voice
        return open_twilio(settings, clock, vault, prompts, transport)

    monkeypatch.setattr(pbx, "open_twilio", opened)
    (data / "twilio").mkdir(parents=True)
    write_tone(data / "twilio/music.wav", 900, 4_000)  # kept when present; composing it takes seconds
    settings = Settings(
        data=data,
        flows=flows,
        telephony="twilio",
        public_address=PUBLIC,
        assistant="off",
        demo_password="demo-password-1",
        services={"bank": "http://127.0.0.1:9"},
    )
    async with running(settings, clock=clock, report=lambda line: None) as product, clock.running():
        apps.append(create_app(product.web))
        products.append(product)
        yield CloudFloor(product, double)
        await double.close()
