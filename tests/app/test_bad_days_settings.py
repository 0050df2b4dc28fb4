"""Settings that cannot be: each is named with its mend, and where the product can stay up it does."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from callcenter.app.demo import demo_config
from callcenter.app.pbx import config_of, pbx_secrets
from callcenter.app.wiring import running
from callcenter.domain.errors import ConfigError
from callcenter.domain.events import CenterConfigured
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from callcenter.telephony.asterisk.provision.server import AsteriskServer
from callcenter.web.app import create_app
from tests.app import bad_days as day
from tests.app.live import REPOSITORY, Floor, settings_for

pytestmark = [pytest.mark.asterisk, pytest.mark.timeout(60)]


async def test_a_wrong_ari_secret_is_named_and_tried_until_it_is_right(
    data: Path, flows: Path, free_ports: list[int], asterisk_install: AsteriskInstall
) -> None:
    theirs = settings_for(data / "theirs", free_ports, flows=flows)
    kept = pbx_secrets(theirs.run_dir, demo_config().agents)
    server = AsteriskServer(asterisk_install, config_of(theirs, demo_config(), kept, None))
    await server.start()
    said: list[str] = []
    ours = settings_for(
        data / "ours",
        free_ports,
        flows=flows,
        ari_url=server.config.ari_url,
        ari_password=SecretStr("not-the-right-one"),
    )
    try:
        async with running(ours, report=said.append) as product:
            complaint = next(line for line in said if "refuses the password" in line)
            assert "CALLCENTER_ARI_PASSWORD" in complaint
            assert "not-the-right-one" not in complaint
            page = httpx.AsyncClient(transport=httpx.ASGITransport(create_app(product.web)), base_url="http://x")
            async with page:
                assert (await page.get("/sign-in", follow_redirects=True)).status_code in (200, 404)
                assert (await page.get("/", follow_redirects=True)).status_code == 200
            assert not product.desk.floor_view().telephony_up

            # the operator mends it on the other side; nothing of ours is restarted
            file = server.config.config_dir / "ari.conf"
            file.write_text(file.read_text().replace(kept.ari, "not-the-right-one"))
            await server.command("module reload res_ari.so")
            floor = Floor(product, free_ports[3], free_ports[4])
            await floor.until(lambda: product.desk.floor_view().telephony_up, "connected after all", 20)
    finally:
        await server.stop()


@pytest.mark.parametrize(
    ("which", "kind", "setting"),
    [
        (1, socket.SOCK_STREAM, "CALLCENTER_ASTERISK_PORT"),
        (2, socket.SOCK_DGRAM, "CALLCENTER_SIP_PORT"),
    ],
)
async def test_a_taken_port_is_named(
    data: Path,
    flows: Path,
    free_ports: list[int],
    asterisk_install: AsteriskInstall,
    which: int,
    kind: int,
    setting: str,
) -> None:
    with closing(socket.socket(socket.AF_INET, kind)) as other:
        other.bind(("127.0.0.1", free_ports[which]))
        if kind == socket.SOCK_STREAM:
            other.listen()
        with pytest.raises(ConfigError) as caught:
            async with running(settings_for(data, free_ports, flows=flows), report=lambda _: None):
                pass
    assert caught.value.place == setting
    assert str(free_ports[which]) in caught.value.message
    assert f"(process {os.getpid()})" in caught.value.message
    assert setting in caught.value.mend


async def test_a_taken_web_port_is_named_by_the_command(data: Path, free_ports: list[int]) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", free_ports[0]))
        other.listen()
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from callcenter.app.cli import main; main()", "serve"),
            env={
                "PATH": os.environ["PATH"],
                "HOME": os.environ.get("HOME", "/"),
                "CALLCENTER_DATA": str(data),
                "CALLCENTER_PORT": str(free_ports[0]),
                "CALLCENTER_TELEPHONY": "simulated",
            },
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        _, errors = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 1
    assert f"CALLCENTER_PORT: port {free_ports[0]} is taken" in errors.decode()
    assert "Traceback" not in errors.decode()


async def test_numbers_and_extensions_that_are_not_ours(floor: Floor) -> None:
    day.patient(floor)
    stranger = await floor.dial("99999")
    await stranger.wait_ended()
    assert stranger.code == 404
    assert floor.contact() is None

    config = floor.product.desk.config()
    less = {number: flow for number, flow in config.numbers.items() if number != "95001"}
    changed = type(config)(**{name: getattr(config, name) for name in config.__struct_fields__} | {"numbers": less})
    await floor.product.desk.submit(CenterConfigured(config=changed))
    call = await floor.dial("95001")  # still in Asterisk's dialplan, no longer in ours
    await call.wait_ended()
    assert call.code == 404
    entries = [entry async for entry in floor.product.storage.journal.read()]
    arrived = next(entry for entry in entries if "95001" in str(entry.event) and "CallArrived" in str(entry.event))
    await day.ended_once(floor, arrived.contacts[0], day.EndReason.UNKNOWN_NUMBER)
    await day.pbx_empty(floor)
