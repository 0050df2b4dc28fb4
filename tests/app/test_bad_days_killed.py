"""Our process is killed with SIGKILL while calls are up: they go on, and the next start takes all of them over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.journal import JournalEntry
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from tests.app import bad_days as day
from tests.app.killing import Killed
from tests.app.live import AGENT_PHONES, AGENT_TONES, CUSTOMER, CUSTOMER_TONE, settings_for
from tests.sip.ua import Call, UserAgent

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(100)]


class Killable(Killed):
    """With its telephones in our process."""

    def __init__(self, data: Path, flows: Path, ports: list[int]) -> None:
        super().__init__(settings_for(data, ports, flows=flows))
        self.customer = UserAgent(CUSTOMER, ports[3], tone=CUSTOMER_TONE)
        self.phones = {a: UserAgent(host, ports[4], tone=AGENT_TONES[a]) for a, host in AGENT_PHONES.items()}

    async def place(self, contact: str, place: str) -> None:
        await self.until(lambda s: s["contacts"].get(contact, {}).get("place") == place, f"{contact} {place}")

    async def customer_rings(self, caller: str) -> tuple[Call, str]:
        """A customer in the menu."""
        before = set(self.state["contacts"])
        call = await self.customer.call("95000", ("127.0.0.1", self.settings.sip_port), caller=caller)
        await call.wait_answered()
        new = await self.until(lambda s: [c for c, v in s["contacts"].items() if c not in before and v["step"]], "menu")
        return call, new[0]

    async def in_queue(self, caller: str) -> tuple[Call, str]:
        call, contact = await self.customer_rings(caller)
        call.press("1")
        await self.until(lambda s: s["contacts"][contact]["place"] != "flow", "the queue")
        return call, contact

    async def in_talk(self, agent: str, caller: str) -> tuple[Call, str, Call]:
        await self.ready(agent)
        call, contact = await self.in_queue(caller)
        ring = await self.phones[agent].next_call()
        ring.answer()
        await self.place(contact, "talking")
        await call.wait_tone(AGENT_TONES[agent])
        return call, contact, ring


@pytest.fixture
async def house(
    tmp_path: Path, data: Path, free_ports: list[int], asterisk_install: AsteriskInstall
) -> AsyncIterator[Killable]:
    product = Killable(data, day.small_flows(tmp_path / "ivr_flows"), free_ports)
    for phone in (product.customer, *product.phones.values()):
        await phone.open()
        phone.answer_after_s = None
    try:
        await product.start()
        yield product
    finally:
        print(product.log)  # shown when the test failed
        for phone in (product.customer, *product.phones.values()):
            await phone.close()
        product.clear_away()


async def check_books(house: Killable, *contacts: str) -> list[JournalEntry]:
    """Each contact opened and ended once, and the whole journal, over all lives, replays equal."""
    entries = await house.journal()
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert list(replay(Center(), entries)) == []
    facts = [effect for entry in entries for effect in entry.effects]
    for contact in contacts:
        for kind in (ef.ContactOpened, ef.ContactEnded):
            assert sum(isinstance(fact, kind) and fact.contact == contact for fact in facts) == 1, (contact, kind)
    assert sum(isinstance(fact, ef.ContactOpened) for fact in facts) == len(contacts)
    return entries


def check_recorded_through(entries: list[JournalEntry], contact: str) -> None:
    """One recording, closed when the talk was over, and as long as the talk."""
    (connected,) = [e.at_ms for e in entries for f in e.effects if f_is(f, ef.AgentConnected, contact)]
    (left,) = [e.at_ms for e in entries for f in e.effects if f_is(f, ef.AgentLeft, contact)]
    (ended,) = [
        e for e in entries if isinstance(e.event, ev.RecordingEnded) and e.event.recording.startswith(f"rec-{contact}-")
    ]
    assert ended.at_ms >= left, f"closed {left - ended.at_ms} ms before the talk was over"
    assert ended.event.duration_ms > 0.8 * (left - connected)


def f_is(fact: ef.Effect, kind: type[ef.Effect], contact: str) -> bool:
    return isinstance(fact, kind) and fact.contact == contact


async def test_killed_while_talking_waiting_offering_and_in_the_menu(house: Killable) -> None:
    call, talking, ring = await house.in_talk("1001", "13800000001")
    offer_call, offered = await house.in_queue("13800000002")
    await house.place(offered, "waiting")
    await house.ready("1002")
    offer = await house.phones["1002"].next_call()
    await house.place(offered, "offered")
    wait_call, waiting = await house.in_queue("13800000003")
    await house.place(waiting, "waiting")
    menu_call, in_menu = await house.customer_rings("13800000004")

    await house.kill()
    # the two go on hearing each other while nobody of ours is there
    for side, tone in ((call, AGENT_TONES["1001"]), (ring, CUSTOMER_TONE)):
        packets = side.rtp.packets + 50
        await side.wait(lambda side=side, packets=packets: side.rtp.packets >= packets, "a second of talk")
        await side.wait_tone(tone)
    await house.start()

    assert set(house.state["contacts"]) == {talking, offered, waiting, in_menu}
    await house.place(talking, "talking")
    await house.send(ev.HoldRequested(agent="1001", contact=talking))
    await call.wait_no_tone(AGENT_TONES["1001"])
    await house.send(ev.ResumeRequested(agent="1001", contact=talking))
    await call.wait_tone(AGENT_TONES["1001"])
    assert not ring.ended

    assert not offer.ended
    offer.answer()
    await offer_call.wait_tone(AGENT_TONES["1002"])
    await house.place(offered, "talking")

    menu_call.press("1")
    await house.place(in_menu, "waiting")
    await house.send(ev.HangUpRequested(agent="1001", contact=talking))
    await ring.wait_ended()
    await house.until(lambda s: s["contacts"].get(talking, {}).get("place") != "talking", "the talk ended")
    call.hang_up()
    await house.send(ev.WrapUpCompleted(agent="1001", contact=talking, disposition="resolved"))
    second = await house.phones["1001"].next_call()
    second.answer()
    await wait_call.wait_tone(AGENT_TONES["1001"])
    for each in (offer_call, wait_call, menu_call):
        each.hang_up()
    await house.until(lambda s: not s["contacts"], "everybody gone")
    await house.stop()
    entries = await check_books(house, talking, offered, waiting, in_menu)
    check_recorded_through(entries, talking)


async def test_killed_and_everybody_hangs_up_before_we_are_back(house: Killable) -> None:
    call, talking, ring = await house.in_talk("1001", "13800000001")
    wait_call, waiting = await house.in_queue("13800000002")
    await house.kill()
    call.hang_up()
    wait_call.hang_up()
    late = await house.customer.call("95000", ("127.0.0.1", house.settings.sip_port), caller="13800000003")
    await late.wait_answered()  # Asterisk itself says that we are back shortly
    ring.hang_up()
    await house.start()
    await house.until(lambda s: s["agents"]["1001"]["state"] in ("wrap_up", "available", "on_break"), "the agent free")
    await house.until(lambda s: talking not in s["contacts"] and waiting not in s["contacts"], "both closed")
    late.hang_up()
    await house.stop()
    await check_books(house, talking, waiting)


async def test_killed_again_and_again_while_a_call_goes_its_way(house: Killable) -> None:
    call, contact = await house.customer_rings("13800000001")
    await house.kill()
    await house.start()
    assert list(house.state["contacts"]) == [contact]
    call.press("1")
    await house.place(contact, "waiting")
    await house.kill()
    await house.start()
    await house.ready("1001")
    ring = await house.phones["1001"].next_call()
    await house.kill()
    await house.start()
    await house.place(contact, "offered")
    ring.answer()
    await call.wait_tone(AGENT_TONES["1001"])
    await house.place(contact, "talking")
    await house.kill()
    await house.start()
    await house.place(contact, "talking")
    await call.wait_tone(AGENT_TONES["1001"])
    await house.send(ev.HangUpRequested(agent="1001", contact=contact))
    await ring.wait_ended()
    await house.until(lambda s: s["contacts"][contact]["step"] == "ask", "the survey")
    call.hang_up()
    await house.until(lambda s: not s["contacts"], "the end")
    await house.stop()
    entries = await check_books(house, contact)
    kinds = [type(effect).__name__ for entry in entries for effect in entry.effects]
    assert kinds.count("AgentConnected") == 1
    assert kinds.count("OfferMade") == 1


async def test_the_agent_picks_up_while_we_are_dead(house: Killable) -> None:
    call, contact = await house.in_queue("13800000001")
    await house.ready("1001")
    ring = await house.phones["1001"].next_call()
    await house.kill()
    ring.answer()
    await ring.wait_ended(20.0)  # Asterisk has nobody to ask what to do with it
    await house.start()
    # the ring is made good, or a new one begins; either way no agent is to blame and the next one may have them
    again = await house.phones["1001"].next_call()
    assert house.state["contacts"][contact]["place"] == "offered"
    again.reject(486)
    await house.place(contact, "waiting")
    await house.ready("1002")
    second = await house.phones["1002"].next_call()
    second.answer()
    await call.wait_tone(AGENT_TONES["1002"])
    call.hang_up()
    await house.until(lambda s: not s["contacts"], "the end")
    await house.stop()
    await check_books(house, contact)
