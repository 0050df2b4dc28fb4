"""Files in and out: nothing outside our folders is read or written, and an upload is what it says it is."""

from __future__ import annotations

import io
import math
import struct
import wave

import pytest

from callcenter.domain.records import RecordingRecord
from tests.attack.house import House

pytestmark = pytest.mark.asyncio(loop_scope="module")
OUT = (
    "../../../../../../etc/passwd", "..%2f..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "....//....//etc/passwd",
    "..\\..\\etc\\passwd", "..%5c..%5cetc%5cpasswd", "%252e%252e%252fetc%252fpasswd", "/etc/passwd", "//etc/passwd",
    "%2fetc%2fpasswd", "..%00/", "css/../../security.py", "css/..%2f..%2f..%2fapp.py", "%c0%ae%c0%ae/",
    "file:///etc/passwd", "~root",
    ".", "..", "css", "css/", "vendor/../../templates/base.html", "../locale/zh/LC_MESSAGES/messages.po",
)  # fmt: skip


@pytest.mark.parametrize("trick", OUT)
async def test_no_path_leads_out(quiet: House, trick: str) -> None:
    quality, admin, visitor = await quiet.client("quality"), await quiet.client("admin"), await quiet.client()
    for client, path in (
        (visitor, f"/static/{trick}"),
        (visitor, f"/static/css/{trick}"),
        (quality, f"/recordings/{trick}?contact=past-a"),
        (quality, f"/recordings/{trick}/peaks?contact=past-a"),
        (quality, f"/contacts/{trick}/export"),
        (admin, f"/admin/prompts/{trick}/zh/sound"),
        (admin, f"/admin/prompts/closed/{trick}/sound"),
        (admin, f"/admin/files/export?section={trick}"),
        (admin, f"/admin/versions/{trick}"),
        (visitor, f"/welcome/{trick}"),
    ):
        answer = await client.get(path)
        assert answer.status < 500, (path, answer, answer.crash)
        for inside in ("root:", "SecurityHeaders", "{% block", 'msgid "'):
            assert inside not in answer.text, (path, answer)


@pytest.mark.parametrize(
    "path", ["../callcenter.db", "/etc/passwd", "..", "", ".", "link.wav", "past-a.wav/../../callcenter.db"]
)
async def test_a_record_that_names_a_path_outside_is_not_followed(quiet: House, path: str) -> None:
    """Even somebody who can write the recordings' table gets no other file."""
    folder = quiet.product.settings.data / "recordings"
    link = folder / "link.wav"
    if not link.is_symlink():
        link.symlink_to("/etc/passwd")
    name = f"evil-{OUT.index(path) if path in OUT else abs(hash(path))}"
    record = RecordingRecord(name, "past-a", "call", path, 1, 1, 1, "")
    await quiet.product.storage.contacts.add_recording(record)
    quality = await quiet.client("quality")
    for tail in ("", "/peaks"):
        answer = await quality.get(f"/recordings/{name}{tail}?contact=past-a", headers={"accept": "application/json"})
        assert answer.status in (404, 409), answer
        assert answer.crash is None


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ("bytes=0-9", 206), ("bytes=5-", 206), ("bytes=-10", 206), ("bytes=0-0", 206), ("bytes=999999999-", 416),
        ("bytes=9-5", 400), ("bytes=a-b", 400), ("lines=1-2", 400), ("bytes=", 400), ("bytes=0-1,5-6", 206),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(5_000)), None), ("bytes=" + "0-," * 5_000, None),
        ("bytes=--1", 416),
    ],
)  # fmt: skip
async def test_ranges(quiet: House, wanted: str, status: int | None) -> None:
    quality = await quiet.client("quality")
    answer = await quality.get("/recordings/r-past-a?contact=past-a", headers={"range": wanted})
    assert answer.crash is None
    assert answer.status < 500
    assert len(answer.body) < 5_000_000, "many small ranges make no large answer"
    if status is not None:
        assert answer.status == status


def tone(seconds: float, rate: int = 8_000) -> bytes:
    """A WAV file."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(b"".join(struct.pack("<h", int(9_000 * math.sin(n / 5))) for n in range(int(seconds * rate))))
    return out.getvalue()


def uploads() -> dict[str, bytes]:
    """What is no recording, or too much of one."""
    good = tone(1)
    return {
        "empty": b"",
        "text": b"hello",
        "page": b"<html><script>alert(1)</script>",
        "program": b"\x7fELF" + b"\0" * 5_000,
        "cut": good[:30],
        "lying": good[:40] + struct.pack("<I", 0xFFFFFFFF) + good[44:],
        "no rate": good[:24] + b"\0" * 8 + good[32:],
        "channels": good[:22] + struct.pack("<H", 65_535) + good[24:],
        "bits": good[:34] + struct.pack("<H", 7) + good[36:],
        "long": tone(61),
        "big": good[:44] + b"\0" * 12_000_001,
        "huge": good[:44] + b"\0" * 14_000_000,
    }


@pytest.mark.parametrize("kind", sorted(uploads()))
async def test_uploads_that_are_no_recordings(quiet: House, kind: str) -> None:
    admin = await quiet.client("admin")
    page = await admin.get("/admin/prompts")
    key = page.text.split('action="/admin/prompts/')[1].split("/")[0]
    folder = quiet.product.settings.data / "prompts-uploaded"
    before = sorted(folder.glob("*")) if folder.exists() else []
    file = ("../../evil.wav", uploads()[kind], "audio/wav")
    answer = await admin.post(f"/admin/prompts/{key}/zh/recording", files={"sound": file})
    assert answer.crash is None
    assert answer.status in (409, 413) or kind == "lying", answer
    if answer.status != 303:
        assert (sorted(folder.glob("*")) if folder.exists() else []) == before, "nothing is left of it"
    assert not list(quiet.product.settings.data.glob("**/evil*"))
