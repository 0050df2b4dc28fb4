"""A morning at a small bank's hotline, for page tests and screenshots."""

from __future__ import annotations

import wave
from pathlib import Path

from msgspec.structs import replace

from callcenter.app.knowledge import PublishedArticles
from callcenter.chat.webchat.files import FileRoom
from callcenter.domain.access import Role
from callcenter.domain.agent import AgentState as S
from callcenter.domain.chat import Author, Visitor
from callcenter.domain.contact import Channel, Place
from callcenter.domain.figures import AgentSums, QueueSums
from callcenter.domain.knowledge import Miss
from callcenter.domain.records import Customer, RecordingRecord, User
from callcenter.domain.views import (
    AgentView,
    ChatView,
    ContactView,
    DeskView,
    FloorView,
    LegView,
    QueueView,
    WrapUpView,
)
from callcenter.recording import WavRecordingStore
from callcenter.web.services import WebServices, WebSettings
from callcenter.web.signin.passwords import new_password_hash
from tests.web import config_double
from tests.web.centre_samples import FORMS as FORMS
from tests.web.centre_samples import NOW as NOW
from tests.web.centre_samples import PEOPLE as PEOPLE
from tests.web.centre_samples import QUEUES as QUEUES
from tests.web.centre_samples import center as center
from tests.web.centre_samples import nothing as nothing
from tests.web.centre_samples import why as why
from tests.web.contact_samples import records as records
from tests.web.contact_samples import spoken as spoken
from tests.web.contact_samples import timeline as timeline
from tests.web.doubles import (
    AuditList,
    ChatDouble,
    ContactList,
    DeskDouble,
    FilterList,
    MissList,
    NoFigures,
    NoLeads,
    NoReviews,
    NoRisks,
    SetClock,
    WhatIfDouble,
    no_campaign,
)
from tests.web.people_doubles import CredentialList, CustomerList, TokenList, UserList
from tests.web.quality_samples import QualityRoom
from tests.web.spoken_samples import SaidInOne
from tests.web.trainer_samples import TrainerDouble, TrainingDouble
from tests.web.transcript_samples import TranscriptList

PASSWORD = "correct horse 9"
_HASH = new_password_hash(PASSWORD)


def misses() -> MissList:
    """What was asked in vain: the most asked first."""
    asked = (("火星移民怎么申请", 14, 2), ("can I pay with bitcoin", 6, 0), ("卡号6222****1234能加急制卡吗", 1, 3))
    made = MissList()
    made.misses = [
        Miss(at, text, visitors, agents, NOW - 9 * 86_400_000, NOW - at * 3_600_000)
        for at, (text, visitors, agents) in enumerate(asked, 1)
    ]
    return made


def contact(place: Place = Place.TALKING, **changes: object) -> ContactView:
    values: dict[str, object] = {
        "id": "c-20260309-000412",
        "place": place,
        "caller": "+8613800002210",
        "dialled": "95500",
        "queue": "loss",
        "flow_path": ("欢迎语", "语言选择 › 中文", "主菜单 › 2 信用卡", "核对卡号", "挂失确认 › 转人工"),
        "variables": {"language": "zh", "verified": True, "card_tail": "5678", "topic": "挂失"},
        "arrived_ms": NOW - 250_000,
        "queued_ms": NOW - 180_000,
        "offered_ms": NOW - 6_000,
        "connected_ms": None if place is Place.OFFERED else NOW - 138_000,
        "why": why(),
        "recording": "" if place is Place.OFFERED else "on",
        "agent_leg": "leg-7",
        "agent_leg_up": place is Place.TALKING,
        "legs": (LegView("leg-1", "customer", "+8613800002210", True),),
    }
    return ContactView(**{**values, **changes})  # type: ignore[arg-type]


CHATS = ("chat-1", "chat-2")


def chat(name: str = "chat-1", place: Place = Place.TALKING, **changes: object) -> ContactView:
    """A chat beside the others."""
    values: dict[str, object] = {
        "id": name,
        "channel": Channel.CHAT,
        "chat": ChatView("web", here=True, awaited_ms=NOW - 42_000, replied=True, asked=False),
        "caller": "",
        "dialled": "web",
        "queue": "general",
        "flow_path": (),
        "variables": {"language": "zh", "customer_name": "李小萍", "customer": "C-77"},
        "recording": "",
        "agent": "1001" if place is Place.TALKING else "",
        "agent_leg": "leg-8",
        "legs": (LegView(name, "customer", "visitor:v", True),),
    }
    return contact(place, **{**values, **changes})


def chats() -> ChatDouble:
    """What was written in them."""
    double = ChatDouble()
    for name in CHATS:
        double.begin(name, NOW - 240_000, Visitor("v", customer="C-77", name="李小萍"))
        double.add(name, Author.BOT, "您好，这里是示例银行在线客服，请问有什么可以帮您？")
        double.add(name, Author.VISITOR, "我昨天转给房东的钱对方说没收到，麻烦查一下")
        double.add(name, Author.BOT, "人工坐席已接入，很高兴为您服务。")
        double.add(name, Author.AGENT, "您好，我来帮您核实。请问是用手机银行转的吗？金额大概是多少？", author_id="1001")
        double.add(name, Author.VISITOR, "手机银行，3500 元。\n下午三点多转的")
    double.heads[CHATS[0]] = replace(double.heads[CHATS[0]], agent_read=4, visitor_read=4)
    double.heads[CHATS[1]] = replace(double.heads[CHATS[1]], agent_read=3)
    return double


def desk(state: S, *, name: str = "desk-of-the-test", **changes: object) -> DeskView:
    values: dict[str, object] = {
        "agent": "1001",
        "name": "王芳",
        "desk": name,
        "state": state,
        "since_ms": NOW - 138_000,
        "today": AgentSums(handled=23, talk_ms=23 * 196_000, wrap_up_ms=23 * 25_000),
    }
    if left := changes.pop("wrap_up", None):
        ends = changes.pop("wrap_up_ends_ms", NOW + 30_000)
        extended = bool(changes.pop("wrap_up_extended", False))
        wrap_up = WrapUpView(contact=left, since_ms=NOW - 6_000, ends_ms=ends, extended=extended)  # type: ignore[arg-type]
        values["wrap_ups"] = (wrap_up,)
    return DeskView(**{**values, **changes})  # type: ignore[arg-type]


def floor() -> FloorView:
    states = [
        S.BUSY,
        S.AVAILABLE,
        S.BUSY,
        S.WRAP_UP,
        S.ON_BREAK,
        S.BUSY,
        S.OFFERED,
        S.AVAILABLE,
        S.ON_BREAK,
        S.BUSY,
        S.LOGGED_OUT,
        S.LOGGED_OUT,
    ]
    reasons = {4: "lunch", 8: "missed_offer"}
    agents = tuple(
        AgentView(
            str(1001 + k), name, "一组" if k < 6 else "二组", states[k], NOW - 41_000 * (k + 1), reasons.get(k, "")
        )
        for k, name in enumerate(PEOPLE)
    )
    rows = [
        ("cards", 3, 42_000, 65_000, 2, 7, 148, 131, 9, 120),
        ("accounts", 0, 0, None, 2, 8, 203, 198, 3, 187),
        ("loss", 1, 12_000, 20_000, 1, 5, 37, 36, 0, 35),
        ("elder", 0, 0, None, 2, 6, 58, 57, 1, 55),
        ("regulator", 0, 0, None, 0, 1, 4, 4, 0, 4),
    ]
    queues = tuple(
        QueueView(q, QUEUES[q], *live, today=QueueSums(o, a, w, lost), recent=QueueSums(o // 4, a // 4, w // 4))
        for q, *live, o, a, lost, w in rows
    )
    return FloorView(NOW, True, queues, agents)


def services(folder: Path, **settings: object) -> WebServices:
    desk_double = DeskDouble(center(), floor())
    desk_double.guest = {
        "uri": "sip:guest@test",
        "password": "x",
        "ws_path": "/ws",
        "domain": "test",
        "hotlines": {"95500": {"zh": "客服热线", "en": "Hotline"}, "12378": {"zh": "投诉维权", "en": "Complaints"}},
    }
    for agent in ("1001", "1002"):
        desk_double.views[agent] = desk(S.AVAILABLE, agent=agent, idle_why=nothing())
    contacts, users, customers = ContactList(), UserList(), CustomerList()
    contacts.records = records()
    first = contacts.records[0].id
    contacts.stories[first] = timeline(first)
    contacts.files[first] = [
        RecordingRecord("rec-1", first, "call", "rec-1.wav", NOW - 3_525_000, 226_000, 1, "x"),
        RecordingRecord("rec-gone", first, "call", "gone.wav", NOW - 3_500_000, 10_000, 1, "x"),
    ]
    with wave.open(str(folder / "rec-1.wav"), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(spoken(226))
    customers.customers["+8613800002210"] = Customer(
        1, "张建国", "+8613800002210", 1958, "金卡", ("老年客户", "信用卡", "偏好电话"), "听力不佳，请放慢语速。"
    )
    for k, (name, shown, role, agent) in enumerate(
        [
            ("wangfang", "王芳", Role.AGENT, "1001"),
            ("liqiang", "李强", Role.SUPERVISOR, "1002"),
            ("zhangli", "张丽", Role.QUALITY, ""),
            ("ops", "运维", Role.OPERATOR, ""),
            ("admin", "管理员", Role.ADMINISTRATOR, ""),
            ("chenjing", "陈静", Role.AGENT, "1005"),
        ],
        1,
    ):
        users.users[k] = User(k, name, shown, role, _HASH, agent, disabled=k == 6)
    audit, clock, said = AuditList(), SetClock(NOW), chats()
    training = TrainingDouble()
    judged = QualityRoom(NOW, records()[0].id)
    return WebServices(
        desk=desk_double,
        contacts=contacts,
        users=users,
        credentials=CredentialList(),
        tokens=TokenList(),
        customers=customers,
        figures=NoFigures(),
        audit=audit,
        recordings=WavRecordingStore(folder),
        saved_filters=FilterList(),
        clock=clock,
        chats=said,
        misses=misses(),
        knowledge=PublishedArticles(desk_double.config, "Asia/Shanghai", clock),
        chat_files=FileRoom(folder / "chat-files", said, clock),  # type: ignore[arg-type]
        what_if=WhatIfDouble(),
        training=training,
        trainer=TrainerDouble(training),
        talks=SaidInOne(),
        transcripts=TranscriptList(NOW, records()[0]),
        leads=NoLeads(),  # type: ignore[arg-type]  # those who look at leads put a real store here
        lead_lists=NoLeads(),  # type: ignore[arg-type]
        campaign_names=no_campaign,
        campaigns=NoLeads(),  # type: ignore[arg-type]
        campaign_reports=NoLeads(),  # type: ignore[arg-type]
        quality=judged,  # type: ignore[arg-type]
        quality_desk=judged,  # type: ignore[arg-type]
        scoring=judged,  # type: ignore[arg-type]
        reviews=NoReviews(),  # type: ignore[arg-type]
        risks=NoRisks(),  # type: ignore[arg-type]
        sampling=NoLeads(),  # type: ignore[arg-type]
        score_figures=NoLeads(),  # type: ignore[arg-type]
        configuration=config_double.configuration(desk_double, audit, clock),
        prompts=config_double.prompts(folder),
        settings=WebSettings(title="云桥客服", **settings),  # type: ignore[arg-type]
    )
