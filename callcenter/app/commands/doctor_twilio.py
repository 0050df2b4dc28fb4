"""What ``callcenter doctor`` says of cloud numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx

from callcenter.app.cloud_numbers import twilio_account, twilio_settings
from callcenter.app.settings import Settings
from callcenter.domain.errors import ConfigError
from callcenter.telephony.asterisk.provision.probes import Finding


def check_twilio(settings: Settings) -> Iterator[Finding]:
    """The account, its numbers, the way back to us and where agents register; nothing where Twilio is not asked for."""
    if settings.telephony != "twilio":
        return
    try:
        chosen = twilio_settings(settings, twilio_account())
    except ConfigError as error:
        yield Finding("twilio", False, f"{error.place}: {error.message}", error.mend)
        return
    from callcenter.telephony.twilio.probes import look

    try:
        yield from asyncio.run(look(chosen))
    except httpx.HTTPError as error:
        yield Finding("twilio", False, str(error), "run doctor again; status.twilio.com says whether Twilio is well")
