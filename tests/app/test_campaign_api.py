"""Campaigns by the API: figures, more leads, opt-outs; and nothing that it is asked for dials around a rule."""

from __future__ import annotations

from pathlib import Path

from callcenter.domain import effects as ef
from callcenter.domain.access import Scope
from callcenter.domain.access_records import ApiToken
from callcenter.domain.audit_leads import LIST_READ, LIST_UPLOADED
from callcenter.web.api.tokens import PREFIX, token_hash
from callcenter.web.app import create_app
from tests.app.outbound import Outbound, a_lead, a_spec, outbound, person
from tests.web.access.test_api import Program


async def program(house: Outbound, role: str) -> Program:
    secret = f"{PREFIX}{role}"
    token = ApiToken(
        id=0,
        name=role,
        token_hash=token_hash(secret),
        role=role,
        scope=Scope.ALL,
        teams=(),
        created_by="admin",
        created_ms=0,
        expires_ms=2**52,
    )
    await house.product.web.tokens.add(token)
    return Program(create_app(house.product.web), secret)


async def test_leads_and_opt_outs_by_the_api_are_judged_like_all_others(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        campaign = await house.campaign(a_spec(), [a_lead(0)])
        api, path = await program(house, "supervisor"), f"/campaigns/{campaign.id}"
        quality = await program(house, "quality")
        assert (await quality.get("/campaigns")).status_code == 403
        assert [one["id"] for one in (await api.get("/campaigns")).json()] == [campaign.id]
        assert (await api.get("/campaigns/none")).status_code == 404
        wrong = await api.http.post("/opt-outs", json={"number": "139"})
        assert (wrong.status_code, wrong.json()["code"]) == (409, "not_a_number")
        for n in (0, 1):
            done = await api.http.post("/opt-outs", json={"number": person(n), "reason": "by mail"})
            assert done.status_code == 204
        new = [{"number": person(n), "name": "=1+1", "time_zone": "Asia/Shanghai"} for n in (1, 2)]
        body = {"name": "more", "leads": [*new, {"number": "12"}]}
        listed = await api.http.post(f"{path}/leads", json=body)
        assert listed.status_code == 202, listed.text
        await house.product.web.lead_lists.settled(listed.json()["id"])  # type: ignore[attr-defined]
        read = (await api.get(f"{path}/lists/{listed.json()['id']}")).json()
        assert (read["state"], read["rejected"]) == ("imported", 1), read
        assert (await api.http.post(f"{path}/leads", json=body)).json()["code"] == "list_same_file"
        house.network.phone(f"number:{person(2)}", busy=True)
        await house.ready("1001")
        await house.start(campaign)
        await clock.advance(10_000)
        assert [fact.number for fact in await house.facts(ef.LeadTaken)] == [person(2)]
        figures = (await api.get(path)).json()
        assert (figures["dialled"], figures["outcomes"]) == (1, {"busy": 1})
        acts = [row.record async for row in house.product.storage.audit.rows()]
        by_api = {record.act for record in acts if record.actor == "token:supervisor"}
        assert by_api == {"number_opted_out", LIST_UPLOADED, LIST_READ}
