"""Any operation in any order: after each, every invariant of the router holds."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from callcenter.domain.agent import AGENT_TABLE, AgentState
from callcenter.domain.config import AgentConfig, QueueConfig
from callcenter.domain.errors import Rejected
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import AgentChanged, Decision, Offered, OfferWithdrawn, WrapUpStarted
from callcenter.routing.policies import AGENT_POLICIES
from tests.routing.build import ASKED, need, queue

SKILLS = ("card", "loan", "english")
AGENTS = tuple("abcde")
CONTACTS = tuple(f"c{n}" for n in range(8))
QUEUES = ("card", "loan", "all")
levels = st.integers(1, 3)

agent_configs = st.builds(
    lambda skills, queues: (skills, tuple(sorted(queues))),
    st.dictionaries(st.sampled_from(SKILLS), levels, max_size=3),
    st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(QUEUES), max_size=2)),
)
needs = st.lists(st.builds(need, st.sampled_from(SKILLS), levels, required=st.booleans()), max_size=2).map(tuple)
queue_configs = st.tuples(
    needs, st.integers(0, 2), st.sampled_from(sorted(AGENT_POLICIES)), st.sampled_from((0, 30_000))
)
agents_drawn = st.dictionaries(st.sampled_from(AGENTS), agent_configs, min_size=1)
queues_drawn = st.dictionaries(st.sampled_from(QUEUES), queue_configs, min_size=1)
an_agent, a_contact, a_queue = (st.sampled_from(names) for names in (AGENTS, CONTACTS, QUEUES))
REACHABLE = {state: {after for (before, _), after in AGENT_TABLE.items() if before is state} for state in AgentState}


class AcdMachine(RuleBasedStateMachine):
    """The router beside a twin that is dumped and loaded at random moments: both must decide alike."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self.acd = Acd()
        self.twin = Acd()
        self.queues: dict[str, QueueConfig] = {}
        self.agents: dict[str, AgentConfig] = {}
        self.states: dict[str, AgentState] = {}
        self.offered: dict[str, str] = {}
        self.wrap_up_ends: dict[str, int] = {}

    def both(self, name: str, *args: Any, **more: Any) -> list[Decision]:
        outcomes: list[Any] = []
        for acd in (self.acd, self.twin):
            try:
                outcomes.append(getattr(acd, name)(*args, **more))
            except Rejected as refused:
                outcomes.append(refused.code)
        first, second = outcomes
        assert msgspec.json.encode(first) == msgspec.json.encode(second)
        decisions: list[Decision] = [] if isinstance(first, str) else first
        for decision in decisions:
            self.follow(decision)
        return decisions

    def follow(self, decision: Decision) -> None:
        if isinstance(decision, AgentChanged):
            before = self.states.get(decision.agent, AgentState.LOGGED_OUT)
            short = REACHABLE[before] | {late for mid in REACHABLE[before] for late in REACHABLE[mid]}
            assert decision.state in short
            if before is AgentState.WRAP_UP:
                assert self.wrap_up_ends.pop(decision.agent) == -1, "a wrap-up was cut short"
            self.states[decision.agent] = decision.state
        elif isinstance(decision, Offered):
            assert decision.contact not in self.offered, "offered twice"
            assert decision.expires_at_ms > decision.at_ms
            self.offered[decision.contact] = decision.agent
        elif isinstance(decision, OfferWithdrawn):
            assert self.offered.pop(decision.contact) == decision.agent
        elif isinstance(decision, WrapUpStarted):
            self.wrap_up_ends[decision.agent] = decision.ends_at_ms

    @initialize(queues=queues_drawn, agents=agents_drawn)
    def begin(self, queues: dict[str, Any], agents: dict[str, Any]) -> None:
        self.configure(queues, agents)
        for name in AGENTS[:3]:
            self.both("sign_in", name, self.now)
            self.both("request_state", name, AgentState.AVAILABLE, "", self.now)

    @rule(queues=queues_drawn, agents=agents_drawn)
    def configure(self, queues: dict[str, Any], agents: dict[str, Any]) -> None:
        self.queues = {
            name: queue(name, *skills, priority=priority, agent_policy=policy, wrap_up_ms=wrap_up)
            for name, (skills, priority, policy, wrap_up) in queues.items()
        }
        self.agents = {
            name: AgentConfig(id=name, name=name, skills=skills, queues=served)
            for name, (skills, served) in agents.items()
        }
        self.both("configure", self.queues, self.agents, self.now)

    @rule(ms=st.sampled_from((0, 1, 1_000, 20_000, 30_000, 90_000)))
    def time_passes(self, ms: int) -> None:
        self.now += ms
        self.both("tick", self.now)

    @rule(name=an_agent, ready=st.booleans())
    def sign_in(self, name: str, ready: bool) -> None:
        self.both("sign_in", name, self.now)
        if ready:
            self.both("request_state", name, AgentState.AVAILABLE, "", self.now)

    @rule(name=an_agent)
    def sign_out(self, name: str) -> None:
        self.both("sign_out", name, self.now)

    @rule(name=an_agent, state=st.sampled_from(AgentState), reason=st.sampled_from(("lunch", "training")))
    def request_state(self, name: str, state: AgentState, reason: str) -> None:
        self.both("request_state", name, state, reason, self.now)

    @rule(
        contact=a_contact,
        where=a_queue,
        earlier=st.integers(0, 100_000),
        priority=st.integers(0, 3),
        skills=needs,
        front=st.booleans(),
        excluded=st.frozensets(an_agent, max_size=2),
    )
    def enqueue(self, contact: str, where: str, earlier: int, **more: Any) -> None:
        self.both("enqueue", contact, where, self.now, arrived_ms=self.now - earlier, why=ASKED, **more)

    @rule(contact=a_contact, where=a_queue)
    def enqueue_plain(self, contact: str, where: str) -> None:
        self.both("enqueue", contact, where, self.now, why=ASKED)

    @rule(contact=a_contact)
    def remove(self, contact: str) -> None:
        self.both("remove", contact, self.now)
        assert self.acd.queue_of(contact) is None

    @rule(contact=a_contact, name=an_agent, real=st.booleans())
    def accept(self, contact: str, name: str, real: bool) -> None:
        name = self.offered.get(contact, name) if real else name
        if self.both("accept", contact, name, self.now):
            self.offered.pop(contact, None)
            assert self.acd.agent(name).contact == contact

    @rule(
        contact=a_contact,
        name=an_agent,
        real=st.booleans(),
        outcome=st.sampled_from(("declined", "missed", "unreachable", "withdrawn")),
    )
    def refuse(self, contact: str, name: str, real: bool, outcome: str) -> None:
        self.both("refuse", contact, self.offered.get(contact, name) if real else name, self.now, outcome)

    @rule(contact=a_contact, name=an_agent)
    def seize(self, contact: str, name: str) -> None:
        self.both("seize", name, contact, self.now)

    @rule(contact=a_contact, name=an_agent, where=st.sampled_from((*QUEUES, "")))
    def offer_direct(self, contact: str, name: str, where: str) -> None:
        self.both("offer_direct", contact, name, where, self.now, ASKED)

    @rule(contact=a_contact, name=an_agent, real=st.booleans(), wrap_up=st.booleans())
    def release(self, contact: str, name: str, real: bool, wrap_up: bool) -> None:
        if real and self.states.get(name) is AgentState.BUSY:
            contact = self.acd.agent(name).contact
        self.both("release", name, contact, self.now, wrap_up=wrap_up)

    @rule(name=an_agent)
    def end_wrap_up(self, name: str) -> None:
        if name in self.wrap_up_ends:
            self.wrap_up_ends[name] = -1
        self.both("end_wrap_up", name, self.now)

    @rule()
    def restart_the_twin(self) -> None:
        data = json.loads(json.dumps(self.twin.dump()))
        self.twin = Acd.load(data, self.queues, self.agents)
        assert json.loads(json.dumps(self.twin.dump())) == data

    @invariant()
    def everything_holds(self) -> None:
        self.acd.check()
        self.twin.check()
        assert msgspec.json.encode(self.acd.dump()) == msgspec.json.encode(self.twin.dump())

    @invariant()
    def what_is_told_is_what_is_so(self) -> None:
        for name, state in self.states.items():
            try:
                assert self.acd.agent(name).state is state
            except Rejected:
                assert state is AgentState.LOGGED_OUT
        for where in QUEUES:
            try:
                waiting = self.acd.waiting(where)
            except Rejected:
                continue
            assert [self.acd.position(contact) for contact in waiting] == list(range(1, len(waiting) + 1))
            assert self.acd.queue_stats(where).waiting == len(waiting)
            for contact in waiting:
                self.acd.explain_waiting(contact, self.now)
                self.acd.expected_wait_ms(contact, self.now)
        for name in self.agents:
            self.acd.explain_idle(name, self.now)


def _run(examples: int, steps: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        AcdMachine,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=quiet),
    )


def test_invariants_hold_whatever_happens() -> None:
    _run(60, 40)


@pytest.mark.heavy
@pytest.mark.timeout(3_600)
def test_invariants_hold_for_a_long_time() -> None:
    _run(2_000, 100)
