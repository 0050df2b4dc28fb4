"""Looks at this machine and its Asterisk and says what is present, missing or wrong, each with the mend."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import httpx

from callcenter.telephony.asterisk.config import modules
from callcenter.telephony.asterisk.config.model import PbxConfig
from callcenter.telephony.asterisk.provision.adopted import leftover
from callcenter.telephony.asterisk.provision.aptsources import choose_archive, machine_sources, os_release
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall
from callcenter.telephony.asterisk.provision.paths import ProvisionError
from callcenter.telephony.asterisk.provision.ports import taken_ports


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is in order, what was seen, and the mend when it is not."""

    name: str
    ok: bool
    detail: str
    mend: str = ""


def check_machine() -> list[Finding]:
    """Whether this machine can fetch an Asterisk by itself: apt, dpkg, mirror and keys."""
    lacking = [tool for tool in ("apt-get", "dpkg-deb") if shutil.which(tool) is None]
    apt = Finding(
        "apt",
        not lacking,
        f"{', '.join(lacking)} missing" if lacking else "present",
        "install Asterisk 20 or newer yourself, or name a PBX elsewhere by its ARI address" if lacking else "",
    )
    try:
        archive = choose_archive(machine_sources(), os_release())
    except ProvisionError as error:
        return [apt, Finding("archive keys", False, str(error), "see the text")]
    return [apt, Finding("archive keys", True, f"{archive.distribution} {archive.suite}")]


async def check_asterisk(config: PbxConfig, install: AsteriskInstall | None) -> list[Finding]:
    """Install, ports, ARI login, modules and recordings folder of the configured Asterisk, running or not."""
    found = [_install(install), _recordings(config.recordings)]
    login = await check_ari(config.ari_url, config.ari_user, config.ari_password, config.load_app_queue)
    if leftover(config) is not None:
        return [*found, Finding("ports", True, "held by our own Asterisk"), *login]
    taken = taken_ports(config)
    for port in taken:
        found.append(
            Finding(
                f"port {port.number}/{port.protocol}",
                False,
                f"taken by {port.holder}",
                f"end that program or set another {port.setting}",
            )
        )
    if not taken:
        found.append(
            Finding("ports", True, f"{config.sip_port} and {config.http_port} are free; Asterisk is not running")
        )
    return found


async def check_ari(url: str, user: str, password: str, load_app_queue: bool = False) -> list[Finding]:
    """ARI's login and the loaded modules of any Asterisk, ours or elsewhere; ``url`` ends in ``/ari``."""
    auth = httpx.BasicAuth(user, password)
    async with httpx.AsyncClient(auth=auth, trust_env=False, timeout=5) as client:
        try:
            answer = await client.get(f"{url}/asterisk/modules")
        except (httpx.TransportError, httpx.InvalidURL) as error:
            return [Finding("ARI login", False, f"{url}: {error}", "is Asterisk running, and is the address right?")]
    if answer.status_code == 401:
        return [
            Finding(
                "ARI login",
                False,
                f"{url} refuses the user {user!r}",
                "set ari_user and ari_password to what stands in that Asterisk's ari.conf",
            )
        ]
    if answer.status_code != 200:
        return [Finding("ARI login", False, f"{url} answered {answer.status_code}", "is res_ari loaded there?")]
    running = frozenset(
        str(module["name"]).removesuffix(".so") for module in answer.json() if module["status"] == "Running"
    )
    lacking = modules.missing(running, load_app_queue=load_app_queue)
    loaded = Finding(
        "modules",
        not lacking,
        f"not loaded: {', '.join(lacking)}" if lacking else f"{len(running)} loaded, all that are needed",
        "load them in that Asterisk's modules.conf" if lacking else "",
    )
    return [Finding("ARI login", True, f"{user} at {url}"), loaded]


def _install(install: AsteriskInstall | None) -> Finding:
    if install is None:
        return Finding(
            "Asterisk", False, "none on this machine", "python -m callcenter.telephony.asterisk.provision asterisk"
        )
    lacking = modules.missing(install.modules())
    if lacking:
        return Finding(
            "Asterisk", False, f"{install.version} lacks {', '.join(lacking)}", "install its module packages"
        )
    return Finding("Asterisk", True, f"{install.version} ({install.origin})")


def _recordings(folder: Path) -> Finding:
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            pass
    except FileNotFoundError:
        parent = next(path for path in folder.parents if path.exists())
        return Finding("recordings folder", True, f"{folder} will be made in {parent}")
    except OSError as error:
        return Finding("recordings folder", False, f"{folder}: {error.strerror}", "make it writable, or set another")
    free = shutil.disk_usage(folder).free
    low = free < 1_000_000_000
    mend = "free space, or set another folder" if low else ""
    return Finding("recordings folder", not low, f"{folder}, {free / 1e9:.1f} GB free", mend)
