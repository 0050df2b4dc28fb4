"""A network namespace with nothing but loopback: calls between browser and PBX can't leave the machine.

``python -m tests.browser.namespace COMMAND…`` (inside a fresh namespace) brings loopback up and becomes the command.
Asterisk never offers 127/8 to a browser, so loopback also gets ``HOST``, which is offered as 127.0.0.1.
"""

from __future__ import annotations

import fcntl
import functools
import os
import shutil
import socket
import struct
import subprocess
import sys

HOST = "192.0.2.1"
MARK = "CALLCENTER_TEST_NAMESPACE"
_SIOCSIFADDR, _SIOCSIFNETMASK, _SIOCGIFFLAGS, _SIOCSIFFLAGS, _IFF_UP = 0x8916, 0x891C, 0x8913, 0x8914, 1


def inside() -> bool:
    """Whether this process runs in a namespace made here."""
    return os.environ.get(MARK) == "yes"


def command_inside(command: list[str]) -> list[str]:
    """The command that runs ``command`` in a namespace of its own."""
    fresh = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--net"]
    return [*fresh, sys.executable, "-m", "tests.browser.namespace", *command]


@functools.cache
def why_impossible() -> str:
    """Empty where namespaces can be made, else the reason."""
    if shutil.which("unshare") is None:
        return "network namespaces need the program unshare (package util-linux)"
    done = subprocess.run(command_inside(["true"]), capture_output=True, text=True, check=False)
    return f"no network namespace can be made here: {done.stderr.strip()[-200:]}" if done.returncode else ""


def _bring_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        flags = struct.unpack("16sH", fcntl.ioctl(control, _SIOCGIFFLAGS, struct.pack("16sH14x", b"lo", 0))[:18])[1]
        fcntl.ioctl(control, _SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | _IFF_UP))
        for request, address in ((_SIOCSIFADDR, HOST), (_SIOCSIFNETMASK, "255.255.255.255")):
            value = struct.pack("16sHH4s8x", b"lo:1", socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(control, request, value)


if __name__ == "__main__":
    _bring_up()
    os.environ[MARK] = "yes"
    os.execvp(sys.argv[1], sys.argv[1:])
