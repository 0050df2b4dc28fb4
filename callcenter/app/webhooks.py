"""Tells other systems of alarms: signed, retried, through restarts, without personal data."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import uuid
from collections.abc import Awaitable, Collection, Mapping
from typing import Any

import httpx
import structlog
from msgspec.structs import replace

from callcenter.app.settings import WebhookSettings
from callcenter.domain.alarms import QUEUE_METRICS, Alarm
from callcenter.domain.deliveries import Delivery
from callcenter.domain.errors import ProviderError
from callcenter.domain.ports import Clock, Deliveries

log = structlog.get_logger(__name__)

WAITS_MS = (1_000, 4_000, 15_000, 60_000, 240_000)
"""Between one try and the next: five minutes in all, then it is given up and logged."""
PATIENCE_S = 5.0
RAISED, ENDED = "alarm.raised", "alarm.ended"
TIMESTAMP, SIGNATURE, DELIVERY = "X-Callcenter-Timestamp", "X-Callcenter-Signature", "X-Callcenter-Delivery"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """``v1=`` and the HMAC-SHA256, in hex, of the timestamp, a full stop and the body."""
    return "v1=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def alarm_body(alarm: Alarm, *, at_ms: int) -> dict[str, Any]:
    """What is told of a beginning. A queue or an agent is named by id; no name, no number, no contact."""
    kind = "queue" if alarm.metric in QUEUE_METRICS else "agent"
    return {
        "event": RAISED,
        "alarm": alarm.id,
        "rule": alarm.rule,
        "metric": alarm.metric.value,
        "subject": {"kind": kind, "id": alarm.subject},
        "value": alarm.value,
        "limit": alarm.limit,
        "since_ms": alarm.since_ms,
        "at_ms": at_ms,
    }


class Webhooks:
    """Sends in the background; what is not done when the process ends is sent by the next one.

    A repeated delivery carries the same ``X-Callcenter-Delivery``. The end of an alarm is told after its beginning.
    """

    def __init__(self, addresses: Mapping[str, WebhookSettings], clock: Clock, deliveries: Deliveries) -> None:
        self._addresses = dict(addresses)
        self._clock = clock
        self._deliveries = deliveries
        self._client = httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=PATIENCE_S)
        self._resumed = False
        self._under_way: set[asyncio.Task[None]] = set()
        self._last: dict[tuple[str, str], asyncio.Task[None]] = {}
        """Of what is under way, the newest about each alarm."""

    @property
    def addresses(self) -> Collection[str]:
        """The names of the webhooks there are."""
        return self._addresses.keys()

    async def tell(self, standing: Collection[tuple[str, Alarm]]) -> None:
        """Tell whatever was not told before: the beginnings of alarms that stand, the ends of those that do not.

        ``standing`` has each with the webhook of its rule, or an empty name. The first call after a start also goes on
        with what the last process left. Raises ``ProviderError`` when it can't be kept; then it is to be called again.
        """
        for delivery in [] if self._resumed else await self._deliveries.open():
            self._begin(delivery)
        self._resumed = True
        for name, alarm in standing:
            if name in self._addresses:
                await self._keep(self._made(name, alarm))
            elif name:
                log.error("webhook_unknown", webhook=name, mend="add it to CALLCENTER_WEBHOOKS")
        stand = {(alarm.id, alarm.since_ms) for _, alarm in standing}
        for begun in await self._deliveries.unended():
            if (begun.alarm, begun.since_ms) not in stand:
                await self._keep(self._end_of(begun))

    async def delivered(self) -> None:
        """Return once nothing is under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def close(self) -> None:
        """Stop; what is under way is sent after the next start."""
        tasks = list(self._under_way)
        for task in tasks:
            task.cancel()
        if tasks:
            log.info("webhooks_left_for_the_next_start", count=len(tasks))
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._client.aclose()

    def _made(self, name: str, alarm: Alarm) -> Delivery:
        now = self._clock.now_ms()
        body = json.dumps(alarm_body(alarm, at_ms=now))
        return Delivery(uuid.uuid4().hex, name, alarm.id, alarm.since_ms, True, body, now, now)

    def _end_of(self, begun: Delivery) -> Delivery:
        now = self._clock.now_ms()
        body = json.dumps({**json.loads(begun.body), "event": ENDED, "at_ms": now})
        return replace(begun, id=uuid.uuid4().hex, raised=False, body=body, made_ms=now, due_ms=now, tries=0)

    async def _keep(self, delivery: Delivery) -> None:
        if await self._deliveries.add(delivery):
            self._begin(delivery)

    def _begin(self, delivery: Delivery) -> None:
        """Deliver after what is under way about the same alarm."""
        line = (delivery.webhook, delivery.alarm)
        work = self._in_turn(delivery, self._last.get(line))
        task = asyncio.get_running_loop().create_task(work, name=f"webhook-{delivery.webhook}")
        self._last[line] = task
        self._under_way.add(task)

        def over(done: asyncio.Task[None]) -> None:
            self._under_way.discard(done)
            if self._last.get(line) is done:
                del self._last[line]

        task.add_done_callback(over)

    async def _in_turn(self, delivery: Delivery, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._deliver(delivery)

    async def _deliver(self, delivery: Delivery) -> None:
        hook = self._addresses.get(delivery.webhook)
        tries, outcome = delivery.tries, "the webhook is no longer in CALLCENTER_WEBHOOKS"
        await self._clock.sleep_until(delivery.due_ms)
        while hook is not None:
            outcome = await self._try(hook, delivery.body.encode(), delivery.id)
            if outcome == "taken":
                break
            if tries >= len(WAITS_MS) or outcome.startswith("refused"):
                hook = None
                break
            wait_ms, tries = WAITS_MS[tries], tries + 1
            log.warning("webhook_failed", webhook=delivery.webhook, why=outcome, again_in_ms=wait_ms)
            due_ms = self._clock.now_ms() + wait_ms
            await self._note(self._deliveries.tried(delivery.id, tries, due_ms), delivery)
            await self._clock.sleep_until(due_ms)
        if hook is None:
            log.error("webhook_given_up", webhook=delivery.webhook, why=outcome, delivery=delivery.id)
        await self._note(self._deliveries.done(delivery), delivery)

    async def _note(self, writing: Awaitable[None], delivery: Delivery) -> None:
        """Without the note the next start sends it once more, under the same name."""
        try:
            await writing
        except ProviderError:
            log.exception("webhook_not_noted", webhook=delivery.webhook, delivery=delivery.id)

    async def _try(self, hook: WebhookSettings, body: bytes, delivery: str) -> str:
        """``taken``, ``refused …`` (trying again is no use) or what failed."""
        timestamp = str(self._clock.now_ms() // 1_000)
        headers = {
            "Content-Type": "application/json",
            TIMESTAMP: timestamp,
            SIGNATURE: signature(hook.secret.get_secret_value(), timestamp, body),
            DELIVERY: delivery,
        }
        try:
            answer = await self._client.post(hook.url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return type(error).__name__
        if answer.is_success:
            return "taken"
        transient = answer.status_code >= 500 or answer.status_code in (408, 425, 429)
        return f"HTTP {answer.status_code}" if transient else f"refused: HTTP {answer.status_code}"
