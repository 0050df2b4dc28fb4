"""A made-up bank to try things with: queues, agents, numbers, users and customers. Nobody here is real."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

import msgspec

from callcenter.app.demo_articles import demo_articles
from callcenter.app.demo_people import AGENTS, CUSTOMERS, OFFICE, TEAMS
from callcenter.app.demo_replies import CANNED_REPLIES
from callcenter.domain.access import Role
from callcenter.domain.alarms import AlarmRule, Metric
from callcenter.domain.config import (
    Announcements,
    CallbackRule,
    CenterConfig,
    ChatEntry,
    FormField,
    Overflow,
    QueueConfig,
    Reason,
    SkillRequirement,
)
from callcenter.domain.ports import ConfigStore, CustomerDirectory, UserDirectory
from callcenter.domain.records import User

DISPOSITIONS = (
    Reason("resolved", {"zh": "已解决", "en": "Resolved"}),
    Reason("ticket", {"zh": "转工单", "en": "Ticket filed"}),
    Reason("callback", {"zh": "需回电", "en": "Callback needed"}),
    Reason("complaint", {"zh": "投诉", "en": "Complaint"}),
    Reason("misdial", {"zh": "误拨", "en": "Wrong number"}),
    Reason("other", {"zh": "其他", "en": "Other"}),
)
SKILLS = (
    Reason("general", {"zh": "综合业务", "en": "General banking"}),
    Reason("credit_card", {"zh": "信用卡", "en": "Credit cards"}),
    Reason("card_loss", {"zh": "挂失", "en": "Card loss"}),
    Reason("elder", {"zh": "敬老服务", "en": "Senior customers"}),
    Reason("dialect", {"zh": "方言", "en": "Dialect"}),
    Reason("english", {"zh": "英语", "en": "English"}),
    Reason("complaint", {"zh": "投诉处理", "en": "Complaints"}),
)
BREAKS = (
    Reason("lunch", {"zh": "午餐", "en": "Lunch"}),
    Reason("tea", {"zh": "小休", "en": "Short break"}),
    Reason("meeting", {"zh": "会议", "en": "Meeting"}),
    Reason("training", {"zh": "培训", "en": "Training"}),
)
NUMBERS = {"95000": "hotline", "95001": "elder", "12378": "regulator"}
"""What may be dialled; any other number is told that it is not in service."""
ALARMS = (
    AlarmRule("many_waiting", Metric.WAITING, 5, for_ms=30_000, sound=True),
    AlarmRule("long_wait", Metric.LONGEST_WAIT_MS, 120_000, sound=True),
    AlarmRule("service_level_low", Metric.SERVICE_LEVEL, 80, for_ms=60_000),
    AlarmRule("nobody_for_card_loss", Metric.AGENTS_AVAILABLE, 1, for_ms=60_000, queues=("card_loss",), sound=True),
    AlarmRule("long_hold", Metric.HOLD_MS, 180_000),
    AlarmRule("long_wrap_up", Metric.WRAP_UP_MS, 300_000),
)
EMERGENCY_MESSAGES = (
    Reason(
        "system_outage",
        {
            "zh": "您好，我行系统正在紧急维护，暂时无法办理业务，紧急挂失不受影响。给您带来不便，敬请谅解。",
            "en": "Our systems are under emergency maintenance. Lost cards can still be blocked. We apologise.",
        },
    ),
    Reason(
        "evacuation",
        {
            "zh": "您好，因突发情况客服中心暂停服务，请稍后再拨，或使用手机银行办理。",
            "en": "Our centre is closed for the moment. Please call again later, or use mobile banking.",
        },
    ),
)
CHAT_ENTRIES = (ChatEntry("web", {"zh": "网站在线客服", "en": "Website chat"}, target="flow:chat"),)
CARD_FORM = (
    FormField(
        "business",
        {"zh": "业务类型", "en": "Business"},
        "choice",
        required=True,
        choices=(
            Reason("bill", {"zh": "账单", "en": "Bill"}),
            Reason("limit", {"zh": "额度", "en": "Limit"}),
            Reason("instalment", {"zh": "分期", "en": "Instalments"}),
            Reason("other", {"zh": "其他", "en": "Other"}),
        ),
    ),
    FormField("amount", {"zh": "涉及金额（元）", "en": "Amount (CNY)"}, "number"),
    FormField("follow_up", {"zh": "跟进日期", "en": "Follow up on"}, "date"),
)

CALLBACKS = CallbackRule(flow="callback", calendar="service_hours")
"""Called back within the bank's hours; the flow asks for number and time."""
BY_KEY = Announcements(callback_key="1")

_EASY_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def demo_config() -> CenterConfig:
    """The demo bank without calendars; those come from the flows' folder."""
    queues = (_general(), _credit_card(), _card_loss(), _elder(), _regulator(), _english())
    return CenterConfig(
        queues={queue.id: queue for queue in queues},
        agents={agent.id: agent for agent in AGENTS},
        numbers=dict(NUMBERS),
        break_reasons=BREAKS,
        dispositions=DISPOSITIONS,
        canned_replies=CANNED_REPLIES,
        articles=demo_articles(),
        skill_names=SKILLS,
        teams={team.id: team for team in TEAMS},
        chat_entries={entry.id: entry for entry in CHAT_ENTRIES},
        alarms=ALARMS,
        emergency_messages=EMERGENCY_MESSAGES,
        caller_number="95000",
    )


async def seed(
    users: UserDirectory,
    customers: CustomerDirectory,
    config_store: ConfigStore,
    *,
    hash_password: Callable[[str], str],
    password: str = "",
    config: CenterConfig | None = None,
) -> list[tuple[str, str]]:
    """Fill what is missing and leave alone what is there.

    ``password``: one for all demo users, else each gets one of their own. Returns names and passwords of the users
    made now, to be shown once; an empty list when run again.
    """
    if await config_store.load() is None:
        await config_store.save(config or demo_config())
    missing = [customer for customer in CUSTOMERS if await customers.by_phone(customer.phone) is None]
    await customers.add_many(missing)
    made: list[tuple[str, str]] = []
    common = ""
    for user in _users():
        if await users.by_name(user[0]) is not None:
            continue
        own = password or new_demo_password()
        # Hashing is slow on purpose; one password that all share needs it once.
        hashed = common or await asyncio.to_thread(hash_password, own)
        common = hashed if password else ""
        made.append(await _add_user(users, user, own, hashed))
    return made


def new_demo_password() -> str:
    """Twelve letters and digits that can't be mistaken for each other, in three groups of four."""
    groups = ("".join(secrets.choice(_EASY_LETTERS) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


async def _add_user(
    users: UserDirectory, user: tuple[str, str, Role, str], password: str, hashed: str
) -> tuple[str, str]:
    name, display_name, role, agent_id = user
    await users.add(User(0, name, display_name, role, hashed, agent_id=agent_id))
    return name, password


def _users() -> list[tuple[str, str, Role, str]]:
    """Name, shown name, role, agent."""
    agents = [(agent.id, agent.name, Role.AGENT, agent.id) for agent in AGENTS if agent.id not in OFFICE.values()]
    return [
        *agents,
        ("leader", _name_of(OFFICE["leader"]), Role.SUPERVISOR, OFFICE["leader"]),
        ("quality", "质检员 叶静", Role.QUALITY, ""),
        ("trainer", "训练师 苏敏", Role.TRAINER, ""),
    ]


def _name_of(agent: str) -> str:
    return next((known.name for known in AGENTS if known.id == agent), agent)


def _queue(
    queue: str,
    zh: str,
    en: str,
    skills: tuple[SkillRequirement, ...],
    *,
    priority: int = 0,
    wrap_up_ms: int = 30_000,
    service_level_ms: int = 20_000,
    overflow: tuple[Overflow, ...] = (),
    announcements: Announcements | None = None,
    callback: CallbackRule | None = None,
) -> QueueConfig:
    return QueueConfig(
        id=queue,
        names={"zh": zh, "en": en},
        skills=skills,
        priority=priority,
        wrap_up_ms=wrap_up_ms,
        service_level_ms=service_level_ms,
        overflow=overflow,
        announcements=announcements or Announcements(),
        callback=callback or CallbackRule(),
        survey_flow="survey",
        dispositions=tuple(reason.id for reason in DISPOSITIONS),
    )


def _general() -> QueueConfig:
    return _queue(
        "general",
        "综合业务",
        "General banking",
        (SkillRequirement("general", 3),),
        announcements=BY_KEY,
        callback=CALLBACKS,
    )


def _credit_card() -> QueueConfig:
    to_general = Overflow("queue:general", after_ms=120_000)
    queue = _queue(
        "credit_card",
        "信用卡",
        "Credit cards",
        (SkillRequirement("credit_card", 4),),
        overflow=(to_general,),
        announcements=BY_KEY,
        callback=CALLBACKS,
    )
    return msgspec.structs.replace(queue, fields=CARD_FORM)


def _card_loss() -> QueueConfig:
    return _queue(
        "card_loss",
        "紧急挂失",
        "Lost or stolen card",
        (SkillRequirement("card_loss", 3),),
        priority=8,
        service_level_ms=10_000,
        overflow=(Overflow("queue:general", after_ms=45_000), Overflow("queue:general", when_unstaffed=True)),
        announcements=Announcements(first_after_ms=5_000, every_ms=20_000, expected_wait=False),
    )


def _elder() -> QueueConfig:
    return _queue(
        "elder",
        "敬老专线",
        "Senior customers",
        (SkillRequirement("elder", 4), SkillRequirement("dialect", 1, required=False)),
        priority=5,
        wrap_up_ms=45_000,
        service_level_ms=15_000,
        overflow=(Overflow("queue:general", after_ms=60_000), Overflow("queue:general", when_unstaffed=True)),
        announcements=Announcements(first_after_ms=15_000, every_ms=40_000),
        callback=CALLBACKS,
    )


def _regulator() -> QueueConfig:
    return _queue(
        "regulator",
        "12378 监管转办",
        "Regulator line 12378",
        (SkillRequirement("complaint", 6),),
        priority=7,
        wrap_up_ms=120_000,
        overflow=(Overflow("queue:general", after_ms=90_000), Overflow("queue:general", when_unstaffed=True)),
    )


def _english() -> QueueConfig:
    return _queue(
        "english",
        "英语服务",
        "English service",
        (SkillRequirement("english", 5),),
        overflow=(Overflow("queue:general", after_ms=60_000), Overflow("queue:general", when_unstaffed=True)),
        announcements=BY_KEY,
        callback=CALLBACKS,
    )
