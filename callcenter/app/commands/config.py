"""``callcenter config``: the configuration as a YAML file, checked, and published as on the page."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from gettext import NullTranslations
from pathlib import Path
from typing import Annotated

import typer

from callcenter.app.clock import SystemClock
from callcenter.app.commands.flow import language_of
from callcenter.app.configuration import Configuration
from callcenter.app.flow_folder import read_folder
from callcenter.app.prompt_files import PromptFiles
from callcenter.app.settings import Settings, load_settings
from callcenter.app.surroundings import Surroundings
from callcenter.domain.access import Right, scope_of
from callcenter.domain.config import CenterConfig
from callcenter.domain.config_diff import changes
from callcenter.domain.config_elements import SECTIONS
from callcenter.domain.configuration import ConfigVersion
from callcenter.domain.errors import Rejected
from callcenter.speech import ToneVoice
from callcenter.storage import Storage
from callcenter.storage import upgrade as upgrade_database
from callcenter.web.admin.config_yaml import BadConfigFile, ConfigFile, read_yaml, write_yaml
from callcenter.web.admin.differences import differences
from callcenter.web.i18n import compile_catalogues, translations
from callcenter.web.wording.words import Words, words_for

app = typer.Typer(no_args_is_help=True, help="The configuration as a file.")
Lang = Annotated[str, typer.Option("--lang", help="zh or en; by default as LANG says, else zh")]
File = Annotated[Path, typer.Argument(help="A YAML file of the configuration")]
By = Annotated[str, typer.Option("--by", help="Sign-in name of the user whose draft it becomes")]
Note = Annotated[str, typer.Option("--note", help="What the change is for")]
Section = Annotated[str, typer.Option("--section", help="One section, for example queues")]


@app.command("export")
def export_file(
    target: Annotated[Path | None, typer.Argument(help="Write it to this file instead of printing it")] = None,
    section: Section = "",
) -> None:
    """Print the configuration in force as YAML."""
    if section and section not in SECTIONS:
        raise typer.BadParameter(f"there are: {', '.join(SECTIONS)}", param_hint="--section")

    async def work(desk: Configuration, _storage: Storage) -> None:
        text = write_yaml((await desk.in_force()).config, (section,) if section else ())
        if target is None:
            typer.echo(text, nl=False)
        else:
            target.write_text(text, encoding="utf-8")

    _with_configuration(work)


@app.command("check")
def check_file(file: File, lang: Lang = "") -> None:
    """Name line, place and mend of everything wrong with a file."""
    language = language_of(lang)

    async def work(desk: Configuration, _storage: Storage) -> None:
        read = _read(file, language)
        config = read.into((await desk.in_force()).config)
        _tell_problems(desk, file, read, config, language)
        typer.echo({"zh": "没有问题", "en": "nothing wrong"}[language])

    _with_configuration(work)


@app.command("import")
def import_file(file: File, by: By, lang: Lang = "") -> None:
    """Read a file into a user's draft, to be looked at and published on the page."""
    language = language_of(lang)

    async def work(desk: Configuration, storage: Storage) -> None:
        await _take(desk, storage, file, by, language)
        done = {"zh": f"已读入 {by} 的草稿", "en": f"read into the draft of {by}"}
        typer.echo(done[language])

    _with_configuration(work)


@app.command("publish")
def publish_file(file: File, by: By, note: Note = "", lang: Lang = "") -> None:
    """Put a file in force. What customers hear or who may see data is submitted for approval on the page instead."""
    language = language_of(lang)

    async def work(desk: Configuration, storage: Storage) -> None:
        revision = await _take(desk, storage, file, by, language)
        try:
            number = await desk.publish(by, by, revision, note)
        except Rejected as refused:
            if refused.code != "needs_approval":
                raise
            await desk.submit(by, note)
            waiting = {
                "zh": "需要他人复核：已提交，请在“配置”页面复核",
                "en": "submitted: somebody else must approve it",
            }
            typer.echo(waiting[language])
            return
        typer.echo({"zh": f"版本 {number} 已发布", "en": f"version {number} is published"}[language])

    _with_configuration(work)


async def _take(desk: Configuration, storage: Storage, file: Path, by: str, language: str) -> int:
    """Make the file the user's draft and say what it changes; returns the draft's revision."""
    await _refuse_strangers(desk, storage, by)
    read = _read(file, language)
    if await desk.draft(by) is not None:
        raise Rejected("draft_in_the_way", f"{by} has a draft already; publish or discard it on the page first")
    now = (await desk.in_force()).config
    config = read.into(now)
    _tell_problems(desk, file, read, config, language)
    found = changes(now, config)
    if not found:
        raise Rejected("no_changes", "the file says the same as the configuration in force")
    for line in differences(_words(language, now), found, now, config):
        typer.echo(f"  {line.text}" + (f"  [{line.review}]" if line.review else ""))
    return (await desk.edit(by, config, 0, imported=True)).revision


async def _refuse_strangers(desk: Configuration, storage: Storage, by: str) -> None:
    user = await storage.users.by_name(by)
    roles = (await desk.in_force()).config.roles
    if user is None or user.disabled:
        raise Rejected("unknown_user", f"there is no user {by!r}; `callcenter user list` shows who there is")
    if scope_of(roles, user.role, Right.CHANGE_CONFIGURATION) is None:
        raise Rejected("right", f"the role of {by} may not change the configuration")


def _read(file: Path, language: str) -> ConfigFile:
    try:
        return read_yaml(file.read_bytes())
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
    except BadConfigFile as bad:
        say = _catalogue(language)
        for fault in bad.faults:
            typer.echo(f"{file}:{fault.line}: {say.gettext(fault.text) % fault.detail}", err=True)
    raise typer.Exit(1)


def _tell_problems(desk: Configuration, file: Path, read: ConfigFile, config: CenterConfig, language: str) -> None:
    problems = desk.problems(config)
    for line, text in read.faults_of(problems, language):
        typer.echo(f"{file}:{line}: {text}" if line else text, err=True)
    if any(problem.blocks for problem in problems):
        raise typer.Exit(1)


def _catalogue(language: str) -> NullTranslations:
    compile_catalogues(only_stale=True)
    return translations(language)


def _words(language: str, config: CenterConfig) -> Words:
    compile_catalogues(only_stale=True)
    return words_for(language, "UTC", config)


def _with_configuration(work: Callable[[Configuration, Storage], Awaitable[None]]) -> None:
    settings = load_settings()
    settings.data.mkdir(parents=True, exist_ok=True)
    upgrade_database(settings.database_url)

    async def run() -> None:
        storage = await Storage.open(settings.database_url)
        try:
            around = _surroundings(settings)
            await work(Configuration(storage.config, storage.audit, SystemClock(), around, _leave), storage)
        finally:
            await storage.close()

    asyncio.run(run())


def _surroundings(settings: Settings) -> Surroundings:
    """The flows as they lie in their folder; without one nothing is known of them."""
    voice = PromptFiles(ToneVoice(settings.data, settings.data), settings.data / "prompts-uploaded")
    if not settings.flows.is_dir():
        print(f"{settings.flows}: no flows here, so references to them are not checked", file=sys.stderr)
        return Surroundings(dict, dict, voice.names)
    folder = read_folder(settings.flows)
    flows = {name: flow.to_plain() for name, flow in folder.flows.items()}
    return Surroundings(lambda: flows, lambda: folder.calendars, voice.names)


async def _leave(_version: ConfigVersion) -> None:
    """A running product looks for new versions itself."""
