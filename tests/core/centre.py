"""A small centre for core tests: config, flows, and a driver that plays PBX, clock and people."""

from __future__ import annotations

from callcenter.core import invariants, snapshot
from callcenter.core.center import Center
from callcenter.domain import effects as ef
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import (
    AgentConfig,
    Announcements,
    CenterConfig,
    ChatEntry,
    Overflow,
    QueueConfig,
    Reason,
    SkillRequirement,
)
from callcenter.domain.contact import EndReason, LegEndCause
from callcenter.domain.events import GatherOutcome
from callcenter.domain.journal import JournalEntry, decode_effects, decode_event, encode_effects, encode_event
from callcenter.flow.loader import load_text

START_MS = 1_800_000_000_000

MENU = """
flow: menu
title: {zh: 测试, en: Test}
start: ask
fallback_queue: general
steps:
  ask:
    type: menu
    text: {zh: 请按键, en: Press a key}
    choices: {"1": card, "2": general, "3": message, "4": number, "5": slow, "9": survey}
    on_fail: bye
  card: {type: queue, queue: card}
  general: {type: queue, queue: general}
  message: {type: voicemail, text: 请留言, next: bye, on_fail: bye}
  number: {type: transfer, target: "number:10086"}
  slow: {type: http, service: bank, path: /x, on_ok: general, on_error: card}
  survey: {type: goto, flow: survey}
  bye: {type: hangup}
"""

SURVEY = """
flow: survey
title: {zh: 评价, en: Survey}
start: ask
fallback_queue: general
steps:
  ask: {type: survey, question: satisfaction, text: 请评价, next: bye, on_fail: bye}
  bye: {type: hangup}
"""


BOT = """
flow: bot
title: {zh: 助手, en: Bot}
start: hears
fallback_queue: general
steps:
  hears:
    type: listen
    text: 请说
    slot: number
    secret: true
    filled: hears
    intents: {person: general, slow: slow}
    otherwise: hears
    not_understood: card
    on_fail: general
  slow: {type: http, service: bank, path: /x, on_ok: hears, on_error: card}
  general: {type: queue, queue: general, brief: {slots: [number], required: [number]}}
  card: {type: queue, queue: card, why: assistant_not_understood, brief: {slots: [number]}}
"""


def config(agents: int = 3, **queue: object) -> CenterConfig:
    general = QueueConfig(
        id="general",
        names={"zh": "综合", "en": "General"},
        announcements=Announcements(first_after_ms=10_000, every_ms=30_000),
        overflow=(Overflow(target="queue:card", after_ms=120_000),),
        wrap_up_ms=15_000,
    )
    card = QueueConfig(
        id="card", names={"zh": "挂失", "en": "Card loss"}, skills=(SkillRequirement(skill="card"),), priority=5
    )
    skills = ({"card": 5}, {}, {"card": 8}, {})
    return CenterConfig(
        queues={"general": general, "card": card},
        agents={
            f"{1001 + i}": AgentConfig(id=f"{1001 + i}", name=f"Agent {i}", skills=skills[i % 4]) for i in range(agents)
        },
        numbers={"95000": "menu", "95001": "queue:general", "12378": "queue:card"},
        chat_entries={
            "web": ChatEntry(id="web", names={"zh": "官网"}, target="queue:general"),
            "menu": ChatEntry(id="menu", names={"zh": "菜单"}, target="flow:menu"),
            "bot": ChatEntry(id="bot", names={"zh": "助手"}, target="flow:bot"),
        },
        dispositions=(Reason(id="resolved", names={"zh": "已解决", "en": "Resolved"}),),
    )


def flows() -> dict[str, object]:
    return {
        "menu": load_text("menu.yaml", MENU).flow.to_plain(),
        "survey": load_text("survey.yaml", SURVEY).flow.to_plain(),
        "bot": load_text("bot.yaml", BOT).flow.to_plain(),
    }


class Centre:
    """Drives a :class:`Center` and keeps its journal; time moves only when told."""

    def __init__(self, agents: int = 3, with_flows: bool = True) -> None:
        self.center = Center()
        self.now = START_MS
        self.journal: list[JournalEntry] = []
        self.counter = 0
        self(ev.CenterConfigured(config=config(agents)))
        if with_flows:
            self(ev.FlowsPublished(flows=flows()))

    def __call__(self, event: ev.Event, *, check: bool = True) -> tuple[ef.Effect, ...]:
        effects = self.center.handle(event, self.now)
        self.journal.append(JournalEntry(seq=len(self.journal) + 1, at_ms=self.now, event=event, effects=effects))
        if check:
            invariants.check(self.center)
        return effects

    # --- people

    def ready(self, *agents: str) -> None:
        for agent in agents:
            self(ev.AgentSignedIn(agent=agent, desk=f"desk-{agent}"))
            self(ev.StateRequested(agent=agent, state=AgentState.AVAILABLE))

    def call(self, dialled: str = "95001", caller: str = "13800000000") -> str:
        self.counter += 1
        contact = f"c{self.counter}"
        self(ev.CallArrived(contact=contact, leg=f"sip-{self.counter}", caller=caller, dialled=dialled))
        return contact

    def chat(self, entry: str = "web", visitor: str = "v1", **who: str) -> str:
        self.counter += 1
        contact = f"chat-{self.counter}"
        self(ev.ChatOpened(contact=contact, leg=contact, entry=entry, visitor=visitor, **who))
        return contact

    def chatting(self, entry: str = "web", **who: str) -> tuple[str, str]:
        """A chat that an agent has taken; returns contact and agent."""
        contact = self.chat(entry, **who)
        agent = self.state(contact).offered_agent
        self(ev.OfferAccepted(agent=agent, contact=contact))
        return contact, agent

    def talking(self, dialled: str = "95001") -> tuple[str, str]:
        """A call that is answered; returns contact and agent."""
        contact = self.call(dialled)
        agent = self.state(contact).offered_agent
        self(ev.LegAnswered(leg=self.state(contact).offer_leg))
        return contact, agent

    def hang_up(self, contact: str) -> tuple[ef.Effect, ...]:
        return self(ev.LegEnded(leg=self.state(contact).customer_leg))

    def answer(self, contact: str) -> tuple[ef.Effect, ...]:
        return self(ev.LegAnswered(leg=self.state(contact).offer_leg))

    def leg_fails(self, leg: str, cause: LegEndCause) -> tuple[ef.Effect, ...]:
        return self(ev.LegEnded(leg=leg, cause=cause))

    # --- time

    def advance(self, ms: int) -> list[ef.Effect]:
        """Let time pass; timers fire in order at their times."""
        end, out = self.now + ms, []
        while True:
            due = sorted((at, name) for name, at in self.center.state.timers.items() if at <= end)
            if not due:
                break
            self.now = max(self.now, due[0][0])
            out += self(ev.TimerFired(timer=due[0][1]))
        self.now = end
        return out

    # --- looking

    def state(self, contact: str):
        return self.center.state.contacts[contact]

    def agent(self, agent: str) -> AgentState:
        return self.center.acd.agent(agent).state

    def facts(self, kind: type[ef.Effect]) -> list[ef.Effect]:
        return [effect for entry in self.journal for effect in entry.effects if isinstance(effect, kind)]

    def through_text(self) -> list[JournalEntry]:
        """The journal as it comes back from storage."""
        return [
            JournalEntry(
                seq=e.seq,
                at_ms=e.at_ms,
                event=decode_event(encode_event(e.event)),
                effects=decode_effects(encode_effects(e.effects)),
            )
            for e in self.journal
        ]

    def restart(self) -> None:
        """Go on from a snapshot, as after a crash."""
        restored = snapshot.load(snapshot.dump(self.center))
        assert restored is not None
        self.center = restored


def kinds(effects) -> list[str]:
    return [type(effect).__name__ for effect in effects]


def ends(centre: Centre) -> list[EndReason]:
    return [fact.reason for fact in centre.facts(ef.ContactEnded)]


def refusals(centre: Centre) -> list[str]:
    return [fact.code for fact in centre.facts(ef.CommandRefused)]


def press(centre: Centre, contact: str, digits: str) -> tuple[ef.Effect, ...]:
    """The customer answers what the flow asks."""
    c = centre.state(contact)
    outcome = GatherOutcome.COMPLETE
    return centre(ev.DigitsGathered(leg=c.customer_leg, request=c.flow.pending, outcome=outcome, digits=digits))
