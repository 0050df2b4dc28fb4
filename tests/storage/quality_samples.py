"""Evaluations and findings to keep."""

from __future__ import annotations

from callcenter.domain.quality_records import Evaluation, EvaluationStatus, Found, ItemResult
from tests.storage.samples import T0

QUOTE = "我的卡号是六二二"


def evaluation(contact: str, *, rule_set: int = 1, score: float | None = 92.5) -> Evaluation:
    return Evaluation(
        contact=contact,
        rule_set=rule_set,
        form="service",
        form_version=1,
        status=EvaluationStatus.SCORED if score is not None else EvaluationStatus.NOT_SCORED,
        score=score,
        total=100.0,
        fatal=False,
        scored_at_ms=T0 + 90_000,
        agent="1001",
        queue="general",
        campaign="",
        channel="voice",
        started_ms=T0,
        items=(ItemResult("greeting", 0.0, 8.0, confidence=0.9, evidence=("greeting_missing",)),),
        notes=({"code": "transcript_long", "turn": None, "detail": {}},),
    )


def findings() -> list[Found]:
    return [
        Found("greeting_missing", "service", "agent", "greeting", None, None, "", 0.9),
        Found("dismissive", "service", "agent", "ownership", 3, 12_000, QUOTE, 0.8),
        Found("complaint_escalation", "risk", "customer", "", 1, 4_000, "我要投诉", 1.0),
    ]
