"""Twilio's webhooks: only what bears its signature is heard, and nothing has its effect twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from twilio.request_validator import RequestValidator

from callcenter.telephony.names import original_id
from callcenter.telephony.twilio.dialling import Dialling
from callcenter.telephony.twilio.documents import hangup
from callcenter.telephony.twilio.exchange import Exchange, log
from callcenter.telephony.twilio.playing import Prompts
from callcenter.telephony.twilio.recorder import Recorder
from callcenter.telephony.twilio.sounds import Sounds

_XML = "text/xml"


@dataclass(frozen=True)
class Answer:
    """What is answered."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"


_DONE = Answer(204)


class Hooks:
    """Everything below ``/twilio/``."""

    def __init__(
        self, exchange: Exchange, dialling: Dialling, prompts: Prompts, recorder: Recorder, sounds: Sounds
    ) -> None:
        self._x = exchange
        self._dialling = dialling
        self._prompts = prompts
        self._recorder = recorder
        self._sounds = sounds
        self._validator = RequestValidator(exchange.settings.auth_token)
        self.refused = 0
        """How many requests bore no true signature."""

    def sound(self, name: str) -> Answer:
        """A sound file; its name is the secret."""
        content = self._sounds.content(name)
        return Answer(404) if content is None else Answer(200, content, "audio/wav")

    async def told(self, path: str, query: str, form: Mapping[str, str], signature: str) -> Answer:
        """A request of Twilio's. ``path`` begins with ``/twilio/``; 403 without effect when it is not Twilio's."""
        url = self._x.settings.public_url + path + (f"?{query}" if query else "")
        if not signature or not self._validator.validate(url, dict(form), signature):
            self.refused += 1
            log.warning("twilio_signature_wrong", path=path, signed=bool(signature))
            return Answer(403)
        if form.get("AccountSid", self._x.settings.account_sid) != self._x.settings.account_sid:
            return Answer(403)
        match path.split("/")[2:]:
            case ["voice"]:
                return _twiml(await self._dialling.arrived(form))
            case ["status"]:
                return self._status(form.get("CallSid", ""), form)
            case ["leg", name, "status"]:
                return self._status(original_id(name), form)
            case ["leg", name, what]:
                return _twiml(await self._asked(original_id(name), what, query, form))
            case ["recording", name]:
                self._recorder.told(original_id(name), form.get("RecordingStatus", ""))
                return _DONE
            case _:
                return Answer(404)

    def _status(self, leg_id: str, form: Mapping[str, str]) -> Answer:
        leg = self._x.legs.get(leg_id) or self._x.legs.of_call(form.get("CallSid", ""))
        if leg is not None:
            self._dialling.status(leg, form)
        elif self._x.legs.has_ended(leg_id):
            self._dialling.status_of_nobody(form.get("CallSid", ""), form.get("CallStatus", ""))
        return _DONE

    async def _asked(self, leg_id: str, what: str, query: str, form: Mapping[str, str]) -> str:
        leg = self._x.legs.get(leg_id)
        if leg is None:
            return hangup()
        if what == "answered":
            return await self._dialling.answered(leg, form)
        if query != f"rev={leg.revision}":  # late or double: what was told is known, what to do is not
            return self._x.document(leg)
        return await self._prompts.happened(leg, what, form)


def _twiml(document: str | None) -> Answer:
    """Nothing to say is an error on purpose: Twilio then asks the number's fallback address."""
    return Answer(503) if document is None else Answer(200, document.encode(), _XML)
