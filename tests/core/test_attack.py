"""An attack on the whole core: everything at every moment, late, twice, out of order; the invariants always hold."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from callcenter.core import invariants
from callcenter.core.center import Center
from callcenter.core.replay import replay
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.contact import LegEndCause, Place
from callcenter.domain.events import GatherOutcome, TransferMode
from tests.core.centre import Centre

AGENTS = ("1001", "1002", "1003")
agents = st.sampled_from(AGENTS)
index = st.integers(0, 11)
COMMANDS = (
    ev.HoldRequested,
    ev.ResumeRequested,
    ev.HangUpRequested,
    ev.RejoinRequested,
    ev.TransferCompleted,
    ev.ConsultCancelled,
    ev.ConferenceRequested,
    ev.WrapUpExtended,
)
QUEUES = st.sampled_from(["general", "card"])
TARGETS = (
    "agent:1001",
    "agent:1002",
    "agent:1003",
    "queue:card",
    "queue:general",
    "number:10086",
    "flow:menu",
    "queue:none",
    "rubbish",
)


class Attack(RuleBasedStateMachine):
    """Everything a caller, an agent, a PBX and a clock can do, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.centre = Centre()
        self.contacts: list[str] = []
        self.legs: list[str] = []
        self.requests: list[tuple[str, str]] = []
        self.ended: dict[str, int] = {}

    def do(self, event: ev.Event) -> None:
        for effect in self.centre(event, check=False):
            match effect:
                case ef.Originate(leg=leg):
                    self.legs.append(leg)
                case ef.Play(leg=leg, request=request) | ef.Gather(leg=leg, request=request):
                    self.requests.append((leg, request))
                case ef.Listen(leg=leg, request=request):
                    self.requests.append((leg, request))
                case ef.ContactEnded(contact=contact):
                    self.ended[contact] = self.ended.get(contact, 0) + 1
                case ef.AlarmRaised(code=code):
                    assert code != "core_failed"
        self.legs, self.requests = self.legs[-12:], self.requests[-12:]

    def pick(self, things: list, i: int):
        return things[-1 - i % len(things)] if things else None

    @rule(dialled=st.sampled_from(["95000", "95001", "12378", "000"]))
    def call(self, dialled: str) -> None:
        self.centre.counter += 1
        n = self.centre.counter
        self.contacts.append(f"c{n}")
        self.legs.append(f"sip-{n}")
        self.do(ev.CallArrived(contact=f"c{n}", leg=f"sip-{n}", caller="13800000000", dialled=dialled))

    @rule(entry=st.sampled_from(["web", "menu", "bot", "none"]))
    def chat(self, entry: str) -> None:
        self.centre.counter += 1
        contact = f"chat-{self.centre.counter}"
        self.contacts.append(contact)
        self.legs.append(contact)
        self.do(ev.ChatOpened(contact=contact, leg=contact, entry=entry, visitor="v"))

    @precondition(lambda self: self.live(Place.OFFERED))
    @rule(i=index)
    def chat_taken(self, i: int) -> None:
        contact = self.pick(self.live(Place.OFFERED), i)
        self.do(ev.OfferAccepted(agent=contact.offered_agent, contact=contact.id))

    @rule(i=index, number=st.integers(1, 9), here=st.booleans())
    def visitor_does(self, i: int, number: int, here: bool) -> None:
        if contact := self.pick(self.contacts, i):
            self.do(ev.VisitorWrote(contact=contact, number=number))
            self.do(ev.VisitorPresence(contact=contact, here=here))

    @precondition(lambda self: self.live(Place.TALKING))
    @rule(i=index, number=st.integers(1, 9))
    def agent_writes(self, i: int, number: int) -> None:
        contact = self.pick(self.live(Place.TALKING), i)
        self.do(ev.AgentWrote(agent=contact.agent, contact=contact.id, number=number))

    @precondition(lambda self: self.live(Place.TALKING))
    @rule(i=index, text=st.sampled_from(("", "noted", "x" * 2_001)))
    def agent_notes(self, i: int, text: str) -> None:
        contact = self.pick(self.live(Place.TALKING), i)
        self.do(ev.NoteWritten(agent=contact.agent, contact=contact.id, text=text))
        self.do(ev.MessageUndelivered(contact=contact.id, number=1, text=text))

    @rule(i=index, score=st.integers(1, 5))
    def visitor_rates(self, i: int, score: int) -> None:
        if contact := self.pick(self.contacts, i):
            self.do(ev.VisitorRated(contact=contact, score=score))

    @rule(i=index)
    def some_chats_survive(self, i: int) -> None:
        self.do(ev.ChatsRestored(contacts=tuple(self.contacts[: i + 1])))

    @rule(i=index)
    def call_again(self, i: int) -> None:
        contact = self.pick(self.contacts, i)
        if contact:
            self.do(ev.CallArrived(contact=contact, leg=f"sip-{contact[1:]}", caller="1", dialled="95001"))

    @rule(i=index)
    def answer(self, i: int) -> None:
        if leg := self.pick(self.legs, i):
            self.do(ev.LegAnswered(leg=leg))

    def live(self, *places: Place) -> list:
        return [c for c in self.centre.center.state.contacts.values() if c.place in places]

    @rule(dialled=st.sampled_from(["95001", "12378"]), agent=st.sampled_from(["1001", "1003"]))
    def talk_begins(self, dialled: str, agent: str) -> None:
        self.sign_in(agent)
        self.call(dialled)
        self.offer_answered(0)

    @precondition(lambda self: self.live(Place.OFFERED))
    @rule(i=index)
    def offer_answered(self, i: int) -> None:
        if contact := self.pick(self.live(Place.OFFERED), i):
            self.do(ev.LegAnswered(leg=contact.offer_leg))

    @precondition(lambda self: self.live(Place.TALKING, Place.AGENT_LOST))
    @rule(i=index, kind=st.sampled_from(COMMANDS))
    def own_command(self, i: int, kind: type[ev.ContactEvent]) -> None:
        contact = self.pick(self.live(Place.TALKING, Place.AGENT_LOST), i)
        self.do(kind(agent=contact.agent, contact=contact.id))

    @precondition(lambda self: self.live(Place.TALKING))
    @rule(i=index, goal=st.sampled_from(TARGETS), mode=st.sampled_from(list(TransferMode)), ready=st.booleans())
    def own_transfer(self, i: int, goal: str, mode: TransferMode, ready: bool) -> None:
        contact = self.pick(self.live(Place.TALKING), i)
        if ready and goal.startswith("agent:"):
            self.sign_in(goal.removeprefix("agent:"))
        self.do(ev.TransferRequested(agent=contact.agent, contact=contact.id, target=goal, mode=mode))

    @precondition(lambda self: any(c.consult for c in self.live(Place.TALKING)))
    @rule(i=index, step=st.sampled_from(["answer", "refuse", "complete", "cancel", "conference"]))
    def consult_goes_on(self, i: int, step: str) -> None:
        contact = self.pick([c for c in self.live(Place.TALKING) if c.consult], i)
        if step == "answer":
            self.do(ev.LegAnswered(leg=contact.consult.leg))
        elif step == "refuse":
            self.do(ev.LegEnded(leg=contact.consult.leg, cause=LegEndCause.BUSY))
        else:
            kinds = {
                "complete": ev.TransferCompleted,
                "cancel": ev.ConsultCancelled,
                "conference": ev.ConferenceRequested,
            }
            self.do(kinds[step](agent=contact.agent, contact=contact.id))

    @precondition(lambda self: self.live(Place.TALKING))
    @rule(i=index, agent=agents, mode=st.sampled_from(["listen", "whisper", "barge", "stop"]))
    def supervise_talk(self, i: int, agent: str, mode: str) -> None:
        contact = self.pick(self.live(Place.TALKING), i)
        self.do(ev.SuperviseRequested(agent=agent, contact=contact.id, mode=mode))

    @precondition(lambda self: any(c.supervisors for c in self.live(Place.TALKING)))
    @rule(i=index, answered=st.booleans())
    def take_over(self, i: int, answered: bool) -> None:
        contact = self.pick([c for c in self.live(Place.TALKING) if c.supervisors], i)
        supervisor, leg = next(iter(contact.supervisors.items()))
        if answered:
            self.do(ev.LegAnswered(leg=leg))
        self.do(ev.TakeOverRequested(agent=supervisor, contact=contact.id))

    @precondition(lambda self: self.live(Place.TALKING))
    @rule(i=index, on=st.booleans())
    def payment_mode(self, i: int, on: bool) -> None:
        contact = self.pick(self.live(Place.TALKING), i)
        self.do(ev.PaymentModeRequested(agent=contact.agent, contact=contact.id, on=on))

    @rule(queue=QUEUES, goal=st.sampled_from(["", "queue:card", "queue:general", "number:10086", "flow:menu"]))
    def close_queue(self, queue: str, goal: str) -> None:
        self.do(ev.QueueClosed(by="ops", queue=queue, announcement={"zh": "维护"}, target=goal))

    @rule(queue=QUEUES)
    def reopen_queue(self, queue: str) -> None:
        self.do(ev.QueueReopened(by="ops", queue=queue))

    @rule(agent=agents, state=st.sampled_from(list(AgentState)))
    def force_state(self, agent: str, state: AgentState) -> None:
        self.do(ev.AgentStateForced(by="leader", agent=agent, state=state, reason="meeting"))

    @precondition(lambda self: self.live(Place.TALKING))
    @rule(i=index, page=st.booleans())
    def agent_falls_away(self, i: int, page: bool) -> None:
        contact = self.pick(self.live(Place.TALKING), i)
        if page:
            self.desk_lost(contact.agent)
        else:
            self.do(ev.LegEnded(leg=contact.agent_leg, cause=LegEndCause.FAILED))

    @precondition(lambda self: self.live(Place.TALKING))
    @rule(i=index, paused=st.booleans())
    def pause(self, i: int, paused: bool) -> None:
        contact = self.pick(self.live(Place.TALKING), i)
        self.do(ev.RecordingPauseRequested(agent=contact.agent, contact=contact.id, paused=paused))

    @precondition(lambda self: any(d.wrap_ups for d in self.centre.center.state.desks.values()))
    @rule(i=index)
    def file_result(self, i: int) -> None:
        desk = self.pick([d for d in self.centre.center.state.desks.values() if d.wrap_ups], i)
        contact = next(iter(desk.wrap_ups))
        self.do(ev.WrapUpCompleted(agent=desk.agent, contact=contact, disposition="resolved"))

    @rule(i=index, cause=st.sampled_from(list(LegEndCause)))
    def leg_ends(self, i: int, cause: LegEndCause) -> None:
        if leg := self.pick(self.legs, i):
            self.do(ev.LegEnded(leg=leg, cause=cause))

    @rule(i=index, digits=st.sampled_from(["1", "2", "3", "4", "5", "9", ""]))
    def keys(self, i: int, digits: str) -> None:
        if pair := self.pick(self.requests, i):
            outcome = GatherOutcome.COMPLETE if digits else GatherOutcome.TIMEOUT
            self.do(ev.DigitsGathered(leg=pair[0], request=pair[1], outcome=outcome, digits=digits))

    @rule(i=index, ok=st.booleans())
    def played(self, i: int, ok: bool) -> None:
        if pair := self.pick(self.requests, i):
            self.do(ev.PlaybackEnded(leg=pair[0], request=pair[1], ok=ok))

    @rule(i=index, ok=st.booleans())
    def service(self, i: int, ok: bool) -> None:
        if contact := self.pick(self.contacts, i):
            found = self.centre.center.state.contacts.get(contact)
            request = found.flow.pending if found is not None and found.flow is not None else "x"
            self.do(ev.ServiceAnswered(contact=contact, request=request, ok=ok, status=200, data={"a": 1}))

    @rule(i=index, ok=st.booleans(), said=st.sampled_from(["", "chosen", "secret"]), number=st.integers(0, 9))
    def sentence(self, i: int, ok: bool, said: str, number: int) -> None:
        if pair := self.pick(self.requests, i):
            chosen, secret = "/person" if said == "chosen" else "", "v1" if said == "secret" else ""
            heard = ev.SentenceHeard(leg=pair[0], request=pair[1], ok=ok, number=number, chosen=chosen, secret=secret)
            self.do(heard)

    @rule(i=index, ok=st.booleans(), intent=st.sampled_from(["person", "slow", "other", "nlu_fallback"]))
    def meaning(self, i: int, ok: bool, intent: str) -> None:
        if contact := self.pick(self.contacts, i):
            found = self.centre.center.state.contacts.get(contact)
            request = found.flow.pending if found is not None and found.flow is not None else "x"
            self.do(ev.SentenceUnderstood(contact=contact, request=request, ok=ok, intent=intent))

    @rule(ok=st.booleans(), i=index)
    def recording_ends(self, ok: bool, i: int) -> None:
        known = list(self.centre.center.state.recordings)
        if recording := self.pick(known, i):
            self.do(ev.RecordingEnded(recording=recording, ok=ok, duration_ms=1_000))

    @rule(agent=agents)
    def sign_in(self, agent: str) -> None:
        self.do(ev.AgentSignedIn(agent=agent, desk=f"desk-{agent}"))
        self.do(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))

    @rule(agent=agents, desk=st.sampled_from(["a", "b"]))
    def other_desk(self, agent: str, desk: str) -> None:
        self.do(ev.AgentSignedIn(agent=agent, desk=desk))

    @rule(agent=agents)
    def sign_out(self, agent: str) -> None:
        self.do(ev.AgentSignedOut(agent=agent))

    @rule(agent=agents, state=st.sampled_from(list(AgentState)))
    def ask_state(self, agent: str, state: AgentState) -> None:
        self.do(ev.StateRequested(agent=agent, state=state, reason="tea"))

    @rule(agent=agents)
    def desk_lost(self, agent: str) -> None:
        self.do(
            ev.DeskLost(
                agent=agent,
                desk=self.centre.center.state.desks.get(agent).desk if agent in self.centre.center.state.desks else "",
            )
        )

    @rule(agent=agents)
    def desk_back(self, agent: str) -> None:
        self.do(ev.DeskConnected(agent=agent, desk=f"desk-{agent}"))

    @precondition(lambda self: self.contacts)
    @rule(agent=agents, i=index, kind=st.sampled_from(COMMANDS))
    def command(self, agent: str, i: int, kind: type[ev.ContactEvent]) -> None:
        self.do(kind(agent=agent, contact=self.pick(self.contacts, i)))

    @precondition(lambda self: self.contacts)
    @rule(agent=agents, i=index, goal=st.sampled_from(TARGETS), mode=st.sampled_from(list(TransferMode)))
    def transfer(self, agent: str, i: int, goal: str, mode: TransferMode) -> None:
        self.do(ev.TransferRequested(agent=agent, contact=self.pick(self.contacts, i), target=goal, mode=mode))

    @precondition(lambda self: self.contacts)
    @rule(agent=agents, i=index, mode=st.sampled_from(["listen", "whisper", "barge", "stop", "x"]))
    def supervise(self, agent: str, i: int, mode: str) -> None:
        self.do(ev.SuperviseRequested(agent=agent, contact=self.pick(self.contacts, i), mode=mode))

    @precondition(lambda self: self.contacts)
    @rule(agent=agents, i=index)
    def decline(self, agent: str, i: int) -> None:
        self.do(ev.OfferDeclined(agent=agent, contact=self.pick(self.contacts, i)))

    @precondition(lambda self: self.contacts)
    @rule(agent=agents, i=index, disposition=st.sampled_from(["resolved", "nonsense"]))
    def wrap_up(self, agent: str, i: int, disposition: str) -> None:
        self.do(ev.WrapUpCompleted(agent=agent, contact=self.pick(self.contacts, i), disposition=disposition))

    @rule(ms=st.sampled_from([10, 1_000, 9_000, 25_000, 130_000]))
    def time_passes(self, ms: int) -> None:
        end = self.centre.now + ms
        timers = self.centre.center.state.timers
        while due := sorted((at, name) for name, at in timers.items() if at <= end):
            self.centre.now = max(self.centre.now, due[0][0])
            self.do(ev.TimerFired(timer=due[0][1]))
        self.centre.now = end

    @rule(name=st.sampled_from(["offer:c1", "wrapup:1001/c1", "grace:c1", "announce:c1", "consult:c1", "x:y"]))
    def stray_timer(self, name: str) -> None:
        self.do(ev.TimerFired(timer=name))

    @rule()
    def pbx_lost(self) -> None:
        self.do(ev.TelephonyLost())

    @rule(keep=st.sets(index))
    def pbx_restored(self, keep: set[int]) -> None:
        legs = tuple(leg for i, leg in enumerate(self.legs) if i in keep)
        self.do(ev.TelephonyRestored(legs=legs, answered=legs[::2]))

    @rule()
    def crash(self) -> None:
        self.centre.restart()

    @invariant()
    def everything_holds(self) -> None:
        invariants.check(self.centre.center)

    @invariant()
    def each_contact_ends_once(self) -> None:
        assert all(times == 1 for times in self.ended.values())
        live = {c.id for c in self.centre.center.state.contacts.values() if not c.ended}
        opened = {fact.contact for fact in self.centre.facts(ef.ContactOpened)[-20:]}
        assert not live & set(self.ended)
        assert opened <= live | set(self.ended)

    def teardown(self) -> None:
        differences = list(replay(Center(), self.centre.through_text()))
        assert not differences, differences[0]


class TestAttack(Attack.TestCase):
    """The same attack each time; ``CALLCENTER_EXPLORE=1`` draws new ones."""

    settings = settings(max_examples=60, stateful_step_count=60, suppress_health_check=list(HealthCheck))


@pytest.mark.heavy
@pytest.mark.timeout(1_800)
class TestLongAttack(Attack.TestCase):
    """About 100,000 steps."""

    settings = settings(max_examples=1_200, stateful_step_count=80, suppress_health_check=list(HealthCheck))
