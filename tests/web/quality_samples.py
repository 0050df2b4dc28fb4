"""The sample call, scored: what rules found in it, behind doubles of the store and of those who read titles."""

from __future__ import annotations

from collections.abc import Sequence

from callcenter.app.scoring.shipped import shipped_files
from callcenter.domain.quality_records import (
    Evaluation,
    EvaluationStatus,
    Found,
    Issue,
    ItemResult,
    QualityTitles,
    ScoringBacklog,
    ScoringJob,
    Tried,
    WrittenKind,
    WrittenVersion,
)
from callcenter.domain.transcription import JobState

TITLES = QualityTitles(
    {
        "recording_notice_missing": {"zh": "未告知录音", "en": "Recording not announced"},
        "identity_over_asked": {"zh": "索要敏感信息", "en": "Asks for a secret"},
        "long_silence": {"zh": "长时间静音", "en": "Long silence"},
        "complaint_escalation": {"zh": "投诉升级信号", "en": "Threatens to escalate"},
        "greeting_missing": {"zh": "缺少开场白", "en": "Greeting missing"},
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


ISSUES = (
    Issue("fatal.yaml", 4, "unknown field “appplies”", "known: id, title, kind, side, applies, when"),
    Issue("service.yaml", 9, "the rule greeting_missing finds something in every conversation", "ask for less"),
)


def written(kind: WrittenKind, now_ms: int) -> list[WrittenVersion]:
    """A draft, what is in force and a former version."""
    files = shipped_files(kind)
    draft = WrittenVersion(kind, 4, files, "zhangli", now_ms - 600_000, "加上新的开场白", 3, 2)
    former = WrittenVersion(kind, 2, files, "callcenter", now_ms - 9_000_000_000, "", 0, 1, "callcenter", 1)
    force = WrittenVersion(kind, 3, files, "zhangli", now_ms, "误报的规则改好", 2, 5, "liqiang", now_ms - 90_000, True)
    return [draft, force, former]


class QualityRoom:
    """What pages ask of ``QualityStore`` and ``QualityDesk``."""

    def __init__(self, now_ms: int, contact: str) -> None:
        self.kept = {contact: scored(contact, now_ms)}
        self.written = {kind: written(kind, now_ms) for kind in WrittenKind}

    async def current(self, contact: str) -> Evaluation | None:
        return self.kept.get(contact)

    async def findings(self, evaluation: int) -> Sequence[Found]:
        return FOUND

    async def versions(self, kind: WrittenKind, limit: int = 50) -> Sequence[WrittenVersion]:
        return self.written[kind]

    async def version(self, kind: WrittenKind, number: int) -> WrittenVersion | None:
        return next((one for one in self.written[kind] if one.version == number), None)

    async def backlog(self) -> ScoringBacklog:
        return ScoringBacklog(waiting=14, dead=1, done=4_210, again=9)

    async def dead(self, most: int = 100) -> Sequence[ScoringJob]:
        trouble = "these words can not be judged: BadTranscript"
        return [ScoringJob("c-20260309-000398", JobState.DEAD, 1, 0, trouble=trouble)]

    async def latest(self, limit: int) -> Sequence[Evaluation]:
        return list(self.kept.values())

    async def check(self, kind: WrittenKind, files: object, language: str) -> Sequence[Issue]:
        return ISSUES

    async def try_on(
        self, kind: WrittenKind, files: object, contacts: Sequence[str], language: str
    ) -> tuple[Sequence[Issue], Sequence[Tried]]:
        return (), [Tried(contact, 71.0, ("long_silence", "greeting_missing")) for contact in contacts]

    async def save(self, *draft: object) -> None:
        """Kept as it was."""

    async def titles(self, rule_set: int, form_version: int) -> QualityTitles:
        return TITLES
