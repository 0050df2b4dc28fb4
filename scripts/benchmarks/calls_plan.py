"""What the call benchmark runs: addresses, ports, rates, and the two numbers callers dial."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CALLER, AGENT_PHONES, SERVER = "127.0.0.10", "127.0.0.20", "127.0.0.1"
CALLER_PORT, AGENT_PORT = 5162, 5161
CALLER_MEDIA, AGENT_MEDIA = 6100, 6200
AGENTS = tuple(str(number) for number in range(1001, 1401))
NUMBERS = {False: "96000", True: "96001"}
"""The number to dial, by whether calls to it are recorded."""
TALK_MS = 3_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where one system lives: its folder and ports."""

    folder: Path
    http_port: int
    sip_port: int
    rtp_start: int
    web_port: int = 0

    @property
    def rtp_end(self) -> int:
        """Room for 1,500 calls of two legs."""
        return self.rtp_start + 5_999


@dataclass(frozen=True, slots=True)
class Load:
    """One run: calls a second, for how long, recorded or not."""

    rate: int
    seconds: float
    recorded: bool = False

    @property
    def calls(self) -> int:
        """How many calls that is."""
        return round(self.rate * self.seconds)

    @property
    def setting(self) -> str:
        """The row's name."""
        return f"{self.rate} calls/s" + (", recorded" if self.recorded else "")


def agent_contact(agent: str) -> str:
    """Where the agent's telephone listens: one SIPp process answers for all."""
    return f"sip:{agent}@{AGENT_PHONES}:{AGENT_PORT}"
