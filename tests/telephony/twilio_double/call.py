"""One call of the double: it fetches TwiML and does what it says."""

from __future__ import annotations

import asyncio
import xml.etree.ElementTree as ElementTree
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from callcenter.domain.contact import LegEndCause
from tests.telephony.twilio_double.people import Person

if TYPE_CHECKING:
    from tests.telephony.twilio_double.double import Double

Work = Callable[[], Awaitable[None]]
FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
_TOLD = {"busy": LegEndCause.BUSY, "no-answer": LegEndCause.REJECTED}
_LISTENS_MS = 2_400
"""How long it takes to know; docs name some 4 s in the middle, at most the timeout that was asked for."""
_VERBS = {"Say", "Play", "Pause", "Gather", "Redirect", "Dial", "Hangup", "Reject"}


class Next(Exception):
    """The document goes on at another address."""

    def __init__(self, url: str, **params: str) -> None:
        self.url, self.params = url, params


class DoubleCall:
    def __init__(self, double: Double, sid: str, direction: str, from_: str, to: str, person: Person) -> None:
        self.double, self.sid, self.direction, self.from_, self.to, self.person = (
            double, sid, direction, from_, to, person,
        )  # fmt: skip
        self.status = "ringing" if direction == "inbound" else "queued"
        self.created_ms = double.clock.now_ms()
        self.url = self.fallback = self.status_url = ""
        self.status_events: frozenset[str] = frozenset({"completed"})
        self.playing = ""
        self.conference = ""
        self.muted, self.coach = False, ""
        self.keys: asyncio.Queue[str] | None = None
        self.first_key = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.sequence = 0
        self.sip = ""
        self.documents = 0
        self.listens = False

    # --- what the person does

    def pressed(self, key: str) -> None:
        """Docs: voice/twiml/gather. Keys pressed while nothing gathers are not kept."""
        if self.keys is not None:
            self.keys.put_nowait(key)
            self.first_key.set()

    def left(self) -> None:
        self.finish("completed" if self.status == "in-progress" or self.direction == "inbound" else "no-answer")

    def picked_up(self) -> None:
        if self.status == "ringing":
            self._up()
            self._run(self._answered)

    def hears(self) -> list[str]:
        """Docs: voice/twiml/conference#attributes-muted, #attributes-coach. A coach is heard by the coached alone."""
        if not self.conference:
            return [self.playing] if self.playing else []
        others = [call for call in self.double.in_conference(self.conference) if call is not self]
        heard = [o for o in others if not o.muted and (not o.coach or o.coach == self.sid)]
        return [f"party:{other.person.name}" for other in heard]

    # --- what the account does

    def go(self, url: str, **params: str) -> None:
        self._run(lambda: self._document_at(url, params))

    def do(self, twiml: str) -> None:
        """Docs: voice/api/call-resource#update-a-call-resource. The call leaves what it did and does this."""
        self._run(lambda: self._execute(twiml, self.url))

    def ring(self, timeout_s: int) -> None:
        self._run(lambda: self._ring(timeout_s))

    def finish(self, status: str, told: LegEndCause = LegEndCause.NORMAL, sip: str = "") -> None:
        if self.status in FINAL:
            return
        self.status, self.sip = status, sip
        self.double.recorder.call_ended(self)
        self._quiet()
        if self.task is not None and self.task is not asyncio.current_task():
            self.task.cancel()
        self.person.end(told)
        self.double.changed()
        self._tell("completed")

    # --- inside

    def _run(self, work: Work) -> None:
        self._quiet()
        former, self.task = self.task, self.double.spawn(self._guarded(work))
        if former is not None and former is not asyncio.current_task():
            former.cancel()

    async def _guarded(self, work: Work) -> None:
        while True:
            try:
                await work()
            except Next as jump:
                work = partial(self._document_at, jump.url, jump.params)
                continue
            self.finish("completed")  # no verb is left: docs: voice/twiml#end-of-document
            return

    def _quiet(self) -> None:
        self.playing = self.conference = ""
        self.muted, self.coach, self.keys = False, "", None
        self.double.changed()

    async def _ring(self, timeout_s: int) -> None:
        await self.double.pause(50)
        phone = self.person
        if not phone.online:
            self.finish("failed", sip="480")
            return
        if phone.call is not None or phone.refuses is LegEndCause.BUSY:
            self.person = Person(phone.name)
            self.finish("busy", sip="486")
            return
        if phone.refuses is not None:
            self.finish("busy", sip="603")
            return
        phone.begin(self)
        self.status, phone.ringing = "ringing", True
        phone.changed()
        self._tell("ringing")
        if phone.answer_after_ms is not None and phone.answer_after_ms < timeout_s * 1000:
            await self.double.pause(phone.answer_after_ms)
            self._up()
            await self._answered()
        await self.double.pause(timeout_s * 1000)
        self.finish("no-answer", sip="487")

    async def _answered(self) -> None:
        """Docs: voice/answering-machine-detection#synchronous. The address is asked once it is known who answered."""
        if not self.listens:
            raise Next(self.url)
        await self.double.pause(_LISTENS_MS)
        raise Next(self.url, AnsweredBy="machine_start" if self.person.machine else "human")

    def _up(self) -> None:
        if self.status != "in-progress":
            self.status = "in-progress"
            self.person.answered, self.person.ringing = True, False
            self.double.changed()
            self._tell("answered")

    def _tell(self, event: str) -> None:
        """Docs: voice/api/call-resource#statuscallbackevent."""
        if self.status_url and event in self.status_events:
            self.sequence += 1
            more = {"CallbackSource": "call-progress-events", "SequenceNumber": str(self.sequence - 1)}
            if self.sip:
                more["SipResponseCode"] = self.sip
            self.double.spawn(self.double.post(self.status_url, self.params(**more), status=True))

    def params(self, **more: str) -> dict[str, str]:
        """Docs: voice/twiml#request-parameters."""
        return {
            "CallSid": self.sid,
            "AccountSid": self.double.account_sid,
            "From": self.from_,
            "To": self.to,
            "Caller": self.from_,
            "Called": self.to,
            "CallStatus": self.status,
            "ApiVersion": "2010-04-01",
            "Direction": self.direction,
            **more,
        }

    async def _document_at(self, url: str, params: dict[str, str]) -> None:
        answer = await self.double.post(url, self.params(**params))
        if answer is None and self.fallback:
            answer = await self.double.post(self.fallback, self.params(ErrorCode="11200", ErrorUrl=url))
        if answer is None:
            # docs: errors/11200. The caller hears "an application error has occurred".
            self._up()
            self.finish("completed")
            return
        await self._execute(answer, url)

    async def _execute(self, twiml: str, base: str) -> None:
        self.documents += 1
        self.double.changed()
        root = ElementTree.fromstring(twiml)
        assert root.tag == "Response", twiml
        verbs = list(root)
        if verbs and verbs[0].tag == "Reject" and self.status == "ringing":
            # docs: voice/twiml/reject
            status = "busy" if verbs[0].get("reason") == "busy" else "no-answer"
            self.finish(status, _TOLD[status])
            return
        for verb in verbs:
            assert verb.tag in _VERBS, f"12100 no such verb: {verb.tag}"
            if not (verb is verbs[0] and verb.tag == "Pause"):
                self._up()
            await self._do(verb, base)

    async def _do(self, verb: ElementTree.Element, base: str) -> None:
        match verb.tag:
            case "Gather":
                await self._gather(verb, base)
            case "Redirect":
                raise Next(urljoin(base, verb.text or ""))
            case "Dial":
                await self._dial(verb, base)
            case "Hangup":
                self.finish("completed")
                raise asyncio.CancelledError
            case _:
                await self._sound(verb, base)

    async def _sound(self, verb: ElementTree.Element, base: str) -> None:
        """Docs: voice/twiml/play, /say, /pause."""
        if verb.tag == "Pause":
            await self.double.pause(1000 * int(verb.get("length", "1")))
            self._up()
            return
        digits = verb.get("digits")
        if digits:
            self.person.keys_heard += digits.replace("w", "")
            self.double.changed()
            await self.double.pause(100 * len(digits))
            return
        name, ms = await self.double.sound(urljoin(base, verb.text or ""))
        loop = int(verb.get("loop", "1"))
        for _ in range(loop or 1000):
            self.playing = name
            self.double.changed()
            await self.double.pause(ms)
        self.playing = ""
        self.double.changed()

    async def _gather(self, verb: ElementTree.Element, base: str) -> None:
        """Docs: voice/twiml/gather. The first key ends what is nested; ``timeout`` runs after it and after each key."""
        timeout_s = int(verb.get("timeout", "5"))
        assert timeout_s > 0, "timeout is a positive integer"
        most, end_key = int(verb.get("numDigits", "1000")), verb.get("finishOnKey", "#")
        self.keys, self.first_key = asyncio.Queue(), asyncio.Event()
        nested = asyncio.ensure_future(self._nested(list(verb), base))
        pressed = asyncio.ensure_future(self.first_key.wait())
        try:
            await asyncio.wait((nested, pressed), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (nested, pressed):
                task.cancel()
        if nested.done() and not nested.cancelled():
            nested.result()
        self.playing = ""
        self.double.changed()
        digits = finished = ""
        while len(digits) < most:
            key = await self._key_within(timeout_s * 1000)
            if key is None:
                break
            if end_key and key == end_key:
                finished = key
                break
            digits += key
        self.keys = None
        if digits or finished or verb.get("actionOnEmptyResult", "false").lower() == "true":
            raise Next(urljoin(base, verb.get("action", base)), Digits=digits, FinishedOnKey=finished, msg="Gather End")

    async def _nested(self, verbs: list[ElementTree.Element], base: str) -> None:
        for verb in verbs:
            assert verb.tag in {"Say", "Play", "Pause"}, f"{verb.tag} in a Gather"
            await self._sound(verb, base)

    async def _key_within(self, ms: int) -> str | None:
        assert self.keys is not None
        getting = asyncio.ensure_future(self.keys.get())
        pause = asyncio.ensure_future(self.double.pause(ms))
        try:
            await asyncio.wait((getting, pause), return_when=asyncio.FIRST_COMPLETED)
            return getting.result() if getting.done() else None
        finally:
            getting.cancel()
            pause.cancel()

    async def _dial(self, verb: ElementTree.Element, base: str) -> None:
        """Docs: voice/twiml/conference. Whoever is in it stays until they leave or are given other TwiML."""
        room = verb.find("Conference")
        assert room is not None, "the double knows Dial with Conference alone"
        assert room.get("beep") == "false"
        self.muted, self.coach = room.get("muted") == "true", room.get("coach", "")
        if self.coach:
            assert self.coach in self.double.calls, "21219 the coached call is not in the conference"
        self.conference = room.text or ""
        self.double.changed()
        await asyncio.Event().wait()
