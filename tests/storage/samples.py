"""Journals to store: whole calls as the core tells them."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.contact import Channel, Direction, EndReason, Why
from callcenter.domain.effects import Effect
from callcenter.domain.events import Event
from callcenter.domain.journal import JournalEntry

T0 = 1_790_000_000_000
STEP_MS = 1_000


def opened(contact: str, caller: str = "13800001234") -> fx.ContactOpened:
    return fx.ContactOpened(
        contact=contact,
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        caller=caller,
        dialled="95000",
        line="trunk",
        flow="hotline",
    )


def call(
    contact: str,
    *,
    queue: str = "general",
    agent: str = "1001",
    note: str = "查询余额",
    waited_ms: int = 4_000,
    caller: str = "13800001234",
) -> list[tuple[Event, tuple[Effect, ...]]]:
    """A call that an agent answers and wraps up: five entries."""
    leg, why = f"{contact}-leg", Why("longest_idle", {"candidates": 2})
    return [
        (ev.CallArrived(contact=contact, leg=leg, caller=caller, dialled="95000"), (opened(contact, caller),)),
        (
            ev.PlaybackEnded(leg=leg, request="1"),
            (
                fx.QueueJoined(contact=contact, queue=queue, position=1, why=why),
                fx.OfferMade(contact=contact, agent=agent, queue=queue, leg="a", why=why),
                fx.StartTimer(timer="offer", at_ms=T0),
            ),
        ),
        (
            ev.LegAnswered(leg="a"),
            (
                fx.QueueLeft(contact=contact, queue=queue, outcome="connected", waited_ms=waited_ms),
                fx.AgentConnected(contact=contact, agent=agent, waited_ms=waited_ms),
            ),
        ),
        (
            ev.LegEnded(leg=leg),
            (
                fx.AgentLeft(contact=contact, agent=agent, outcome="customer_hung_up", talked_ms=60_000),
                fx.ContactEnded(contact=contact, reason=EndReason.CUSTOMER_HUNG_UP, duration_ms=70_000),
            ),
        ),
        (
            ev.WrapUpCompleted(agent=agent, contact=contact, disposition="resolved", note=note),
            (fx.WrapUpFiled(contact=contact, agent=agent, disposition="resolved", note=note),),
        ),
    ]


def abandoned(contact: str, queue: str = "general") -> list[tuple[Event, tuple[Effect, ...]]]:
    """A caller who gives up in the queue after moving from another: two waits."""
    why = Why("waiting", {})
    return [
        (ev.CallArrived(contact=contact, leg="l", caller="13800005678", dialled="95000"), (opened(contact),)),
        (ev.TimerFired(timer="a"), (fx.QueueJoined(contact=contact, queue="english", position=1, why=why),)),
        (
            ev.TimerFired(timer="b"),
            (
                fx.QueueLeft(contact=contact, queue="english", outcome="overflow", waited_ms=7_000),
                fx.QueueJoined(contact=contact, queue=queue, position=3, why=why),
            ),
        ),
        (
            ev.LegEnded(leg="l"),
            (
                fx.QueueLeft(contact=contact, queue=queue, outcome="abandoned", waited_ms=5_000),
                fx.ContactEnded(contact=contact, reason=EndReason.ABANDONED_IN_QUEUE, duration_ms=12_000),
            ),
        ),
    ]


def entries(contact: str, story: Sequence[tuple[Event, tuple[Effect, ...]]], first: int = 1) -> list[JournalEntry]:
    """The story as journal entries from ``first`` on, one a second."""
    return [
        JournalEntry(seq, T0 + seq * STEP_MS, event, effects, (contact,))
        for seq, (event, effects) in enumerate(story, first)
    ]
