"""Looks at a Twilio account and at how it reaches us; each thing that is wrong has its mend."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx

from callcenter.telephony.asterisk.provision.probes import Finding
from callcenter.telephony.twilio.settings import TwilioSettings

_ROOT = "/2010-04-01/Accounts"
_SIP = re.compile(r"^sip:[^@]*\{agent\}[^@]*@([^;:>]+)")


async def look(settings: TwilioSettings, transport: httpx.AsyncBaseTransport | None = None) -> list[Finding]:
    """The account, its numbers, the way back to us, and where agents register."""
    auth = (settings.account_sid, settings.auth_token)
    async with (
        httpx.AsyncClient(transport=transport, base_url=settings.api_url, auth=auth, timeout=10) as twilio,
        httpx.AsyncClient(transport=transport, timeout=10) as web,
    ):
        findings = [await _account(twilio, settings)]
        if findings[0].ok:
            findings += [found async for found in _numbers(twilio, settings)]
            findings += [found async for found in _agents(twilio, settings)]
        findings.append(await _way_back(web, settings))
    return findings


async def _account(twilio: httpx.AsyncClient, settings: TwilioSettings) -> Finding:
    try:
        answer = await twilio.get(f"{_ROOT}/{settings.account_sid}.json")
    except httpx.HTTPError as error:
        return Finding(
            "twilio account", False, f"no answer: {error!r}", "let this machine reach api.twilio.com, port 443"
        )
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        mend = (
            "copy Account SID and Auth Token from the console's first page into TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN"
        )
        return Finding("twilio account", False, "Twilio does not know this pair (401)", mend)
    status = answer.json().get("status", "") if answer.is_success else f"HTTP {answer.status_code}"
    if status != "active":
        return Finding("twilio account", False, str(status), "the console says why, and what to do")
    kind = answer.json().get("type", "")
    return Finding("twilio account", True, f"active, {kind}" if kind else "active")


async def _numbers(twilio: httpx.AsyncClient, settings: TwilioSettings) -> AsyncIterator[Finding]:
    wanted = {
        "voice_url": f"{settings.public_url}/twilio/voice",
        "status_callback": f"{settings.public_url}/twilio/status",
    }
    for number, hotline in settings.numbers.items():
        name = f"number {number}"
        path = f"{_ROOT}/{settings.account_sid}/IncomingPhoneNumbers.json"
        found = await _list(twilio, path, "incoming_phone_numbers", PhoneNumber=number)
        if not found:
            yield Finding(name, False, "is not in this account", "buy it in the console, or mend TWILIO_NUMBERS")
            continue
        wrong = [key for key, url in wanted.items() if str(found[0].get(key) or "").partition("#")[0] != url]
        if wrong:
            mend = "; ".join(f"set {_CONSOLE[key]} to {wanted[key]}#rc=2" for key in wrong)
            yield Finding(name, False, f"{', '.join(_CONSOLE[key] for key in wrong)} goes elsewhere", mend + " (POST)")
        else:
            yield Finding(name, True, f"rings here as {hotline}")


async def _agents(twilio: httpx.AsyncClient, settings: TwilioSettings) -> AsyncIterator[Finding]:
    domain = _SIP.match(settings.agent_address)
    if domain is None:
        yield Finding("agents' phones", True, settings.agent_address)
        return
    path = f"{_ROOT}/{settings.account_sid}/SIP/Domains.json"
    found = [row for row in await _list(twilio, path, "domains") if row.get("domain_name") == domain[1]]
    if not found:
        yield Finding(
            "agents' phones", False, f"no SIP domain {domain[1]}", "make it in the console, or mend TWILIO_AGENTS"
        )
    elif not found[0].get("sip_registration"):
        mend = "switch on SIP Registration for that domain, with a credential list"
        yield Finding("agents' phones", False, f"{domain[1]} takes no registrations", mend)
    else:
        yield Finding("agents' phones", True, f"register at {domain[1]}")


async def _way_back(web: httpx.AsyncClient, settings: TwilioSettings) -> Finding:
    """Our own webhook answers 403 to whoever is not Twilio: then proxy and product are both there."""
    url = f"{settings.public_url}/twilio/voice"
    try:
        answer = await web.post(url, data={"CallSid": "CA0"})
    except httpx.HTTPError as error:
        mend = "the public address must reach the running product; see docs/operators.md, HTTPS"
        return Finding("webhooks", False, f"{url}: {error!r}", mend)
    if answer.status_code == httpx.codes.FORBIDDEN:
        return Finding("webhooks", True, f"{url} answers, and asks for Twilio's signature")
    mend = "start the product with CALLCENTER_TELEPHONY=twilio, and let the proxy pass /twilio/ on"
    return Finding("webhooks", False, f"{url} answers {answer.status_code}, not 403", mend)


async def _list(twilio: httpx.AsyncClient, path: str, key: str, **query: str) -> list[dict[str, Any]]:
    answer = await twilio.get(path, params=query)
    answer.raise_for_status()
    rows: list[dict[str, Any]] = answer.json()[key]
    return rows


_CONSOLE = {"voice_url": "“A call comes in”", "status_callback": "“Call status changes”"}
