"""A product on the simulated network with campaigns, their lists and people who answer or do not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from callcenter.app.settings import Settings
from callcenter.app.wiring import Product, running
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.campaign_records import Campaign, CampaignAct, CampaignSpec, Window
from callcenter.domain.campaigns import CampaignMode
from callcenter.domain.leads import NewLead
from callcenter.storage.lead_writer import LeadWriter
from callcenter.telephony.simulated.clock import VirtualClock

MAKER, CHECKER = "leader", "admin"
EVERY_DAY = tuple(Window(day, "00:00", "24:00") for day in range(7))
RESULTS = {"resolved": "promised", "complaint": "opted_out"}


def a_spec(mode: CampaignMode = CampaignMode.PROGRESSIVE, **fields: Any) -> CampaignSpec:
    given: dict[str, Any] = {
        "names": {"zh": "还款提醒", "en": "Repayment reminder"},
        "goal": "remind",
        "on_behalf_of": {"zh": "未来银行", "en": "Future Bank"},
        "purpose": "service",
        "mode": mode,
        "queue": "general",
        "caller_number": "95000",
        "number_class": "95",
        "marks": ("recording",),
        "windows": EVERY_DAY,
        "results": RESULTS,
    }
    return CampaignSpec(**{**given, **fields})


def person(n: int) -> str:
    return f"+86139{n:08d}"


def a_lead(n: int, **fields: Any) -> NewLead:
    given = {
        "row": n + 2,
        "number": person(n),
        "name": f"客户{n}",
        "zones": ("Asia/Shanghai",),
        "number_type": "mobile",
    }
    return NewLead(**{**given, **fields})


class Outbound:
    """Campaigns around one product."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.network: Any = getattr(product.pbx.telephony, "network", None)
        """The simulated network, where there is one."""

    async def ready(self, *agents: str) -> None:
        for agent in agents:
            await self.product.desk.submit(ev.AgentSignedIn(agent=agent, desk=""))
            await self.product.desk.submit(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))

    async def campaign(self, spec: CampaignSpec, leads: Iterable[NewLead]) -> Campaign:
        """Asked for, approved by somebody else, with a list; not started."""
        desk = self.product.campaigns
        made = await desk.create(spec, MAKER)
        assert desk.faults(spec) == []
        made = await desk.act(made.id, made.version, CampaignAct.SUBMIT, MAKER)
        made = await desk.act(made.id, made.version, CampaignAct.APPROVE, CHECKER)
        await self.add_list(made.id, list(leads))
        return made

    async def add_list(self, campaign: str, leads: list[NewLead]) -> None:
        storage, url = self.product.storage, self.product.settings.database_url
        kept = await storage.leads.add_list(campaign, "list", "list.csv", f"hash-{len(leads)}", MAKER, 5)

        def write() -> None:
            writer = LeadWriter(url, campaign, kept.id)
            writer.add(leads, (), len(leads))
            writer.close()

        await asyncio.to_thread(write)

    async def start(self, campaign: Campaign) -> Campaign:
        return await self.product.campaigns.act(campaign.id, campaign.version, CampaignAct.START, MAKER)

    async def facts(self, kind: type[ef.Effect]) -> list[Any]:
        entries = [entry async for entry in self.product.storage.journal.read()]
        return [effect for entry in entries for effect in entry.effects if isinstance(effect, kind)]

    async def until(self, condition: Callable[[], Any]) -> None:
        async for _ in self.product.desk.changes():
            if condition():
                return

    async def settled(self, count: int) -> list[Any]:
        """The results, once there are so many."""
        async for _ in self.product.desk.changes():
            found = await self.facts(ef.LeadSettled)
            if len(found) >= count:
                return found
        raise AssertionError


@asynccontextmanager
async def outbound(data: Path, flows: Path, **more: Any) -> AsyncIterator[tuple[Outbound, VirtualClock]]:
    made: list[Product] = []
    clock = VirtualClock(quiet=lambda: not made or made[0].idle)
    settings = Settings(data=data, flows=flows, telephony="simulated", demo_password="demo-password-1", **more)
    async with running(settings, clock=clock, report=lambda line: None) as product:
        made.append(product)
        yield Outbound(product), clock
