"""``callcenter doctor``: what is present, missing or wrong, each with the mend."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import httpx
import typer
from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError

from callcenter.app.flow_folder import read_folder
from callcenter.app.pbx import pbx_secrets
from callcenter.app.settings import Settings
from callcenter.domain.errors import CallCenterError
from callcenter.storage import current, head
from callcenter.telephony.asterisk.provision import tools
from callcenter.telephony.asterisk.provision.asterisk import locate_cached, locate_installed
from callcenter.telephony.asterisk.provision.ports import is_free

ENOUGH_BYTES = 1_000_000_000
NEEDED_MODULES = (
    "res_ari.so",
    "res_stasis.so",
    "app_stasis.so",
    "chan_pjsip.so",
    "res_pjsip_transport_websocket.so",
    "res_rtp_asterisk.so",
    "res_srtp.so",
    "codec_opus.so",
    "res_musiconhold.so",
    "chan_bridge_media.so",
)
"""Without these the hotline, the softphone or the music fail; a PBX of one's own must have them loaded."""


class Finding(Struct, frozen=True):
    """One thing looked at: ``state`` is ``ok``, ``missing`` or ``wrong``; ``mend`` says what to do."""

    name: str
    state: str
    detail: str
    mend: str = ""


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print findings as JSON lines.")] = False,
) -> None:
    """Look at everything the product needs; exit code 1 when something is missing or wrong."""
    import msgspec

    findings = [finding for check in CHECKS for finding in _safely(check, Settings())]
    for finding in findings:
        if json:
            typer.echo(msgspec.json.encode(finding).decode())
        else:
            mark = {"ok": "✓", "missing": "–", "wrong": "✗"}[finding.state]
            typer.echo(f"{mark} {finding.name:<18} {finding.detail}")
            if finding.mend:
                typer.echo(f"    → {finding.mend}")
    if any(finding.state != "ok" for finding in findings):
        raise typer.Exit(1)


def _safely(check: Callable[[Settings], Iterator[Finding]], settings: Settings) -> list[Finding]:
    try:
        return list(check(settings))
    except (CallCenterError, OSError, SQLAlchemyError) as error:
        return [Finding(check.__name__.removeprefix("check_"), "wrong", str(error).splitlines()[0])]


def check_asterisk(settings: Settings) -> Iterator[Finding]:
    """An Asterisk here, in the cache, or given by address."""
    if settings.ari_url or settings.telephony == "simulated":
        return
    install = locate_installed() or locate_cached(lambda _: None)
    if install is None:
        yield Finding("asterisk", "missing", "not on this machine", "scripts/run brings it; or set CALLCENTER_ARI_URL")
    else:
        yield Finding("asterisk", "ok", f"{install.version} ({install.origin})")


def check_ari(settings: Settings) -> Iterator[Finding]:
    """ARI answers, takes our password and has the modules."""
    if settings.telephony == "simulated":
        return
    url = settings.ari_url or f"http://127.0.0.1:{settings.asterisk_port}/ari"
    password = settings.ari_password.get_secret_value()
    if not settings.ari_url:
        secrets = settings.run_dir / "secrets.json"
        password = pbx_secrets(settings.run_dir, ()).ari if secrets.exists() else ""
    auth = (settings.ari_user, password)
    try:
        answer = httpx.get(f"{url.rstrip('/')}/asterisk/modules", auth=auth, timeout=3, trust_env=False)
    except httpx.HTTPError as error:
        mend = "start the product with scripts/run" if not settings.ari_url else "check CALLCENTER_ARI_URL and the PBX"
        yield Finding("ari", "missing", f"nothing answers at {url} ({type(error).__name__})", mend)
        return
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        mend = "set CALLCENTER_ARI_USER and CALLCENTER_ARI_PASSWORD as in the PBX's ari.conf"
        yield Finding("ari", "wrong", "user or password is refused", mend)
        return
    running = {module["name"] for module in answer.json() if module.get("status") == "Running"}
    yield Finding("ari", "ok", f"{url} answers, {len(running)} modules run")
    absent = [module for module in NEEDED_MODULES if module not in running]
    if absent:
        yield Finding("modules", "wrong", f"not loaded: {', '.join(absent)}", "load them in the PBX's modules.conf")


def check_ports(settings: Settings) -> Iterator[Finding]:
    """Our ports are free, or ours already."""
    wanted = [("pages", "CALLCENTER_PORT", settings.port, settings.address)]
    if not settings.ari_url and settings.telephony != "simulated":
        wanted.append(("ARI", "CALLCENTER_ASTERISK_PORT", settings.asterisk_port, "127.0.0.1"))
        wanted.append(("SIP", "CALLCENTER_SIP_PORT", settings.sip_port, settings.sip_address))
    ours = _running(settings)
    for name, setting, port, address in wanted:
        if is_free(port, address):
            yield Finding(f"port {port}", "ok", f"free for {name}")
        elif ours:
            yield Finding(f"port {port}", "ok", f"in use by the running product ({name})")
        else:
            yield Finding(f"port {port}", "wrong", "taken by another program", f"end it, or set {setting}")


def _running(settings: Settings) -> bool:
    try:
        return httpx.get(f"{settings.base_url}/healthz", timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def check_database(settings: Settings) -> Iterator[Finding]:
    """It can be reached and has the shape this version needs."""
    has, needs = current(settings.database_url), head()
    if has is None:
        yield Finding("database", "missing", "empty", "scripts/run makes it, or: callcenter db upgrade")
    elif has != needs:
        yield Finding("database", "wrong", f"revision {has}, needed {needs}", "callcenter db upgrade")
    else:
        yield Finding("database", "ok", f"revision {has}")


def check_folders(settings: Settings) -> Iterator[Finding]:
    """Recordings can be written, and there is room."""
    for name, folder in (("data folder", settings.data), ("recordings", settings.data / "recordings")):
        existing = next(path for path in (folder, *folder.resolve().parents) if path.exists())
        if not _writable(existing):
            yield Finding(name, "wrong", f"{folder} cannot be written", "change its owner, or set CALLCENTER_DATA")
        else:
            yield Finding(name, "ok", str(folder))
    free = shutil.disk_usage(existing).free
    if free < ENOUGH_BYTES:
        yield Finding("disk", "wrong", f"{free // 1_000_000} MB left", "make room: recordings need 1 MB a minute")


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
        yield Finding("flows", "missing", f"{settings.flows} is not a folder", "set CALLCENTER_FLOWS")
        return
    folder = read_folder(settings.flows)
    problems = folder.check()
    for problem in problems:
        yield Finding("flows", "wrong", problem.line_in("en"))
    if not problems:
        yield Finding("flows", "ok", f"{len(folder.loaded)} flows")


def check_tools(settings: Settings) -> Iterator[Finding]:
    """Voices for prompts; SIPp and Chromium are needed by the tests alone."""
    for name, why in (("espeak-ng", "prompts are tones without it"), ("sipp", "tests"), ("chromium", "tests")):
        found = tools.locate(name, lambda _: None)
        if found is not None:
            yield Finding(name, "ok", found.origin)
        elif name == "espeak-ng":
            yield Finding(name, "missing", why, "scripts/run brings it, or: apt-get install espeak-ng")


CHECKS: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    check_asterisk,
    check_ari,
    check_ports,
    check_database,
    check_folders,
    check_flows,
    check_tools,
)
