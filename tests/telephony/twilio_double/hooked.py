"""Our side of the webhooks as an ASGI application, so that the double reaches an adapter that tests exchange."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.routing import Mount

from callcenter.telephony.twilio.hooks import Hooks
from callcenter.telephony.twilio.http import TwilioDoor


def hooked(hooks: Callable[[], Hooks]) -> Starlette:
    return Starlette(routes=[Mount("/twilio", routes=TwilioDoor(hooks).routes())])
