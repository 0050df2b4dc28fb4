"""A centre in which customers book callbacks: the flow that asks, the clock, and the short ways through."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.config import Announcements, CallbackRule, CenterConfig
from callcenter.domain.contact import EndReason
from callcenter.domain.figures import QueueSums
from callcenter.flow.loader import load_text
from tests.core.centre import MENU, Centre, config, press

CUSTOMER = "13800000001"
SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR = 60_000, 3_600_000
DAY = 24 * HOUR

OFFER = """
flow: offer
title: {zh: 回电, en: Callback}
start: ask
fallback_queue: general
steps:
  ask:
    type: callback
    queue: general
    text: {zh: 回电请按1, en: Press 1}
    ask_number: {text: {zh: 号码, en: The number}}
    confirm: {text: {zh: 确认, en: Right}}
    ask_time: {text: {zh: 时间, en: When}}
    times: {"1": soon, "2": "15:00-16:00"}
    next: bye
    declined: back
  back: {type: queue, queue: general}
  bye: {type: hangup}
"""


def offer_flow(text: str) -> dict[str, object]:
    """The flow as it is published."""
    return load_text("offer.yaml", text).flow.to_plain()


def local(text: str) -> int:
    """Ms since 1970 of a local time in Shanghai."""
    return round(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC).timestamp() * 1000)


def with_rule(centre: Centre, **fields: object) -> None:
    """Give the general queue this callback rule; what else the centre has stays."""
    before = centre.center.state.config
    general = before.queues["general"]
    calendars = fields.pop("calendars", before.calendars)
    overflow, key = fields.pop("overflow", ()), fields.pop("key", "")
    told = Announcements(first_after_ms=10_000, every_ms=30_000, callback_key=key)
    queue = replace(general, callback=CallbackRule(**fields), overflow=overflow, announcements=told)
    queues = {**before.queues, "general": queue}
    centre(ev.CenterConfigured(config=replace(before, queues=queues, calendars=calendars)))


def a_centre(at: str = "2027-03-10T10:00", **rule: object) -> Centre:
    """A centre with the callback flow at 95002, on a Wednesday morning."""
    centre = Centre(with_flows=False)
    centre.now = local(at)
    started: CenterConfig = config()
    centre(ev.CenterConfigured(config=replace(started, numbers={**started.numbers, "95002": "offer"})))
    centre(ev.FlowsPublished(flows={"offer": offer_flow(OFFER), "menu": load_text("menu.yaml", MENU).flow.to_plain()}))
    with_rule(centre, **rule)
    return centre


def book(centre: Centre, caller: str = CUSTOMER, when: str = "1") -> str:
    """A customer books a callback by the flow; returns its contact. ``when`` 2: between 15 and 16 o'clock."""
    contact = centre.call("95002", caller)
    chosen(centre, contact, when)
    return centre.facts(ef.CallbackBooked)[-1].callback


def chosen(centre: Centre, contact: str, when: str = "1") -> None:
    """To this number, at that time."""
    press(centre, contact, "1")
    press(centre, contact, when)


def accepted(centre: Centre, callback: str) -> str:
    """The agent to whom the callback is offered takes it; returns the agent."""
    agent = centre.state(callback).offered_agent
    centre.answer(callback)
    return agent


def dialled(centre: Centre, agent: str = "1001") -> str:
    """A callback that is being dialled for ``agent``."""
    callback = book(centre)
    centre.ready(agent)
    assert accepted(centre, callback) == agent
    return callback


def last(centre: Centre, kind: type) -> object:
    return centre.facts(kind)[-1]


def reasons(centre: Centre, contact: str) -> list[EndReason]:
    return [fact.reason for fact in centre.facts(ef.ContactEnded) if fact.contact == contact]


def dials(centre: Centre) -> list[ef.Originate]:
    return [order for order in centre.facts(ef.Originate) if order.endpoint.kind == "number"]


def today(centre: Centre) -> QueueSums:
    return centre.center.state.figures.queues["general"]
