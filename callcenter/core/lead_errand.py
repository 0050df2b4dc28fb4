"""What dialling out asks of a campaign's lead."""

from __future__ import annotations

from callcenter.core import leads
from callcenter.core.state import Contact
from callcenter.core.turn import Turn


def may_dial(t: Turn, c: Contact) -> bool:
    """Whether the campaign still runs. Hours and rules were looked at when the lead was taken, seconds ago."""
    campaign = leads.campaign_of(t, c)
    return campaign is not None and campaign.dials


def not_now(t: Turn, c: Contact) -> None:
    """Back to the list, without an attempt."""
    leads.give_back(t, c)


def caller_number(t: Turn, c: Contact) -> str:
    """The campaign's number."""
    campaign = leads.campaign_of(t, c)
    return campaign.caller_number if campaign is not None else ""


def ring_ms(t: Turn, c: Contact) -> int:
    """As the campaign says."""
    campaign = leads.campaign_of(t, c)
    return campaign.ring_ms if campaign is not None else 0


def detects_machines(t: Turn, c: Contact) -> bool:
    """As the campaign says."""
    campaign = leads.campaign_of(t, c)
    return campaign is not None and bool(campaign.machines)


def machine(t: Turn, c: Contact) -> bool:
    """As the campaign says."""
    return leads.leaves_message(t, c)


def leave_message(t: Turn, c: Contact) -> None:
    """The campaign's words."""
    leads.leave_message(t, c)


def wraps_up(t: Turn, c: Contact, outcome: str) -> bool:
    """Nothing is to be written about somebody who was not reached."""
    return False


def queue(c: Contact) -> str:
    """An attempt is no visit of a queue; who answers is counted when they join one."""
    return ""


def answered(t: Turn, c: Contact) -> None:
    """To the agent who is on the line, else to the flow or the queue."""
    leads.answered(t, c)


def not_reached(t: Turn, c: Contact, outcome: str) -> None:
    """The contact is over; the campaign's rules say when the lead is tried again."""
    leads.not_reached(t, c, outcome)
