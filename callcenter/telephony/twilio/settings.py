"""What the adapter must know of the Twilio account and of us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class TwilioSettings:
    """``public_url`` is the address Twilio reaches us at, without a slash at the end; signatures are made with it."""

    account_sid: str
    auth_token: str
    public_url: str
    caller: str
    """The number of ours that is shown when a call names none (E.164)."""
    recordings_dir: Path
    book: Path
    """The file that says which call of Twilio's is which leg of ours."""
    numbers: Mapping[str, str] = field(default_factory=dict)
    """Our numbers on Twilio, and the hotline number that each stands for."""
    region: str = "CN"
    """Whose numbers are meant where a number has no country code."""
    agent_address: str = "client:{agent}"
    """Where agents are rung: a Voice SDK client, or ``sip:{agent}@domain.sip.twilio.com``."""
    calls_per_second: float = 1.0
    api_url: str = "https://api.twilio.com"
    timeout_s: float = 10.0
    watch_every_ms: int = 15_000
