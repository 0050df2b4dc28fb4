"""600 SIPp calls and 60 chats on a real Asterisk: 30 agents, three queues that relax; whoever stays is served once.

The figures that supervisors see are counted again from the journal, by nothing but the facts' times.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from callcenter.app.settings import TrunkSettings
from callcenter.app.wiring import Product, running
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.chat import Author, Visitor
from callcenter.domain.config import (
    AgentConfig,
    Announcements,
    CenterConfig,
    ChatEntry,
    QueueConfig,
    Relaxation,
    SkillRequirement,
    Team,
)
from callcenter.domain.contact import EndReason, Place
from callcenter.domain.figures import FigureQuery
from callcenter.domain.journal import JournalEntry
from callcenter.storage import Storage, upgrade
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from callcenter.telephony.asterisk.provision.tools import Tool
from tests.app.live import end_asterisk, settings_for
from tests.app.sipp_runs import dialling, sipp_runs

CALLERS, PHONES = "127.0.0.11", "127.0.0.31"
NUMBERS = {"96001": "card", "96002": "loan", "96003": "elder"}
CALLS, RATE, STAY_MS, CHATS = 200, 3, 2_500, 60
"""Of each number so many calls, so many a second; callers stay so long, waiting or talking."""
AGENTS = tuple(str(1001 + number) for number in range(30))
HOUR_MS = 3_600_000
COUNTED = ("offered", "answered", "within_level", "abandoned", "handed_on", "answered_wait_ms", "handled")

pytestmark = [pytest.mark.heavy, pytest.mark.asterisk, pytest.mark.timeout(400)]


def centre() -> CenterConfig:
    """Three are good enough for each skill at first, so that contacts wait, ask for less, and go to a partner team."""

    def queue(name: str, level: int, *steps: Relaxation, **more: object) -> QueueConfig:
        return QueueConfig(
            id=name,
            names={"en": name},
            skills=(SkillRequirement(name, level),),
            relaxations=steps,
            announcements=Announcements(first_after_ms=0, every_ms=0),
            record=False,
            **{"wrap_up_ms": 300, **more},
        )

    return CenterConfig(
        queues={
            "card": queue("card", 9, Relaxation(after_ms=1_000, lower_by=3), Relaxation(after_ms=3_000, lower_by=6)),
            "loan": queue("loan", 9, Relaxation(after_ms=1_500, lower_by=5), wrap_up_ms=0),
            "elder": queue(
                "elder", 7, Relaxation(after_ms=2_000, teams=("west",)), teams=("east",), priority=3, reserve=1
            ),
        },
        agents={
            agent: AgentConfig(
                id=agent,
                name=agent,
                skills={"card": 1 + number % 9, "loan": 1 + (number * 4) % 9, "elder": 7},
                team=("east", "west")[number % 2],
            )
            for number, agent in enumerate(AGENTS)
        },
        teams={team: Team(team, {"en": team}) for team in ("east", "west")},
        numbers={number: f"queue:{queue}" for number, queue in NUMBERS.items()},
        chat_entries={"web": ChatEntry(id="web", names={"zh": "官网"}, target="queue:card")},
    )


async def test_everybody_is_served_once_and_the_figures_are_those_of_the_journal(
    data: Path, free_ports: list[int], asterisk_install: AsteriskInstall, sipp: Tool, tmp_path: Path
) -> None:
    flows = tmp_path / "flows"
    flows.mkdir()
    settings = settings_for(
        data,
        free_ports,
        flows=flows,
        demo=False,
        rtp_end=39_999,
        trunks=(TrunkSettings(name="sipp", match=(f"{CALLERS}/32",), contact=f"sip:{CALLERS}:{free_ports[5]}"),),
        sip_agents={agent: f"sip:{agent}@{PHONES}:{free_ports[6]}" for agent in AGENTS},
    )
    await asyncio.to_thread(upgrade, settings.database_url)
    storage = await Storage.open(settings.database_url)
    await storage.config.save(centre())
    await storage.close()
    phones = await sipp_runs(sipp, tmp_path, "agent.xml", PHONES, free_ports[6])
    try:
        async with running(settings, report=lambda line: None) as made:
            try:
                entries = await busy_minute(made, sipp, tmp_path, free_ports)
            finally:
                await end_asterisk(made)
    finally:
        phones.kill()
        await phones.wait()
    ended = Counter(fact.reason for entry in entries for fact in entry.effects if isinstance(fact, ef.ContactEnded))
    called = ended[EndReason.CUSTOMER_HUNG_UP] + ended[EndReason.ABANDONED_IN_QUEUE]
    assert called == CALLS * len(NUMBERS), ended
    assert ended[EndReason.CUSTOMER_HUNG_UP] > 0.9 * called, ended
    assert sum(ended.values()) == called + CHATS, ended
    contacts = Counter(fact.contact for entry in entries for fact in entry.effects if isinstance(fact, ef.ContactEnded))
    assert set(contacts.values()) == {1}, "a contact ended twice"
    assert list(replay(Center(), entries)) == []


async def busy_minute(made: Product, sipp: Tool, folder: Path, ports: list[int]) -> list[JournalEntry]:
    """Let all call and write; returns the journal after the figures were compared."""
    for agent in AGENTS:
        await made.desk.submit(ev.AgentSignedIn(agent=agent, desk=f"desk-{agent}"))
        await made.desk.submit(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))
    callers = []
    for number, dialled in enumerate(NUMBERS):
        place = folder / dialled
        place.mkdir()
        rates = ("-r", str(RATE), "-m", str(CALLS), "-l", str(CALLS), "-d", str(STAY_MS), "-recv_timeout", "60000")
        callers.append(
            await sipp_runs(
                sipp,
                place,
                "caller.xml",
                CALLERS,
                ports[5] + 10 * number,
                *rates,
                *dialling(folder, dialled),
                f"127.0.0.1:{ports[2]}",
            )
        )
    async with asyncio.timeout(240):
        async with asyncio.TaskGroup() as group:
            writing = [group.create_task(chat(made, number)) for number in range(CHATS)]
            codes = await asyncio.gather(*(caller.wait() for caller in callers))
            await asyncio.gather(*writing)
        assert codes == [0, 0, 0], [(folder / dialled / "sipp.log").read_text()[-500:] for dialled in NUMBERS]
        async for _ in made.desk.changes():
            floor = made.desk.floor_view()
            if not floor.contacts and all(view.state is AgentState.AVAILABLE for view in floor.agents):
                break
    assert len(floor.agents) == len(AGENTS)
    entries = [entry async for entry in made.storage.journal.read()]
    counted = counted_again(entries)
    shown = {view.id: {name: getattr(view.today, name) for name in COUNTED} for view in floor.queues}
    assert shown == counted
    kept = await made.storage.figures.queues(hours_of(entries))
    for queue, sums in counted.items():
        mine = [row.sums for row in kept if row.group == queue]
        assert {name: sum(getattr(sums, name) for sums in mine) for name in COUNTED} == sums
    lowered = [fact for entry in entries for fact in entry.effects if isinstance(fact, ef.QueueLeft)]
    assert max(fact.waited_ms for fact in lowered) > 1_000, "nobody had to wait: the test is too easy"
    return entries


def hours_of(entries: list[JournalEntry]) -> FigureQuery:
    """The whole hours around the journal, by queue."""
    start = entries[0].at_ms // HOUR_MS * HOUR_MS
    return FigureQuery(starts=(start,), end_ms=(entries[-1].at_ms // HOUR_MS + 1) * HOUR_MS, by="queue")


async def chat(made: Product, number: int) -> None:
    """One visitor: comes, is answered, says something, is answered again and is done."""
    begun = await made.chats.visits.begin("web", "web", Visitor(f"v{number}"), "zh")
    agent = ""
    async for _ in made.desk.changes():
        contact = made.engine.center.state.contacts.get(begun.id)
        if contact is None:
            return
        if contact.place is Place.OFFERED and contact.offered_agent != agent:
            agent = contact.offered_agent
            await made.desk.submit(ev.OfferAccepted(agent=agent, contact=begun.id))
        elif contact.place is Place.TALKING:
            break
    await made.chats.visits.say(begun.id, "你好", f"k{number}")
    reply = await made.chats.post(begun.id, Author.AGENT, agent, text="您好，请讲", key=f"a{number}")
    await made.desk.submit(ev.AgentWrote(agent=agent, contact=begun.id, number=reply.number))
    await made.desk.submit(ev.HangUpRequested(agent=agent, contact=begun.id))


def counted_again(entries: list[JournalEntry]) -> dict[str, dict[str, int]]:
    """What the figures must say, from when contacts joined, left and were connected."""
    joined: dict[str, tuple[str, int]] = {}
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in entries:
        for fact in entry.effects:
            if isinstance(fact, ef.QueueJoined) and not fact.again:
                joined[fact.contact] = (fact.queue, entry.at_ms)
                found[fact.queue]["offered"] += 1
            elif isinstance(fact, ef.QueueLeft):
                queue, since = joined.pop(fact.contact)
                kind = {"connected": "answered", "abandoned": "abandoned"}.get(fact.outcome, "handed_on")
                found[queue][kind] += 1
                if kind == "answered":
                    found[queue]["answered_wait_ms"] += entry.at_ms - since
                    found[queue]["within_level"] += entry.at_ms - since <= 20_000
            elif isinstance(fact, ef.AgentLeft) and fact.outcome != "connection_lost":
                found[fact.queue]["handled"] += 1
    assert joined == {}, "somebody still waits"
    return {queue: {name: counts[name] for name in COUNTED} for queue, counts in found.items()}
