"""The product without any PBX: the simulated network, in virtual time."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.app.settings import Settings
from callcenter.app.wiring import Product, running
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import EndReason
from callcenter.telephony.simulated.clock import VirtualClock


def settings_for(data: Path, flows: Path) -> Settings:
    return Settings(
        data=data,
        flows=flows,
        telephony="simulated",
        demo_password="demo-password-1",
        services={"bank": "http://127.0.0.1:9"},
    )


async def test_a_whole_call_on_the_simulated_network(data: Path, flows: Path) -> None:
    running_product: list[Product] = []
    clock = VirtualClock(quiet=lambda: not running_product or running_product[0].idle)
    said: list[str] = []
    async with running(settings_for(data, flows), clock=clock, report=said.append) as product, clock.running():
        running_product.append(product)
        assert any("simulated telephony" in line for line in said), said
        network = product.pbx.telephony.network
        assert product.desk.softphone("1001")["place"] == "simulated", "no page has a phone to register"
        await product.desk.submit(ev.AgentSignedIn(agent="1001", desk=""))
        await product.desk.submit(ev.StateRequested(agent="1001", state=AgentState.AVAILABLE))
        caller = network.call("13800000001", "95000", line="trunk")
        await caller.wait_heard("中文")
        caller.press("1")
        await caller.wait_heard("挂失")
        caller.press("1")
        await caller.wait_heard("party:agent:1001")
        caller.hang_up()
        entries = await ended(product)
        reasons = [e.reason for entry in entries for e in entry.effects if isinstance(e, ef.ContactEnded)]
        assert reasons == [EndReason.CUSTOMER_HUNG_UP]
        assert list(replay(Center(), entries)) == []


async def ended(product: Product):
    async for _ in product.desk.changes():
        if not product.desk.floor_view().contacts:
            return [entry async for entry in product.storage.journal.read()]
    raise AssertionError


async def test_telephony_that_was_asked_for_and_cannot_be_had_is_an_error_and_auto_falls_back(
    data: Path, flows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from callcenter.app import pbx
    from callcenter.domain.errors import ProviderError

    def nowhere(report: object) -> None:
        raise ProviderError("no apt, no network")

    monkeypatch.setattr(pbx, "locate_or_fetch", nowhere)
    settings = settings_for(data, flows)
    said: list[str] = []
    async with running(settings.model_copy(update={"telephony": "auto"}), report=said.append) as product:
        assert product.pbx.server is None
    assert any("no Asterisk could be had (no apt, no network)" in line for line in said), said
    with pytest.raises(ProviderError, match="no apt"):
        async with running(settings.model_copy(update={"telephony": "asterisk"}), report=said.append):
            pass
