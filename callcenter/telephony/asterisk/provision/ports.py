"""Tells which of the ports we want are taken, and by whom."""

from __future__ import annotations

import os
import socket
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from callcenter.telephony.asterisk.config.model import PbxConfig

_LISTEN = "0A"


@dataclass(frozen=True, slots=True)
class TakenPort:
    """A port that cannot be bound, and the program that holds it when we may know.

    ``setting`` is the environment variable that names the port.
    """

    setting: str
    protocol: str
    address: str
    number: int
    holder: str


def taken_ports(config: PbxConfig) -> list[TakenPort]:
    """The configured ports that something else listens on; empty when all are free."""
    wanted = [
        ("CALLCENTER_ASTERISK_PORT", "tcp", config.http_address, config.http_port),
        ("CALLCENTER_SIP_PORT", "udp", config.sip_address, config.sip_port),
        ("CALLCENTER_SIP_PORT", "tcp", config.sip_address, config.sip_port),
    ]
    if config.tls_certificate is not None:
        wanted.append(("CALLCENTER_ASTERISK_TLS_PORT", "tcp", config.http_address, config.https_port))
    return [
        TakenPort(setting, protocol, address, number, holder(protocol, number))
        for setting, protocol, address, number in wanted
        if not is_free(number, address, protocol)
    ]


def is_free(number: int, address: str = "127.0.0.1", protocol: str = "tcp") -> bool:
    """Whether the port can be bound on the address now; ``protocol`` is ``tcp`` or ``udp``."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
    with closing(socket.socket(family, kind)) as probe:
        if protocol == "tcp":
            # Connections of an earlier run in TIME_WAIT are no obstacle for Asterisk either.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, number))
        except OSError:
            return False
    return True


def holder(protocol: str, number: int) -> str:
    """The program that holds the port, as ``name (process 123)``; ``another program`` when it can't be told."""
    inodes = _inodes(protocol, number)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(_link(file) in inodes for file in (process / "fd").iterdir()):
                return f"{_program(process)} (process {process.name})"
        except OSError:
            continue
    return "another program"


def _link(file: Path) -> str:
    try:
        return os.readlink(file)
    except OSError:
        return ""  # closed in the meantime


def _program(process: Path) -> str:
    words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    # A program run through a loader of its own is named by the loader's argument, not by the loader.
    if "--library-path" in words[:2] and len(words) > 3:
        return Path(words[3]).name
    return (process / "comm").read_text().strip()


def _inodes(protocol: str, number: int) -> set[str]:
    found = set()
    for table in (protocol, f"{protocol}6"):
        try:
            rows = Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for row in rows:
            words = row.split()
            if int(words[1].rsplit(":", 1)[1], 16) == number and (protocol == "udp" or words[3] == _LISTEN):
                found.add(f"socket:[{words[9]}]")
    return found
