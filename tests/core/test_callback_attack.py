"""The attack on the core with callbacks in it: bookings, re-rings, hours and whatever may come of a dialling."""

from __future__ import annotations

from collections import Counter

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import invariant, precondition, rule
from msgspec.structs import replace

from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.config import CallbackRule
from callcenter.domain.contact import LegEndCause, Place
from callcenter.domain.events import GatherOutcome
from callcenter.domain.phone import international
from tests.core.callback_centre import OFFER, offer_flow
from tests.core.centre import flows
from tests.core.test_attack import AGENTS, Attack, index

CALLERS = ("13800000000", "+8613800000000", "13800000002")
RULES = (
    CallbackRule(flow="offer"),
    CallbackRule(attempts=2, wrap_up=True, age_from_window=True),
    CallbackRule(flow="offer", call_from="15:00", call_until="16:30", window_days=0),
)
HOUR = 3_600_000
DIES_WITHIN_MS = 6 * 24 * HOUR


class CallbackAttack(Attack):
    """Everything of :class:`Attack`, and callbacks."""

    def __init__(self) -> None:
        super().__init__()
        self.ringing: dict[str, str] = {}
        """Legs of customers who are being dialled now → their contact, as commands and events have it."""
        self.dials: Counter[str] = Counter()
        self.centre(ev.FlowsPublished(flows={**flows(), "offer": offer_flow(OFFER)}))
        self.configure(RULES[0])

    def configure(self, callback: CallbackRule) -> None:
        before = self.centre.center.state.config
        queues = {
            name: replace(queue, callback=callback, announcements=replace(queue.announcements, callback_key="1"))
            for name, queue in before.queues.items()
        }
        self.do(
            ev.CenterConfigured(config=replace(before, queues=queues, numbers={**before.numbers, "95002": "offer"}))
        )

    def do(self, event: ev.Event) -> None:
        if isinstance(event, (ev.LegAnswered, ev.LegEnded)):
            self.ringing.pop(event.leg, None)
        if isinstance(event, ev.TelephonyRestored):
            self.ringing = {
                leg: c for leg, c in self.ringing.items() if leg in event.legs and leg not in event.answered
            }
        before = len(self.centre.journal)
        super().do(event)
        for entry in self.centre.journal[before:]:
            for effect in entry.effects:
                self.note(effect)

    def note(self, effect: ef.Effect) -> None:
        match effect:
            case ef.Originate(contact=contact, leg=leg, endpoint=endpoint) if endpoint.kind == "number":
                c = self.centre.center.state.contacts.get(contact)
                if c is not None and c.outbound is not None and endpoint.address == c.outbound.number:
                    self.ringing[leg] = contact
            case ef.HangUp(leg=leg):
                self.ringing.pop(leg, None)
            case ef.AttemptStarted(contact=contact):
                self.dials[contact] += 1
            case ef.CallbackBooked(callback=callback):
                self.contacts.append(callback)
            case _:
                pass

    def open(self, *places: Place) -> list:
        return [c for c in self.live(*places) if c.callback is not None]

    @rule(caller=st.sampled_from(CALLERS), when=st.sampled_from(["1", "2"]), goes=st.booleans())
    def book(self, caller: str, when: str, goes: bool) -> None:
        self.centre.counter += 1
        contact, leg = f"c{self.centre.counter}", f"sip-{self.centre.counter}"
        self.contacts.append(contact)
        self.legs.append(leg)
        self.do(ev.CallArrived(contact=contact, leg=leg, caller=caller, dialled="95002"))
        for digits in ("1", when):
            c = self.centre.center.state.contacts.get(contact)
            if c is not None and c.flow is not None:
                outcome = GatherOutcome.COMPLETE
                self.do(ev.DigitsGathered(leg=leg, request=c.flow.pending, outcome=outcome, digits=digits))
        if goes:
            self.do(ev.LegEnded(leg=leg))

    @precondition(lambda self: any(c.key_request for c in self.live(Place.WAITING, Place.OFFERED)))
    @rule(i=index, digits=st.sampled_from(["1", "1", "3", ""]))
    def press_the_key(self, i: int, digits: str) -> None:
        c = self.pick([c for c in self.live(Place.WAITING, Place.OFFERED) if c.key_request], i)
        outcome = GatherOutcome.COMPLETE if digits else GatherOutcome.TIMEOUT
        self.do(ev.DigitsGathered(leg=c.customer_leg, request=c.key_request, outcome=outcome, digits=digits))

    @precondition(lambda self: self.open(Place.SCHEDULED, Place.WAITING, Place.OFFERED, Place.DIALLING))
    @rule(i=index)
    def ring_again(self, i: int) -> None:
        c = self.pick(self.open(Place.SCHEDULED, Place.WAITING, Place.OFFERED, Place.DIALLING), i)
        self.centre.counter += 1
        contact, leg = f"c{self.centre.counter}", f"sip-{self.centre.counter}"
        self.contacts.append(contact)
        self.legs.append(leg)
        self.do(ev.CallArrived(contact=contact, leg=leg, caller=c.caller, dialled="95001"))

    @rule(caller=st.sampled_from(CALLERS), agent=st.sampled_from(AGENTS))
    def dialling_begins(self, caller: str, agent: str) -> None:
        self.book(caller, "1", True)
        self.sign_in(agent)
        for c in self.open(Place.OFFERED):
            self.do(ev.LegAnswered(leg=c.offer_leg))

    @precondition(lambda self: self.open(Place.DIALLING))
    @rule(i=index, cause=st.sampled_from([None, None, None, *LegEndCause]))
    def customer_is_dialled(self, i: int, cause: LegEndCause | None) -> None:
        leg = self.pick(self.open(Place.DIALLING), i).customer_leg
        self.do(ev.LegAnswered(leg=leg) if cause is None else ev.LegEnded(leg=leg, cause=cause))

    @precondition(lambda self: self.open(Place.DIALLING))
    @rule(i=index, how=st.sampled_from(["click", "hook", "line", "page"]))
    def agent_leaves_while_dialling(self, i: int, how: str) -> None:
        c = self.pick(self.open(Place.DIALLING), i)
        if how == "click":
            self.do(ev.HangUpRequested(agent=c.agent, contact=c.id))
        elif how == "page":
            self.desk_lost(c.agent)
        else:
            cause = LegEndCause.NORMAL if how == "hook" else LegEndCause.FAILED
            self.do(ev.LegEnded(leg=c.agent_leg, cause=cause))

    @rule(i=index, reason=st.sampled_from(["", "settled"]))
    def cancel_callback(self, i: int, reason: str) -> None:
        if contact := self.pick(self.contacts, i):
            self.do(ev.CallbackCancelled(by="leader", contact=contact, reason=reason))

    @rule(hours=st.sampled_from([1, 5, 20]))
    def hours_pass(self, hours: int) -> None:
        self.time_passes(hours * HOUR)

    @rule(rule=st.sampled_from(RULES))
    def rule_changes(self, rule: CallbackRule) -> None:
        self.configure(rule)

    @invariant()
    def nobody_is_dialled_without_an_agent_who_waits(self) -> None:
        center = self.centre.center
        holders = set()
        for leg, contact in self.ringing.items():
            c = center.state.contacts.get(contact)
            assert c is not None
            assert (c.place, c.customer_leg) == (Place.DIALLING, leg)
            assert c.legs[c.agent_leg].answered
            assert c.id in center.acd.agent(c.agent).talks
            holders.add(c.agent)
        assert len(holders) == len(self.ringing)

    @invariant()
    def one_open_callback_for_each_number_and_queue(self) -> None:
        unreached = [c for c in self.centre.center.state.contacts.values() if c.callback is not None and not c.ended]
        unreached = [c for c in unreached if c.virtual or c.place is Place.DIALLING]
        kinds = Counter((c.callback.queue, international(c.outbound.number)) for c in unreached)
        assert all(count == 1 for count in kinds.values())
        assert len(kinds) == len(self.centre.center.state.callbacks)

    @invariant()
    def nobody_is_rung_for_ever(self) -> None:
        most = max(rule.attempts for rule in RULES)
        assert all(count <= 2 * most for count in self.dials.values())

    def teardown(self) -> None:
        """Nothing is left of callbacks that nobody takes."""
        self.do(ev.TelephonyRestored(legs=()))
        for agent in AGENTS:
            self.do(ev.AgentSignedOut(agent=agent))
        for queue in list(self.centre.center.state.closures):
            self.do(ev.QueueReopened(by="ops", queue=queue))
        self.time_passes(DIES_WITHIN_MS)
        assert not self.centre.center.state.callbacks
        super().teardown()


class TestCallbackAttack(CallbackAttack.TestCase):
    """The same attack each time; ``CALLCENTER_EXPLORE=1`` draws new ones."""

    settings = settings(max_examples=60, stateful_step_count=60, suppress_health_check=list(HealthCheck))


@pytest.mark.heavy
@pytest.mark.timeout(1800)
class TestLongCallbackAttack(CallbackAttack.TestCase):
    """About 100,000 steps."""

    settings = settings(max_examples=1_200, stateful_step_count=80, suppress_health_check=list(HealthCheck))
