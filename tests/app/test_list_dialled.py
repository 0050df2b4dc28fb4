"""From the file to the call: a list is uploaded to the running product, and its leads are called; some never are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from callcenter.domain.campaign_records import OptOut
from callcenter.domain.campaigns import Outcome
from callcenter.domain.leads import LeadState, ListState
from tests.app.outbound import MAKER, a_lead, a_spec, outbound, person

ROWS = "".join(f"{name},{person(n)[3:]}\n" for n, name in enumerate(["王", "李", "张"]))
FILE = f"姓名,手机号\n{ROWS}赵,空号\n"


async def chunks(text: str) -> AsyncIterator[bytes]:
    yield text.encode("gb18030")


async def test_an_uploaded_list_is_called_while_the_campaign_runs(data: Path, flows: Path) -> None:
    """Whoever opted out before, in whatever way, is on the list and is never called."""
    async with outbound(data, flows) as (house, clock), clock.running():
        for n in (0, 1, 2, 9):
            house.network.phone(f"number:{person(n)}", busy=True)
        await house.ready("1001")
        store = house.product.storage
        await store.campaigns.opt_out(OptOut(person(2), 5, "agent"))
        running = await house.start(await house.campaign(a_spec(), [a_lead(9)]))
        desk = house.product.web.lead_lists
        listed = await desk.receive(running.id, "", "june.csv", MAKER, chunks(FILE))
        await desk.begin(listed.id, (await desk.preview(listed.id)).mapping, MAKER)
        settled = {fact.number: fact.outcome for fact in await house.settled(3)}
        assert settled == {person(n): Outcome.BUSY for n in (0, 1, 9)}
        made = await store.leads.list_of(listed.id)
        assert made is not None
        assert (made.state, made.accepted, made.rejected) == (ListState.IMPORTED, 3, 1)
        counts = {(one.state, one.reason): one.leads for one in await store.leads.counts(running.id)}
        assert counts == {(LeadState.WAITING, "retry"): 3, (LeadState.OPTED_OUT, "opted_out"): 1}
