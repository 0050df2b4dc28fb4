"""A Chinese font for pictures of our pages, on machines that have none; people's own machines bring theirs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from callcenter.telephony.asterisk.provision.aptworld import AptWorld, installed_version
from callcenter.telephony.asterisk.provision.paths import ProvisionError, Report

NAME = "chinese-font"
_PACKAGE = "fonts-noto-cjk"  # regular and bold by themselves, as on people's machines


def environment(report: Report = print) -> dict[str, str]:
    """What a browser needs to draw Chinese: nothing where the system has a font; never touches the network.

    Empty, too, when there is no font at all: Chinese then is drawn as boxes.
    """
    if _on_system():
        return {}
    try:
        prefix = AptWorld.of_this_machine(report).prefix(_PACKAGE)
    except ProvisionError:
        return {}
    return {"FONTCONFIG_FILE": str(_configuration(prefix))} if installed_version(prefix) else {}


def environment_or_fetch(report: Report = print) -> dict[str, str]:
    """The same, the font brought into the user's cache when missing; ProvisionError when it can't be had."""
    if not _on_system():
        AptWorld.of_this_machine(report).fetch(_PACKAGE)
    return environment(report)


def _on_system() -> bool:
    if shutil.which("fc-list") is None:
        return False
    done = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)  # noqa: S607
    return bool(done.stdout.strip())


def _configuration(prefix: Path) -> Path:
    """The system's fonts and the fetched ones, as fontconfig is told."""
    file = prefix / "fonts.conf"
    if not file.is_file():
        part = file.with_suffix(".part")
        part.write_text(
            '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
            '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
            f"  <dir>{prefix}/usr/share/fonts</dir>\n"
            "</fontconfig>\n",
            encoding="utf-8",
        )
        part.replace(file)
    return file
