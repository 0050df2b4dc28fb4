"""Writes a run folder that Asterisk can be started from: configuration, hold music, beep, folders."""

from __future__ import annotations

import os
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from callcenter.domain.errors import ConfigError
from callcenter.telephony.asterisk.config import modules, tones
from callcenter.telephony.asterisk.config.model import PbxConfig
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall

_ENVIRONMENT = Environment(
    loader=PackageLoader("callcenter.telephony.asterisk.config", "templates"),
    undefined=StrictUndefined,
    autoescape=False,  # noqa: S701 - these are configuration files; the model refuses what could break out of a value
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_FOLDERS = ("etc", "run", "log", "moh", "sounds", "var/lib/keys", "var/lib/agi-bin", "spool/tmp", "spool/outgoing")


def texts(config: PbxConfig, install: AsteriskInstall) -> dict[str, str]:
    """The configuration files by name. Raises ConfigError when the install lacks a module we cannot do without."""
    present = install.modules()
    lacking = modules.missing(present, load_app_queue=config.load_app_queue)
    if lacking:
        raise ConfigError(
            f"Asterisk {install.version} ({install.modules_dir})",
            f"the modules {', '.join(lacking)} are missing",
            "install Asterisk's module packages, or remove this Asterisk so that one is fetched",
        )
    values = {
        "c": config,
        "install": install,
        "modules": [name for name in modules.wanted(load_app_queue=config.load_app_queue) if name in present],
        "host": lambda address: f"[{address}]" if ":" in address else address,
        "stasis_pool": _stasis_pool(install),
    }
    names = sorted(name for name in _ENVIRONMENT.list_templates() if name.endswith(".j2"))
    return {name.removesuffix(".j2"): _ENVIRONMENT.get_template(name).render(values) for name in names}


def render(config: PbxConfig, install: AsteriskInstall) -> Path:
    """Write the run folder and return the file for ``asterisk -C``. Unchanged files keep their time stamps.

    Folders are mode 0700 and files 0600: they hold secrets.
    """
    config.run_dir.mkdir(parents=True, exist_ok=True)
    config.run_dir.chmod(0o700)
    for name in _FOLDERS:
        (config.run_dir / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, text in texts(config, install).items():
        write_private(config.config_dir / name, text)
    _link_recordings(config)
    tones.write_hold_music(config.run_dir / "moh/hold.wav")
    tones.write_beep(config.run_dir / "sounds/beep.wav")
    return config.main_file


def write_private(file: Path, text: str) -> bool:
    """Replace the file at one stroke with mode 0600; False when it already held this text."""
    if file.is_file() and file.read_text(encoding="utf-8") == text:
        return False
    partial = file.with_name(f".{file.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
        handle.write(text)
    partial.replace(file)
    return True


def _link_recordings(config: PbxConfig) -> None:
    config.recordings.mkdir(parents=True, exist_ok=True, mode=0o700)
    link = config.run_dir / "spool/recording"
    if link.is_symlink():
        if link.readlink() == config.recordings:
            return
        link.unlink()
    link.symlink_to(config.recordings)


def _stasis_pool(install: AsteriskInstall) -> str:
    """The section that tunes Stasis' threads; it was renamed within the 22 series, so the sample file is asked."""
    sample = install.data_dir / "conf/samples/stasis.conf.sample"
    text = sample.read_text(encoding="utf-8", errors="replace") if sample.is_file() else ""
    return next((name for name in ("taskpool", "threadpool") if f"[{name}]" in text), "")
