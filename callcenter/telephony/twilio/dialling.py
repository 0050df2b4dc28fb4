"""Calls that come and calls that we make: never two for one leg."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from callcenter.domain.contact import Endpoint, LegEndCause
from callcenter.domain.effects import AnswerLeg, HangUp, Originate, SendDigits
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import CallArrived, LegAnswered, LegRinging
from callcenter.domain.phone import callable_number
from callcenter.telephony.twilio.documents import hangup
from callcenter.telephony.twilio.exchange import Exchange, cause_of, log
from callcenter.telephony.twilio.legs import Leg
from callcenter.telephony.twilio.pacing import Pacing
from callcenter.telephony.twilio.rest import NotAsked, Refused, TooFast, Unsure

_DECIDE_MS = 10_000
"""How long a new call may ring before we say what becomes of it; Twilio itself waits 15 s."""
_MOMENT_MS = 100
_LISTEN_S = 5
"""So long Twilio may listen whether a machine answered; then it says ``unknown``. At least 3."""
_MACHINES = ("machine_start", "fax")
"""What Twilio says of a machine (docs: voice/answering-machine-detection); ``unknown`` counts as a person."""
_LOOKS_MS = (500, 1_000, 2_000, 4_000)
_SLOWER_MS = 1_000
_SENT_AGAIN = 3


class Dialling:
    """Inbound and outbound calls, and how they end."""

    def __init__(self, exchange: Exchange, pacing: Pacing, new_id: Callable[[], str]) -> None:
        self._x = exchange
        self._pacing = pacing
        self._new_id = new_id

    # --- commands

    async def answer(self, command: AnswerLeg) -> None:
        """Pick up."""
        leg = self._x.legs.get(command.leg)
        if leg is not None and leg.inbound and not leg.answered:
            self._x.legs.note_answered(leg)
            await self._x.changed(leg)

    async def hang_up(self, command: HangUp) -> None:
        """End a call; one that nobody answered is told busy or rejected, for Twilio tells nothing else."""
        leg = self._x.legs.get(command.leg)
        if leg is None:
            return
        if leg.inbound and not leg.answered and leg.asked:
            leg.refused = command.cause
            await self._x.changed(leg)
        elif leg.sid:
            await self._x.hang_up(leg)
        else:
            self._x.ended(leg, LegEndCause.NORMAL)

    async def originate(self, command: Originate) -> None:
        """Make a call when it is our turn; the leg's time runs from the beginning."""
        x = self._x
        if x.legs.get(command.leg) is not None or x.legs.has_ended(command.leg):
            return
        to, detection = self._address(command.endpoint), _detection(command)
        leg = Leg(command.leg, command.contact, inbound=False, dialled=to, since_ms=x.clock.now_ms())
        leg.caller = self._shown(command)
        x.legs.add(leg)
        if not to:
            x.ended(leg, LegEndCause.UNREACHABLE)
            return
        listening_ms = 1_000 * (_LISTEN_S + 1) if detection else 0
        leg.ringing = x.spawn(self._give_up(leg, leg.since_ms + command.timeout_ms + listening_ms))
        for _ in range(_SENT_AGAIN):
            await self._pacing.turn(agent=command.endpoint.kind == "agent")
            if x.legs.get(leg.id) is None or await self._sent(leg, command.timeout_ms, detection):
                return
        x.ended(leg, LegEndCause.FAILED)

    async def send_digits(self, command: SendDigits) -> None:
        """Send keys; whoever talks meanwhile is away for that moment."""
        leg = self._x.legs.get(command.leg)
        if leg is not None and leg.answered:
            leg.digits = command.digits
            await self._x.changed(leg)

    # --- what Twilio tells

    async def arrived(self, form: Mapping[str, str]) -> str | None:
        """A call came: what is to be done with it. None: nobody said, so Twilio shall ask its fallback."""
        sid = form["CallSid"]
        leg = self._x.legs.of_call(sid) or self._x.legs.get(sid)
        if leg is None:
            if self._x.legs.has_ended(sid):
                return hangup()
            leg = Leg(sid, self._new_id(), inbound=True, sid=sid, caller=form.get("From", ""))
            to = form.get("To", "")
            leg.dialled, leg.since_ms = self._x.settings.numbers.get(to, to), self._x.clock.now_ms()
            self._x.legs.add(leg)
            self.tell_arrived(leg)
        elif leg.answered or leg.refused is not None:
            return self._x.document(leg)
        return await self._x.answer(leg, _DECIDE_MS)

    def tell_arrived(self, leg: Leg) -> None:
        """Tell the core of a call that nobody has answered."""
        arrived = CallArrived(contact=leg.contact, leg=leg.id, caller=leg.caller, dialled=leg.dialled, line="twilio")
        self._x.emit(arrived)

    async def answered(self, leg: Leg, form: Mapping[str, str]) -> str:
        """A call of ours is up and asks what to do."""
        self._x.legs.bind(leg, form.get("CallSid", ""))
        if leg.sid != form.get("CallSid"):
            return hangup()
        if not leg.answered:
            self._is_up(leg, machine=form.get("AnsweredBy") in _MACHINES)
            await self._x.answer(leg, _MOMENT_MS)
        return self._x.document(leg)

    def status(self, leg: Leg, form: Mapping[str, str]) -> None:
        """A call's status; late, double and out of order does no harm, for no call goes back."""
        self._x.legs.bind(leg, form.get("CallSid", ""))
        if leg.sid != form.get("CallSid"):
            return
        status = form.get("CallStatus", "")
        cause = cause_of(status, form.get("SipResponseCode", ""))
        if cause is not None:
            self._x.ended(leg, cause)
        elif status == "ringing" and not leg.inbound and not leg.told_ringing:
            leg.told_ringing = True
            self._x.emit(LegRinging(leg=leg.id))

    def status_of_nobody(self, sid: str, status: str) -> None:
        """A call of ours that we gave up was made after all: end it."""
        if sid and cause_of(status) is None:
            log.warning("twilio_late_call_ended", sid=sid)
            self._x.spawn(self._end_unknown(sid))

    # --- inside

    def _shown(self, command: Originate) -> str:
        """Agents may be shown anything; others a number of ours, or Twilio refuses the call."""
        settings = self._x.settings
        if command.endpoint.kind == "agent":
            return command.caller or settings.caller
        ours = (cloud for cloud, hotline in settings.numbers.items() if command.caller in (cloud, hotline))
        return next(ours, settings.caller)

    def _address(self, endpoint: Endpoint) -> str:
        if endpoint.kind == "number":
            return callable_number(endpoint.address, self._x.settings.region)
        return self._x.settings.agent_address.format(agent=endpoint.address)

    async def _sent(self, leg: Leg, timeout_ms: int, detection: dict[str, object]) -> bool:
        """Ask for the call; False when Twilio certainly made none and it may be asked again."""
        x = self._x
        try:
            sid = await x.rest.make_call(
                to=leg.dialled,
                from_=leg.caller,
                url=x.to.of_leg(leg, "answered"),
                status_callback=x.to.status(leg),
                status_callback_event=["ringing", "answered", "completed"],
                timeout=max(5, math.ceil(timeout_ms / 1000)),
                **detection,
            )
        except TooFast:
            self._pacing.hold(_SLOWER_MS)
            return False
        except NotAsked:
            self._pacing.hold(_SLOWER_MS)
            return False
        except Refused as refused:
            log.warning("twilio_call_refused", leg=leg.id, why=str(refused))
            x.ended(leg, LegEndCause.UNREACHABLE)
            return True
        except Unsure as unsure:
            log.warning("twilio_call_unsure", leg=leg.id, why=str(unsure))
            await self._look_up(leg)
            return True
        x.legs.bind(leg, sid)
        if x.legs.get(leg.id) is None:
            await self._end_unknown(sid)
        return True

    async def _look_up(self, leg: Leg) -> None:
        """Nobody knows whether there is a call. Find it; it is not made again, for the first may still come."""
        x = self._x
        for pause_ms in _LOOKS_MS:
            await x.clock.sleep_until(x.clock.now_ms() + pause_ms)
            if leg.sid or x.legs.get(leg.id) is None:
                return
            try:
                x.legs.bind(leg, await x.rest.find_call(leg.dialled, leg.since_ms, x.legs.of_call))
            except ProviderError as error:
                log.warning("twilio_call_not_looked_up", leg=leg.id, why=str(error))
        if not leg.sid:
            x.ended(leg, LegEndCause.FAILED)

    async def _give_up(self, leg: Leg, at_ms: int) -> None:
        await self._x.clock.sleep_until(at_ms)
        if leg.answered:
            return
        leg.cause = LegEndCause.NO_ANSWER
        if not leg.sid:
            self._x.ended(leg, LegEndCause.NO_ANSWER)
            return
        try:
            await self._x.hang_up(leg)
        except ProviderError as error:
            log.warning("twilio_call_not_ended", sid=leg.sid, why=str(error))

    async def _end_unknown(self, sid: str) -> None:
        try:
            await self._x.rest.hang_up(sid)
        except ProviderError as error:
            log.warning("twilio_call_not_ended", sid=sid, why=str(error))

    def _is_up(self, leg: Leg, *, machine: bool) -> None:
        self._x.legs.note_answered(leg)
        if leg.ringing is not None:
            leg.ringing.cancel()
        if not leg.told_ringing:
            leg.told_ringing = True
            self._x.emit(LegRinging(leg=leg.id))
        self._x.emit(LegAnswered(leg=leg.id, machine=machine))


def _detection(command: Originate) -> dict[str, object]:
    """The synchronous kind: Twilio asks what to do once it knows who answered, so nobody is spoken to before."""
    if not command.detect_machines:
        return {}
    return {"machine_detection": "Enable", "machine_detection_timeout": _LISTEN_S}
