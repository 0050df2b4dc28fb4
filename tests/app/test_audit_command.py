"""``callcenter audit``: codes and words for whoever runs it at night."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callcenter.app.cli import app
from callcenter.domain.errors import ConfigError
from callcenter.domain.records import AuditRecord
from callcenter.storage import Storage, upgrade


@pytest.fixture
def center(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLCENTER_DATA", str(tmp_path))
    url = f"sqlite+aiosqlite:///{tmp_path / 'callcenter.db'}"
    upgrade(url)

    async def write() -> None:
        storage = await Storage.open(url)
        for number in range(4):
            await storage.audit.write(AuditRecord(number, "admin", "signed_in", f"user:{number}"))
        await storage.close()

    asyncio.run(write())
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["audit", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


def tamper(center: Path, statement: str) -> None:
    connection = sqlite3.connect(center / "callcenter.db")
    for name in ("update", "delete"):
        connection.execute(f"DROP TRIGGER audit_no_{name}")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_whole_log(center: Path) -> None:
    code, said = run("verify")
    assert code == 0
    assert said.startswith("4 rows, whole")
    code, said = run("export")
    rows = [json.loads(line) for line in said.splitlines()]
    assert [row["subject"] for row in rows] == ["user:0", "user:1", "user:2", "user:3"]
    assert rows[-1]["hash"] in run("verify")[1]


def test_a_broken_log_is_an_exit_code_and_a_row(center: Path) -> None:
    tamper(center, "UPDATE audit SET actor = 'somebody' WHERE id = 3")
    code, said = run("verify")
    assert code == 1
    assert "broken at row 3" in said
    assert run("anchor")[0] == 1


def test_a_tail_cut_off_shows_against_the_anchor(center: Path, tmp_path: Path) -> None:
    anchors = tmp_path / "anchors.txt"
    assert run("anchor", "--to", str(anchors))[0] == 0
    assert run("verify", "--anchors", str(anchors))[1].startswith("4 rows, whole, against 1 anchors")
    tamper(center, "DELETE FROM audit WHERE id > 2")
    assert run("verify")[0] == 0
    code, said = run("verify", "--anchors", str(anchors))
    assert code == 1
    assert "broken at row 3" in said


@pytest.mark.parametrize("text", ["x", "1 abc", "-1 " + "0" * 64, "1 " + "0" * 64 + " more", "１ " + "0" * 64])
def test_a_file_that_is_no_list_of_anchors_is_named(center: Path, tmp_path: Path, text: str) -> None:
    anchors = tmp_path / "anchors.txt"
    anchors.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"anchors\.txt"):
        run("verify", "--anchors", str(anchors))
    with pytest.raises(ConfigError, match="cannot be read"):
        run("verify", "--anchors", str(tmp_path / "none"))
