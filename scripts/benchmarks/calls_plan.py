"""What the call benchmark runs: addresses, ports, rates, agents, queues, and the numbers callers dial."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CALLER, AGENT_PHONES, SERVER = "127.0.0.10", "127.0.0.20", "127.0.0.1"
CALLER_PORT, AGENT_PORT = 5162, 5161
CALLER_MEDIA, AGENT_MEDIA = 6100, 6200
TALK_MS = 3_000
_FIRST_AGENT = 1001
_STEPS = (0, 7, 21)
"""An agent serves the queue of their turn and those so much further on: three of fifty queues, each by many."""


@dataclass(frozen=True, slots=True)
class Crew:
    """How many agents serve how many queues; every agent serves three of them, or all where there are fewer."""

    agents: int = 400
    queues: int = 1

    @property
    def names(self) -> tuple[str, ...]:
        """The agents."""
        return tuple(str(_FIRST_AGENT + turn) for turn in range(self.agents))

    def numbers(self, recorded: bool) -> tuple[str, ...]:
        """The number of each queue, that whose calls are recorded or the other one."""
        return tuple(f"{97 if recorded else 96}{queue:03d}" for queue in range(self.queues))

    def queues_of(self, agent: str) -> tuple[int, ...]:
        """The queues an agent serves."""
        turn = int(agent) - _FIRST_AGENT
        return tuple(sorted({(turn + step) % self.queues for step in _STEPS}))

    def members_of(self, queue: int) -> tuple[str, ...]:
        """The agents who serve a queue."""
        return tuple(agent for agent in self.names if queue in self.queues_of(agent))


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
