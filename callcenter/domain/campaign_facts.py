"""What is so about campaigns' leads: called, not called, settled."""

from __future__ import annotations

from typing import Any

from msgspec import field

from callcenter.domain.campaigns import Outcome
from callcenter.domain.facts import ContactFact, Fact
from callcenter.domain.leads import LeadState


class LeadTaken(ContactFact, frozen=True, kw_only=True):
    """A contact for the lead is open; nobody else reaches it meanwhile. ``attempt`` counts from 1."""

    campaign: str
    lead: int
    number: str
    attempt: int
    names: dict[str, str] = field(default_factory=dict)
    """What the campaign is called, by language."""
    verdict: dict[str, Any] = field(default_factory=dict)


class LeadNotCalled(Fact, frozen=True, kw_only=True):
    """Nothing was done about the lead: ``campaign_stopped``, ``in_attempt``, ``telephony_away``, ``queue_gone``,
    ``queue_closed``."""

    campaign: str
    lead: int
    reason: str


class LeadSettled(ContactFact, frozen=True, kw_only=True):
    """What came of the attempt, and where the lead goes. ``due_ms`` only while it waits for another.

    ``dialled`` tells whether the number was dialled at all. ``agent`` is who spoke with the person, or was on the line.
    """

    campaign: str
    lead: int
    number: str
    attempt: int
    outcome: Outcome
    state: LeadState
    due_ms: int | None = None
    dialled: bool = True
    agent: str = ""
    disposition: str = ""
    began_ms: int = 0
