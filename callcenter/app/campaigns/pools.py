"""Predictive campaigns at work: one pacer for the agents of each queue, told of what happens, asked how many to dial.

Calls are told of by the journal's facts as they are written. What agents do is looked up when the pacer is asked: it is
there, with the moment since which, and nothing can be missed. A pacer that begins anew (at a start, or when other
campaigns run) knows little, so it dials progressively until it has learned.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from callcenter.core.center import Center
from callcenter.core.state import CoreState
from callcenter.domain import effects as fx
from callcenter.domain.agent import AgentState
from callcenter.domain.campaign_records import Campaign, Funnel
from callcenter.domain.campaigns import PICKED_UP, Outcome
from callcenter.domain.contact import Place
from callcenter.domain.journal import JournalEntry
from dialer.campaign.hours import last_close_ms
from dialer.pacing.pacer import Pacer
from dialer.pacing.words import AgentMode, CampaignPacing, Dial, DialMode, Limits

_GONE = frozenset({AgentState.ON_BREAK, AgentState.LOGGED_OUT})
_Doing = tuple[AgentMode, str, int]
"""What an agent does, for which campaign, since when."""


class Pool:
    """The agents of one queue and the predictive campaigns that share them."""

    def __init__(self, queue: str, campaigns: Sequence[Campaign], center: Center, now_ms: int) -> None:
        self.queue, self.campaigns = queue, tuple(campaigns)
        pacing = [
            CampaignPacing(one.id, DialMode.PREDICTIVE, cap=one.spec.cap, share=one.spec.share) for one in campaigns
        ]
        self._pacer = Pacer(pacing, Limits(lines=sum(one.spec.lines for one in campaigns)))
        self._names = frozenset(one.id for one in campaigns)
        self._doing: dict[str, _Doing] = {}
        self._held: dict[str, bool] = {}
        """Calls that ring, and those that were answered and have no agent yet."""
        self._risks: dict[str, float] = {}
        self._midnight: int | None = None
        for contact, lead in _under_way(center):
            if lead in self._names:
                self._pacer.dialled(contact, lead, now_ms, 0.0)
                self._held[contact] = False

    def expect(self, contact: str, risk: float) -> None:
        """A call with the risk that :meth:`decide` gave it is about to be placed."""
        self._risks[contact] = risk

    def not_placed(self, contact: str) -> None:
        """It was not, after all."""
        self._risks.pop(contact, None)

    def observe(self, effect: fx.Effect, at_ms: int) -> None:
        """A fact that was written."""
        match effect:
            case fx.LeadTaken(contact=contact, campaign=campaign) if campaign in self._names:
                self._pacer.dialled(contact, campaign, at_ms, self._risks.pop(contact, 0.0))
                self._held[contact] = False
            case fx.AttemptEnded(contact=contact, outcome=outcome) if self._held.get(contact) is False:
                self._rang(contact, outcome, at_ms)
            case fx.AgentConnected(contact=contact) if self._held.pop(contact, False):
                self._pacer.connected(contact)
            case fx.LeadSettled(contact=contact) if contact in self._held:
                if self._held.pop(contact):
                    self._pacer.dropped(contact)
                else:
                    self._pacer.ended(contact, at_ms)
            case _:
                pass

    def _rang(self, contact: str, outcome: str, at_ms: int) -> None:
        if outcome == "answered":
            self._held[contact] = True
            self._pacer.answered(contact, at_ms)
            return
        del self._held[contact]
        if outcome == "stopped":
            self._pacer.cancelled(contact)
        else:
            self._pacer.ended(contact, at_ms)

    def decide(self, center: Center, now_ms: int, funnels: Mapping[str, Funnel]) -> Mapping[str, Dial]:
        """How many to dial now, by campaign, and why no more. O(agents of the queue)."""
        midnight = center.state.midnight(now_ms)
        if midnight != self._midnight:
            self._midnight = midnight
            for campaign in self.campaigns:
                self._period(campaign, center.state, now_ms, funnels.get(campaign.id, Funnel()))
        self._look(center, now_ms)
        return {dial.campaign: dial for dial in self._pacer.decide(now_ms)}

    def _period(self, campaign: Campaign, state: CoreState, now_ms: int, funnel: Funnel) -> None:
        """The day as the cap counts it: what it has seen before this pool began counts, and it ends with the hours."""
        begun = min(funnel.first_today_ms if funnel.first_today_ms is not None else now_ms, now_ms)
        answers = sum(funnel.today.get(outcome, 0) for outcome in PICKED_UP)
        closes = last_close_ms(campaign.spec, state.midnight(now_ms), state.weekday(now_ms), now_ms)
        self._pacer.period(campaign.id, begun, closes - begun, answers, funnel.today.get(Outcome.ABANDONED, 0))

    def _look(self, center: Center, now_ms: int) -> None:
        members = center.acd.members(self.queue)
        for agent in members:
            status = center.acd.agent(agent)
            mode, campaign = self._mode(center, agent)
            doing = (mode, campaign, status.since_ms)
            if self._doing.get(agent) != doing:
                self._doing[agent] = doing
                self._pacer.agent_is(agent, mode, min(status.since_ms, now_ms), campaign)
            leaves = status.next_state in _GONE
            (self._pacer.agent_leaves if leaves else self._pacer.agent_stays)(agent)
        for agent in self._doing.keys() - set(members):
            del self._doing[agent]
            self._pacer.agent_is(agent, AgentMode.GONE, now_ms)

    def _mode(self, center: Center, agent: str) -> tuple[AgentMode, str]:
        status = center.acd.agent(agent)
        if status.state in _GONE:
            return AgentMode.GONE, ""
        if status.state is AgentState.AVAILABLE:
            return AgentMode.IDLE, ""
        for contact in (*status.talks, *filter(None, [status.offered]), *status.wrap_ups):
            c = center.state.contacts.get(contact)
            if c is not None and c.lead is not None and c.lead.campaign in self._names:
                return (AgentMode.WRAP if contact in status.wrap_ups else AgentMode.TALK), c.lead.campaign
        return AgentMode.ELSEWHERE, ""


def _under_way(center: Center) -> list[tuple[str, str]]:
    """Leads that ring now, with their campaigns."""
    contacts = (center.state.contacts.get(contact) for contact in center.state.leads.values())
    return [(c.id, c.lead.campaign) for c in contacts if c is not None and c.lead and c.place is Place.DIALLING]


class Pools:
    """The pools there are now."""

    def __init__(self, center: Callable[[], Center]) -> None:
        self._center = center
        self._pools: dict[str, Pool] = {}

    def observe(self, entry: JournalEntry) -> None:
        """Facts as they are written."""
        for pool in self._pools.values():
            for effect in entry.effects:
                pool.observe(effect, entry.at_ms)

    def decide(self, campaigns: Sequence[Campaign], now_ms: int, funnels: Mapping[str, Funnel]) -> Mapping[str, Dial]:
        """How many to dial for each of the predictive campaigns that run; ``funnels`` say what they came to today."""
        center = self._center()
        wanted: dict[str, list[Campaign]] = {}
        for campaign in campaigns:
            queue = campaign.spec.queue
            if queue in center.state.config.queues and queue not in center.state.closures:
                wanted.setdefault(queue, []).append(campaign)
        self._pools = {name: pool for name, pool in self._pools.items() if name in wanted}
        found: dict[str, Dial] = {}
        for queue, its in wanted.items():
            pool = self._pools.get(queue)
            if pool is None or pool.campaigns != tuple(its):
                pool = self._pools[queue] = Pool(queue, its, center, now_ms)
            found |= pool.decide(center, now_ms, funnels)
        return found

    def of(self, queue: str) -> Pool | None:
        """The pool of a queue."""
        return self._pools.get(queue)
