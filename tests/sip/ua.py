"""A SIP telephone (UDP, PCMU). One ``UserAgent`` has one address and any number of calls."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import Callable

from tests.sip.message import Message, media_address, parse, respond, sdp, uri_in
from tests.sip.rtp import TONE_LEVEL, RtpStream

_REASONS = {
    180: "Ringing",
    200: "OK",
    403: "Forbidden",
    404: "Not Found",
    480: "Unavailable",
    486: "Busy",
    487: "Gone",
    603: "Decline",
}


class Call:
    """One call. ``code`` is the final SIP status, ``cause`` that of Q.850 from a Reason header."""

    def __init__(self, agent: UserAgent, call_id: str, tone: int) -> None:
        self.agent, self.call_id = agent, call_id
        self.invite: Message | None = None
        self.ringing = self.answered = self.ended = False
        self.code = self.cause = 0
        self.rtp = RtpStream(self._notify)
        self.rtp.tone = tone
        self.rtp_port = 0
        self.tag = secrets.token_hex(4)
        self.incoming = False
        self.remote: tuple[str, int] = ("", 0)
        self.dialog: dict[str, str] = {}
        self._cseq = itertools.count(1)
        self._watchers: set[asyncio.Event] = set()

    # --- what a person does

    def answer(self) -> None:
        """Pick up an incoming call."""
        assert self.invite is not None
        self.answered = True
        self.agent.reply(self, self.invite, 200, sdp(self.agent.host, self.rtp_port))
        self._notify()

    def reject(self, code: int = 486) -> None:
        """Refuse an incoming call."""
        assert self.invite is not None
        self.agent.reply(self, self.invite, code)
        self.finish(code)

    def press(self, keys: str) -> None:
        """Press keys."""
        self.rtp.press(keys)

    def hang_up(self) -> None:
        """End the call, or stop ringing the far side."""
        if self.ended:
            return
        if self.incoming and not self.answered:
            self.reject(603)
        elif self.answered:
            self.agent.request(self, "BYE", next(self._cseq) + 1)
            self.finish(200)
        else:
            self.agent.cancel(self)

    # --- what a person notices

    async def wait(self, condition: Callable[[], bool], what: str, timeout_s: float = 8.0) -> None:
        """Return once ``condition`` holds; looked at with every packet."""
        event = asyncio.Event()
        self._watchers.add(event)
        try:
            async with asyncio.timeout(timeout_s):
                while not condition():
                    event.clear()
                    await event.wait()
        except TimeoutError:
            raise AssertionError(f"call {self.call_id}: not {what} within {timeout_s} s") from None
        finally:
            self._watchers.discard(event)

    async def wait_ringing(self) -> None:
        await self.wait(lambda: self.ringing, "ringing")

    async def wait_answered(self) -> None:
        await self.wait(lambda: self.answered, "answered")

    async def wait_ended(self, timeout_s: float = 8.0) -> None:
        await self.wait(lambda: self.ended, "ended", timeout_s)

    async def wait_tone(self, frequency: int, timeout_s: float = 8.0) -> None:
        await self.wait(lambda: self.rtp.level(frequency) > TONE_LEVEL, f"hearing {frequency} Hz", timeout_s)

    async def wait_no_tone(self, frequency: int) -> None:
        await self.wait(lambda: self.rtp.level(frequency) < TONE_LEVEL / 4, f"free of {frequency} Hz")

    async def wait_digits(self, digits: str) -> None:
        await self.wait(lambda: self.rtp.digits.endswith(digits), f"receiving keys {digits}")

    # --- for the agent

    def finish(self, code: int, cause: int = 0) -> None:
        if not self.ended:
            self.ended, self.code, self.cause = True, code, cause
            self.rtp.close()
            self._notify()

    def _notify(self) -> None:
        for event in self._watchers:
            event.set()


class UserAgent(asyncio.DatagramProtocol):
    """A telephone at ``host:port``. Incoming calls: ``answer_after_s`` None lets it ring, ``refuse`` is a SIP code."""

    def __init__(self, host: str, port: int, tone: int = 0) -> None:
        self.host, self.port, self.tone = host, port, tone
        self.answer_after_s: float | None = 0.0
        self.refuse = 0
        self.calls: dict[str, Call] = {}
        self.incoming: asyncio.Queue[Call] = asyncio.Queue()
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()

    async def open(self) -> UserAgent:
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, self.port))
        return self

    def hang_up_all(self) -> None:
        """End every call."""
        for call in tuple(self.calls.values()):
            call.hang_up()

    async def close(self) -> None:
        """Hang up everything and close."""
        self.hang_up_all()
        for call in self.calls.values():
            call.rtp.close()
        if self._transport is not None:
            self._transport.close()
            await self._closed.wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    @property
    def contact(self) -> str:
        return f"sip:test@{self.host}:{self.port}"

    async def call(
        self, number: str, pbx: tuple[str, int], caller: str = "13800000000", tone: int | None = None
    ) -> Call:
        """Dial; returns at once."""
        call = Call(self, f"{secrets.token_hex(8)}@{self.host}", self.tone if tone is None else tone)
        call.rtp_port = await call.rtp.open(self.host)
        call.remote = pbx
        call.dialog = {
            "uri": f"sip:{number}@{pbx[0]}:{pbx[1]}",
            "from": f"<sip:{caller}@{self.host}>;tag={call.tag}",
            "to": f"<sip:{number}@{pbx[0]}>",
        }
        self.calls[call.call_id] = call
        call.invite = self.request(call, "INVITE", 1, sdp(self.host, call.rtp_port))
        return call

    async def next_call(self, timeout_s: float = 8.0) -> Call:
        """The next incoming call."""
        return await asyncio.wait_for(self.incoming.get(), timeout_s)

    # --- sending

    def request(self, call: Call, method: str, cseq: int, body: str = "") -> Message:
        via = f"SIP/2.0/UDP {self.host}:{self.port};branch=z9hG4bK{secrets.token_hex(6)};rport"
        message = Message(
            f"{method} {call.dialog['uri']} SIP/2.0",
            [
                ("via", via),
                ("max-forwards", "70"),
                ("from", call.dialog["from"]),
                ("to", call.dialog["to"]),
                ("call-id", call.call_id),
                ("cseq", f"{cseq} {method}"),
                ("contact", f"<{self.contact}>"),
            ],
            body,
        )
        self._send(message, call.remote)
        return message

    def reply(self, call: Call, request: Message, status: int, body: str = "") -> None:
        self._send(respond(request, status, _REASONS.get(status, "Status"), call.tag, self.contact, body), call.remote)

    def cancel(self, call: Call) -> None:
        assert call.invite is not None
        keep = {"via", "from", "to", "call-id", "max-forwards"}
        headers = [(key, value) for key, value in call.invite.headers if key in keep]
        uri = call.invite.first.split(" ")[1]
        self._send(Message(f"CANCEL {uri} SIP/2.0", [*headers, ("cseq", "1 CANCEL")]), call.remote)

    def _send(self, message: Message, to: tuple[str, int]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(message.encode(), to)

    # --- receiving

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = parse(data)
        if message is None:
            return
        call = self.calls.get(message.get("call-id"))
        if message.status:
            if call is not None:
                self._response(call, message)
        elif message.method == "INVITE" and call is None:
            asyncio.get_running_loop().create_task(self._invited(message, addr))
        elif message.method == "OPTIONS" or call is None:
            if message.method != "ACK":
                stranger = Call(self, "", 0)
                stranger.remote = addr
                self.reply(stranger, message, 200 if message.method == "OPTIONS" else 481)
        else:
            self._request(call, message)

    def _response(self, call: Call, message: Message) -> None:
        if message.cseq_method != "INVITE" or message.status == 100:
            return
        if message.body and (remote := media_address(message.body)):
            call.rtp.remote = remote
        if message.status < 200:
            call.ringing = call.ringing or message.status == 180
        elif message.status < 300:
            call.dialog["to"] = message.get("to")
            call.dialog["uri"] = uri_in(message.get("contact"))
            self.request(call, "ACK", int(message.get("cseq").split()[0]))
            call.answered = True
        else:
            self._acknowledge_refusal(call, message)
            call.finish(message.status, _cause(message))
        call._notify()

    def _acknowledge_refusal(self, call: Call, message: Message) -> None:
        assert call.invite is not None
        uri = call.invite.first.split(" ")[1]
        headers = [("via", call.invite.get("via")), ("max-forwards", "70"), ("from", message.get("from"))]
        headers += [("to", message.get("to")), ("call-id", call.call_id), ("cseq", "1 ACK")]
        self._send(Message(f"ACK {uri} SIP/2.0", headers), call.remote)

    async def _invited(self, message: Message, addr: tuple[str, int]) -> None:
        call = Call(self, message.get("call-id"), self.tone)
        self.calls[call.call_id] = call
        call.invite, call.remote, call.incoming = message, addr, True
        call.dialog = {
            "uri": uri_in(message.get("contact")),
            "from": f"{message.get('to')};tag={call.tag}",
            "to": message.get("from"),
        }
        call.rtp_port = await call.rtp.open(self.host)
        call.rtp.remote = media_address(message.body)
        if self.refuse:
            call.reject(self.refuse)
            self.incoming.put_nowait(call)
            return
        self.reply(call, message, 180)
        call.ringing = True
        self.incoming.put_nowait(call)
        if self.answer_after_s is not None:
            asyncio.get_running_loop().call_later(self.answer_after_s, lambda: call.ended or call.answer())

    def _request(self, call: Call, message: Message) -> None:
        if message.method == "ACK":
            return
        if message.method == "INVITE":
            if call.answered:
                call.rtp.remote = media_address(message.body) or call.rtp.remote
                self.reply(call, message, 200, sdp(self.host, call.rtp_port))
            return
        self.reply(call, message, 200)
        if message.method == "BYE":
            call.finish(200, _cause(message))
        elif message.method == "CANCEL" and call.invite is not None and not call.answered:
            self.reply(call, call.invite, 487)
            call.finish(487, _cause(message))


def _cause(message: Message) -> int:
    for reason in message.all("reason"):
        if reason.lower().startswith("q.850") and "cause=" in reason:
            return int(reason.partition("cause=")[2].split(";")[0])
    return 0
