"""What campaigns tell the core."""

from __future__ import annotations

from typing import Any

from msgspec import field

from callcenter.domain.campaigns import RunningCampaign
from callcenter.domain.event_base import Event


class CampaignsChanged(Event, frozen=True, kw_only=True):
    """The campaigns that run or pause now, all of them. One that is not there, or pauses, dials nothing from now on."""

    campaigns: dict[str, RunningCampaign]


class LeadCalled(Event, frozen=True, kw_only=True):
    """Reach this lead now. Rules and hours were looked at; ``verdict`` tells which, and what they saw.

    ``contact`` is the new contact's id; ``tried`` counts the lead's earlier attempts by outcome. ``agent`` is whom it
    belongs to, where it does. ``variables`` are shown to the agent and known to the flow.
    """

    contact: str
    campaign: str
    lead: int
    number: str
    name: str = ""
    agent: str = ""
    tried: dict[str, int] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    verdict: dict[str, Any] = field(default_factory=dict)


class LeadWithdrawn(Event, frozen=True, kw_only=True):
    """The lead must not be reached any more (``opted_out``, ``recalled``): what rings for it is hung up.

    A talk that has begun goes on.
    """

    lead: int
    reason: str
