"""A real Asterisk: it starts, refuses strangers, names a taken port, comes back after a crash, and answers callers."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import socket
import wave
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
import websockets

from callcenter.domain.errors import ConfigError, ProviderError
from callcenter.telephony.asterisk.config.model import AgentEndpoint, PbxConfig, Trunk
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from callcenter.telephony.asterisk.provision.probes import Finding, check_asterisk, check_machine
from callcenter.telephony.asterisk.provision.server import AsteriskServer
from callcenter.telephony.asterisk.provision.tools import Tool

pytestmark = pytest.mark.asterisk

CARRIER = "127.0.0.10"
DIGEST_CALLER = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="a carrier that gives digest credentials">
<send retrans="500"><![CDATA[{invite}]]></send>
<recv response="100" optional="true"/>
<recv response="401" auth="true"/>
<send><![CDATA[
ACK sip:95588@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
CSeq: 1 ACK
Content-Length: 0

]]></send>
<send retrans="500"><![CDATA[{authorised}]]></send>
<recv response="100" optional="true"/>
<recv response="503"/>
<send><![CDATA[
ACK sip:95588@[remote_ip]:[remote_port] SIP/2.0
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
CSeq: 2 ACK
Content-Length: 0

]]></send>
</scenario>
"""
INVITE = """
INVITE sip:95588@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:13800138000@[local_ip]:[local_port]>;tag=[call_number]
To: <sip:95588@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: {number} INVITE
Contact: <sip:13800138000@[local_ip]:[local_port]>
{extra}Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=x 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000

"""


@pytest.fixture
def config(tmp_path: Path, free_ports: list[int]) -> PbxConfig:
    return PbxConfig(
        tmp_path / "pbx",
        http_port=free_ports[0],
        sip_port=free_ports[1],
        rtp_start=21000,
        rtp_end=21399,
        agents=(AgentEndpoint("a1"), AgentEndpoint("a2", webrtc=False)),
        trunks=(Trunk("carrier", (CARRIER,)), Trunk("north", user="telco", secret="telco-secret")),
        fallback_announcement=str(tmp_path / "away"),
    )


@pytest.fixture
async def server(asterisk_install: AsteriskInstall, config: PbxConfig) -> AsyncIterator[AsteriskServer]:
    running = AsteriskServer(asterisk_install, config)
    await running.start()
    yield running
    await running.stop()


async def status(config: PbxConfig, user: str, password: str) -> int:
    async with httpx.AsyncClient(auth=(user, password), trust_env=False) as client:
        return (await client.get(f"{config.ari_url}/asterisk/info")).status_code


async def test_ari_takes_our_secret_and_refuses_another(server: AsteriskServer) -> None:
    config = server.config
    assert await status(config, config.ari_user, config.ari_password) == 200
    assert await status(config, config.ari_user, "wrong-secret") == 401
    assert await status(config, "stranger", config.ari_password) == 401


async def test_every_wanted_module_runs_and_the_log_has_no_errors(server: AsteriskServer) -> None:
    modules = await server.command("module show")
    idle = [line for line in modules.splitlines() if ".so" in line and "Not Running" in line]
    assert not idle
    assert "ERROR[" not in server.last_words()
    log = next(server.config.run_dir.glob("log/messages*")).read_text()
    assert "ERROR[" not in log


async def test_a_killed_asterisk_comes_back_and_is_told(asterisk_install: AsteriskInstall, config: PbxConfig) -> None:
    exits: list[tuple[int, int]] = []
    restored = asyncio.Event()
    server = AsteriskServer(
        asterisk_install, config, on_exit=lambda *told: exits.append(told), on_restored=restored.set
    )
    await server.start()
    try:
        first = server.pid
        server.kill()
        await asyncio.wait_for(restored.wait(), 30)
        await server.wait_up()
        assert server.pid not in (None, first)
        assert exits == [(-9, 250)]
        assert await status(config, config.ari_user, config.ari_password) == 200
    finally:
        await server.stop()
    assert server.pid is None
    with pytest.raises(ProviderError):
        server.kill()


async def test_a_taken_port_is_named_with_its_holder(asterisk_install: AsteriskInstall, config: PbxConfig) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", config.http_port))
        other.listen()
        with pytest.raises(
            ConfigError, match=rf"CALLCENTER_ASTERISK_PORT: port {config.http_port}/tcp .* \(process \d+\)"
        ):
            await AsteriskServer(asterisk_install, config).start()


async def test_what_outlived_its_parent_is_adopted_and_still_watched(
    asterisk_install: AsteriskInstall, config: PbxConfig
) -> None:
    first = AsteriskServer(asterisk_install, config)
    await first.start()
    pid = first.pid
    await first.detach()
    exits: list[int] = []
    second = AsteriskServer(asterisk_install, config, on_exit=lambda code, wait: exits.append(code))
    await second.start()
    try:
        assert second.adopted
        assert second.pid == pid
        second.kill()
        await second.wait_up()
        assert not second.adopted
        assert len(exits) == 1
    finally:
        await second.stop()


async def test_endpoints_and_numbers_added_at_run_time_work(server: AsteriskServer) -> None:
    grown = dataclasses.replace(
        server.config,
        agents=(*server.config.agents, AgentEndpoint("a3")),
        trunks=(Trunk("carrier", ("127.0.0.11",)),),
        hotline_numbers=("95588", "12378"),
    )
    await server.apply(grown)
    assert "a3/a3" in await server.command("pjsip show endpoint a3")
    assert "127.0.0.11" in await server.command("pjsip show identifies")
    assert "'12378'" in await server.command("dialplan show from-trunk")
    with pytest.raises(ConfigError, match="sip_port"):
        await server.apply(dataclasses.replace(grown, sip_port=grown.sip_port + 1))


async def call(sipp: Tool, config: PbxConfig, number: str, folder: Path, *words: str) -> tuple[int, str]:
    """One call of SIPp's own caller from the carrier's address: its exit status and the messages it saw."""
    process = await asyncio.create_subprocess_exec(
        *sipp.command,
        *(() if "-sf" in words else ("-sn", "uac")),
        *("-i", CARRIER, "-p", str(config.sip_port), "-s", number, "-m", "1", "-nostdin"),
        *("-trace_msg", "-message_file", str(folder / f"{number}.log"), "-d", "4000", "-timeout", "30s", *words),
        f"127.0.0.1:{config.sip_port}",
        env=sipp.full_environment(),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    code = await asyncio.wait_for(process.wait(), 45)
    return code, (folder / f"{number}.log").read_text(errors="replace")


async def test_an_unknown_number_gets_404(server: AsteriskServer, sipp: Tool, tmp_path: Path) -> None:
    code, seen = await call(sipp, server.config, "4711", tmp_path)
    assert code != 0
    assert "SIP/2.0 404 Not Found" in seen


async def test_without_engine_and_announcement_the_call_is_refused_with_503(
    server: AsteriskServer, sipp: Tool, tmp_path: Path
) -> None:
    _, seen = await call(sipp, server.config, "95588", tmp_path)
    assert "SIP/2.0 503" in seen
    assert "SIP/2.0 200 OK" not in seen


async def test_without_engine_the_announcement_is_played_and_the_line_freed(
    server: AsteriskServer, sipp: Tool, tmp_path: Path
) -> None:
    with wave.open(str(tmp_path / "away.wav"), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(bytes(16000))
    _, seen = await call(sipp, server.config, "95588", tmp_path)
    assert "SIP/2.0 200 OK" in seen
    # Asterisk hangs up by itself, before the caller's four seconds are over.
    assert "BYE sip:" in seen.split("ACK sip:")[1]
    assert "cause=42" in seen


async def test_a_stranger_is_challenged_and_not_let_in(server: AsteriskServer, sipp: Tool, tmp_path: Path) -> None:
    # The later -i counts: the call comes from an address no trunk has.
    code, seen = await call(sipp, server.config, "95588", tmp_path, "-i", "127.0.0.77")
    assert code != 0
    assert "SIP/2.0 401" in seen
    assert "SIP/2.0 200 OK" not in seen


@pytest.mark.parametrize(("secret", "status"), [("telco-secret", 0), ("wrong-secret", 1)])
async def test_a_carrier_is_known_by_its_digest_credentials_whoever_calls_through_it(
    server: AsteriskServer, sipp: Tool, tmp_path: Path, secret: str, status: int
) -> None:
    credentials = f"[authentication username=telco password={secret}]\n"
    scenario = DIGEST_CALLER.format(
        invite=INVITE.format(number=1, extra=""), authorised=INVITE.format(number=2, extra=credentials)
    )
    (tmp_path / "digest.xml").write_text(scenario)
    code, seen = await call(
        sipp, server.config, "95588", tmp_path, "-sf", "digest.xml", "-i", "127.0.0.78", "-recv_timeout", "5000"
    )
    assert code == status, seen


async def test_with_the_engine_connected_the_call_reaches_it_with_trunk_and_number(
    server: AsteriskServer, sipp: Tool, tmp_path: Path
) -> None:
    config = server.config
    events = (
        f"{config.ari_url.replace('http', 'ws')}/events?app={config.app}"
        f"&api_key={config.ari_user}:{config.ari_password}&subscribeAll=false"
    )
    async with websockets.connect(events, proxy=None) as socket_:
        calling = asyncio.create_task(call(sipp, config, "95588", tmp_path))
        async for message in socket_:
            event = json.loads(message)
            if event["type"] == "StasisStart":
                break
        assert event["args"] == ["inbound", "carrier", "95588"]
        url = f"{config.ari_url}/channels/{event['channel']['id']}?reason_code=17"
        async with httpx.AsyncClient(auth=(config.ari_user, config.ari_password), trust_env=False) as client:
            assert (await client.delete(url)).status_code == 204
        _, seen = await calling
    assert "SIP/2.0 486 Busy" in seen


def wrong(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if not finding.ok]


async def test_probes_find_nothing_wrong_with_a_running_one(
    server: AsteriskServer, asterisk_install: AsteriskInstall
) -> None:
    assert wrong(await check_asterisk(server.config, asterisk_install)) == []
    assert {finding.name for finding in check_machine()} >= {"apt", "archive keys"}


async def test_probes_name_a_wrong_secret(server: AsteriskServer, asterisk_install: AsteriskInstall) -> None:
    stranger = dataclasses.replace(server.config, ari_password="not-the-secret")
    (finding,) = wrong(await check_asterisk(stranger, asterisk_install))
    assert finding.name == "ARI login"
    assert "ari_password" in finding.mend
