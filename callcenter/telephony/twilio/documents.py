"""What a leg is to do, as TwiML. Pure: the same leg gives the same document."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from twilio.twiml.voice_response import Gather, VoiceResponse

from callcenter.domain.contact import LegEndCause
from callcenter.domain.effects import SuperviseMode
from callcenter.telephony.names import safe_name
from callcenter.telephony.twilio.legs import Leg

_IDLE_S = 60
_RETRIED = "#rc=2&rp=5xx,ct,rt"
"""Twilio asks twice more when we fail (webhooks connection overrides); a fragment is not sent and not signed."""


@dataclass(frozen=True)
class Addresses:
    """Where Twilio reaches us."""

    public_url: str
    music: str
    ringback: str

    def of_leg(self, leg: Leg, what: str) -> str:
        """Where Twilio asks when ``what`` happened to the document in force."""
        return f"{self.public_url}/twilio/leg/{safe_name(leg.id)}/{what}?rev={leg.revision}{_RETRIED}"

    def status(self, leg: Leg) -> str:
        """Where the status of a call that we made is told."""
        return f"{self.public_url}/twilio/leg/{safe_name(leg.id)}/status{_RETRIED}"

    def recording(self, recording: str) -> str:
        """Where a recording's end is told."""
        return f"{self.public_url}/twilio/recording/{safe_name(recording)}{_RETRIED}"


def hangup() -> str:
    """For a call that we know nothing of, or no more."""
    response = VoiceResponse()
    response.hangup()
    return str(response)


def document(leg: Leg, to: Addresses, call_of: Callable[[str], str]) -> str:
    """What ``leg`` is to do now. ``call_of`` gives Twilio's name for another leg."""
    response = VoiceResponse()
    if leg.refused is not None:
        response.reject(reason="busy" if leg.refused is LegEndCause.BUSY else "rejected")
        return str(response)
    if leg.digits:
        response.play(digits=leg.digits)
    if leg.bridge:
        _talk(response, leg, leg.bridge, to, call_of)
    elif leg.collector.gather is not None:
        _gather(response, leg, to)
    elif leg.play is not None:
        for sound in leg.play.sounds:
            response.play(sound)
        response.redirect(to.of_leg(leg, "played"), method="POST")
    else:
        _wait(response, leg, to)
    return str(response)


def endless(leg: Leg, to: Addresses) -> str:
    """What sounds until it is ended: music, the ringing of another telephone, or nothing."""
    return to.ringback if leg.ringback else to.music if leg.music else ""


def _talk(response: VoiceResponse, leg: Leg, bridge: str, to: Addresses, call_of: Callable[[str], str]) -> None:
    how: dict[str, object] = {}
    if leg.supervises is not None:
        mode, target = leg.supervises
        if mode is SuperviseMode.LISTEN:
            how["muted"] = True
        elif mode is SuperviseMode.WHISPER:
            how["coach"] = call_of(target)
    dial = response.dial(action=to.of_leg(leg, "next"), method="POST")
    dial.conference(
        safe_name(bridge),
        beep="false",
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        wait_url="",
        participant_label=safe_name(leg.id),
        **how,
    )


def _gather(response: VoiceResponse, leg: Leg, to: Addresses) -> None:
    """Twilio has one wait, in whole seconds; the longer wait for the first key is a pause before it."""
    gather = leg.collector.gather
    assert gather is not None
    forever = endless(leg, to)
    sounds = leg.gather or leg.play
    under = leg.gather is None and leg.play is not None
    wait_s = math.ceil(gather.next_timeout_ms / 1000)
    common = {"input": "dtmf", "method": "POST", "finish_on_key": gather.terminator[:1]}
    if sounds is None and forever:
        # Music never ends, so Twilio would wait for ever: keys come one by one, and the clock is ours.
        keys = response.gather(
            num_digits=1, timeout=_IDLE_S, action=to.of_leg(leg, "key"), action_on_empty_result=True, **common
        )
        keys.play(forever, loop=0)
        return
    keys = Gather(
        num_digits=gather.max_digits,
        timeout=1 if under else wait_s,
        action=to.of_leg(leg, "keys"),
        action_on_empty_result=not under,
        **common,
    )
    response.append(keys)
    for sound in sounds.sounds if sounds is not None else ():
        keys.play(sound)
    before_s = math.ceil(gather.first_timeout_ms / 1000) - wait_s
    if before_s > 0 and not under:
        keys.pause(length=before_s)
    if under:
        response.redirect(to.of_leg(leg, "played"), method="POST")


def _wait(response: VoiceResponse, leg: Leg, to: Addresses) -> None:
    """Nothing is asked: keys are typed ahead."""
    keys = response.gather(
        input="dtmf",
        num_digits=1,
        finish_on_key="",
        timeout=_IDLE_S,
        action=to.of_leg(leg, "key"),
        method="POST",
        action_on_empty_result=True,
    )
    forever = endless(leg, to)
    if forever:
        keys.play(forever, loop=0)
