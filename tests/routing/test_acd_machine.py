"""Any operation in any order: after each, every invariant of the router holds."""

from __future__ import annotations

import json
import os
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from callcenter.domain.agent import AGENT_TABLE, AgentState
from callcenter.domain.config import AgentConfig, ChannelConfig, QueueConfig, Relaxation
from callcenter.domain.errors import Rejected
from callcenter.routing.acd import Acd
from callcenter.routing.decisions import (
    AgentChanged,
    Decision,
    Offered,
    OfferWithdrawn,
    WrapUpEnded,
    WrapUpStarted,
)
from callcenter.routing.policies import AGENT_POLICIES, CONTACT_POLICIES
from tests.routing.build import ASKED, need, queue

RUNS = int(os.environ.get("CALLCENTER_MACHINE_RUNS", "60"))
"""Fewer where the test is asked a thousand times: :file:`scripts/mutants`. A failure is then not made small either."""
PHASES = tuple(Phase) if RUNS >= 60 else (Phase.generate,)
SKILLS = ("card", "loan", "english")
AGENTS = tuple("abcde")
CONTACTS = tuple(f"c{n}" for n in range(8))
QUEUES = ("card", "loan", "all")
levels = st.integers(1, 3)

TEAMS = ("east", "west")
channel_rules = st.builds(
    lambda voice, chat, voice_pauses, chat_pauses: {
        "voice": ChannelConfig("voice", voice, ("chat",) if voice_pauses else ()),
        "chat": ChannelConfig("chat", chat, ("voice",) if chat_pauses else ()),
    },
    st.sampled_from((1, 1, 1, 2)),
    st.integers(0, 4),
    st.booleans(),
    st.booleans(),
)
agent_configs = st.builds(
    lambda skills, queues, team, chats: (skills, tuple(sorted(queues)), team, chats),
    st.dictionaries(st.sampled_from(SKILLS), levels, max_size=3),
    st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(QUEUES), max_size=2)),
    st.sampled_from(TEAMS),
    st.sampled_from(({}, {}, {"chat": 0}, {"chat": 2})),
)
relaxations = st.lists(
    st.builds(
        Relaxation,
        after_ms=st.sampled_from((0, 20_000, 20_000, 60_000, 100_000)),
        drop=st.lists(st.sampled_from(SKILLS), max_size=1).map(tuple),
        lower_by=st.integers(0, 2),
        teams=st.lists(st.sampled_from(TEAMS), max_size=1).map(tuple),
    ),
    max_size=3,
).map(lambda steps: tuple(sorted(steps, key=lambda step: step.after_ms)))
needs = st.lists(st.builds(need, st.sampled_from(SKILLS), levels, required=st.booleans()), max_size=2).map(tuple)
queue_configs = st.tuples(
    needs,
    st.integers(0, 2),
    st.sampled_from(sorted(AGENT_POLICIES)),
    st.sampled_from((0, 30_000)),
    relaxations,
    st.lists(st.sampled_from(TEAMS), max_size=1).map(tuple),
    st.sampled_from((0, 0, 1, 2)),
    st.sampled_from(sorted(CONTACT_POLICIES)),
    st.sampled_from(("voice", "voice", "chat")),
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
        self.channels: dict[str, ChannelConfig] = {}
        self.wrap_ups: dict[tuple[str, str], bool] = {}
        """Agent and contact → whether somebody ended this wrap-up."""
        self.asked: dict[str, tuple[str, int]] = {}
        """Contact → channel and weight."""
        self.hands: dict[str, dict[str, tuple[str, int]]] = {}
        """Agent → contacts in hand by what the decisions said, with channel and weight."""

    def both(self, name: str, *args: Any, **more: Any) -> list[Decision]:
        outcomes: list[Any] = []
        for acd in (self.acd, self.twin):
            try:
                outcomes.append(getattr(acd, name)(*args, **more))
            except Rejected as refused:
                outcomes.append(refused.code)
        first, second = outcomes
        assert msgspec.json.encode(first) == msgspec.json.encode(second), f"{name}: {first} or {second}"
        decisions: list[Decision] = [] if isinstance(first, str) else first
        for decision in decisions:
            self.follow(decision)
        return decisions

    def follow(self, decision: Decision) -> None:
        if isinstance(decision, AgentChanged):
            before = self.states.get(decision.agent, AgentState.LOGGED_OUT)
            short = REACHABLE[before] | {late for mid in REACHABLE[before] for late in REACHABLE[mid]}
            assert decision.state in short
            self.states[decision.agent] = decision.state
        elif isinstance(decision, Offered):
            assert decision.contact not in self.offered, "offered twice"
            assert decision.expires_at_ms > decision.at_ms
            self.offered[decision.contact] = decision.agent
            self.there_is_room(decision.agent, *self.asked[decision.contact])
        elif isinstance(decision, OfferWithdrawn):
            assert self.offered.pop(decision.contact) == decision.agent
        elif isinstance(decision, WrapUpStarted):
            self.wrap_ups[decision.agent, decision.contact] = False
        elif isinstance(decision, WrapUpEnded):
            assert self.wrap_ups.pop((decision.agent, decision.contact)), "a wrap-up was cut short"
            self.hands[decision.agent].pop(decision.contact)

    def there_is_room(self, name: str, channel: str, weight: int) -> None:
        held = list(self.hands.get(name, {}).values())
        own = self.agents[name].capacity if name in self.agents else {}
        load = sum(each for other, each in held if other == channel)
        assert load + weight <= own.get(channel, self.channels[channel].capacity), "more than the agent can take"
        assert not any(channel in self.channels[other].pauses for other, _ in held), "offered beside what pauses it"

    @initialize(queues=queues_drawn, agents=agents_drawn, channels=channel_rules)
    def begin(self, queues: dict[str, Any], agents: dict[str, Any], channels: dict[str, ChannelConfig]) -> None:
        self.configure(queues, agents, channels)
        for name in AGENTS[:3]:
            self.both("sign_in", name, self.now)
            self.both("request_state", name, AgentState.AVAILABLE, "", self.now)

    @rule(queues=queues_drawn, agents=agents_drawn, channels=channel_rules)
    def configure(self, queues: dict[str, Any], agents: dict[str, Any], channels: dict[str, ChannelConfig]) -> None:
        self.channels = channels
        self.queues = {
            name: queue(
                name,
                *skills,
                priority=priority,
                agent_policy=policy,
                wrap_up_ms=wrap_up,
                relaxations=steps,
                teams=teams,
                reserve=reserve,
                contact_policy=contacts,
                share=priority + 1,
                wait_cost=priority + 1,
                channel=channel,
            )
            for name, (skills, priority, policy, wrap_up, steps, teams, reserve, contacts, channel) in queues.items()
        }
        self.agents = {
            name: AgentConfig(id=name, name=name, skills=skills, queues=served, team=team, capacity=capacity)
            for name, (skills, served, team, capacity) in agents.items()
        }
        self.both("configure", self.queues, self.agents, self.now, channels)

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
        preferred=st.sampled_from(("", *AGENTS)),
        preferred_ms=st.sampled_from((0, 15_000)),
        channel=st.sampled_from(("voice", "chat")),
        weight=st.sampled_from((1, 1, 2)),
    )
    def enqueue(self, contact: str, where: str, earlier: int, **more: Any) -> None:
        self.ask(contact, more["channel"], more["weight"])
        self.both("enqueue", contact, where, self.now, arrived_ms=self.now - earlier, why=ASKED, **more)

    def ask(self, contact: str, channel: str, weight: int) -> None:
        """What a contact takes is fixed while it waits."""
        if self.acd.queue_of(contact) is None:
            self.asked[contact] = (channel, weight)

    @rule(contact=a_contact, where=a_queue, channel=st.sampled_from(("voice", "chat")))
    def enqueue_plain(self, contact: str, where: str, channel: str) -> None:
        self.ask(contact, channel, 1)
        self.both("enqueue", contact, where, self.now, channel=channel, why=ASKED)

    @rule(contact=a_contact)
    def remove(self, contact: str) -> None:
        self.both("remove", contact, self.now)
        assert self.acd.queue_of(contact) is None

    @rule(contact=a_contact, name=an_agent, real=st.booleans())
    def accept(self, contact: str, name: str, real: bool) -> None:
        name = self.offered.get(contact, name) if real else name
        if self.acd.queue_of(contact) is not None and self.offered.get(contact) == name:
            del self.offered[contact]
            self.hands.setdefault(name, {})[contact] = self.asked[contact]
        if self.both("accept", contact, name, self.now):
            assert contact in self.acd.agent(name).talks

    @rule(
        contact=a_contact,
        name=an_agent,
        real=st.booleans(),
        outcome=st.sampled_from(("declined", "missed", "unreachable", "withdrawn")),
    )
    def refuse(self, contact: str, name: str, real: bool, outcome: str) -> None:
        self.both("refuse", contact, self.offered.get(contact, name) if real else name, self.now, outcome)

    @rule(contact=a_contact, name=an_agent, channel=st.sampled_from(("voice", "chat")), resting=st.booleans())
    def seize(self, contact: str, name: str, channel: str, resting: bool) -> None:
        room = self.hands.setdefault(name, {})
        before = dict(room)
        room.setdefault(contact, (channel, 1))
        if not self.both("seize", name, contact, self.now, channel=channel, from_break=resting):
            self.hands[name] = before

    @rule(
        contact=a_contact,
        name=an_agent,
        where=st.sampled_from((*QUEUES, "")),
        channel=st.sampled_from(("voice", "chat")),
    )
    def offer_direct(self, contact: str, name: str, where: str, channel: str) -> None:
        self.ask(contact, channel, 1)
        self.both("offer_direct", contact, name, where, self.now, ASKED, channel=channel)

    @rule(contact=a_contact, name=an_agent, real=st.booleans(), wrap_up=st.booleans())
    def release(self, contact: str, name: str, real: bool, wrap_up: bool) -> None:
        talks = self.acd.agent(name).talks if self.hands.get(name) else ()
        if real and talks:
            contact = talks[-1]
        kept = self.hands.get(name, {}).pop(contact, None) if contact in talks else None
        started = WrapUpStarted in map(type, self.both("release", name, contact, self.now, wrap_up=wrap_up))
        if kept is not None and started:
            self.hands[name][contact] = kept

    @rule(name=an_agent, contact=a_contact, real=st.booleans())
    def end_wrap_up(self, name: str, contact: str, real: bool) -> None:
        mine = [of for agent, of in self.wrap_ups if agent == name]
        contact = mine[0] if real and mine else contact
        if (name, contact) in self.wrap_ups:
            self.wrap_ups[name, contact] = True
        self.both("end_wrap_up", name, contact, self.now)

    @rule()
    def restart_the_twin(self) -> None:
        data = json.loads(json.dumps(self.twin.dump()))
        self.twin = Acd.load(data, self.queues, self.agents, self.channels)
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
            for channel in ("voice", "chat"):
                line = [contact for contact in waiting if self.asked[contact][0] == channel]
                assert [self.acd.position(contact) for contact in line] == list(range(1, len(line) + 1))
            assert self.acd.queue_stats(where).waiting == len(waiting)
            for contact in waiting:
                self.acd.explain_waiting(contact, self.now)
                self.acd.expected_wait_ms(contact, self.now)
        for name in self.agents:
            self.acd.explain_idle(name)


def _run(examples: int, steps: int) -> None:
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much]
    run_state_machine_as_test(
        AcdMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            phases=PHASES,
            deadline=None,
            suppress_health_check=quiet,
        ),
    )


def test_invariants_hold_whatever_happens() -> None:
    _run(RUNS, 40)


@pytest.mark.heavy
@pytest.mark.timeout(3_600)
def test_invariants_hold_for_a_long_time() -> None:
    _run(2_000, 100)
