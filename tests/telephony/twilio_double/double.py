"""The account: its calls, what it tells us, and how it fails."""

from __future__ import annotations

import asyncio
import hashlib
import io
import itertools
import wave
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit

import httpx
from twilio.request_validator import RequestValidator

from callcenter.domain.ports import Clock
from tests.telephony.twilio_double.call import FINAL, DoubleCall
from tests.telephony.twilio_double.faults import Faults
from tests.telephony.twilio_double.people import Person
from tests.telephony.twilio_double.recorder import DoubleRecorder

_ANSWER_WITHIN_MS = 15_000


class Double:
    """A Twilio account with people around it. ``to_us`` carries its webhooks."""

    def __init__(self, clock: Clock, to_us: httpx.AsyncBaseTransport | None, *, calls_per_second: float = 1.0) -> None:
        self.clock = clock
        self.account_sid = "AC" + "1" * 32
        self.auth_token = "the-token-of-the-double"
        self.calls_per_second = calls_per_second
        self.voice_url = self.voice_fallback = self.status_url = ""
        """What the number is configured with (docs: phone-numbers/api/incomingphonenumber-resource)."""
        self.numbers: set[str] = set()
        self.sip_domains: dict[str, bool] = {}
        """Domain → whether telephones may register there."""
        self.calls: dict[str, DoubleCall] = {}
        self.phones: dict[str, Person] = {}
        self.people: list[Person] = []
        self.faults = Faults()
        self.recorder = DoubleRecorder(self)
        self.reachable = True
        self.turned_away: list[str] = []
        """Webhooks that we answered with 403."""
        self._validator = RequestValidator(self.auth_token)
        self._http = httpx.AsyncClient(transport=to_us, timeout=15)
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = itertools.count(1)
        self._next_call_ms = 0.0
        self.errors: list[BaseException] = []

    # --- people

    def ring(self, caller: str, dialled: str, name: str = "") -> Person:
        """Someone rings the number."""
        person = Person(name or caller)
        self.people.append(person)
        call = DoubleCall(self, self.new_sid("CA"), "inbound", caller, dialled, person)
        call.url, call.fallback, call.status_url = self.voice_url, self.voice_fallback, self.status_url
        self.calls[call.sid] = call
        person.begin(call)
        call.go(self.voice_url)
        return person

    def phone(self, address: str, name: str = "") -> Person:
        """The telephone at ``address`` (``client:1001``, ``+86…``), made if new."""
        if address not in self.phones:
            self.phones[address] = Person(name or address)
            self.people.append(self.phones[address])
        return self.phones[address]

    def in_conference(self, name: str) -> list[DoubleCall]:
        return [call for call in self.calls.values() if call.conference == name]

    def changed(self) -> None:
        self.recorder.changed()
        for person in self.people:
            person.changed()

    # --- the account

    def new_sid(self, kind: str) -> str:
        return f"{kind}{next(self._count):032x}"

    def make_call(self, form: dict[str, str], events: list[str]) -> DoubleCall:
        """Docs: voice/api/call-resource#create-a-call-resource; beyond calls per second they wait (help 223180028)."""
        phone = self.phones.get(form["To"]) or Person(form["To"])
        phone.online = phone.online and form["To"] in self.phones
        call = DoubleCall(self, self.new_sid("CA"), "outbound-api", form["From"], form["To"], phone)
        call.url, call.status_url = form["Url"], form.get("StatusCallback", "")
        call.status_events = frozenset(events or ["completed"])
        call.listens = form.get("MachineDetection") == "Enable"
        self.calls[call.sid] = call
        now_ms = self.clock.now_ms()
        at_ms = max(float(now_ms), self._next_call_ms)
        self._next_call_ms = at_ms + 1000 / self.calls_per_second
        self.spawn(self._begin(call, at_ms, int(form.get("Timeout", "60"))))
        return call

    async def _begin(self, call: DoubleCall, at_ms: float, timeout_s: int) -> None:
        await self.clock.sleep_until(int(at_ms))
        if call.status == "queued":
            call.ring(timeout_s)

    def live(self, status: str) -> list[DoubleCall]:
        return [call for call in self.calls.values() if call.status == status]

    def crash(self) -> None:
        """Twilio can not be reached, and all calls are gone."""
        self.reachable = False
        for call in tuple(self.calls.values()):
            call.status_url = ""
            call.finish("completed")

    # --- webhooks

    async def post(self, url: str, params: dict[str, str], *, status: bool = False) -> str | None:
        """A webhook; its answer, None when it failed for good.

        docs: usage/webhooks/webhooks-security (the signature covers the address without its fragment),
        usage/webhooks/webhooks-connection-overrides (``#rc=2`` tries twice more).
        """
        address, _, overrides = url.partition("#")
        tries = 1 + next((int(part[3:]) for part in overrides.split("&") if part.startswith("rc=")), 0)
        if status and await self.faults.status_is_lost(self):
            return None
        copies = 2 if self.faults.strikes("twice") else 1
        for _ in range(tries):
            answers = [await self._post_once(address, params) for _ in range(copies)]
            if answers[-1] is not None and not self.faults.strikes("answer lost"):
                return answers[-1]
        return None

    async def _post_once(self, url: str, params: dict[str, str]) -> str | None:
        if not self.reachable:
            return None
        signature = self._validator.compute_signature(url, params)
        headers = {"X-Twilio-Signature": signature, "User-Agent": "TwilioProxy/1.1"}
        try:
            answer = await self._http.post(url, data=params, headers=headers)
        except httpx.HTTPError:
            return None
        if answer.status_code == 403:
            self.turned_away.append(urlsplit(url).path)
        return answer.text if answer.is_success else None

    async def sound(self, url: str) -> tuple[str, int]:
        """Fetch a sound: a name that its bytes alone decide, and its length in milliseconds."""
        answer = await self._http.get(url)
        assert answer.is_success, f"{url}: {answer.status_code}"
        with wave.open(io.BytesIO(answer.content)) as sound:
            ms = 1000 * sound.getnframes() // sound.getframerate()
        return sound_name(answer.content), ms

    # --- time and work

    async def pause(self, ms: int) -> None:
        await self.clock.sleep_until(self.clock.now_ms() + ms)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.errors.append(error)

    async def close(self) -> None:
        """Everything ends; what broke inside is raised."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._http.aclose()
        for error in self.errors:
            raise error


def sound_name(content: bytes) -> str:
    return "sound:" + hashlib.sha1(content).hexdigest()


__all__ = ["FINAL", "Double", "sound_name"]
