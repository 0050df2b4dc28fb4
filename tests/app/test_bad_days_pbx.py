"""Asterisk is killed with calls in every place: service returns by itself, what was lost is closed, agents are free."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import EndReason, Place
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from tests.app import bad_days as day
from tests.app.live import AGENT_TONES, live

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(90)]


async def test_asterisk_is_killed_with_calls_up(
    tmp_path: Path, data: Path, free_ports: list[int], asterisk_install: AsteriskInstall
) -> None:
    flows = day.small_flows(tmp_path / "ivr_flows")
    async with live(data, free_ports, flows=flows) as floor:
        day.patient(floor)
        product = floor.product
        assert product.pbx.server is not None
        call, talking, _ = await day.talking(floor)
        await call.wait_tone(AGENT_TONES["1001"])
        held_call, held, _ = await day.talking(floor, "1002", caller="13800000002")
        await held_call.wait_tone(AGENT_TONES["1002"])
        await product.desk.submit(ev.HoldRequested(agent="1002", contact=held))
        _, waiting = await day.pressed(floor, "1", "13800000003")
        await floor.until(lambda: day.place_of(floor, waiting) is Place.WAITING, "a customer waiting")
        _, in_menu = await day.in_menu(floor, "13800000004")
        _, message = await day.pressed(floor, "4", "13800000005")
        await floor.until(lambda: day.recording_of(floor, message), "a message being left")

        product.pbx.server.kill()
        await floor.until(lambda: not product.desk.floor_view().telephony_up, "the loss noticed")
        await floor.until(lambda: product.desk.floor_view().telephony_up, "service back", 30)

        for contact in (talking, held, waiting, in_menu, message):
            await day.ended_once(floor, contact, EndReason.TELEPHONY_LOST)
        for contact in (talking, held, message):
            await day.recording_told(floor, contact)
        alarms = await _alarms(floor)
        assert alarms.index("telephony_lost") < alarms.index("telephony_restored")
        assert day.state_of(floor, "1001") in (AgentState.WRAP_UP, AgentState.AVAILABLE)
        for phone in (*floor.phones.values(), floor.customer):
            phone.hang_up_all()
        await day.nobody_stuck(floor)
        assert day.state_of(floor, "1001") is AgentState.AVAILABLE

        # the next call works, on whoever is offered it
        call, contact = await day.pressed(floor, "1", "13800000006")
        await floor.until(lambda: day.place_of(floor, contact) is Place.OFFERED, "an offer")
        agent = product.engine.center.state.contacts[contact].offered_agent
        ring = await floor.phones[agent].next_call()
        ring.answer()
        await call.wait_tone(AGENT_TONES[agent])
        call.hang_up()
        await day.ended_once(floor, contact, EndReason.CUSTOMER_HUNG_UP)
        assert await day.recording_told(floor, contact) is not None
        await day.clean(floor)
        await day.replay_equal(floor)


async def _alarms(floor) -> list[str]:
    entries = [entry async for entry in floor.product.storage.journal.read()]
    return [effect.code for entry in entries for effect in entry.effects if isinstance(effect, ef.AlarmRaised)]
