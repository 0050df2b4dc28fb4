"""A version published while people wait: nobody is dropped, new agents work at once, a restart runs it."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
import pytest

from callcenter.app.pbx import pbx_secrets, take_configuration
from callcenter.app.surroundings import used_by
from callcenter.app.wiring import Product, running
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, Calendar, CenterConfig, Interval
from callcenter.domain.configuration import Origin
from callcenter.domain.contact import EndReason, Place
from callcenter.domain.errors import ProviderError, Rejected
from callcenter.telephony.simulated.clock import VirtualClock
from tests.app.test_simulated import settings_for

NOW_S = 1_790_000_000


class Centre:
    """A running product in virtual time."""

    def __init__(self, data: Path, flows: Path) -> None:
        self.settings = settings_for(data, flows)
        self._stack = AsyncExitStack()
        self._products: list[Product] = []

    async def __aenter__(self) -> Product:
        clock = VirtualClock(quiet=lambda: not self._products or self._products[0].idle)
        product = await self._stack.enter_async_context(running(self.settings, clock=clock, report=lambda line: None))
        await self._stack.enter_async_context(clock.running())
        self._products.append(product)
        return product

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()


async def until(product: Product, condition: object) -> None:
    async for _ in product.desk.changes():
        if condition():  # type: ignore[operator]
            return


def waiting(product: Product) -> list[str]:
    return [contact.id for contact in product.desk.floor_view().contacts if contact.place is Place.WAITING]


async def publish(product: Product, author: str, **sections: object) -> int:
    desk = product.web.configuration
    config = msgspec.structs.replace((await desk.in_force()).config, **sections)
    draft = await desk.edit(author, config, 0)
    return await desk.publish(author, author, draft.revision)


async def test_nobody_who_waits_is_dropped_and_a_new_agent_takes_the_first(data: Path, flows: Path) -> None:
    async with Centre(data, flows) as product:
        network = product.pbx.telephony.network
        callers = [network.call(f"1380000000{n}", "95000", line="trunk") for n in range(3)]
        for caller in callers:
            await caller.wait_heard("中文")
            caller.press("1")
            await caller.wait_heard("挂失")
            caller.press("1")
        await until(product, lambda: len(waiting(product)) == 3)
        before = waiting(product)
        config = product.desk.config()
        fresh = AgentConfig("2001", "新坐席", team="group_1", skills={"card_loss": 9, "general": 9})
        quick = msgspec.structs.replace(config.queues["card_loss"], wrap_up_ms=5_000, priority=3, overflow=())
        number = await publish(
            product, "admin", agents={**config.agents, "2001": fresh}, queues={**config.queues, "card_loss": quick}
        )
        assert number == 2
        assert waiting(product) == before
        await product.desk.submit(ev.AgentSignedIn(agent="2001", desk=""))
        await product.desk.submit(ev.StateRequested(agent="2001", state=AgentState.AVAILABLE))
        await callers[0].wait_heard("party:agent:2001")
        assert set(waiting(product)) == set(before[1:])
        for caller in callers:
            caller.hang_up()
        await until(product, lambda: not product.desk.floor_view().contacts)
        entries = [entry async for entry in product.storage.journal.read()]
        reasons = [e.reason for entry in entries for e in entry.effects if isinstance(e, ef.ContactEnded)]
        assert set(reasons) <= {EndReason.CUSTOMER_HUNG_UP, EndReason.ABANDONED_IN_QUEUE}
        assert len(reasons) == 3
        assert list(replay(Center(), entries)) == []
        configured = [entry.event for entry in entries if isinstance(entry.event, ev.CenterConfigured)]
        assert [event.version for event in configured][-1] == 2


async def test_the_published_version_runs_after_a_restart_with_its_own_calendars(data: Path, flows: Path) -> None:
    own = Calendar("service_hours", "Asia/Shanghai", (Interval(0, 0, 1440),), {}, (2026,))
    async with Centre(data, flows) as product:
        desk = product.web.configuration
        from_file = product.desk.config().calendars["service_hours"]
        assert desk.file_calendars()["service_hours"] == from_file != own
        assert (await desk.in_force()).config.calendars == {}
        config = msgspec.structs.replace((await desk.in_force()).config, calendars={"service_hours": own})
        await desk.edit("admin", config, 0)
        submitted = await desk.submit("admin", "shorter hours")
        assert await desk.publish("boss", "admin", submitted.revision) == 2
        assert product.desk.config().calendars["service_hours"] == own
        await product.publisher.publish()
        assert product.desk.config().calendars["service_hours"] == own
    async with Centre(data, flows) as product:
        assert product.desk.config().calendars["service_hours"] == own
        submitted_back = await product.web.configuration.roll_back("admin", 1)
        assert submitted_back == 0
        draft = await product.web.configuration.draft("admin")
        assert draft is not None
        await product.web.configuration.publish("boss", "admin", draft.revision)
        assert product.desk.config().calendars["service_hours"] == from_file
        assert (await product.web.configuration.versions())[0].origin is Origin.ROLLBACK


async def test_skills_and_team_change_at_once_and_are_noted(data: Path, flows: Path) -> None:
    async with Centre(data, flows) as product:
        desk = product.web.configuration
        assert await desk.set_skills("leader", "1001", {"general": 2}) == 2
        assert product.desk.config().agents["1001"].skills == {"general": 2}
        assert await desk.set_skills("leader", "1001", {"general": 2}) == 2
        assert await desk.set_team("leader", "1001", "leads") == 3
        for act, code in (
            (desk.set_skills("leader", "1001", {"general": 11}), "bad_skills"),
            (desk.set_skills("leader", "9999", {}), "unknown_agent"),
            (desk.set_team("leader", "1001", "gone"), "unknown_team"),
        ):
            with pytest.raises(Rejected) as refused:
                await act
            assert refused.value.code == code
        rows = [row.record async for row in product.storage.audit.rows()]
        changed = next(record for record in rows if record.act == "agent_skills_changed")
        assert (changed.actor, changed.subject) == ("leader", "agent:1001")
        assert changed.detail["after"] == {"skills": {"general": 2}}


async def test_a_version_from_the_command_line_is_taken_while_running(data: Path, flows: Path) -> None:
    async with Centre(data, flows) as product:
        config = await product.storage.config.load()
        assert config is not None
        queue = msgspec.structs.replace(config.queues["general"], service_level_ms=5_000)
        await product.storage.config.save(msgspec.structs.replace(config, queues={**config.queues, "general": queue}))
        await product.configured.look()
        assert product.desk.config().queues["general"].service_level_ms == 5_000
        assert (await product.web.configuration.in_force()).head.number == 2


async def test_a_queue_that_flows_lead_to_can_not_be_removed(data: Path, flows: Path) -> None:
    async with Centre(data, flows) as product:
        desk = product.web.configuration
        config = (await desk.in_force()).config
        without = {key: queue for key, queue in config.queues.items() if key != "regulator"}
        problems = desk.problems(msgspec.structs.replace(config, queues=without))
        assert ("queues.regulator", "queue_in_use") in {(p.place, p.code) for p in problems}
        assert "queue:general" in used_by(product.engine.center.state.flows)


async def test_a_pbx_that_does_not_listen_is_told_again(data: Path, flows: Path) -> None:
    async with Centre(data, flows) as product:
        heard: list[CenterConfig] = []
        deaf = [True]

        async def to_pbx(config: CenterConfig) -> None:
            if deaf[0]:
                raise ProviderError("no answer")
            heard.append(config)

        product.configured._to_pbx = to_pbx
        agents = {**product.desk.config().agents, "2001": AgentConfig("2001", "Neu", skills={"general": 5})}
        await publish(product, "admin", agents=agents)
        assert "2001" in product.desk.config().agents
        await product.configured.look()
        assert heard == []
        deaf[0] = False
        await product.configured.look()
        await product.configured.look()
        assert ["2001" in config.agents for config in heard] == [True]


async def test_new_agents_get_secrets_and_the_old_keep_theirs(tmp_path: Path, data: Path, flows: Path) -> None:
    async with Centre(data, flows) as product:
        first = pbx_secrets(product.settings.run_dir, ["1001"])
        product.pbx.secrets.update(first.agents)
        config = product.desk.config()
        agents = {**config.agents, "2001": AgentConfig("2001", "Neu")}
        given = msgspec.structs.replace(product.pbx, telephony=object())
        await take_configuration(given, product.settings, msgspec.structs.replace(config, agents=agents))
        kept = json.loads((product.settings.run_dir / "secrets.json").read_text())["agents"]
        assert given.secrets["1001"] == first.agents["1001"] == kept["1001"]
        assert given.secrets["2001"] == kept["2001"]
