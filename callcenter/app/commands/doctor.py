"""``callcenter doctor``: what is present, missing or wrong, each with the mend."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import httpx
import msgspec
import typer
from sqlalchemy.exc import SQLAlchemyError

from callcenter.app.commands.doctor_assistant import check_assistant
from callcenter.app.commands.doctor_twilio import check_twilio
from callcenter.app.demo import demo_config
from callcenter.app.flow_folder import read_folder
from callcenter.app.pbx import config_of, pbx_secrets
from callcenter.app.recogniser import shelf_of, trouble_of
from callcenter.app.settings import Settings, load_settings
from callcenter.domain.errors import CallCenterError
from callcenter.storage import current, head
from callcenter.telephony.asterisk.provision import probes, tools
from callcenter.telephony.asterisk.provision.asterisk import locate_cached, locate_installed
from callcenter.telephony.asterisk.provision.ports import is_free
from callcenter.telephony.asterisk.provision.probes import Finding

ENOUGH_BYTES = 1_000_000_000


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print findings as JSON lines.")] = False,
) -> None:
    """Look at everything the product needs; exit code 1 when something is missing or wrong."""
    findings = [finding for check in CHECKS for finding in _safely(check, load_settings())]
    for finding in findings:
        if json:
            typer.echo(msgspec.json.encode(finding).decode())
        else:
            typer.echo(f"{'✓' if finding.ok else '✗'} {finding.name:<18} {finding.detail}")
            if finding.mend:
                typer.echo(f"    → {finding.mend}")
    if any(not finding.ok for finding in findings):
        raise typer.Exit(1)


def _safely(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> list[Finding]:
    try:
        return list(check(settings))
    except (CallCenterError, OSError, SQLAlchemyError) as error:
        return [Finding(check.__name__.removeprefix("check_"), False, str(error).splitlines()[0])]


def check_asterisk(settings: Settings) -> Iterator[Finding]:
    """The PBX: install, ports, ARI login, modules, its recordings folder."""
    if settings.telephony == "simulated":
        yield Finding("telephony", True, "simulated, as CALLCENTER_TELEPHONY asks")
    elif settings.telephony == "twilio":
        yield Finding("telephony", True, "Twilio, as CALLCENTER_TELEPHONY asks")
    elif settings.ari_url:
        password = settings.ari_password.get_secret_value()
        yield from asyncio.run(probes.check_ari(settings.ari_url.rstrip("/"), settings.ari_user, password))
    else:
        yield from probes.check_machine()
        install = locate_installed() or locate_cached(lambda _: None)
        config = config_of(settings, demo_config(), pbx_secrets(settings.run_dir, demo_config().agents), None)
        yield from asyncio.run(probes.check_asterisk(config, install))


def check_pages(settings: Settings) -> Iterator[Finding]:
    """The pages' port is free, or ours already."""
    if is_free(settings.port, settings.address):
        yield Finding("pages", True, f"port {settings.port} is free; the product is not running")
        return
    try:
        ours = httpx.get(f"{settings.base_url}/healthz", timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        ours = False
    if ours:
        yield Finding("pages", True, f"served at {settings.base_url}")
    else:
        mend = "end that program, or set CALLCENTER_PORT"
        yield Finding("pages", False, f"port {settings.port} is taken by another program", mend)


def check_database(settings: Settings) -> Iterator[Finding]:
    """It can be reached and has the shape this version needs."""
    has, needs = current(settings.database_url), head()
    if has is None:
        yield Finding("database", False, "empty", "scripts/run makes it, or: callcenter db upgrade")
    elif has != needs:
        yield Finding("database", False, f"revision {has}, needed {needs}", "callcenter db upgrade")
    else:
        yield Finding("database", True, f"revision {has}")


def check_folders(settings: Settings) -> Iterator[Finding]:
    """Recordings can be written, and there is room."""
    for name, folder in (("data folder", settings.data), ("recordings", settings.data / "recordings")):
        existing = next(path for path in (folder, *folder.resolve().parents) if path.exists())
        if not _writable(existing):
            yield Finding(name, False, f"{folder} cannot be written", "change its owner, or set CALLCENTER_DATA")
        else:
            yield Finding(name, True, str(folder))
    free = shutil.disk_usage(existing).free
    if free < ENOUGH_BYTES:
        yield Finding("disk", False, f"{free // 1_000_000} MB left", "make room: recordings need 2 MB a minute")


def _writable(folder: Path) -> bool:
    if not os.access(folder, os.W_OK):
        return False
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def check_flows(settings: Settings) -> Iterator[Finding]:
    """The flows as they lie there could go live."""
    if not settings.flows.is_dir():
        yield Finding("flows", False, f"{settings.flows} is not a folder", "set CALLCENTER_FLOWS")
        return
    folder = read_folder(settings.flows)
    problems = folder.check()
    for problem in problems:
        yield Finding("flows", False, problem.line_in("en"))
    if not problems:
        yield Finding("flows", True, f"{len(folder.loaded)} flows")


def check_tools(settings: Settings) -> Iterator[Finding]:
    """Voices for prompts; SIPp and Chromium are needed by the tests alone."""
    for name, why in (("espeak-ng", "prompts are tones without it"), ("sipp", "tests"), ("chromium", "tests")):
        found = tools.locate(name, lambda _: None)
        if found is not None:
            yield Finding(name, True, found.origin)
        elif name == "espeak-ng":
            yield Finding(name, False, why, "scripts/run brings it, or: apt-get install espeak-ng")


def check_transcripts(settings: Settings) -> Iterator[Finding]:
    """The chosen recogniser and its model are there and whole; none chosen is no fault."""
    trouble = trouble_of(settings)
    if not settings.recogniser:
        assert trouble is not None
        yield Finding("transcripts", True, f"off: {trouble.message}; {trouble.mend}")
        return
    if trouble is not None:
        yield Finding("transcripts", False, f"{trouble.place}: {trouble.message}", trouble.mend)
        return
    faults = [] if settings.recogniser == "simulated" else list(shelf_of(settings).faults(settings.recogniser))
    for fault, mend in faults:
        yield Finding("transcripts", False, f"{settings.recogniser}: {fault}", mend)
    if not faults:
        yield Finding("transcripts", True, settings.recogniser)


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    check_asterisk,
    check_twilio,
    check_pages,
    check_database,
    check_folders,
    check_flows,
    check_assistant,
    check_transcripts,
    check_tools,
)
