"""Reads INVITEs off the loopback interface with the kernel's own time stamps, so that no system times itself."""

from __future__ import annotations

import ctypes
import os
import re
import shlex
import socket
import struct
import subprocess
import sys
import threading
from types import TracebackType

from callcenter.telephony.asterisk.provision import asterisk, tools
from scripts.benchmarks.calls_plan import AGENT_PHONES, AGENT_PORT, CALLER

_ETH_P_IP = 0x0800
_SO_ATTACH_FILTER = 26
_SO_TIMESTAMPNS = 35
_INSIDE = "CALLCENTER_BENCH_INSIDE"
_FROM = re.compile(rb"\r\n(?:From|f): *[^\r]*?sip:(\d+)@")
_INVITE_OVER_UDP = (
    (0x30, 0, 0, 9),  # protocol
    (0x15, 0, 4, 17),  # UDP, or drop
    (0xB1, 0, 0, 0),  # length of the IP header
    (0x40, 0, 0, 8),  # the first four bytes behind the UDP header
    (0x15, 0, 1, 0x494E5649),  # "INVI", or drop
    (0x06, 0, 0, 0xFFFF),
    (0x06, 0, 0, 0),
)


def may_capture() -> bool:
    """Whether this process may read packets."""
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0).close()
    except PermissionError:
        return False
    return True


def in_own_network(arguments: list[str]) -> int:
    """Run the benchmark where anybody may read packets: a user and network namespace of its own. Its exit status."""
    if os.environ.get(_INSIDE):
        raise SystemExit("reading packets is not permitted here: run as root, or give python CAP_NET_RAW")
    # Inside there is no way out: what must be fetched is fetched before.
    tools.locate_or_fetch("sipp")
    tools.locate_or_fetch("espeak-ng")
    asterisk.locate_or_fetch()
    command = shlex.join([sys.executable, "-m", "scripts.benchmarks.calls", *arguments])
    inside = ["unshare", "--map-root-user", "--net", "sh", "-c", f"ip link set lo up && exec {command}"]
    return subprocess.run(inside, env={**os.environ, _INSIDE: "1"}, check=False).returncode


class Capture:
    """While open, notes when each caller's INVITE went out and when the INVITE for it reached a telephone.

    Calls are told apart by the caller's number, which both systems show to the agent. Needs CAP_NET_RAW.
    """

    def __init__(self, sip_port: int) -> None:
        self._sip_port = sip_port
        self._asked: dict[bytes, int] = {}
        self._rung: dict[bytes, int] = {}
        self._stopping = False
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(_ETH_P_IP))
        self._thread = threading.Thread(target=self._read, name="capture", daemon=True)

    def __enter__(self) -> Capture:
        program = b"".join(struct.pack("HBBI", *line) for line in _INVITE_OVER_UDP)
        kept = ctypes.create_string_buffer(program)
        packed = struct.pack("HP", len(_INVITE_OVER_UDP), ctypes.addressof(kept))
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, packed)
        self._socket.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self._socket.bind(("lo", _ETH_P_IP))
        self._socket.settimeout(0.1)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping = True
        self._thread.join()
        self._socket.close()

    def delays_ms(self) -> list[float]:
        """From the caller's INVITE to the agent's, for each call that reached one."""
        return [(self._rung[number] - at) / 1e6 for number, at in self._asked.items() if number in self._rung]

    def _read(self) -> None:
        while not self._stopping:
            try:
                packet, extra, _, _ = self._socket.recvmsg(2_048, 64)
            except TimeoutError:
                continue
            seconds, nanoseconds = struct.unpack("qq", extra[0][2])
            self._take(packet, seconds * 1_000_000_000 + nanoseconds)

    def _take(self, packet: bytes, at_ns: int) -> None:
        header = (packet[0] & 15) * 4
        sender, receiver = socket.inet_ntoa(packet[12:16]), socket.inet_ntoa(packet[16:20])
        port = int.from_bytes(packet[header + 2 : header + 4], "big")
        number = _FROM.search(packet)
        if number is None:
            return
        # A retransmission comes later: the first one counts.
        if sender == CALLER and port == self._sip_port:
            self._asked.setdefault(number[1], at_ns)
        elif receiver == AGENT_PHONES and port == AGENT_PORT:
            self._rung.setdefault(number[1], at_ns)
