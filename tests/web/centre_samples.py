"""The centre behind the pages: when it is, who is there, which queues there are, and why somebody waits."""

from __future__ import annotations

from callcenter.app.demo_articles import demo_articles
from callcenter.app.demo_replies import CANNED_REPLIES
from callcenter.domain.config import AgentConfig, CenterConfig, FormField, QueueConfig, Reason
from callcenter.domain.contact import Why

NOW = 1_773_021_727_000
QUEUES = {
    "cards": {"zh": "信用卡", "en": "Credit cards"},
    "accounts": {"zh": "个人账户", "en": "Accounts"},
    "loss": {"zh": "挂失专线", "en": "Card loss"},
    "elder": {"zh": "敬老专线", "en": "Elder line"},
    "regulator": {"zh": "12378 转办", "en": "Regulator line"},
}
FORMS = {
    "loss": (
        FormField(
            "lost_where",
            {"zh": "遗失地点", "en": "Lost where"},
            "choice",
            required=True,
            choices=(
                Reason("home", {"zh": "境内", "en": "At home"}),
                Reason("abroad", {"zh": "境外", "en": "Abroad"}),
                Reason("unknown", {"zh": "不清楚", "en": "Not known"}),
            ),
        ),
        FormField("card_tail", {"zh": "卡号后四位", "en": "Card ends in"}, "number", required=True),
        FormField("lost_on", {"zh": "遗失日期", "en": "Lost on"}, "date"),
    )
}
PEOPLE = ["王芳", "李强", "张丽", "刘洋", "陈静", "杨磊", "赵敏", "黄涛", "周洁", "吴斌", "徐娟", "孙浩"]


def center() -> CenterConfig:
    reasons = [
        ("lunch", "午餐", "Lunch"),
        ("rest", "小休", "Rest"),
        ("training", "培训", "Training"),
        ("meeting", "会议", "Meeting"),
    ]
    results = [
        ("solved", "已解决", "Solved"),
        ("card_lost", "挂失办理", "Card blocked"),
        ("balance", "余额查询", "Balance"),
        ("complaint", "投诉", "Complaint"),
        ("follow_up", "需跟进", "Follow-up"),
        ("wrong", "打错", "Wrong number"),
    ]
    return CenterConfig(
        queues={i: QueueConfig(id=i, names=n, fields=FORMS.get(i, ())) for i, n in QUEUES.items()},
        agents={
            str(1001 + k): AgentConfig(id=str(1001 + k), name=name, team="一组" if k < 6 else "二组")
            for k, name in enumerate(PEOPLE)
        },
        break_reasons=tuple(Reason(i, {"zh": z, "en": e}) for i, z, e in reasons),
        canned_replies=CANNED_REPLIES[:3],
        articles=demo_articles(),
        dispositions=tuple(Reason(i, {"zh": z, "en": e}) for i, z, e in results),
    )


def why() -> Why:
    return Why(
        "best_agent",
        {
            "policy": "longest_idle",
            "idle_ms": 192_000,
            "waited_ms": 42_000,
            "asked": "card_loss",
            "available": 2,
            "candidates": [
                {"agent": "1001", "idle_ms": 192_000, "level": 7},
                {"agent": "1003", "idle_ms": 75_000, "level": 4},
            ],
            "ruled_out": {"busy": 4, "on_break:lunch": 2, "lacks_skill": 3},
        },
    )


def nothing() -> Why:
    """Why an available agent has nothing."""
    return Why("waiting_contacts_ask_for_more", {"waiting": 4, "lacks": {"loss>=5": 3, "queue:elder": 1}})
