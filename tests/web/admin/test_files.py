"""Recordings and configuration files: looked at before they are taken."""

from __future__ import annotations

import io
import wave

import httpx
import pytest

from callcenter.app.demo import demo_config
from callcenter.domain.config import CenterConfig
from callcenter.storage import Storage
from callcenter.web.admin.config_yaml import BadConfigFile, read_yaml, write_yaml
from callcenter.web.services import WebServices
from tests.web.admin.forms import acts, edit, kept
from tests.web.conftest import Browser


def sound(seconds: float, rate: int = 16_000, width: int = 2) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(b"\1\2" * int(seconds * rate * width / 2))
    return file.getvalue()


async def upload(browser: Browser, path: str, name: str, data: bytes) -> httpx.Response:
    headers = {"X-CSRF-Token": browser.token}
    return await browser.http.post(path, files={name: ("x", data)}, headers=headers)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "16-bit PCM"),
        (b"RIFF....WAVE", "16-bit PCM"),
        (sound(1, width=1), "16-bit PCM"),
        (sound(61, 8_000), "longer than 60"),
        (sound(0.01), "no sound"),
        (b"x" * 12_000_001, "too big"),
    ],
)
async def test_a_recording_is_looked_at_before_it_is_taken(
    services: WebServices, admin: Browser, data: bytes, said: str
) -> None:
    answer = await upload(admin, "/admin/prompts/sorry/zh/recording", "sound", data)
    assert answer.status_code == 409
    assert said in answer.text
    assert await services.configuration.draft("admin") is None


async def test_a_recording_is_heard_before_it_is_published(
    services: WebServices, storage: Storage, admin: Browser
) -> None:
    assert (await upload(admin, "/admin/prompts/sorry/zh/recording", "sound", sound(2))).status_code == 303
    text = (await kept(services)).prompts["sorry"]["zh"]
    assert text.startswith("file:uploaded/")
    heard = await admin.get("/admin/prompts/sorry/zh/sound")
    with wave.open(io.BytesIO(heard.content)) as played:
        assert (played.getframerate(), played.getnframes()) == (8_000, 16_000)
    words = await admin.get("/admin/prompts/position/zh/sound")
    assert words.content[:4] == b"RIFF"
    assert ("admin", "prompt_uploaded") in await acts(storage)
    await edit(admin, "/admin/prompts", position__zh="前面{ahead}位", sorry__zh__words="yes", sorry__zh="抱歉")
    assert (await kept(services)).prompts == {"position": {"zh": "前面{ahead}位"}, "sorry": {"zh": "抱歉"}}


async def test_a_file_goes_out_and_in_again_and_faults_have_lines(services: WebServices, admin: Browser) -> None:
    text = (await admin.get("/admin/files/export")).text
    assert read_yaml(text.encode()).into(CenterConfig(roles={})) == demo_config()
    lines = text.splitlines()
    number = next(n for n, line in enumerate(lines, 1) if "wrap_up_ms: 45000" in line)
    bad = text.replace("wrap_up_ms: 45000", "wrap_up_ms: soon").encode()
    answer = await upload(admin, "/admin/files/import", "file", bad)
    assert answer.status_code == 409
    assert f"line {number}</strong> queues.elder.wrap_up_ms: Expected" in answer.text
    out_of_range = text.replace("wrap_up_ms: 45000", "wrap_up_ms: 45000000").encode()
    answer = await upload(admin, "/admin/files/import", "file", out_of_range)
    assert f"line {number}</strong> queues.elder.wrap_up_ms: 45000 s is out of range" in answer.text
    assert await services.configuration.draft("admin") is None
    good = await admin.get("/admin/files/export?section=dispositions")
    fresh = good.text.replace("Complaint", "Grievance").encode()
    assert (await upload(admin, "/admin/files/import", "file", fresh)).status_code == 303
    names = {reason.id: reason.names["en"] for reason in (await kept(services)).dispositions}
    assert names["complaint"] == "Grievance"
    assert (await kept(services)).queues == demo_config().queues


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "empty"),
        ("- a\n- b", 1, "record of sections"),
        ("queue: {}", 1, "no section"),
        ("queues:\n  a: {names: {zh: A}}\n  a: {names: {zh: B}}", 3, "there twice"),
        ("queues:\n  a:\n    names: {zh: A}\n    wrapup: 3", 4, "no field"),
        ("queues:\n  a:\n    names: {zh: A}\n    skills:\n    - {skill: x, level: high}", 5, "Expected"),
        ("queues: &x\n  a: *x", 1, "Anchors"),
        ("queues:\n\ta: 1", 2, "no YAML"),
        ("queues: !!python/object:os.system {}", 1, "tag"),
        ("a: " + "[" * 40 + "]" * 40, 1, "nested"),
        ("queues:\n  a: 5", 2, "Expected"),
        ("alarms:\n- {id: x, metric: moon, limit: 3}", 2, "moon"),
    ],
)
def test_every_fault_of_a_file_has_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(BadConfigFile) as bad:
        read_yaml(text.encode())
    told = [(fault.line, fault.text % fault.detail) for fault in bad.value.faults]
    assert any(at == line and said in sentence for at, sentence in told), told


def test_bytes_that_are_no_text_are_said() -> None:
    with pytest.raises(BadConfigFile, match="line 2: The text is not UTF-8"):
        read_yaml(b"queues: {}\n\xff\xfe")


def test_a_round_trip_through_yaml_keeps_everything() -> None:
    assert read_yaml(write_yaml(demo_config()).encode()).into(CenterConfig(roles={})) == demo_config()
