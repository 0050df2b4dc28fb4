"""How many calls a campaign may begin now: by idle agents, by free lines, and by its limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.core.center import Center
from callcenter.domain.campaign_records import CampaignSpec, Funnel
from callcenter.domain.campaigns import CampaignMode, RunningCampaign
from dialer.campaign.limits import calls_left
from dialer.pacing.words import Dial


@dataclass(frozen=True, slots=True)
class Room:
    """So many calls, for leads of ``agent`` and their ``teams`` first; without an agent: for leads of nobody."""

    calls: int
    agent: str | None = None
    teams: tuple[str, ...] = ()
    risks: tuple[float, ...] = ()
    """Of predictive calls: the chance of each to find no agent."""


def room_of(
    center: Center, campaign: RunningCampaign, spec: CampaignSpec, funnel: Funnel, dial: Dial | None = None
) -> Sequence[Room]:
    """Where there is room now; ``dial`` is what pacing decided for a predictive campaign.

    O(agents) for campaigns with an agent first, O(leads being called) else.
    """
    being_called = _open(center, campaign.id)
    most = calls_left(spec, funnel, being_called)
    if most <= 0 or not center.state.telephony_up:
        return ()
    if campaign.mode is CampaignMode.FLOW:
        return (Room(min(most, spec.lines - being_called)),)
    if campaign.mode is CampaignMode.PREDICTIVE:
        return () if dial is None else (Room(min(most, dial.count), risks=dial.risks),)
    if campaign.queue not in center.state.config.queues or campaign.queue in center.state.closures:
        return ()
    return [Room(1, agent, teams) for agent, teams in _idle(center, campaign.queue)][:most]


def _open(center: Center, campaign: str) -> int:
    state = center.state
    leads = (state.contacts[contact].lead for contact in state.leads.values() if contact in state.contacts)
    return sum(lead is not None and lead.campaign == campaign for lead in leads)


def _idle(center: Center, queue: str) -> list[tuple[str, tuple[str, ...]]]:
    """Agents of the queue who could take a call and for whom nobody waits yet, with their teams."""
    agents = center.state.config.agents
    idle: list[tuple[str, tuple[str, ...]]] = [
        (name, (agents[name].team,) if agents[name].team else ())
        for name in center.acd.idle_agents(queue)
        if name in agents
    ]
    return idle[: max(0, len(idle) - len(center.acd.waiting(queue)))]
