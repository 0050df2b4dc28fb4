"""Scoring again by other rules: by command, stopped and gone on with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from callcenter.app.cli import app
from callcenter.app.scoring.shipped import publish_shipped, shipped_files
from callcenter.app.secret_keys import seal_of
from callcenter.app.settings import Settings
from callcenter.domain.quality_records import WrittenKind
from callcenter.storage import Storage, upgrade
from tests.app.scored_talks import RUDE, Talks
from tests.app.test_scoring import worker_of
from tests.storage.samples import T0

MANY = 12


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    made = Settings(data=tmp_path)
    await asyncio.to_thread(upgrade, made.database_url)
    return made


@pytest.fixture
async def storage(settings: Settings) -> AsyncIterator[Storage]:
    made = await Storage.open(settings.database_url, seal_of(settings))
    yield made
    await made.close()


async def command(settings: Settings, *arguments: str) -> str:
    """The command's output; it must end well."""
    environment = {"CALLCENTER_DATA": str(settings.data)}
    ran = await asyncio.to_thread(CliRunner().invoke, app, ["quality", "rescore", *arguments], env=environment)
    assert ran.exit_code == 0, ran.output
    return ran.output


async def test_what_other_rules_scored_is_scored_again_and_can_be_stopped(settings: Settings, storage: Storage) -> None:
    talks = Talks(storage)
    for number in range(MANY):
        await talks.call(f"c{number}", RUDE)
    await publish_shipped(storage.quality, T0)
    assert await worker_of(storage).drain() == MANY
    files = shipped_files(WrittenKind.RULES)
    files["fatal.yaml"] = files["fatal.yaml"].replace("有病吧, ", "")
    number = await storage.quality.add_draft(WrittenKind.RULES, files, "zhang", T0)
    assert await storage.quality.put_in_force(WrittenKind.RULES, number, "zhang", T0)
    signed = await storage.quality.current("c0")
    assert signed is not None
    await storage.quality.sign(signed.id, T0)

    assert await storage.scoring_jobs.rescore(0, T0) == MANY - 1
    assert f"{MANY - 1} contacts keep" in await command(settings, "--stop", "--lang", "en")
    assert len(await storage.quality.evaluations("c1")) == 1

    said = await command(settings, "--since", "2026-01-01", "--workers", "2", "--lang", "en")
    assert f"{MANY - 1} contacts to score, 0 of them never scored" in said
    assert f"scored {MANY}, waiting 0 (0 of them again), given up 0" in said
    for contact in (f"c{number}" for number in range(1, MANY)):
        newest, first = await storage.quality.evaluations(contact)
        assert (newest.rule_set, newest.fatal, newest.current) == (number, False, True)
        assert (first.rule_set, first.fatal, first.current) == (1, True, False)
    assert [one.rule_set for one in await storage.quality.evaluations("c0")] == [1]


async def test_a_wrong_day_is_named(settings: Settings) -> None:
    ran = CliRunner().invoke(
        app,
        ["quality", "rescore", "--since", "yesterday", "--lang", "en"],
        env={"CALLCENTER_DATA": str(settings.data)},
    )
    assert ran.exit_code == 2
    assert "--since yesterday: is no date, write 2026-11-01" in ran.output
