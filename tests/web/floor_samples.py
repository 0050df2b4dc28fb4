"""A floor with everything on it: teams, skills, talks, listeners, a closed queue, alarms, messages prepared."""

from __future__ import annotations

import msgspec

from callcenter.core.floor_trend import STEP_MS
from callcenter.domain import effects as fx
from callcenter.domain.agent import AgentState as S
from callcenter.domain.alarms import Alarm, AlarmRule, Metric
from callcenter.domain.config import CenterConfig, Reason, SkillRequirement, Team
from callcenter.domain.contact import Channel, Direction, Place, Why
from callcenter.domain.events import TimerFired
from callcenter.domain.records import TimelineEntry
from callcenter.domain.views import AgentView, CallbackState, Closure, ContactView, FloorView, OpenCallback
from callcenter.web.services import WebServices
from tests.web import samples
from tests.web.doubles import DeskDouble

NOW = samples.NOW
TALK, OTHER_TALK, WAITS = samples.contact().id, "c-talk-of-team-two", "c-waits-1"
SKILLS = {"1001": {"cards": 6, "loss": 7}, "1002": {"loss": 8, "elder": 6}, "1007": {"cards": 4}}
RULES = (
    AlarmRule("late", Metric.LONGEST_WAIT_MS, 40_000, sound=True),
    AlarmRule("hold", Metric.HOLD_MS, 60_000),
    AlarmRule("gone", Metric.BREAK_MS, 300_000),
)


def center() -> CenterConfig:
    """The sample bank with teams, skills, rules and prepared messages. Liqiang leads team one, ops reaches all."""
    plain = samples.center()
    return msgspec.structs.replace(
        plain,
        queues={
            **plain.queues,
            "loss": msgspec.structs.replace(plain.queues["loss"], skills=(SkillRequirement("loss", 5),)),
        },
        agents={
            agent.id: msgspec.structs.replace(agent, skills=SKILLS.get(agent.id, {"cards": 3}))
            for agent in plain.agents.values()
        },
        teams={
            "一组": Team("一组", {"zh": "一组", "en": "Team one"}, leaders=("liqiang",)),
            "二组": Team("二组", {"zh": "二组", "en": "Team two"}),
        },
        skill_names=(
            Reason("cards", {"zh": "信用卡", "en": "Credit cards"}),
            Reason("loss", {"zh": "挂失", "en": "Card loss"}),
            Reason("elder", {"zh": "敬老服务", "en": "Senior customers"}),
        ),
        alarms=RULES,
        emergency_messages=(
            Reason("system", {"zh": "系统维护中，请稍后再拨。", "en": "Our systems are down. Please call later."}),
            Reason("fire", {"zh": "因突发情况，人工服务暂停。", "en": "Our agents had to leave the building."}),
        ),
    )


def floor() -> FloorView:
    """Contacts, listeners, a closure and alarms on the sample floor."""
    plain = samples.floor()
    hold = {"on_hold": True, "hold_since_ms": NOW - 75_000}
    changes: dict[str, dict[str, object]] = {
        "1001": {"contact": TALK, "queue": "loss", "supervisors": {"1012": "listen"}, "handled_today": 23, **hold},
        "1003": {"contact": "c-3", "queue": "cards", "next_state": S.ON_BREAK},
        "1006": {"contact": "c-6", "queue": "cards"},
        "1007": {"contact": "c-ring", "queue": "cards"},
        "1010": {"contact": OTHER_TALK, "queue": "accounts"},
    }
    agents = tuple(_agent(agent, changes.get(agent.id, {})) for agent in plain.agents)
    queues = tuple(
        msgspec.structs.replace(queue, closure=Closure(NOW - 240_000, "liqiang", "queue:accounts"))
        if queue.id == "regulator"
        else queue
        for queue in plain.queues
    )
    talks = (
        samples.contact(agent="1001", supervisors={"1012": "listen"}, **hold),
        samples.contact(id="c-3", queue="cards", agent="1003"),
        samples.contact(id="c-6", queue="cards", agent="1006"),
        samples.contact(id=OTHER_TALK, queue="accounts", agent="1010"),
        samples.contact(Place.OFFERED, id="c-ring", queue="cards", offered_agent="1007"),
    )
    alarms = (
        Alarm("late", "cards", Metric.LONGEST_WAIT_MS, 41_000, 40_000, NOW - 2_000, sound=True),
        Alarm("hold", "1001", Metric.HOLD_MS, 61_000, 60_000, NOW - 14_000, acknowledged_by="liqiang"),
        Alarm("gone", "1009", Metric.BREAK_MS, 301_000, 300_000, NOW - 68_000),
    )
    return FloorView(NOW, True, queues, agents, (*talks, *_waiting()), alarms)


def promises() -> list[OpenCallback]:
    """Callbacks in every state."""
    of = CallbackState
    rows: list[tuple[str, CallbackState, int, dict[str, object]]] = [
        ("cards", of.WAITING, 54, {"place": 2, "expected_wait_ms": 190_000}),
        ("loss", of.DIALLING, 47, {"agent": "1006"}),
        ("cards", of.SCHEDULED, 44, {"due_ms": NOW + 540_000, "attempts": 2, "outcome": "no_answer"}),
        ("accounts", of.SUSPENDED, 31, {}),
        (
            "elder",
            of.SCHEDULED,
            26,
            {"due_ms": NOW + 7_200_000, "not_before_ms": NOW + 7_200_000, "until_ms": NOW + 10_800_000},
        ),
        ("cards", of.OFFERED, 18, {"agent": "1007", "attempts": 1, "outcome": "busy"}),
        ("cards", of.ON_THE_LINE, 1, {}),
    ]
    return [
        OpenCallback(
            **{  # type: ignore[arg-type]
                "contact": f"cb-{number}",
                "queue": queue,
                "number": f"+86138{7_114_000 * number:08}",
                "state": state,
                "booked_ms": NOW - minutes * 60_000,
                "attempts_allowed": 3,
                **more,
            }
        )
        for number, (queue, state, minutes, more) in enumerate(rows, 1)
    ]


def story_of_a_callback(contact: str, origin: str) -> list[TimelineEntry]:
    """Booked in ``origin``; it waits in its queue."""
    opened = fx.ContactOpened(
        contact=contact,
        channel=Channel.VOICE,
        direction=Direction.OUTBOUND,
        caller="+8613800002210",
        dialled="95500",
        line="trunk",
        flow="",
        origin=origin,
    )
    waits = fx.QueueJoined(contact=contact, queue="cards", position=2, why=Why("callback", {"attempt": 1}))
    return [
        TimelineEntry(number, NOW - 3_240_000 + number * 4_000, TimerFired(timer="t"), (fact,))
        for number, fact in enumerate((opened, waits), 1)
    ]


def furnish(services: WebServices) -> DeskDouble:
    """Put configuration, floor and half an hour of trend into place."""
    desk = services.desk
    assert isinstance(desk, DeskDouble)
    desk.center, desk.floor = center(), floor()
    for minute in range(31):
        queues = tuple(
            msgspec.structs.replace(
                queue,
                waiting=(minute * (place + 3)) % (2 + 2 * queue.waiting) if place != 3 else 0,
            )
            for place, queue in enumerate(desk.floor.queues)
        )
        services.trend.note(FloorView(NOW - (31 - minute) * STEP_MS, True, queues, ()))
    return desk


def _agent(agent: AgentView, changes: dict[str, object]) -> AgentView:
    skills = SKILLS.get(agent.id, {"cards": 3})
    opened = agent.state is not S.LOGGED_OUT and agent.id != "1009"
    return msgspec.structs.replace(agent, skills=skills, desk_open=opened, **changes)


def _waiting() -> tuple[ContactView, ...]:
    out = {"busy": 3, "in_chats": 2, "on_break:lunch": 2, "lacks_skill": 4}
    why = Why("all_busy", {"asks": ["cards>=3"], "relaxed": 1, "at_capacity": 2, "ruled_out": out, "available": 0})
    return tuple(
        samples.contact(
            Place.WAITING,
            id=f"c-waits-{number}",
            queue="cards",
            caller=f"+861380000{2210 + number}",
            queued_ms=NOW - waited,
            why=why,
        )
        for number, waited in enumerate((42_000, 31_000, 9_000), 1)
    )
