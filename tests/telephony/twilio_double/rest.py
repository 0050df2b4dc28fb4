"""The double's REST API, in the JSON shapes of the public one (docs: voice/api, usage/twilios-response)."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email.utils import format_datetime

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.telephony.twilio_double.call import FINAL, DoubleCall
from tests.telephony.twilio_double.double import Double
from tests.telephony.twilio_double.recorder import DoubleRecording

_ROOT = "/2010-04-01/Accounts/{account}"


class DoubleRest:
    """An ASGI application; ``transport`` reaches it with the double's faults on the way."""

    def __init__(self, double: Double) -> None:
        self.double = double
        self.app = Starlette(
            routes=[
                Route(_ROOT + ".json", self._account),
                Route(_ROOT + "/IncomingPhoneNumbers.json", self._numbers),
                Route(_ROOT + "/SIP/Domains.json", self._domains),
                Route(_ROOT + "/Calls.json", self._list, methods=["GET"]),
                Route(_ROOT + "/Calls.json", self._create, methods=["POST"]),
                Route(_ROOT + "/Calls/{sid}.json", self._fetch, methods=["GET"]),
                Route(_ROOT + "/Calls/{sid}.json", self._update, methods=["POST"]),
                Route(_ROOT + "/Calls/{sid}/Recordings.json", self._record, methods=["POST"]),
                Route(_ROOT + "/Calls/{sid}/Recordings/{re}.json", self._set_recording, methods=["POST"]),
                Route(_ROOT + "/Recordings/{re}.json", self._recording, methods=["GET", "DELETE"]),
                Route(_ROOT + "/Recordings/{re}.wav", self._sound),
            ]
        )

    def _refusal(self, request: Request) -> Response | None:
        """Docs: errors/20003."""
        pair = f"{self.double.account_sid}:{self.double.auth_token}".encode()
        if request.headers.get("authorization") != "Basic " + base64.b64encode(pair).decode():
            return _error(401, 20003, "Authenticate")
        return None

    async def _account(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        return JSONResponse({"sid": self.double.account_sid, "status": "active", "type": "Full", "friendly_name": "x"})

    async def _numbers(self, request: Request) -> Response:
        """Docs: phone-numbers/api/incomingphonenumber-resource#read-multiple-incomingphonenumber-resources."""
        wanted = request.query_params["PhoneNumber"]
        rows = [
            {"phone_number": number, "voice_url": self.double.voice_url, "status_callback": self.double.status_url}
            for number in self.double.numbers
            if number == wanted
        ]
        return JSONResponse({"incoming_phone_numbers": rows, "page": 0, "next_page_uri": None})

    async def _domains(self, request: Request) -> Response:
        """Docs: voice/sip/api/sip-domain-resource#read-multiple-sipdomain-resources."""
        rows = [{"domain_name": name, "sip_registration": on} for name, on in self.double.sip_domains.items()]
        return JSONResponse({"domains": rows, "page": 0, "next_page_uri": None})

    async def _list(self, request: Request) -> Response:
        """Docs: voice/api/call-resource#read-multiple-call-resources."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        query = request.query_params
        calls = [
            self._json(call)
            for call in reversed(self.double.calls.values())
            if query.get("Status") in (None, call.status) and query.get("To") in (None, call.to)
        ]
        return JSONResponse({"calls": calls, "page": 0, "page_size": 50, "next_page_uri": None, "uri": ""})

    async def _create(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        form = await request.form()
        fields = {key: str(form[key]) for key in form}
        to = fields.get("To", "")
        good = to.removeprefix("client:").isalnum() if to.startswith("client:") else to[:1] == "+" and to[1:].isdigit()
        if not good:
            return _error(400, 21211, f"The 'To' number {to} is not a valid phone number.")
        events = [str(value) for value in form.getlist("StatusCallbackEvent")]
        return JSONResponse(self._json(self.double.make_call(fields, events)), 201)

    async def _fetch(self, request: Request) -> Response:
        call = self.double.calls.get(request.path_params["sid"])
        return _missing() if call is None else JSONResponse(self._json(call))

    async def _update(self, request: Request) -> Response:
        """Docs: voice/api/call-resource#update-a-call-resource, errors/21220."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        call = self.double.calls.get(request.path_params["sid"])
        if call is None:
            return _missing()
        form = await request.form()
        if call.status in FINAL:
            return _error(400, 21220, "Invalid call state. Call is not in-progress. Cannot redirect.")
        if "Twiml" in form:
            if call.status != "in-progress":
                return _error(400, 21220, "Invalid call state. Call is not in-progress. Cannot redirect.")
            call.do(str(form["Twiml"]))
        if form.get("Status") == "completed":
            call.finish("completed" if call.status == "in-progress" else "canceled")
        return JSONResponse(self._json(call))

    async def _record(self, request: Request) -> Response:
        """Docs: voice/api/recording#create-a-recording-resource; only of a call in progress (errors/21220)."""
        call = self.double.calls.get(request.path_params["sid"])
        if call is None:
            return _missing()
        if call.status != "in-progress":
            return _error(400, 21220, "Requested resource is not eligible for recording")
        form = await request.form()
        assert form["RecordingChannels"] == "dual"
        held = self.double.recorder.start(call, str(form["RecordingStatusCallback"]))
        return JSONResponse(_recording(held), 201)

    async def _set_recording(self, request: Request) -> Response:
        held = self.double.recorder.recordings.get(request.path_params["re"])
        form = await request.form()
        if held is None or held.status not in ("in-progress", "paused"):
            return _missing()
        self.double.recorder.update(held, str(form["Status"]))
        return JSONResponse(_recording(held))

    async def _recording(self, request: Request) -> Response:
        held = self.double.recorder.recordings.get(request.path_params["re"])
        if held is None:
            return _missing()
        if request.method == "DELETE":
            del self.double.recorder.recordings[held.sid]
            return Response(status_code=204)
        return JSONResponse(_recording(held))

    async def _sound(self, request: Request) -> Response:
        if (refusal := self._refusal(request)) is not None:
            return refusal
        held = self.double.recorder.recordings.get(request.path_params["re"])
        if held is None or held.status != "completed":
            return _missing()
        assert request.query_params["RequestedChannels"] == "2"
        return Response(self.double.recorder.wav(held), media_type="audio/x-wav")

    def _json(self, call: DoubleCall) -> dict[str, object]:
        created = format_datetime(datetime.fromtimestamp(call.created_ms // 1000, UTC))
        return {
            "sid": call.sid,
            "account_sid": self.double.account_sid,
            "status": call.status,
            "direction": call.direction,
            "from": call.from_,
            "to": call.to,
            "date_created": created,
            "start_time": created,
            "api_version": "2010-04-01",
            "uri": f"/2010-04-01/Accounts/{self.double.account_sid}/Calls/{call.sid}.json",
        }


class FaultyTransport(httpx.AsyncBaseTransport):
    """The way to the double's REST API, with its faults. A request that is cancelled meanwhile is still done."""

    def __init__(self, rest: DoubleRest) -> None:
        self._inner = httpx.ASGITransport(rest.app)
        self._double = rest.double

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        faults = self._double.faults
        if not self._double.reachable:
            raise httpx.ConnectError("refused")
        if faults.strikes("too fast"):
            return httpx.Response(429, json={"code": 20429, "message": "Too Many Requests", "status": 429})
        if faults.strikes("failed"):
            return httpx.Response(500, json={"code": 20500, "message": "Internal Server Error", "status": 500})
        if faults.strikes("request lost"):
            raise httpx.ReadTimeout("lost", request=request)
        if faults.strikes("done late"):
            await request.aread()
            self._double.spawn(self._later(request, faults.delay_ms()))
            raise httpx.ReadTimeout("late", request=request)
        answer = await self._inner.handle_async_request(request)
        if faults.strikes("reply lost"):
            raise httpx.ReadTimeout("reply lost", request=request)
        return answer

    async def _later(self, request: httpx.Request, ms: int) -> None:
        await self._double.pause(ms)
        await self._inner.handle_async_request(request)


def _recording(held: DoubleRecording) -> dict[str, object]:
    return {
        "sid": held.sid,
        "call_sid": held.call.sid,
        "status": held.status,
        "channels": 2,
        "source": "StartCallRecordingAPI",
    }


def _error(status: int, code: int, message: str) -> Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return JSONResponse({"status": status, "code": code, "message": message, "more_info": more}, status)


def _missing() -> Response:
    return _error(404, 20404, "The requested resource was not found")
