"""Files: which may be sent, what becomes of them, how many."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from callcenter.domain.config import ChatLimits
from tests.chat.server import Site
from tests.chat.test_contract import picture
from tests.chat.told import Told
from tests.chat.webchat_site import change
from tests.chat.widget import ORIGIN


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return out.getvalue()


def large_picture() -> bytes:
    out = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(out, "PNG")
    return out.getvalue()


GOOD = {
    "a.png": (picture(), "image/png"),
    "账单.pdf": (b"%PDF-1.7\n1 0 obj\n", "application/pdf"),
    "note.txt": ("你好".encode("gb18030"), "text/plain; charset=utf-8"),
    "t.csv": (b"a,b\n1,2\n", "text/csv; charset=utf-8"),
    "d.docx": (zipped("[Content_Types].xml", "word/document.xml"), "application/vnd.openxmlformats-officedocument"),
}
BAD: dict[str, tuple[str, bytes, str]] = {
    "a page as text": ("a.txt", b"<html><script>alert(1)</script></html>", "file_type"),
    "a picture with script": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "file_type"),
    "a page": ("a.html", b"<html>", "file_type"),
    "a program": ("a.exe", b"MZ" + b"\0" * 200, "file_type"),
    "a program as a picture": ("a.png", b"MZ" + b"\0" * 200, "picture_broken"),
    "a program as a document": ("a.pdf", b"MZ" + b"\0" * 200, "file_type"),
    "a program as text": ("a.txt", b"MZ\x00\x01", "file_type"),
    "a page as a picture": ("a.jpg", b"<html><script>", "picture_broken"),
    "a picture of another kind": ("a.jpg", picture(), "file_type"),
    "half a picture": ("a.png", picture()[:60], "picture_broken"),
    "an archive": ("a.zip", zipped("x"), "file_type"),
    "an archive as a picture": ("a.png", zipped("x"), "picture_broken"),
    "a picture that unpacks to 400 million dots": ("a.png", large_picture(), "picture_too_large"),
    "nothing": ("a.txt", b"", "file_empty"),
    "no ending": ("a", b"x", "file_type"),
    "what the scanner knows": ("a.txt", b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE", "file_refused"),
}


@pytest.mark.parametrize("name", list(GOOD))
async def test_files_that_may_be_sent(site: Site, page: Any, told: Told, name: str) -> None:
    content, kind = GOOD[name]
    widget = await page()
    await widget.start()
    for _ in range(2):
        sent = await widget.http("POST", "/files", params={"id": "file-0001", "name": name}, content=content)
        assert (sent.status_code, sent.json()) == (200, {"n": 1})
    file = (await told.next("sent_file")).file
    assert (file.name, file.media_type.startswith(kind)) == (name, True)
    answer = await widget.http("GET", f"/files/{file.id}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("inline" if name == "a.png" else "attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert len(told.of("sent_file")) == 1


@pytest.mark.parametrize("kind", list(BAD))
async def test_files_that_may_not(site: Site, page: Any, told: Told, tmp_path: Path, kind: str) -> None:
    name, content, code = BAD[kind]
    widget = await page()
    await widget.start()
    sent = await widget.http("POST", "/files", params={"id": "file-0001", "name": name}, content=content)
    assert (sent.status_code, sent.json()["code"]) == (409, code)
    assert told.of("sent_file") == []
    assert not files_below(tmp_path / "files")


async def test_names_lead_nowhere(site: Site, page: Any, told: Told, tmp_path: Path) -> None:
    widget = await page()
    await widget.start()
    for number, name in enumerate(
        ("../../etc/passwd.txt", "C:\\x\\y.txt", 'a"\r\nX: 1.txt', "..", "/.txt", "\u202etxt.exe.txt")
    ):
        named = {"id": f"file-000{number}", "name": name}
        sent = await widget.http("POST", "/files", params=named, content=b"x")
        assert sent.status_code in (200, 409)
    names = [message.file.name for message in told.of("sent_file")]
    assert names[:3] == ["passwd.txt", "y.txt", "a' X: 1.txt"]
    kept = {path for path in files_below(tmp_path) if "center.db" not in path.name}
    assert all((tmp_path / "files") in path.parents for path in kept)
    for odd in ("..%2f..%2fcenter.db", "x" * 500, "%00"):
        assert (await widget.http("GET", f"/files/{odd}")).status_code in (404, 409)


async def test_a_picture_keeps_nothing_but_the_picture(site: Site, page: Any, told: Told) -> None:
    out = io.BytesIO()
    made = Image.new("RGB", (80, 40), "red")
    exif = made.getexif()
    exif[0x0112] = 6  # to be shown turned
    exif[0x010E] = "at home, 31.2 N 121.5 E"
    made.save(out, "JPEG", exif=exif)
    widget = await page()
    await widget.start()
    dirty = out.getvalue() + b"<script>alert(1)</script>"
    sent = await widget.http("POST", "/files", params={"id": "file-0001", "name": "a.jpeg"}, content=dirty)
    assert sent.status_code == 200
    file = (await told.next("sent_file")).file
    assert (file.width, file.height) == (40, 80)
    kept = (await widget.http("GET", f"/files/{file.id}")).content
    assert b"at home" not in kept
    assert b"script" not in kept


async def test_files_have_their_size_and_a_conversation_its_sum(site: Site, page: Any) -> None:
    change(site, limits=ChatLimits(file_mb=1, conversation_mb=2, messages_a_minute=600))
    widget = await page()
    await widget.start()
    assert widget.welcome["file"] == 1_000_000
    half = b"%PDF-1.7\n" + b"x" * 900_000

    async def send(number: int, content: bytes) -> tuple[int, str]:
        named = {"id": f"file-000{number}", "name": "a.pdf"}
        answer = await widget.http("POST", "/files", params=named, content=content)
        return answer.status_code, answer.json().get("code", "")

    assert await send(1, half + b"x" * 200_000) == (413, "file_too_big")
    assert await send(2, half) == (200, "")
    assert await send(3, half) == (200, "")
    assert await send(4, half) == (413, "files_too_many")
