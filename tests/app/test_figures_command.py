"""``callcenter figures``: counting anew, and saying how far it is."""

from __future__ import annotations

import asyncio
import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callcenter.app.cli import app
from callcenter.domain.errors import ConfigError
from callcenter.domain.figures import AgentSums, QueueSums
from callcenter.domain.journal import JournalEntry
from callcenter.reports.fold import from_journal
from callcenter.storage import Storage, upgrade
from tests.reports.day import Day
from tests.reports.test_fold import measured


def test_export_adds_up_to_the_journal_and_says_what_it_can_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = prepared(tmp_path, monkeypatch)
    figures = from_journal(journal)

    def rows(*arguments: str) -> list[dict[str, str]]:
        done = CliRunner().invoke(app, ["figures", "export", *arguments], catch_exceptions=False)
        return list(csv.DictReader(done.output.splitlines()))

    day = "2027-01-15"
    for every in ("15", "30", "60", "1440"):
        queues = rows(day, "2027-01-16", "--every", every, "--by", "queue")
        assert sum(int(row["offered"]) for row in queues) == QueueSums.of(figures.queues.values()).offered
        teams = rows(day, "--every", every, "--by", "team")
        assert sum(int(row["busy_ms"]) for row in teams) == AgentSums.of(figures.agents.values()).busy_ms
    first = rows(day, "--every", "1440", "--by", "channel")[0]
    assert first["start"] == f"{day}T00:00+08:00"
    assert float(first["service_level"]) == pytest.approx(
        int(first["within_level"]) / (int(first["offered"]) - int(first["left_out"])), abs=1e-4
    )
    for wrong in (["2027-13-01"], [day, "2027-01-01"], [day, "--every", "7"], [day, "--by", "colour"]):
        assert isinstance(CliRunner().invoke(app, ["figures", "export", *wrong]).exception, ConfigError)


def prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[JournalEntry]:
    """A database with two hours in it."""
    monkeypatch.setenv("CALLCENTER_DATA", str(tmp_path))
    url = f"sqlite+aiosqlite:///{tmp_path / 'callcenter.db'}"
    upgrade(url)
    journal = Day(measured(), seed=3).run(hours=2).through_text()

    async def write() -> None:
        storage = await Storage.open(url)
        await storage.journal.append(journal, 0)
        await storage.close()

    asyncio.run(write())
    return journal


def test_rebuild_says_how_far_it_is_and_may_be_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = prepared(tmp_path, monkeypatch)
    for _ in range(2):
        done = CliRunner().invoke(app, ["figures", "rebuild"], catch_exceptions=False)
        assert done.exit_code == 0
        assert done.output.splitlines() == [
            f"{len(journal):,} of {len(journal):,} entries read",
            f"figures are counted anew from {len(journal):,} entries",
        ]
