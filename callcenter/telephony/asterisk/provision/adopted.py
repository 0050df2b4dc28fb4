"""An Asterisk started by an earlier process of ours, watched as if it were our own child."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from callcenter.telephony.asterisk.config.model import PbxConfig
from callcenter.telephony.asterisk.config.render import texts
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall

_TAKEN_AT_START = ("asterisk.conf", "modules.conf", "http.conf")


class AdoptedProcess:
    """The part of ``asyncio.subprocess.Process`` the server uses, for a process that is not our child."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._descriptor = os.pidfd_open(pid)

    async def wait(self) -> int:
        """Return when it has ended; its status is unknown to a stranger, so 0 is given."""
        if self.returncode is None:
            loop = asyncio.get_running_loop()
            ended = asyncio.Event()
            loop.add_reader(self._descriptor, ended.set)
            try:
                await ended.wait()
            finally:
                loop.remove_reader(self._descriptor)
            os.close(self._descriptor)
            self.returncode = 0
        return self.returncode

    def terminate(self) -> None:
        """Ask it to end."""
        signal.pidfd_send_signal(self._descriptor, signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)


def leftover(config: PbxConfig) -> int | None:
    """The process id of an Asterisk still running from this run folder; None when there is none."""
    try:
        pid = int((config.run_dir / "run/asterisk.pid").read_text(encoding="ascii"))
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if str(config.main_file).encode() in words else None


def fits(config: PbxConfig, install: AsteriskInstall) -> bool:
    """Whether what only a start takes (ports, modules, folders) is unchanged since the run folder was rendered."""
    new = texts(config, install)
    try:
        old = {
            name: (config.config_dir / name).read_text(encoding="utf-8") for name in (*_TAKEN_AT_START, "pjsip.conf")
        }
    except OSError:
        return False
    same = all(old[name] == new[name] for name in _TAKEN_AT_START)
    return same and _transports(old["pjsip.conf"]) == _transports(new["pjsip.conf"])


def _transports(pjsip: str) -> str:
    return pjsip.partition("[phone](!)")[0]
