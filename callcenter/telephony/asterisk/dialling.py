"""Legs begin, ring, answer and end."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable

from callcenter.domain.contact import LegEndCause
from callcenter.domain.effects import AnswerLeg, HangUp, Originate, SendDigits
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import CallArrived, LegAnswered, LegEnded, LegRinging
from callcenter.telephony.asterisk.ari._generated.events import (
    ChannelDestroyed,
    ChannelHangupRequest,
    ChannelStateChange,
    StasisEnd,
    StasisStart,
)
from callcenter.telephony.asterisk.ari._generated.models import Channel
from callcenter.telephony.asterisk.ari._generated.operations import applications, channels
from callcenter.telephony.asterisk.causes import REASON_CODES, word_for
from callcenter.telephony.asterisk.legs import Leg
from callcenter.telephony.asterisk.names import from_pbx, is_helper, to_pbx
from callcenter.telephony.asterisk.pbx import Pbx, log
from callcenter.telephony.pace import Pace

CONTACT_VARIABLE = "CC_CONTACT"
ORIGINATED = "originated"
LISTENED = "amd"
"""The dialplan's context that listens for machines, and what it says when it brings a channel back."""
_SURE_MACHINE = ("LONGGREETING", "MAXWORDS", "MAXWORDLENGTH")
"""Causes of AMD's verdict ``MACHINE`` that rest on speech; silence alone is no machine."""
ARRIVING = {"inbound", "guest", "agent"}
_SLACK_S = 0.3
_UNREACHABLE = (400, 500)
"""How Asterisk refuses to dial an unknown endpoint, and one where no telephone is registered."""


class Dialling:
    """Arriving and dialled legs."""

    def __init__(self, pbx: Pbx, new_id: Callable[[], str], leg_ended: Callable[[Leg], None]) -> None:
        self._pbx = pbx
        self._new_id = new_id
        self._leg_ended = leg_ended
        self._pace = Pace(pbx.settings.calls_per_second)

    async def answer(self, command: AnswerLeg) -> None:
        """Pick up. The contact is written on the channel, so that a restart knows who it belongs to.

        Not earlier: a call whose arrival was not journalled when we died must arrive again.
        """
        channel = to_pbx(command.leg)
        await self._mark(channel, command.contact)
        answer = await self._pbx.client.ask(channels.answer(channel))
        leg = self._pbx.legs.get(channel)
        if answer.done and leg is not None:
            leg.answered = True

    async def hang_up(self, command: HangUp) -> None:
        """End."""
        code = REASON_CODES[command.cause]
        await self._pbx.client.ask(channels.hangup(to_pbx(command.leg), reason_code=str(code)))

    async def send_digits(self, command: SendDigits) -> None:
        """Send keys, 100 ms each with 100 ms between."""
        await self._pbx.client.ask(
            channels.send_dtmf(to_pbx(command.leg), dtmf=command.digits, duration=100, between=100)
        )

    async def originate(self, command: Originate) -> None:
        """Dial; what can not be dialled ends at once as unreachable."""
        channel = to_pbx(command.leg)
        if self._pbx.legs.known(channel):
            return
        if command.endpoint.kind == "number":
            await asyncio.sleep(self._pace.wait_s(asyncio.get_running_loop().time()))
        dialled = self._pbx.settings.dial_string(command.endpoint)
        timeout_s = max(1, math.ceil(command.timeout_ms / 1000))
        gives_up_at = asyncio.get_running_loop().time() + command.timeout_ms / 1000
        leg = self._pbx.legs.add(
            Leg(command.leg, channel, originated=True, gives_up_at=gives_up_at, detects=command.detect_machines)
        )
        if dialled is None:
            log.warning("endpoint_not_understood", endpoint_kind=command.endpoint.kind)
            self._ended(leg, LegEndCause.UNREACHABLE)
            return
        # Asterisk counts whole seconds; the exact moment is ours.
        leg.timer = asyncio.get_running_loop().call_at(gives_up_at, self._give_up, channel)
        variables = {CONTACT_VARIABLE: command.contact}
        if command.endpoint.kind == "agent":  # for telephones beside a page; a carrier is told nothing of ours
            variables["PJSIP_HEADER(add,X-Contact)"] = to_pbx(command.contact)
        if command.auto_answer:
            variables["PJSIP_HEADER(add,X-Auto-Answer)"] = "yes"
        request = channels.originate_with_id(
            channel,
            endpoint=dialled,
            app=self._pbx.settings.app,
            app_args=ORIGINATED,
            caller_id=command.caller or None,
            timeout=timeout_s + 1,
            formats=self._pbx.settings.formats or None,
            variables=variables,
        )
        try:
            answer = await self._pbx.client.ask(request, ordinary=_UNREACHABLE)
        except BaseException:
            self._pbx.legs.forget(channel)
            raise
        if not answer.done and answer.status != 409:
            log.info("could_not_dial", leg=command.leg, status=answer.status, problem=answer.message)
            self._ended(leg, LegEndCause.UNREACHABLE)

    def started(self, event: StasisStart) -> None:
        """A channel entered our application."""
        channel, args = event.channel, event.args or []
        if channel is None:
            return
        if is_helper(channel.id):
            self._pbx.helper_started(channel.id)
        elif args and args[0] == ORIGINATED:
            self._picked_up(channel)
        elif args and args[0] == LISTENED:
            self._listened(channel, args)
        elif args and args[0] in ARRIVING:
            self.arrived(channel, args)
        else:
            log.warning("channel_not_understood", role=args[0] if args else "")

    def arrived(self, channel: Channel, args: list[str]) -> None:
        """A customer's call is here."""
        if self._pbx.legs.known(channel.id):
            return
        answered = channel.state == "Up"
        leg = self._pbx.legs.add(Leg(from_pbx(channel.id), channel.id, answered=answered))
        contact = self._new_id()
        role, line, dialled = [*args, "", "", ""][:3]
        self._pbx.emit(
            CallArrived(
                contact=contact,
                leg=leg.id,
                caller=_caller(channel, role, contact),
                dialled=dialled or ((channel.dialplan.exten or "") if channel.dialplan else ""),
                line=line if role == "inbound" else {"guest": "web"}.get(role, role),
                answered=answered,
            )
        )
        if answered:  # nobody will ask us to pick up
            self._pbx.spawn(self._mark(channel.id, contact))

    def state_changed(self, event: ChannelStateChange) -> None:
        """A dialled telephone rings."""
        leg = self._pbx.legs.get(event.channel.id) if event.channel else None
        if leg is None or event.channel is None:
            return
        if leg.originated and not leg.answered and event.channel.state == "Ringing":
            self._pbx.emit(LegRinging(leg=leg.id))

    def destroyed(self, event: ChannelDestroyed) -> None:
        """A channel is gone."""
        leg = self._pbx.legs.get(event.channel.id) if event.channel else None
        if leg is None:
            return
        if leg.detects and leg.listening:  # picked up, and gone before the verdict
            self._answered(leg)
        cause = word_for(event.cause or 0, answered=leg.answered)
        if leg.originated and not leg.answered and cause in (LegEndCause.FAILED, LegEndCause.NORMAL):
            cause = self._why_unanswered(leg, event)
        self._ended(leg, cause)

    def hangup_requested(self, event: ChannelHangupRequest) -> None:
        """Someone hung up; why is told here only, what it did is told next."""
        leg = self._pbx.legs.get(event.channel.id) if event.channel else None
        if leg is None:
            return
        # What plays ends as failed in a moment; that must not be taken for a prompt that could not be played.
        leg.playing.clear()
        if event.cause:
            leg.hangup_cause = event.cause

    def left(self, event: StasisEnd) -> None:
        """A channel left our application: it was hung up. Of an arriving call Asterisk tells nothing after this."""
        leg = self._pbx.legs.get(event.channel.id) if event.channel else None
        if leg is not None and not leg.listening:
            self._ended(leg, word_for(leg.hangup_cause, answered=leg.answered or not leg.originated))

    def _why_unanswered(self, leg: Leg, event: ChannelDestroyed) -> LegEndCause:
        late = asyncio.get_running_loop().time() >= leg.gives_up_at - _SLACK_S
        if late:
            return LegEndCause.NO_ANSWER
        return {603: LegEndCause.REJECTED, 480: LegEndCause.NO_ANSWER}.get(
            event.tech_cause or 0, word_for(event.cause or 0, answered=False)
        )

    def _picked_up(self, channel: Channel) -> None:
        leg = self._pbx.legs.get(channel.id)
        if leg is None or leg.answered:
            return
        if leg.timer is not None:
            leg.timer.cancel()
            leg.timer = None
        if leg.detects:
            leg.listening = True
            self._pbx.spawn(self._listen(leg))
        else:
            self._answered(leg)

    async def _listen(self, leg: Leg) -> None:
        """Let the dialplan listen. Where it can't, whoever answered counts as a person."""
        await self.watch(leg.channel)
        request = channels.continue_in_dialplan(leg.channel, context=LISTENED, extension="s", priority=1)
        try:
            done = (await self._pbx.client.ask(request)).done
        except ProviderError:
            done = False
        if not done and self._pbx.legs.get(leg.channel) is leg:
            self._answered(leg)

    async def watch(self, channel: str) -> None:
        """Be told of a channel's end also while it is in the dialplan."""
        await self._pbx.client.ask(applications.subscribe(self._pbx.settings.app, event_source=f"channel:{channel}"))

    def _listened(self, channel: Channel, args: list[str]) -> None:
        leg = self._pbx.legs.get(channel.id)
        if leg is None:  # nobody wants it any more
            self._pbx.spawn(self._pbx.drop_channel(channel.id))
            return
        status, cause = [*args, "", ""][1:3]
        self._answered(leg, machine=is_sure_machine(status, cause))

    def _answered(self, leg: Leg, *, machine: bool = False) -> None:
        leg.listening = False
        if not leg.answered:
            leg.answered = True
            self._pbx.emit(LegAnswered(leg=leg.id, machine=machine))

    def _give_up(self, channel: str) -> None:
        leg = self._pbx.legs.get(channel)
        if leg is not None and not leg.answered:
            self._pbx.spawn(self._pbx.drop_channel(channel, reason_code="19"))

    def _ended(self, leg: Leg, cause: LegEndCause) -> None:
        if self._pbx.legs.bury(leg.channel) is None:
            return
        self._leg_ended(leg)
        self._pbx.emit(LegEnded(leg=leg.id, cause=cause))

    async def _mark(self, channel: str, contact: str) -> None:
        await self._pbx.client.ask(channels.set_channel_var(channel, variable=CONTACT_VARIABLE, value=contact))


def is_sure_machine(status: str, cause: str) -> bool:
    """Whether AMD's verdict rests on what it heard: what it is not sure of, and silence, count as a person."""
    return status == "MACHINE" and cause.startswith(_SURE_MACHINE)


def _caller(channel: Channel, role: str, contact: str) -> str:
    """The caller's number. A web caller has none and is named by the contact's id, so that each is a person apart."""
    if role == "guest":
        return f"web-{contact[-6:]}"
    return (channel.caller.number or "") if channel.caller else ""
