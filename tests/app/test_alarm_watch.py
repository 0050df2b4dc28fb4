"""Alarms of the running product, in virtual time on the simulated network: raised, told, looked after, over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from pydantic import SecretStr

from callcenter.app.alarms import AlarmWatch, hooks_of
from callcenter.app.settings import WebhookSettings
from callcenter.app.webhooks import Webhooks
from callcenter.app.wiring import Product, running
from callcenter.core.duty import off_duty
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.alarms import UNSERVED_RULE, Alarm, AlarmRule, Metric
from callcenter.domain.config import Calendar, CenterConfig, Interval, QueueConfig
from callcenter.domain.deliveries import Delivery
from callcenter.domain.views import FloorView
from callcenter.telephony.simulated.clock import VirtualClock
from tests.app.test_simulated import settings_for
from tests.app.test_webhooks import SECRET, receiving, verified

RULES = (
    AlarmRule("wait", Metric.LONGEST_WAIT_MS, 20_000, sound=True, webhook="pager", queues=("card_loss", "general")),
    AlarmRule("break", Metric.BREAK_MS, 30_000),
)


async def alarms_until(product: Product, wanted: set[str]) -> dict[str, Alarm]:
    """The alarms that stand, once they are these."""
    async for _ in product.desk.changes():
        standing = {alarm.id: alarm for alarm in product.desk.floor_view().alarms}
        if set(standing) == wanted:
            return standing
    raise AssertionError("the product ended")


async def test_a_long_wait_is_an_alarm_until_somebody_answers(data: Path, flows: Path) -> None:
    ready: list[Product] = []
    clock = VirtualClock(quiet=lambda: not ready or ready[0].idle)
    async with receiving() as receiver:
        hook = WebhookSettings(url=receiver.url, secret=SecretStr(SECRET))
        settings = settings_for(data, flows).model_copy(update={"webhooks": {"pager": hook}})
        async with running(settings, clock=clock, report=lambda _: None) as product:
            ready.append(product)
            config = msgspec.structs.replace(product.desk.config(), alarms=RULES)
            await product.desk.submit(ev.CenterConfigured(config=config))
            async with clock.running():
                await a_wait(product)
                await receiver.until(2)
                entries = [entry async for entry in product.storage.journal.read()]
    stood = [
        (e.alarm.id, e.raised, entry.at_ms)
        for entry in entries
        for e in entry.effects
        if isinstance(e, ef.AlarmStood) and e.alarm.rule == "wait"
    ]
    assert [raised for _, raised, _ in stood] == [True, False]
    joined = next(entry.at_ms for entry in entries if any(isinstance(e, ef.QueueJoined) for e in entry.effects))
    assert 20_000 < stood[0][2] - joined <= 21_100
    told = [verified(headers, body) for headers, body in receiver.requests]
    assert [(t["event"], t["rule"]) for t in told] == [("alarm.raised", "wait"), ("alarm.ended", "wait")]
    assert "1380000" not in str(told)


async def a_wait(product: Product) -> None:
    network = product.pbx.telephony.network
    await product.desk.submit(ev.AgentSignedIn(agent="1001", desk="d"))
    caller = network.call("13800000001", "95000", line="trunk")
    await caller.wait_heard("中文")
    caller.press("1")
    await caller.wait_heard("挂失")
    caller.press("1")
    standing = await asyncio.wait_for(until_rule(product, "wait"), 20)
    assert standing.sound
    await product.desk.submit(ev.AlarmAcknowledged(by="leader", command="k", alarm=standing.id))
    seen = {alarm.id: alarm for alarm in product.desk.floor_view().alarms}
    assert seen[standing.id].acknowledged_by == "leader"
    await asyncio.wait_for(until_rule(product, "break"), 20)
    await product.desk.submit(ev.StateRequested(agent="1001", state=AgentState.AVAILABLE))
    await asyncio.wait_for(alarms_until(product, set()), 20)
    caller.hang_up()


async def until_rule(product: Product, rule: str) -> Alarm:
    """The first alarm of this rule that stands."""
    async for _ in product.desk.changes():
        for alarm in product.desk.floor_view().alarms:
            if alarm.rule == rule:
                return alarm
    raise AssertionError("the product ended")


async def test_a_webhook_in_flight_when_the_product_stops_is_sent_after_the_next_start(data: Path, flows: Path) -> None:
    rule = AlarmRule("nobody", Metric.AGENTS_SIGNED_IN, 1, queues=("card_loss",), webhook="pager")
    now = VirtualClock().now_ms()
    async with receiving(503) as receiver:
        hook = WebhookSettings(url=receiver.url, secret=SecretStr(SECRET))
        settings = settings_for(data, flows).model_copy(update={"webhooks": {"pager": hook}})
        for life in (1, 2):
            ready: list[Product] = []
            clock = VirtualClock(now, quiet=lambda ready=ready: not ready or ready[0].idle)
            async with running(settings, clock=clock, report=lambda _: None) as product:
                ready.append(product)
                if life == 1:
                    config = msgspec.structs.replace(product.desk.config(), alarms=(rule,))
                    await product.desk.submit(ev.CenterConfigured(config=config))
                async with clock.running():
                    await receiver.until(life)
            now = clock.now_ms()
    first, second = receiver.requests
    assert verified(*first) == verified(*second)
    assert verified(*second)["event"] == "alarm.raised"
    assert first[0]["x-callcenter-delivery"] == second[0]["x-callcenter-delivery"]


async def test_an_alarm_whose_rule_is_taken_away_is_told_to_have_ended(data: Path, flows: Path) -> None:
    rule = AlarmRule("nobody", Metric.AGENTS_SIGNED_IN, 1, queues=("card_loss",), webhook="pager")
    ready: list[Product] = []
    clock = VirtualClock(quiet=lambda: not ready or ready[0].idle)
    async with receiving() as receiver:
        hook = WebhookSettings(url=receiver.url, secret=SecretStr(SECRET))
        settings = settings_for(data, flows).model_copy(update={"webhooks": {"pager": hook}})
        async with running(settings, clock=clock, report=lambda _: None) as product, clock.running():
            ready.append(product)
            config = product.desk.config()
            await product.desk.submit(ev.CenterConfigured(config=msgspec.structs.replace(config, alarms=(rule,))))
            await receiver.until(1)
            await product.desk.submit(ev.CenterConfigured(config=msgspec.structs.replace(config, alarms=())))
            await receiver.until(2)
    assert [verified(*request)["event"] for request in receiver.requests] == ["alarm.raised", "alarm.ended"]


async def test_without_rules_and_alarms_a_change_costs_no_look_at_the_floor() -> None:
    quiet, clock = QuietDesk(), VirtualClock()
    watch = asyncio.create_task(AlarmWatch(quiet, clock, Webhooks({}, clock, NothingKept())).run())
    await asyncio.wait_for(quiet.told.wait(), 10)
    watch.cancel()
    assert quiet.looks == 0


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp() * 1_000)


@pytest.mark.parametrize(
    ("moment", "off"),
    [
        ("2026-03-09T08:29:59+08:00", {"cards"}),
        ("2026-03-09T08:30:00+08:00", set()),
        ("2026-03-09T20:00:00+08:00", {"cards"}),
        ("2026-03-08T12:00:00+08:00", {"cards"}),  # a Sunday
        ("2026-10-01T12:00:00+08:00", {"cards"}),  # a holiday
        ("2027-03-09T03:00:00+08:00", set()),  # a year nobody has told of: better an alarm too many
    ],
)
def test_a_queue_is_off_duty_outside_its_calendar_and_without_one_never(moment: str, off: set[str]) -> None:
    hours = tuple(Interval(day, 8 * 60 + 30, 20 * 60) for day in range(5))
    bank = Calendar("bank", "Asia/Shanghai", hours, {"2026-10-01": "holiday"}, (2026,))
    queues = {
        name: QueueConfig(name, {"en": name}, calendar=calendar)
        for name, calendar in (("cards", "bank"), ("loss", ""), ("new", "not_there"))
    }
    assert off_duty(CenterConfig(queues=queues, calendars={"bank": bank}), at(moment)) == off


@pytest.mark.parametrize(
    ("hooks", "told"),
    [
        ([("", ()), ("", ())], ["chat", "pager"]),  # no rule names a webhook: all of them
        ([("pager", ()), ("", ())], ["pager"]),
        ([("pager", ("loans",)), ("chat", ("cards", "loans"))], ["chat"]),
        ([("pager", ("loans",)), ("", ())], ["chat", "pager"]),
    ],
)
def test_who_is_told_of_a_queue_is_told_that_nobody_can_serve_it(
    hooks: list[tuple[str, tuple[str, ...]]], told: list[str]
) -> None:
    rules = [AlarmRule(f"r{n}", Metric.WAITING, 5, webhook=hook, queues=on) for n, (hook, on) in enumerate(hooks)]
    rules.append(AlarmRule("breaks", Metric.BREAK_MS, 60_000, webhook="breaks"))
    alarm = Alarm(UNSERVED_RULE, "cards", Metric.UNSERVED, 1.0, 0.0, 0)
    assert hooks_of(CenterConfig(alarms=tuple(rules)), alarm, ["pager", "chat"]) == told


async def test_a_queue_nobody_can_serve_reaches_the_webhook_without_a_rule(data: Path, flows: Path) -> None:
    ready: list[Product] = []
    clock = VirtualClock(quiet=lambda: not ready or ready[0].idle)
    async with receiving() as receiver:
        hook = WebhookSettings(url=receiver.url, secret=SecretStr(SECRET))
        settings = settings_for(data, flows).model_copy(update={"webhooks": {"pager": hook}})
        async with running(settings, clock=clock, report=lambda _: None) as product:
            ready.append(product)
            plain = product.desk.config()
            queues = {key: msgspec.structs.replace(queue, overflow=()) for key, queue in plain.queues.items()}
            config = msgspec.structs.replace(plain, alarms=(), queues=queues)
            await product.desk.submit(ev.CenterConfigured(config=config))
            async with clock.running():
                caller = product.pbx.telephony.network.call("13800000001", "95000", line="trunk")
                await caller.wait_heard("中文")
                caller.press("1")
                await caller.wait_heard("挂失")
                caller.press("1")
                await receiver.until(1)
                await product.desk.submit(ev.AgentSignedIn(agent="1001", desk="d"))
                await receiver.until(2)
    told = [verified(headers, body) for headers, body in receiver.requests]
    assert [(t["event"], t["metric"], t["subject"]) for t in told] == [
        ("alarm.raised", "unserved", {"kind": "queue", "id": "card_loss"}),
        ("alarm.ended", "unserved", {"kind": "queue", "id": "card_loss"}),
    ]


class NothingKept:
    """No delivery, ever."""

    async def add(self, delivery: Delivery) -> bool:
        raise AssertionError(delivery)

    async def open(self) -> Sequence[Delivery]:
        return ()

    async def unended(self) -> Sequence[Delivery]:
        return ()

    async def tried(self, delivery: str, tries: int, due_ms: int) -> None:
        raise AssertionError(delivery)

    async def done(self, delivery: Delivery) -> None:
        raise AssertionError(delivery)


class QuietDesk:
    """Changes a thousand times; nothing is watched and nothing is wrong."""

    def __init__(self) -> None:
        self.told = asyncio.Event()
        self.looks = 0

    async def submit(self, event: ev.Event) -> tuple[ef.Effect, ...]:
        raise AssertionError(event)

    def floor_view(self) -> FloorView:
        self.looks += 1
        return FloorView(at_ms=0, telephony_up=True)

    def is_alarmed(self) -> bool:
        return False

    def config(self) -> CenterConfig:
        return CenterConfig()

    async def changes(self, agent: str | None = None) -> AsyncIterator[None]:
        for _ in range(1_000):
            yield
        self.told.set()
        await asyncio.Event().wait()
