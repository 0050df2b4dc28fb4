"""A campaign with lists in every state, in a real database: for the pages of lists and for the gallery."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from callcenter.app.campaigns import CampaignReports
from callcenter.app.lists.desk import LeadListDesk, ListCampaign
from callcenter.core.state import CoreState
from callcenter.domain.leads import (
    LeadBarred,
    LeadClaimed,
    LeadEnded,
    LeadPutOff,
    LeadWaits,
    ListState,
    NumberOptedOut,
)
from callcenter.domain.names import Names
from callcenter.storage import Storage, upgrade
from callcenter.web.services import WebServices
from dialer.lists.judging import CampaignRules
from tests.web import campaign_samples

CAMPAIGN = "loan"
NAMES: dict[str, Names] = {CAMPAIGN: {"zh": "六月消费贷邀约", "en": "June loans"}}
FILE = (
    "客户姓名,手机号码,办公电话,额度,客户经理工号\n"
    "王小明,13800001234,022-87654321,50000,1001\n"
    "李雷,１３９ ００００ １２３４,,30000,\n"
    "韩梅梅,+86 137-0000-1234,,80000,1002\n"
    "欧阳娜娜,022-87651234-801,,20000,\n"
    "赵钱,13600001234,,10000,\n"
    "孙李,13500001234,,60000,\n"
    "周吴,13400001234,,70000,\n"
    "郑王,空号,,10000,\n"
    "冯陈,1.38E+10,,10000,\n"
    "王小明,13800001234,,50000,\n"
    "=cmd|' /C calc'!A0,95588,,10000,\n"
    "褚卫,13300001234,,10000,9999\n"
)


@dataclasses.dataclass
class House:
    services: WebServices
    storage: Storage
    desk: LeadListDesk


@asynccontextmanager
async def with_lists(
    sample: WebServices, folder: Path, names: Mapping[str, Names] = NAMES, bring_up: Callable[[str], object] = upgrade
) -> AsyncIterator[House]:
    """The sample's services over a database of leads, and a desk that reads lists in real processes."""
    url = f"sqlite+aiosqlite:///{folder / 'leads.db'}"
    await asyncio.to_thread(bring_up, url)
    storage = await Storage.open(url)

    async def called(campaign: str) -> Names | None:
        return names.get(campaign)

    async def campaign_of(campaign: str) -> ListCampaign | None:
        return ListCampaign(("cn",), CampaignRules("marketing", "human", "own")) if campaign in names else None

    desk = LeadListDesk(
        url,
        folder / "lists",
        storage.leads,
        sample.audit,
        sample.clock,
        campaign_of=campaign_of,
        agents=lambda: list(sample.desk.config().agents),
    )
    campaigns = await campaign_samples.furnish(storage, sample)
    given = {"leads": storage.leads, "lead_lists": desk, "campaign_names": called, "campaigns": campaigns}
    given["campaign_reports"] = CampaignReports(
        *(storage.campaigns, storage.campaign_figures, storage.campaign_reports),
        *(sample.clock, lambda: CoreState(config=sample.desk.config())),
    )
    try:
        yield House(dataclasses.replace(sample, **given), storage, desk)
    finally:
        await desk.close()
        await storage.close()


async def _piece(data: bytes) -> AsyncIterator[bytes]:
    yield data


async def furnish(house: House) -> None:
    """One list read and half called, one being read, one whose columns are to be confirmed, and one that failed."""
    desk, leads = house.desk, house.storage.leads
    first = await desk.receive(CAMPAIGN, "六月名单", "june.csv", "liqiang", _piece(FILE.encode("gb18030")))
    await desk.begin(first.id, (await desk.preview(first.id)).mapping, "liqiang")
    await desk.settled(first.id)
    one, two, three, four, five, *_rest = await leads.page(CAMPAIGN)
    now = house.services.clock.now_ms()
    await leads.settle(
        [
            LeadClaimed(one.id, "a1", now - 3_600_000),
            LeadEnded(one.id, "a1", "answered", "sold"),
            LeadClaimed(two.id, "a2", now - 1_800_000),
            LeadWaits(two.id, "a2", "busy", "retry", now + 1_800_000),
            LeadPutOff(three.id, "cn_marketing_hours_custom", now + 50_000_000),
            LeadBarred(four.id, "cn_number_type_known"),
            NumberOptedOut(five.number),
        ]
    )
    await desk.receive(CAMPAIGN, "七月名单", "july.csv", "liqiang", _piece(FILE.encode() + b"\n"))
    failed = await leads.add_list(CAMPAIGN, "五月名单", "may.xls", "x", "liqiang", now)
    await leads.set_list(failed.id, ListState.FAILED, "list_broke_off")
    reading = await leads.add_list(CAMPAIGN, "八月名单", "august.xlsx", "y", "liqiang", now)
    await leads.set_list(reading.id, ListState.IMPORTING)
