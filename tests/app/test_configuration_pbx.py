"""An agent added while calls are up may register at once on a real Asterisk; the talk goes on."""

from __future__ import annotations

import re

import pytest

from callcenter.domain.config import AgentConfig
from callcenter.domain.contact import Place
from tests.app.live import Floor
from tests.app.test_configuration import publish

pytestmark = pytest.mark.asterisk


async def test_a_new_agent_has_an_account_and_nobody_is_cut_off(floor: Floor) -> None:
    product = floor.product
    await floor.ready("1001")
    call = await floor.dial("12378")
    await floor.until(lambda: floor.contact() is not None, "a contact")
    agents = {**product.desk.config().agents, "2001": AgentConfig("2001", "新坐席", skills={"general": 5})}
    server = product.pbx.server
    assert server is not None
    assert not re.search(r"\b2001\b", await server.command("pjsip show endpoints"))
    assert await publish(product, "admin", agents=agents) == 2
    shown = await server.command("pjsip show endpoint 2001")
    assert "2001" in shown
    assert "Unable to find" not in shown
    assert product.desk.softphone("2001")["password"]
    contact = floor.contact()
    assert contact is not None
    assert contact.place is not Place.ENDED
    call.hang_up()
