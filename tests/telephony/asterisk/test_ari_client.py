"""The ARI client: requests, answers, events, names, and whether the generated code is current."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from callcenter.domain.errors import ProviderError
from callcenter.telephony.asterisk.ari._generated.events import AnyEvent, ChannelDtmfReceived
from callcenter.telephony.asterisk.ari._generated.operations import bridges, channels, recordings
from callcenter.telephony.asterisk.ari.answer import AriRefused
from callcenter.telephony.asterisk.ari.client import AriClient
from callcenter.telephony.asterisk.names import from_pbx, helper, is_helper, joined, split, to_pbx
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall

ROOT = Path(__file__).resolve().parents[3]


class Canned:
    """A transport that gives one answer."""

    def __init__(self, status: int, body: bytes = b"") -> None:
        self.answer = (status, body)
        self.sent: list[tuple[str, str, bytes | None]] = []

    async def send(self, method: str, uri: str, body: bytes | None) -> tuple[int, bytes]:
        self.sent.append((method, uri, body))
        return self.answer


async def test_a_request_is_encoded_and_its_answer_typed() -> None:
    transport = Canned(200, b'{"name":"r~2f1-in","format":"wav","state":"paused","target_uri":"channel:x"}')
    found = await AriClient(transport).get(recordings.get_live("r~2f1-in"))
    assert found.state == "paused"
    assert transport.sent == [("GET", "/recordings/live/r~2f1-in", None)]


async def test_lists_flags_and_awkward_names_are_encoded() -> None:
    transport = Canned(204)
    client = AriClient(transport)
    await client.ask(bridges.add_channel("b 1/2", channel=["a", "b&c"], mute=True))
    await client.ask(channels.play_with_id("x", "y", media=["sound:/tmp/a b"]))
    assert transport.sent[0][1] == "/bridges/b%201%2F2/addChannel?channel=a%2Cb%26c&mute=true"
    assert transport.sent[1][1] == "/channels/x/play/y?media=sound%3A%2Ftmp%2Fa%20b"


@pytest.mark.parametrize(
    ("status", "body"),
    [(404, b"{}"), (409, b"{}"), (422, b"{}"), (400, b'{"message":"Channel not found"}')],
)
async def test_races_are_outcomes(status: int, body: bytes) -> None:
    client = AriClient(Canned(status, body))
    assert not (await client.ask(channels.answer("gone"))).done
    assert client.unexpected == 0


@pytest.mark.parametrize(("status", "body"), [(400, b'{"message":"Invalid parameter"}'), (500, b"oops"), (401, b"")])
async def test_other_refusals_are_errors_and_counted(status: int, body: bytes) -> None:
    client = AriClient(Canned(status, body))
    with pytest.raises(AriRefused) as refused:
        await client.ask(channels.answer("x"))
    assert refused.value.status == status
    assert client.unexpected == 1
    assert isinstance(refused.value, ProviderError)


def test_events_decode_to_their_own_type_and_unknown_fields_do_not_matter() -> None:
    event = msgspec.json.decode(
        b'{"type":"ChannelDtmfReceived","digit":"5","new":[1],"channel":{"id":"c","name":"n","x":1}}', type=AnyEvent
    )
    assert isinstance(event, ChannelDtmfReceived)
    assert (event.digit, event.channel.id if event.channel else "") == ("5", "c")


@pytest.mark.parametrize("our_id", ["plain-1.2_x", "leg/1", "空格 and ~", "a~~b", "~2f"])
def test_names_come_back(our_id: str) -> None:
    assert from_pbx(to_pbx(our_id)) == our_id
    assert to_pbx(our_id).isascii()
    assert split(joined("play", our_id, "r/1")) == ("play", our_id, "r/1")
    assert is_helper(helper("rec", our_id))
    assert not is_helper(to_pbx("cc~~" + our_id))


@pytest.mark.asterisk
def test_the_generated_client_matches_this_asterisk(asterisk_install: AsteriskInstall) -> None:
    folder = asterisk_install.api_description_dir
    if not (folder / "resources.json").is_file() or asterisk_install.version.split(".")[0] != "22":
        pytest.skip("this Asterisk brings no API description of version 22")
    command = [sys.executable, "scripts/generate_ari", "--description", str(folder), "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
