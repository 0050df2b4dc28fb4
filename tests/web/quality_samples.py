"""The sample call, scored: what rules found in it, behind doubles of the store and of those who read titles."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.domain.quality_records import Evaluation, EvaluationStatus, Found, ItemResult, QualityTitles

TITLES = QualityTitles(
    {
        "recording_notice_missing": {"zh": "未告知录音", "en": "Recording not announced"},
        "identity_over_asked": {"zh": "索要敏感信息", "en": "Asks for a secret"},
        "long_silence": {"zh": "长时间静音", "en": "Long silence"},
        "complaint_escalation": {"zh": "投诉升级信号", "en": "Threatens to escalate"},
    },
    {
        "greeting": {"zh": "开场白", "en": "Greeting"},
        "recording_notice": {"zh": "告知录音", "en": "Recording notice"},
        "waiting": {"zh": "等待", "en": "Waiting"},
        "identity": {"zh": "身份核验", "en": "Identity"},
    },
)


def scored(contact: str, now_ms: int) -> Evaluation:
    """The evaluation of the sample call."""
    return Evaluation(
        contact=contact,
        rule_set=3,
        form="service",
        form_version=2,
        status=EvaluationStatus.SCORED,
        score=0.0,
        total=100.0,
        fatal=True,
        scored_at_ms=now_ms - 3_000_000,
        agent="1001",
        queue="credit_card",
        campaign="",
        channel="voice",
        started_ms=now_ms - 3_600_000,
        items=(
            ItemResult("greeting", 8.0, 8.0),
            ItemResult("recording_notice", 0.0, 6.0, confidence=0.9, evidence=("recording_notice_missing",)),
            ItemResult("waiting", 5.0, 10.0, confidence=0.9, evidence=("long_silence",)),
            ItemResult("identity", 0.0, 0.0, True, 0.93, evidence=("identity_over_asked",)),
        ),
        id=7,
    )


FOUND = (
    Found(
        "identity_over_asked",
        "fatal",
        "agent",
        "identity",
        2,
        13_700,
        "好的，尾号是 6222021234567890 这张，对吗？",
        0.93,
    ),
    Found("complaint_escalation", "risk", "customer", "", 3, 54_000, "嗯对，就是那个，前面说的", 0.41),
    Found("long_silence", "service", "agent", "waiting", 4, 90_000, "已经为您挂失，新卡会寄到您登记的地址。", 0.9),
    Found("recording_notice_missing", "service", "agent", "recording_notice", None, None, "", 0.9),
)


class QualityRoom:
    """What pages ask of ``QualityStore`` and ``QualityDesk``."""

    def __init__(self, now_ms: int, contact: str) -> None:
        self.kept = {contact: scored(contact, now_ms)}

    async def current(self, contact: str) -> Evaluation | None:
        return self.kept.get(contact)

    async def findings(self, evaluation: int) -> Sequence[Found]:
        return FOUND

    async def titles(self, rule_set: int, form_version: int) -> QualityTitles:
        return TITLES
