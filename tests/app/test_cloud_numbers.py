"""Cloud numbers set by halves or wrongly: each says which variable, what is wrong, and the mend."""

from __future__ import annotations

from pathlib import Path

import httpx
import msgspec
import pytest
from starlette.routing import Route

from callcenter.app.cloud_numbers import TwilioAccount, twilio_account, twilio_settings
from callcenter.app.pbx import Pbx
from callcenter.app.settings import Settings
from callcenter.domain.errors import ConfigError
from callcenter.telephony.simulated.clock import VirtualClock
from callcenter.telephony.simulated.telephony import SimulatedTelephony
from callcenter.telephony.twilio.probes import look
from callcenter.telephony.twilio.settings import TwilioSettings
from tests.telephony.twilio_double.rest import DoubleRest
from tests.telephony.twilio_world import PUBLIC, TwilioWorld, twilio_world
from tests.telephony.world import Vault

GOOD = {
    "TWILIO_ACCOUNT_SID": "AC" + "1" * 32,
    "TWILIO_AUTH_TOKEN": "secret",
    "TWILIO_NUMBERS": '{"+862195000000": "95000"}',
    "TWILIO_AGENTS": "sip:{agent}@bank.sip.twilio.com",
    "CALLCENTER_PUBLIC_ADDRESS": "https://cc.bank.example",
}


def given(monkeypatch: pytest.MonkeyPatch, **changes: str) -> TwilioSettings:
    for name, value in {**GOOD, **changes}.items():
        monkeypatch.setenv(name, value)
    return twilio_settings(Settings(), twilio_account())


def test_what_is_whole_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(monkeypatch)
    assert (settings.caller, settings.public_url) == ("+862195000000", "https://cc.bank.example")
    assert "secret" not in repr(TwilioAccount())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        *((name, "" if name != "TWILIO_NUMBERS" else "{}", "is not set") for name in GOOD),
        ("TWILIO_ACCOUNT_SID", "SK123", "TWILIO_ACCOUNT_SID"),
        ("TWILIO_NUMBERS", '{"95000": "95000"}', "E.164"),
        ("TWILIO_NUMBERS", "{95000", "JSON"),
        ("TWILIO_AGENTS", "sip:1001@bank.sip.twilio.com", "{agent}"),
        ("TWILIO_CALLS_PER_SECOND", "0", "TWILIO_CALLS_PER_SECOND"),
        ("CALLCENTER_PUBLIC_ADDRESS", "http://cc.bank.example", "https"),
    ],
)
def test_what_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str) -> None:
    with pytest.raises(ConfigError) as wrong:
        given(monkeypatch, **{name: value})
    assert wrong.value.place == name
    assert said in str(wrong.value)
    assert wrong.value.mend


async def findings(
    world: TwilioWorld, agents: str, token: str = "", served: bool = True
) -> dict[str, tuple[bool, str]]:
    """What doctor says, by name: whether it is in order, and what is said with the mend."""
    to_twilio, to_us = httpx.ASGITransport(DoubleRest(world.double).app), world.double._http._transport

    class Internet(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if request.url.host == "api.twilio.com":
                return await to_twilio.handle_async_request(request)
            if not served:
                return httpx.Response(502)
            return await to_us.handle_async_request(request)

    settings = TwilioSettings(
        account_sid=world.double.account_sid,
        auth_token=token or world.double.auth_token,
        public_url=PUBLIC,
        caller="+862195000000",
        numbers={"+862195000000": "95000"},
        recordings_dir=Path(),
        book=Path(),
        agent_address=agents,
    )
    return {f.name: (f.ok, f"{f.detail} → {f.mend}") for f in await look(settings, Internet())}


async def test_doctor_leads_through_the_steps(tmp_path: Path) -> None:
    agents = "sip:{agent}@bank.sip.twilio.com"
    async with twilio_world(tmp_path) as world:
        said = await findings(world, agents, token="another")
        assert said["twilio account"][0] is False
        assert "TWILIO_AUTH_TOKEN" in said["twilio account"][1]

        said = await findings(world, agents, served=False)
        assert said["twilio account"][0]
        assert said["webhooks"][0] is False
        assert "not in this account" in said["number +862195000000"][1]
        assert "no SIP domain bank.sip.twilio.com" in said["agents' phones"][1]

        world.double.numbers.add("+862195000000")
        world.double.voice_url, good = "https://demo.twilio.com/welcome", world.double.voice_url
        world.double.sip_domains["bank.sip.twilio.com"] = False
        said = await findings(world, agents)
        assert f"set “A call comes in” to {PUBLIC}/twilio/voice" in said["number +862195000000"][1]
        assert "SIP Registration" in said["agents' phones"][1]

        world.double.voice_url, world.double.sip_domains["bank.sip.twilio.com"] = good, True
        said = await findings(world, agents)
        assert all(ok for ok, _ in said.values()), said
        assert (await findings(world, "client:{agent}"))["agents' phones"][0]


def test_a_start_without_twilio_names_twilios_settings(tmp_path: Path) -> None:
    given = Pbx(telephony=SimulatedTelephony(VirtualClock(), Vault(), tmp_path), secrets={}, guest=None, websocket="")
    assert "CALLCENTER_ARI_URL" in given.settings_to_look_at
    cloud = msgspec.structs.replace(given, routes=[Route("/voice", lambda _: None)])
    assert "TWILIO_AUTH_TOKEN" in cloud.settings_to_look_at
    assert "ARI" not in cloud.settings_to_look_at
