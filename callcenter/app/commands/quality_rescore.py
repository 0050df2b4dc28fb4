"""``callcenter quality rescore``: what other rules scored is scored by those in force, on all cores."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from callcenter.app.clock import SystemClock
from callcenter.app.commands.flow import Lang, language_of
from callcenter.app.kept_process import environment_of, one_life
from callcenter.app.scoring.keeper import WORKER
from callcenter.app.scoring.shipped import publish_shipped
from callcenter.app.secret_keys import seal_of
from callcenter.app.settings import Settings, load_settings
from callcenter.domain.quality_records import ScoringBacklog
from callcenter.storage import Storage

SAID_EACH = 100
"""Contacts between two lines of progress."""
SAID = {
    "zh": {
        "due": "待重评 {due} 通，其中从未评分 {added} 通",
        "progress": "已完成 {done}/{total}",
        "stopped": "已停止：{count} 通保留原得分",
        "end": "已评分 {done}，等待 {waiting}（其中重评 {again}），放弃 {dead}",
        "left": "再次运行本命令即可继续；--stop 取消剩余的重评",
    },
    "en": {
        "due": "{due} contacts to score, {added} of them never scored",
        "progress": "{done}/{total}",
        "stopped": "stopped: {count} contacts keep their score",
        "end": "scored {done}, waiting {waiting} ({again} of them again), given up {dead}",
        "left": "the same command goes on where it was; --stop leaves the rest as it is scored",
    },
}
Since = Annotated[str, typer.Option("--since", help="Contacts that began on this day or later: 2026-11-01")]


def rescore(
    since: Since = "",
    workers: Annotated[int, typer.Option("--workers", min=0, max=256, help="Processes; by default one a core")] = 0,
    stop: Annotated[bool, typer.Option("--stop", help="Leave what waits to be scored again as it is")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what was given up")] = False,
    lang: Lang = "",
) -> None:
    """Score past contacts by the rules in force, those signed by a person excepted. Goes on where it was stopped."""
    settings, language = load_settings(), language_of(lang)
    since_ms: int | None = None
    if since:
        try:
            since_ms = int(
                datetime.fromisoformat(since).replace(tzinfo=ZoneInfo(settings.timezone)).timestamp() * 1_000
            )
        except ValueError:
            wrong = {"zh": "不是日期，请写成 2026-11-01", "en": "is no date, write 2026-11-01"}[language]
            typer.echo(f"--since {since}: {wrong}", err=True)
            raise typer.Exit(2) from None
    asyncio.run(_run(settings, since_ms, workers or os.cpu_count() or 1, language, stop=stop, again=again))


async def _run(
    settings: Settings, since_ms: int | None, workers: int, language: str, *, stop: bool, again: bool
) -> None:
    said = SAID[language]
    storage = await Storage.open(settings.database_url, seal_of(settings))
    try:
        if stop:
            typer.echo(said["stopped"].format(count=await storage.scoring_jobs.stop_rescoring()))
        else:
            now_ms = SystemClock().now_ms()
            await publish_shipped(storage.quality, now_ms)
            if again:
                await storage.scoring_jobs.again()
            if since_ms is not None:
                added = await storage.scoring_jobs.add_missing(since_ms)
                due = added + await storage.scoring_jobs.rescore(since_ms, now_ms)
                typer.echo(said["due"].format(due=due, added=added), err=True)
            await _work(settings, storage, workers, said["progress"])
        _tell_end(await storage.scoring_jobs.backlog(), said)
    finally:
        await storage.close()


async def _work(settings: Settings, storage: Storage, workers: int, progress: str) -> None:
    """All of them at once, each until nothing is due; an interrupted one gives its contacts back."""
    total, done = (await storage.scoring_jobs.backlog()).waiting, 0

    def hear(line: bytes) -> None:
        nonlocal done
        done += 1
        if done % SAID_EACH == 0:
            typer.echo(progress.format(done=done, total=max(done, total)), err=True)

    names = [f"rescore-{os.getpid()}-{number}" for number in range(workers)]
    lives = [asyncio.create_task(one_life((*WORKER, name), environment_of(settings), hear)) for name in names]
    try:
        await asyncio.gather(*lives)
    finally:
        for life in lives:
            life.cancel()
            with suppress(asyncio.CancelledError):
                await life
        for name in names:
            await storage.scoring_jobs.release(name)


def _tell_end(backlog: ScoringBacklog, said: dict[str, str]) -> None:
    numbers = {name: getattr(backlog, name) for name in ("done", "waiting", "again", "dead")}
    typer.echo(said["end"].format(**numbers), err=False)
    if backlog.again:
        typer.echo(said["left"], file=sys.stderr)
