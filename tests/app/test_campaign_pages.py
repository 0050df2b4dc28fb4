"""A campaign by its pages on a running product: begun from a template, approved, given a list, dialled, and told of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from callcenter.domain.access import Role
from callcenter.domain.records import User
from callcenter.web.app import create_app
from callcenter.web.sessions import open_session, token_hash
from dialer.campaign.templates import templates
from tests.app.outbound import Outbound, a_lead, a_spec, outbound, person
from tests.attack.client import Client

FORM = {
    "name_zh": "还款提醒",
    "goal": "提醒还款",
    "purpose": "service",
    "mode": "progressive",
    "queue": "general",
    "caller_number": "95000",
    "number_class": "95",
    "marks": "recording",
    "packs": "cn",
    "workdays": "00:00-24:00",
    "weekend": "00:00-24:00",
    "script": "您好",
}


async def client_of(house: Outbound, name: str, role: Role) -> Client:
    web = house.product.web
    if await web.users.by_name(name) is None:
        await web.users.add(User(0, name, name, role, "-", language="en"))
    user = await web.users.by_name(name)
    assert user is not None
    client = Client(create_app(web))
    token = await open_session(web, user, address="10.1.2.3", browser="test")
    session = await web.users.session(token_hash(token))
    assert session is not None
    client.cookies["cc_session"], client.csrf = token, session.csrf
    return client


async def act(client: Client, house: Outbound, campaign: str, name: str, **more: str) -> Any:
    version = (await house.product.campaigns.get(campaign)).version
    return await client.post(f"/campaigns/{campaign}/act", data={"act": name, "version": str(version), **more})


async def test_from_the_form_to_the_figures(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        maker = await client_of(house, "maker", Role.SUPERVISOR)
        checker = await client_of(house, "checker", Role.OPERATOR)
        quality = await client_of(house, "listener", Role.QUALITY)
        assert "There is no campaign yet." in (await maker.get("/campaigns")).text
        assert (await quality.get("/campaigns")).status == 403
        wrong = await maker.post("/campaigns", data={**FORM, "workdays": "nine to five", "weekend": ""})
        assert wrong.status == 422
        assert "are no hours" in wrong.text
        made = await maker.post("/campaigns", data=FORM)
        campaign = made.to.removeprefix("/campaigns/")
        assert (await act(maker, house, campaign, "submit")).status == 303
        assert (await act(maker, house, campaign, "approve")).status == 404, "a supervisor approves nothing"
        assert (await act(checker, house, campaign, "reject", note="whose script?")).status == 303
        assert "whose script?" in (await maker.get(f"/campaigns/{campaign}")).text
        await act(maker, house, campaign, "submit")
        assert (await act(checker, house, campaign, "approve")).status == 303
        refused = await act(maker, house, campaign, "start")
        assert refused.status == 409
        await house.add_list(campaign, [a_lead(0), a_lead(1, zones=())])
        assert (await act(maker, house, campaign, "start")).status == 303
        house.network.phone(f"number:{person(0)}", busy=True)
        await house.ready("1001")
        await clock.advance(5_000)
        page = (await maker.get(f"/campaigns/{campaign}")).text
        assert "it is not known where the person is" in page
        assert "for another attempt" in page
        stale = await maker.post(f"/campaigns/{campaign}/act", data={"act": "pause", "version": "1"})
        assert stale.status == 409
        assert (await act(maker, house, campaign, "pause")).status == 303


async def test_who_said_no_by_letter_is_called_by_nobody(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, clock):
        maker = await client_of(house, "maker", Role.SUPERVISOR)
        wrong = await maker.post("/campaigns/opt-outs", data={"number": "139"})
        assert wrong.status == 422
        assert "This is no whole telephone number." in wrong.text
        await house.ready("1001")
        campaign = await house.campaign(a_spec(), [a_lead(0)])
        noted = await maker.post("/campaigns/opt-outs", data={"number": person(0)[3:], "reason": "by letter"})
        assert noted.to == "/campaigns?opted=yes"
        assert "no campaign calls them any more" in (await maker.get(noted.to)).text
        await house.start(campaign)
        await clock.advance(3_000)
        assert house.product.engine.center.state.leads == {}
        proof = await house.product.storage.campaigns.opted_out(person(0))
        assert proof is not None
        assert (proof.source, proof.reason) == ("user:maker", "by letter")
        (row,) = [row async for row in house.product.storage.audit.rows() if row.record.act == "number_opted_out"]
        assert person(0) not in str(row.record)


async def test_an_operator_does_not_approve_their_own(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, _):
        operator = await client_of(house, "op", Role.OPERATOR)
        campaign = (await operator.post("/campaigns", data=FORM)).to.removeprefix("/campaigns/")
        await act(operator, house, campaign, "submit")
        assert (await act(operator, house, campaign, "approve")).status == 409
        assert "Somebody else must approve it." in (await operator.get(f"/campaigns/{campaign}")).text


async def test_each_template_is_complete_but_for_what_only_the_centre_knows(data: Path, flows: Path) -> None:
    async with outbound(data, flows) as (house, _):
        maker = await client_of(house, "maker", Role.SUPERVISOR)
        for template in templates():
            missing = {fault.field for fault in house.product.campaigns.faults(template.spec)}
            assert missing == {"queue", "caller_number"}, template.id
            page = (await maker.get(f"/campaigns/new?template={template.id}")).text
            assert template.spec.names["zh"] in page
