"""Twilio's REST API through its own library, on our HTTP client; failures sorted by what may be done about them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import httpx
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from callcenter.domain.errors import ProviderError
from callcenter.domain.ports import Clock
from callcenter.telephony.twilio.settings import TwilioSettings

T = TypeVar("T")

LIVE = ("queued", "ringing", "in-progress")
_API = "https://api.twilio.com"
_PAUSES_MS = (300, 1_000)
_GONE = 404
_TOO_FAST = 429
_BAD_REQUEST = 400
_SERVER = 500


class Refused(ProviderError):
    """Twilio said no: ``status`` of HTTP and Twilio's own ``code``. The same again would be refused again."""

    def __init__(self, error: TwilioRestException) -> None:
        super().__init__(f"Twilio refuses ({error.status}, {error.code}): {error.msg}")
        self.status = int(error.status)
        self.code = int(error.code or 0)


class TooFast(ProviderError):
    """Twilio did nothing because we ask too often."""


class Unsure(ProviderError):
    """Nobody knows whether Twilio did it: no answer, or an error of its own."""


class NotAsked(ProviderError):
    """Twilio could not be reached, so it did nothing."""


class Rest:
    """The few requests we make. Whatever may be repeated is, twice, after a pause; making a call is not."""

    def __init__(self, settings: TwilioSettings, clock: Clock, transport: httpx.AsyncBaseTransport | None) -> None:
        self._settings = settings
        self._clock = clock
        self._http = httpx.AsyncClient(transport=transport, timeout=settings.timeout_s)
        client = Client(settings.account_sid, settings.auth_token, http_client=_Http(self._http, settings.api_url))
        self._account: Any = client.api.v2010.accounts(settings.account_sid)

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    async def make_call(self, **fields: Any) -> str:
        """Make a call, once. Raises Refused, TooFast, NotAsked, or Unsure: then it must be looked up."""
        return str((await _asked(lambda: self._account.calls.create_async(**fields))).sid)

    async def find_call(self, to: str, since_ms: int, known: Callable[[str], object]) -> str:
        """The newest call to ``to``, made since then, that is not known; empty when there is none."""
        since = datetime.fromtimestamp(since_ms / 1000, UTC) - timedelta(seconds=2)
        # Not filtered by start: a call that still waits for its turn has none.
        calls = await self._often(lambda: self._account.calls.list_async(to=to, limit=50))
        mine = [c for c in calls if c.date_created >= since and c.direction == "outbound-api" and not known(c.sid)]
        return str(max(mine, key=lambda call: call.date_created).sid) if mine else ""

    async def steer(self, sid: str, twiml: str) -> bool:
        """Give a call something else to do; False when there is no such call any more."""
        return await self._of_living(lambda: self._account.calls(sid).update_async(twiml=twiml)) is not None

    async def hang_up(self, sid: str) -> str:
        """End a call; its status then, empty when it was gone."""
        call = await self._of_living(lambda: self._account.calls(sid).update_async(status="completed"))
        return "" if call is None else str(call.status)

    async def status_of(self, sid: str) -> str:
        """A call's status, empty when Twilio knows none of that name."""
        call = await self._of_living(lambda: self._account.calls(sid).fetch_async())
        return "" if call is None else str(call.status)

    async def live_calls(self) -> dict[str, str]:
        """Every call that goes on, with its status."""
        found = {}
        for status in LIVE:
            for call in await self._often(lambda s=status: self._account.calls.list_async(status=s)):  # type: ignore[misc]
                found[str(call.sid)] = str(call.status)
        return found

    async def record(self, sid: str, callback: str) -> str:
        """Record a call on two channels; Twilio's name for the recording, empty when the call is gone."""
        made = await self._of_living(
            lambda: self._account.calls(sid).recordings.create_async(
                recording_channels="dual",
                recording_status_callback=callback,
                recording_status_callback_event=["completed", "absent"],
            )
        )
        return "" if made is None else str(made.sid)

    async def set_recording(self, call: str, sid: str, status: str) -> None:
        """Pause, resume or stop a recording; nothing of a pause is kept."""
        more = {"pause_behavior": "skip"} if status == "paused" else {}
        await self._of_living(lambda: self._account.calls(call).recordings(sid).update_async(status=status, **more))

    async def recording_status(self, sid: str) -> str:
        """``completed``, ``processing``, ``absent`` and so on; empty when there is none."""
        found = await self._of_living(lambda: self._account.recordings(sid).fetch_async())
        return "" if found is None else str(found.status)

    async def fetch_recording(self, sid: str) -> bytes:
        """The WAV with both channels. Raises ProviderError."""
        path = f"/2010-04-01/Accounts/{self._settings.account_sid}/Recordings/{sid}.wav"
        auth = (self._settings.account_sid, self._settings.auth_token)
        try:
            answer = await self._http.get(
                self._settings.api_url + path, params={"RequestedChannels": "2"}, auth=auth, follow_redirects=True
            )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise ProviderError(f"Twilio's recording {sid} can not be fetched: {error!r}", retryable=True) from error
        return answer.content

    async def delete_recording(self, sid: str) -> None:
        """Delete Twilio's copy."""
        await self._of_living(lambda: self._account.recordings(sid).delete_async())

    async def _of_living(self, ask: Callable[[], Awaitable[T]]) -> T | None:
        """None when there is no such thing (404), or it is over and takes nothing any more (400)."""
        try:
            return await self._often(ask)
        except Refused as refused:
            if refused.status in (_GONE, _BAD_REQUEST):
                return None
            raise

    async def _often(self, ask: Callable[[], Awaitable[T]]) -> T:
        for pause_ms in _PAUSES_MS:
            try:
                return await _asked(ask)
            except (TooFast, Unsure, NotAsked):
                await self._clock.sleep_until(self._clock.now_ms() + pause_ms)
        return await _asked(ask)


async def _asked(ask: Callable[[], Awaitable[T]]) -> T:
    try:
        return await ask()
    except TwilioRestException as error:
        if error.status == _TOO_FAST:
            raise TooFast("Twilio asks us to be slower (429)", retryable=True) from error
        if int(error.status) >= _SERVER:
            raise Unsure(f"Twilio failed ({error.status}): {error.msg}", retryable=True) from error
        raise Refused(error) from error
    except TwilioException as error:
        # A list that fails says so without a status of its own; asking for one again does no harm.
        raise Unsure(f"Twilio failed: {error}", retryable=True) from error
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotAsked(f"Twilio can not be reached: {error!r}", retryable=True) from error
    except httpx.HTTPError as error:
        raise Unsure(f"Twilio did not answer: {error!r}", retryable=True) from error


class _Http(AsyncHttpClient):  # type: ignore[misc]
    """The library's requests on httpx; to ``api_url`` where another address than Twilio's is given."""

    def __init__(self, http: httpx.AsyncClient, api_url: str) -> None:
        super().__init__(logging.getLogger("callcenter.twilio"), True)
        self._http = http
        self._api_url = api_url

    async def request(
        self,
        method: str,
        uri: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the library's signature
        allow_redirects: bool = False,
    ) -> Any:
        """One request."""
        answer = await self._http.request(
            method,
            uri.replace(_API, self._api_url, 1),
            params=params,  # type: ignore[arg-type]
            data=data,
            headers=headers,
            auth=auth,
            follow_redirects=allow_redirects,
        )
        return Response(answer.status_code, answer.text, answer.headers)
