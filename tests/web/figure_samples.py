"""A week of facts at the sample bank, for the pages of figures: quiet mornings, a busy noon, one bad day."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from callcenter.domain import effects as fx
from callcenter.domain.agent import AgentState as S
from callcenter.domain.contact import Channel, Why
from callcenter.domain.events import TimerFired
from callcenter.domain.journal import JournalEntry
from tests.web.samples import NOW

DAYS, HOUR, MINUTE = 7, 3_600_000, 60_000
MIDNIGHT = NOW - NOW % (24 * HOUR) - 8 * HOUR + (24 * HOUR if NOW % (24 * HOUR) >= 16 * HOUR else 0)
"""The sample day's, in China."""
BUSY = {9: 5, 10: 7, 11: 6, 12: 4, 13: 4, 14: 6, 15: 6, 16: 5, 17: 3, 18: 2, 19: 1}
"""Visits of a queue in a quarter of an hour."""
WEIGHT = {"cards": 1.0, "accounts": 0.8, "loss": 0.3, "elder": 0.4, "regulator": 0.1}
AGENTS = [(str(1001 + k), "一组" if k < 6 else "二组") for k in range(12)]
Told = tuple[int, fx.Effect]


def journal() -> list[JournalEntry]:
    """The week's facts in their order, until now."""
    chance = Random(4)
    told = [one for day in range(DAYS) for one in _day(chance, day)]
    facts = sorted((pair for pair in told if pair[0] <= NOW), key=lambda pair: pair[0])
    return [JournalEntry(n, at, TimerFired(timer="t"), (fact,), ()) for n, (at, fact) in enumerate(facts, 1)]


def _day(chance: Random, ago: int) -> Iterator[Told]:
    midnight, bad = MIDNIGHT - ago * 24 * HOUR, ago == 4
    for hour, visits in BUSY.items():
        for queue, weight in WEIGHT.items():
            for number in range(int(4 * visits * weight * chance.uniform(0.8, 1.2)) or 1):
                yield from _visit(chance, queue, midnight + hour * HOUR, f"v-{ago}-{hour}-{queue}-{number}", bad)
    for agent, team in AGENTS:
        for hour in BUSY:
            yield from _hour(chance, agent, team, midnight + (hour + 1) * HOUR)


def _visit(chance: Random, queue: str, hour_ms: int, contact: str, bad: bool) -> Iterator[Told]:
    joined = hour_ms + chance.randrange(HOUR)
    waited = int(chance.expovariate(1 / (150_000 if bad else 14_000)))
    channel = Channel.CHAT if queue == "accounts" and chance.random() < 0.4 else Channel.VOICE
    agent, team = chance.choice(AGENTS)
    common = {"contact": contact, "queue": queue, "channel": channel}
    yield joined, fx.QueueJoined(**common, position=1, why=Why("asked_for_person"), first=True)
    expected = int(waited * chance.lognormvariate(-0.05, 0.45)) + chance.randrange(20_000)
    left = {**common, "waited_ms": waited, "expected_wait_ms": expected}
    if waited > 15_000:
        minutes = max(1, -(-(expected - 10_000) // MINUTE))
        left |= {"told_wait_ms": minutes * MINUTE, "told_after_ms": 10_000}
    if waited > 75_000 and chance.random() < 0.7:
        yield joined + waited, fx.QueueLeft(**left, outcome="abandoned")
        return
    start = joined + waited
    yield start, fx.OfferEnded(contact=contact, agent=agent, outcome="accepted", team=team, channel=channel)
    yield start, fx.QueueLeft(**left, outcome="connected")
    yield start, fx.AgentConnected(contact=contact, agent=agent, channel=channel, asked_in=queue, asked_ms=joined)
    talked, wrap = int(chance.gauss(190_000, 40_000)), chance.randrange(5_000, 45_000)
    parts = {"agent": agent, "team": team, "talked_ms": talked, "held_ms": talked // 12}
    yield start + talked, fx.AgentLeft(**common, **parts, outcome="customer_hung_up")
    yield start + talked + wrap, fx.WrappedUp(**common, agent=agent, team=team, wrap_up_ms=wrap)


def _hour(chance: Random, agent: str, team: str, end_ms: int) -> Iterator[Told]:
    """How an agent spent the hour that ends then."""
    busy = int(HOUR * chance.uniform(0.5, 0.75))
    spent = {S.BUSY: busy, S.WRAP_UP: busy // 8, S.ON_BREAK: 4 * MINUTE, S.OFFERED: 90_000}
    spent[S.AVAILABLE] = HOUR - sum(spent.values())
    at = end_ms - HOUR
    for state, length in spent.items():
        at += length
        yield at, fx.AgentStateChanged(agent=agent, state=S.AVAILABLE, before=state, before_ms=length, team=team)
    if chance.random() < 0.2:
        yield at, fx.OfferEnded(contact="missed", agent=agent, outcome="missed", team=team)
