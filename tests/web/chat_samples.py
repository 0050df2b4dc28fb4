"""A chat that an assistant began and an agent ended, as its contact page tells it."""

from __future__ import annotations

from msgspec.structs import replace

from callcenter.domain import effects as fx
from callcenter.domain.chat import Author, Choice, FileRef, MessageKind, Visitor
from callcenter.domain.contact import Channel, Direction, EndReason, Why
from callcenter.domain.events import TimerFired
from callcenter.domain.records import ContactRecord, TimelineEntry
from callcenter.web.services import WebServices
from tests.web.doubles import ChatDouble, ContactList
from tests.web.samples import NOW

CHAT = "chat-told"
CARD = "6222021234567890123"
NAME = "李小萍"
START = NOW - 1_860_000


def record(agent: str = "1001") -> ContactRecord:
    """Its row in the list."""
    return ContactRecord(
        id=CHAT,
        channel="chat",
        direction="inbound",
        caller="",
        dialled="web",
        flow="chat",
        queue="accounts",
        agent=agent,
        started_ms=START,
        answered_ms=START + 62_000,
        ended_ms=START + 180_000,
        waited_ms=12_000,
        talked_ms=118_000,
        reason="agent_hung_up",
        disposition="solved",
        note="",
        has_recording=False,
    )


def story(agent: str = "1001") -> list[TimelineEntry]:
    """What happened."""
    c = CHAT

    def understood(step: str, intent: str, confidence: float) -> fx.SentenceTaken:
        return fx.SentenceTaken(contact=c, flow="chat", step=step, intent=intent, confidence=confidence)

    def step(name: str, kind: str = "assistant") -> fx.StepEntered:
        return fx.StepEntered(contact=c, flow="chat", step=name, kind=kind)

    opened = fx.ContactOpened(
        contact=c,
        channel=Channel.CHAT,
        direction=Direction.INBOUND,
        caller="",
        dialled="web",
        line="chat",
        flow="chat",
    )
    joined = fx.QueueJoined(contact=c, queue="accounts", position=1, why=Why("asked_for_person"), channel=Channel.CHAT)
    told: list[tuple[int, tuple[fx.Effect, ...]]] = [
        (0, (opened, step("hello", "say"), step("talk"))),
        (
            9_000,
            (
                understood("talk", "balance_query", 0.97),
                fx.VariableSet(contact=c, name="wanted", value="balance_query"),
                step("balance_form", "assistant"),
                step("balance_form › card_tail", "listen"),
            ),
        ),
        (24_000, (fx.VariableSet(contact=c, name="card_tail", value="0123"), step("balance_form › pin", "listen"))),
        (
            48_000,
            (
                understood("talk", "human", 0.99),
                fx.HandedOver(contact=c, flow="chat", why=Why("asked_for_person"), wanted="balance_query"),
                joined,
            ),
        ),
        (62_000, (fx.AgentConnected(contact=c, agent=agent, waited_ms=12_000),)),
        (81_000, (fx.FirstReply(contact=c, agent=agent, after_ms=19_000),)),
        (180_000, (fx.AgentLeft(contact=c, agent=agent, outcome="hung_up", talked_ms=118_000),)),
        (180_000, (fx.ContactEnded(contact=c, reason=EndReason.AGENT_HUNG_UP, duration_ms=180_000),)),
    ]
    return [TimelineEntry(k + 1, START + at, TimerFired(timer="t"), effects) for k, (at, effects) in enumerate(told)]


def talk(chats: ChatDouble, agent: str = "1001") -> None:
    """What was written."""
    chats.begin(CHAT, START, Visitor("v9", customer="C-77", name=NAME))
    said = [
        (300, Author.BOT, "您好，我是智能客服，请问有什么可以帮您？"),
        (8_900, Author.VISITOR, f"查一下余额，卡号{CARD}"),
        (9_400, Author.BOT, "请告诉我卡号后四位。"),
        (23_900, Author.VISITOR, "0123"),
        (24_300, Author.BOT, "请输入电话银行密码，输入内容不会显示。"),
        (47_800, Author.VISITOR, "转人工"),
        (81_000, Author.AGENT, f"{NAME}女士您好，我来帮您查询。"),
        (96_000, Author.VISITOR, "谢谢，明细发到 xiaoping.li@mail.example，手机 138 0000 4321"),
    ]
    for at_ms, author, text in said:
        more = {"author_id": agent} if author is Author.AGENT else {}
        chats.add(CHAT, author, text, **more)
        at(chats, at_ms)
    file = FileRef("f1", "明细-6222021234567890123.pdf", "application/pdf", 48_000)
    chats.add(CHAT, Author.AGENT, "", author_id=agent, kind=MessageKind.FILE, file=file)
    at(chats, 130_000)
    choices = (Choice("1", "没有了"), Choice("2", "有"))
    chats.add(CHAT, Author.BOT, "还有什么可以帮您？", kind=MessageKind.CHOICES, choices=choices)
    at(chats, 170_000)


def at(chats: ChatDouble, after_ms: int) -> None:
    """When the last one was written."""
    chats.said[CHAT][-1] = replace(chats.said[CHAT][-1], at_ms=START + after_ms)


def furnish(services: WebServices, agent: str = "1001") -> None:
    """Put it among the contacts of a product of doubles."""
    contacts, chats = services.contacts, services.chats
    assert isinstance(contacts, ContactList)
    assert isinstance(chats, ChatDouble)
    contacts.records.append(record(agent))
    contacts.stories[CHAT] = story(agent)
    talk(chats, agent)
