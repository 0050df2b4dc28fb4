"""The attack on the core with campaigns in it: leads called, withdrawn, paused, and whatever may come of a dialling."""

from __future__ import annotations

from collections import Counter

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, precondition, rule

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.campaigns import CampaignMode, RunningCampaign
from callcenter.domain.contact import LegEndCause, Place
from tests.core.campaign_centre import a_campaign
from tests.core.test_attack import AGENTS, Attack, index

LEADS = (1, 2, 3, 4)
NUMBER = {lead: f"+861390000000{n}" for n, lead in enumerate(LEADS)}
MODES = list(CampaignMode)
DIES_WITHIN_MS = 3_600_000
TRIES = (Place.WAITING, Place.OFFERED, Place.DIALLING)


class LeadAttack(Attack):
    """Everything of :class:`Attack`, and campaigns."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: Counter[int] = Counter()
        self.settled: Counter[int] = Counter()
        self.originated: Counter[str] = Counter()
        self.forbidden: set[int] = set()
        """Leads that were withdrawn; nobody asks for them again."""
        self.run({})

    def run(self, dials: dict[CampaignMode, bool]) -> None:
        def one(mode: CampaignMode) -> RunningCampaign:
            return a_campaign(mode, id=str(mode), flow="menu", patience_ms=20_000, dials=dials.get(mode, True))

        self.do(ev.CampaignsChanged(campaigns={str(mode): one(mode) for mode in MODES}))

    def do(self, event: ev.Event) -> None:
        before = len(self.centre.journal)
        super().do(event)
        for entry in self.centre.journal[before:]:
            for effect in entry.effects:
                match effect:
                    case ef.LeadTaken(contact=contact, lead=lead):
                        self.contacts.append(contact)
                        self.taken[lead] += 1
                    case ef.LeadSettled(contact=contact, lead=lead):
                        self.settled[lead] += 1
                    case ef.Originate(contact=contact, endpoint=endpoint) if endpoint.address in NUMBER.values():
                        self.originated[contact] += 1
                        assert endpoint.address not in {NUMBER[lead] for lead in self.forbidden}
                    case _:
                        pass

    def tried(self, *places: Place) -> list:
        return [c for c in self.live(*places) if c.lead is not None]

    @rule(lead=st.sampled_from(LEADS), mode=st.sampled_from(MODES))
    def call_lead(self, lead: int, mode: CampaignMode) -> None:
        if lead in self.forbidden:
            return
        self.centre.counter += 1
        contact = f"o{self.centre.counter}"
        self.do(ev.LeadCalled(contact=contact, campaign=str(mode), lead=lead, number=NUMBER[lead]))
        self.legs += [leg for leg, owner in self.centre.center.state.legs.items() if owner == contact]

    @precondition(lambda self: self.tried(Place.OFFERED))
    @rule(i=index)
    def agent_picks_up(self, i: int) -> None:
        self.do(ev.LegAnswered(leg=self.pick(self.tried(Place.OFFERED), i).offer_leg))

    @precondition(lambda self: self.tried(Place.DIALLING))
    @rule(i=index, cause=st.sampled_from([None, None, None, *LegEndCause]))
    def person_is_dialled(self, i: int, cause: LegEndCause | None) -> None:
        leg = self.pick(self.tried(Place.DIALLING), i).customer_leg
        self.do(ev.LegAnswered(leg=leg) if cause is None else ev.LegEnded(leg=leg, cause=cause))

    @precondition(lambda self: [c for c in self.tried(Place.DIALLING) if c.agent])
    @rule(i=index, how=st.sampled_from(["click", "hook", "line", "page"]))
    def agent_leaves_while_dialling(self, i: int, how: str) -> None:
        c = self.pick([c for c in self.tried(Place.DIALLING) if c.agent], i)
        if how == "click":
            self.do(ev.HangUpRequested(agent=c.agent, contact=c.id))
        elif how == "page":
            self.desk_lost(c.agent)
        else:
            cause = LegEndCause.NORMAL if how == "hook" else LegEndCause.FAILED
            self.do(ev.LegEnded(leg=c.agent_leg, cause=cause))

    @rule(lead=st.sampled_from(LEADS), reason=st.sampled_from(["opted_out", "recalled"]))
    def withdraw(self, lead: int, reason: str) -> None:
        self.forbidden.add(lead)
        self.do(ev.LeadWithdrawn(lead=lead, reason=reason))

    @rule(mode=st.sampled_from(MODES), dials=st.booleans())
    def pause_campaign(self, mode: CampaignMode, dials: bool) -> None:
        self.run({mode: dials})

    @rule()
    def no_campaigns(self) -> None:
        self.do(ev.CampaignsChanged(campaigns={}))

    @invariant()
    def each_lead_taken_is_open_or_settled_once(self) -> None:
        is_open = Counter(self.centre.center.state.leads.keys())
        assert self.taken == self.settled + is_open

    @invariant()
    def no_attempt_dials_twice(self) -> None:
        assert all(count == 1 for count in self.originated.values())

    @invariant()
    def whoever_was_withdrawn_is_not_ringing(self) -> None:
        assert not [c for c in self.tried(*TRIES) if c.lead.lead in self.forbidden and c.place is Place.DIALLING]

    def teardown(self) -> None:
        """Nothing is left of leads that nobody takes."""
        self.do(ev.TelephonyRestored(legs=()))
        for agent in AGENTS:
            self.do(ev.AgentSignedOut(agent=agent))
        for queue in list(self.centre.center.state.closures):
            self.do(ev.QueueReopened(by="ops", queue=queue))
        self.time_passes(DIES_WITHIN_MS)
        assert not [c for c in self.tried(*TRIES) if c.virtual or c.place is Place.DIALLING]
        super().teardown()


class TestLeadAttack(LeadAttack.TestCase):
    """The same attack each time; ``CALLCENTER_EXPLORE=1`` draws new ones."""

    settings = settings(max_examples=60, stateful_step_count=60, suppress_health_check=list(HealthCheck))


@pytest.mark.heavy
@pytest.mark.timeout(1800)
class TestLongLeadAttack(LeadAttack.TestCase):
    """Much longer."""

    settings = settings(max_examples=600, stateful_step_count=100, suppress_health_check=list(HealthCheck))
