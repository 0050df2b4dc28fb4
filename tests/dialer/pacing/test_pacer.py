"""What holds of each decision, whatever happened before it."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.pacing.pacer import Pacer
from dialer.pacing.words import AgentMode, CampaignPacing, Dial, DialMode, Limits, PacingReason

HOUR = 3_600_000


def pool(agents: int = 3, limits: Limits | None = None, **campaign: Any) -> Pacer:
    pacer = Pacer([CampaignPacing("loan", **campaign)], limits)
    pacer.period("loan", 0, 8 * HOUR)
    for number in range(agents):
        pacer.agent_is(f"a{number}", AgentMode.IDLE, 0)
    return pacer


def one(pacer: Pacer, now: int = 0, **leads: int) -> Dial:
    (dial,) = pacer.decide(now, leads or None)
    return dial


class Centre:
    """A small centre that is told at random what happens, and keeps its own book of it."""

    def __init__(self, modes: list[DialMode], limits: Limits) -> None:
        self.modes = {f"c{number}": mode for number, mode in enumerate(modes)}
        self.pacer = Pacer([CampaignPacing(name, mode) for name, mode in self.modes.items()], limits)
        self.limits = limits
        self.now = 0
        self.agents: dict[str, AgentMode] = {}
        self.leaving: set[str] = set()
        self.ringing: dict[str, str] = {}
        self.held: dict[str, str] = {}
        self.placed: list[int] = []
        for name in self.modes:
            self.pacer.period(name, 0, HOUR)

    def idle(self) -> int:
        return sum(mode is AgentMode.IDLE and who not in self.leaving for who, mode in self.agents.items())

    def act(self, deed: int, which: int) -> None:
        calls, held, agents = list(self.ringing), list(self.held), list(self.agents)
        if deed == 0:
            who = f"a{which % 6}"
            if self.agents.get(who) not in (AgentMode.TALK, AgentMode.WRAP):
                self.set(who, AgentMode.IDLE)
        elif deed == 1 and agents:
            who = agents[which % len(agents)]
            self.pacer.agent_leaves(who)
            self.leaving.add(who)
        elif deed == 2 and agents:
            who = agents[which % len(agents)]
            if self.agents[who] in (AgentMode.TALK, AgentMode.WRAP):
                self.set(who, AgentMode.WRAP if self.agents[who] is AgentMode.TALK else AgentMode.IDLE, "c0")
        elif deed == 3 and calls:
            call = calls[which % len(calls)]
            self.held[call] = self.ringing.pop(call)
            self.pacer.answered(call, self.now)
        elif deed == 4 and calls:
            call = calls[which % len(calls)]
            del self.ringing[call]
            self.pacer.ended(call, self.now) if which % 3 else self.pacer.cancelled(call)
        elif deed == 5 and held:
            self.serve(held[which % len(held)])
        elif deed == 6 and agents:
            self.set(agents[which % len(agents)], AgentMode.GONE)
        self.decide()

    def set(self, who: str, mode: AgentMode, campaign: str = "") -> None:
        self.pacer.agent_is(who, mode, self.now, campaign)
        self.agents[who] = mode
        if mode is AgentMode.GONE:
            del self.agents[who]
            self.leaving.discard(who)

    def serve(self, call: str) -> None:
        free = next((who for who, mode in self.agents.items() if mode is AgentMode.IDLE), None)
        campaign = self.held.pop(call)
        if free is None:
            self.pacer.dropped(call)
            return
        self.pacer.connected(call)
        self.set(free, AgentMode.TALK, campaign)

    def decide(self) -> None:
        talking = sum(mode is AgentMode.TALK for mode in self.agents.values())
        before = len(self.ringing) + len(self.held)
        dials = self.pacer.decide(self.now)
        assert dials == self.pacer.decide(self.now), "a decision changes nothing"
        total = sum(dial.count for dial in dials)
        if self.limits.lines is not None and total:
            assert before + talking + total <= self.limits.lines
        recent = [at for at in self.placed if at > self.now - 1_000]
        if self.limits.calls_per_second is not None and total:
            assert len(recent) + total <= self.limits.calls_per_second
        careful = all(dial.mode is not DialMode.PREDICTIVE for dial in dials)
        if careful and total:
            assert before + total <= self.idle(), "progressive: one line for each idle agent"
        assert before + total >= self.idle() or any(
            dial.reason in (PacingReason.TRUNK_FULL, PacingReason.TOO_FAST) for dial in dials
        ), "never fewer lines than idle agents"
        for dial in dials:
            assert all(0.0 <= risk <= 1.0 for risk in dial.risks)
            for risk in dial.risks:
                call = f"k{len(self.placed)}"
                self.pacer.dialled(call, dial.campaign, self.now, risk)
                self.ringing[call] = dial.campaign
                self.placed.append(self.now)


MODES = st.lists(st.sampled_from(list(DialMode)), min_size=1, max_size=3)
LIMITS = st.builds(Limits, st.none() | st.integers(1, 8), st.none() | st.integers(1, 4))
DEEDS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 30), st.integers(0, 30_000)), max_size=60)


@settings(max_examples=60, deadline=None)
@given(MODES, LIMITS, DEEDS)
def test_whatever_happens_limits_hold_and_progressive_has_a_line_for_each_idle_agent(
    modes: list[DialMode], limits: Limits, deeds: list[tuple[int, int, int]]
) -> None:
    centre = Centre(modes, limits)
    for deed, which, pause in deeds:
        centre.now += pause
        centre.act(deed, which)


def test_without_history_it_dials_progressively_and_says_so() -> None:
    dial = one(pool(agents=4))
    assert (dial.count, dial.mode, dial.reason) == (4, DialMode.PROGRESSIVE, PacingReason.LEARNING)


def test_preview_and_progressive_stop_at_the_idle_agents() -> None:
    for mode in (DialMode.PREVIEW, DialMode.PROGRESSIVE):
        pacer = pool(agents=2, mode=mode)
        dial = one(pacer)
        assert (dial.count, dial.mode, dial.reason) == (2, mode, PacingReason.IDLE_SERVED)
        for number in range(2):
            pacer.agent_is(f"a{number}", AgentMode.ELSEWHERE, 1_000)
        assert one(pacer, 1_000).reason is PacingReason.NO_AGENT


def test_who_asked_to_leave_counts_as_gone_until_they_stay() -> None:
    pacer = pool(agents=2)
    pacer.agent_leaves("a0")
    assert one(pacer).count == 1
    pacer.agent_stays("a0")
    assert one(pacer).count == 2


def test_lines_speed_and_leads_are_limits_with_a_name() -> None:
    assert one(pool(5, Limits(lines=2))).reason is PacingReason.TRUNK_FULL
    assert one(pool(5, Limits(calls_per_second=3))).count == 3
    assert one(pool(5), loan=1).reason is PacingReason.NO_LEADS


def settled(cap: float = 0.03) -> Pacer:
    """Ten agents who talk for a minute each, four of ten answer after 8 s: two hours of it, one talk at a time."""
    pacer = pool(agents=10, cap=cap)
    now, call = 0, 0
    for _ in range(40):
        for number in range(10):
            agent = f"a{number}"
            for answered in (False, False, True):
                call += 1
                pacer.dialled(str(call), "loan", now, 0.0)
                (pacer.answered if answered else pacer.ended)(str(call), now + 8_000)
            pacer.connected(str(call))
            pacer.agent_is(agent, AgentMode.TALK, now + 8_000, "loan")
            pacer.agent_is(agent, AgentMode.IDLE, now + 60_000 + 400 * number, "loan")
        now += 180_000
    return pacer


def test_once_it_knows_it_dials_ahead_of_agents_who_are_nearly_done() -> None:
    pacer, now = settled(), 40 * 180_000
    for number in range(10):
        pacer.agent_is(f"a{number}", AgentMode.TALK, now, "loan")
    later = one(pacer, now + 50_000)
    assert later.mode is DialMode.PREDICTIVE
    assert later.count > 0, "nobody is idle, but all will be"
    assert later.reason is PacingReason.AT_RISK
    assert max(later.risks) <= later.facts["risk_allowed"]


def test_a_spent_budget_falls_to_progressive_and_says_so() -> None:
    pacer, now = settled(), 40 * 180_000
    for number in range(40):
        pacer.dialled(f"lost{number}", "loan", now, 0.0)
        pacer.answered(f"lost{number}", now + 5_000)
        pacer.dropped(f"lost{number}")
    dial = one(pacer, now + 30_000)
    assert (dial.mode, dial.reason, dial.count) == (DialMode.PROGRESSIVE, PacingReason.BUDGET_SPENT, 10)


def test_a_cap_of_nothing_is_progressive() -> None:
    pacer = settled(cap=0.0)
    assert one(pacer, 40 * 180_000).mode is DialMode.PROGRESSIVE


def test_who_gets_free_takes_the_person_of_the_campaign_with_least_slack() -> None:
    pacer = Pacer([CampaignPacing("loan"), CampaignPacing("card")])
    for name in ("loan", "card"):
        pacer.period(name, 0, HOUR)
    assert pacer.next_held() is None
    for call, campaign in (("1", "loan"), ("2", "card"), ("3", "card")):
        pacer.dialled(call, campaign, 0, 0.0)
        pacer.answered(call, 5_000)
    pacer.dropped("2")
    pacer.decide(6_000)
    assert pacer.next_held() == "3"


def test_campaigns_get_calls_by_their_share() -> None:
    pacer = Pacer([CampaignPacing("loan", share=3.0), CampaignPacing("card", share=1.0)])
    for number in range(40):
        pacer.agent_is(f"a{number}", AgentMode.IDLE, 0)
    loan, card = pacer.decide(0)
    assert (loan.count, card.count) == (30, 10)
