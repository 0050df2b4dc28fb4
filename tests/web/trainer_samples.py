"""Sentences, models and a training for the trainer's pages, kept in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from msgspec.structs import replace

from callcenter.domain.errors import Rejected
from callcenter.domain.training import (
    Group,
    IntentDay,
    ModelVersion,
    Neighbour,
    Review,
    Rollout,
    RolloutState,
    Sentence,
    SentenceQuery,
    Serving,
    Training,
    TrainingStage,
    Verdict,
)
from callcenter.domain.understanding import NOT_UNDERSTOOD

NOW = 1_773_036_132_000
OLD, NEW = "20260302-021500-a3f1c2", "20260309-011500-7be902"
_SAID = [
    ("卡好像被ATM吃掉了咋整", NOT_UNDERSTOOD, "card_swallowed", 0.41),
    ("帮我看下卡里还剩多少，尾号6217000012345678", "balance_query", "balance_query", 0.93),
    ("我要投诉，打了三次没人理", "complaint", "complaint", 0.88),
    ("那个自动扣的会员费能退不", "fee_refund", "fee_refund", 0.52),
    ("my card got eaten by the machine", NOT_UNDERSTOOD, "card_swallowed", 0.37),
    ("今天股票怎么样", "out_of_scope", "wealth_query", 0.79),
    ("花呗怎么关", NOT_UNDERSTOOD, "limit_lower", 0.22),
    ("提额提到五万可以吗", "limit_raise", "limit_raise", 0.97),
]
_FIGURES = {
    "accuracy": 0.9412, "macro_f1": 0.9377, "refused": 0.0212, "accepted_out_of_scope": 0.1184,
    "accuracy_unrefused": 0.9571, "accuracy_interval": [0.9261, 0.9534], "in_scope": 936, "out_of_scope": 304,
}  # fmt: skip
_BEFORE = {**_FIGURES, "accuracy": 0.9338, "macro_f1": 0.9301, "accuracy_interval": [0.9179, 0.9467]}
REPORT: dict[str, Any] = {
    "held_out": "files",
    "intents": 77,
    "figures": {**_FIGURES, "ms_per_query": 1.204},
    "confused": [["card_unblock", "card_loss_report", 4], ["limit_query", "refused", 3]],
    "running": OLD,
    "compared": {
        "before": _BEFORE, "after": _FIGURES, "only_before": 3, "only_after": 10, "p_value": 0.0923, "changed": 2,
        "changes": [
            {"text": "机器把我的卡吞进去了", "label": "card_swallowed", "before": "refused", "after": "card_swallowed"},
            {"text": "卡锁了怎么弄", "label": "card_unblock", "before": "card_unblock", "after": "card_loss_report"},
        ],
    },
}  # fmt: skip


def sentences() -> list[Sentence]:
    """Newest first."""
    made = [
        Sentence(
            1000 - k, f"chat-{k:032x}", 3, NOW - k * 180_000, intent, guess, confidence, OLD,
            intent in (NOT_UNDERSTOOD, "out_of_scope"), "zh", "web", "", text,
        )
        for k, (text, intent, guess, confidence) in enumerate(_SAID)
    ]  # fmt: skip
    last = made[-1]
    verdict = Review(last.contact, 3, Verdict.ACCEPTED, "limit_raise", last.text, "admin", NOW)
    return [*made[:-1], replace(last, review=verdict)]


class TrainingDouble:
    """Fills ``TrainingStore``."""

    def __init__(self) -> None:
        self.said = sentences()
        self.made = [
            ModelVersion(NEW, NOW - 7_200_000, "admin", "7be9020c11d2a4f0", 11_452, REPORT),
            ModelVersion(OLD, NOW - 600_000_000, "admin", "a3f1c2779010bb12", 11_448, {**REPORT, "compared": None}),
        ]
        self.wishes = [Rollout(1, NOW - 590_000_000, "ops", OLD, state=RolloutState.APPROVED, second="admin")]

    async def sentences(self, query: SentenceQuery) -> Sequence[Sentence]:
        return [
            one
            for one in self.said
            if query.intent in ("", one.intent)
            and (one.refused or not query.refused)
            and (query.below is None or one.confidence < query.below)
            and not (query.open_only and one.review is not None)
            and (query.before is None or one.ordinal < query.before)
        ][: query.limit]

    async def sentence(self, contact: str, message: int) -> Sentence | None:
        return next((one for one in self.said if (one.contact, one.message) == (contact, message)), None)

    async def review(self, review: Review) -> None:
        self._judge(review.contact, review.message, review)

    async def unreview(self, contact: str, message: int) -> None:
        self._judge(contact, message, None)

    def _judge(self, contact: str, message: int, review: Review | None) -> None:
        same = (contact, message)
        self.said = [replace(o, review=review) if (o.contact, o.message) == same else o for o in self.said]

    async def examples(self) -> Sequence[Review]:
        found = [one.review for one in self.said if one.review is not None]
        return [one for one in found if one.verdict is not Verdict.DISCARDED]

    async def days(self, starts: Sequence[int], end_ms: int) -> Sequence[IntentDay]:
        rows = []
        for k, start in enumerate(starts):
            rows += [
                IntentDay(start, "", 410 + 7 * k, 52 - k, 180 + 3 * k, 50 - k, 130 + 4 * k),
                IntentDay(start, "balance_query", 300 + 5 * k, 0, 140 + k, 20 - k, 120 + 2 * k),
                IntentDay(start, "complaint", 110 + 2 * k, 0, 60 + k, 41, 19 + k),
                IntentDay(start, NOT_UNDERSTOOD, 0, 52 - k, 40 - k, 22, 18 - k),
            ]
        return rows

    async def add_model(self, model: ModelVersion) -> None:
        self.made.insert(0, model)

    async def models(self) -> Sequence[ModelVersion]:
        return self.made

    async def add_rollout(self, rollout: Rollout) -> int:
        self.wishes.insert(0, replace(rollout, number=len(self.wishes) + 1))
        return len(self.wishes)

    async def decide(self, rollout: Rollout) -> bool:
        self.wishes = [rollout if one.number == rollout.number else one for one in self.wishes]
        return True

    async def rollouts(self, limit: int = 50) -> Sequence[Rollout]:
        return self.wishes[:limit]


class TrainerDouble:
    """Fills ``Trainer``; a test says what is near, how far the training is, and what is refused."""

    def __init__(self, store: TrainingDouble) -> None:
        self.store = store
        self.neighbours: list[Neighbour] = []
        self.job: Training | None = None
        self.refuse_with = ""
        self.did: list[tuple[object, ...]] = []

    def intents(self) -> Sequence[str]:
        return ["balance_query", "card_loss_report", "card_swallowed", "complaint", "fee_refund", "limit_raise"]

    def warm(self) -> None:
        pass

    async def near(self, text: str) -> Sequence[Neighbour]:
        return self.neighbours

    async def groups(self) -> Sequence[Group]:
        eaten = tuple(one for one in self.store.said if one.guess == "card_swallowed" and one.review is None)
        return [Group("card_swallowed", eaten)] if eaten else []

    async def train(self, by: str) -> Training:
        self._say("train", by)
        self.job = Training("t1", by, NOW)
        return self.job

    def training(self) -> Training | None:
        return self.job

    async def changes(self) -> AsyncIterator[None]:
        yield

    async def cancel(self) -> None:
        if self.job is not None:
            self.job = replace(self.job, stage=TrainingStage.CANCELLED)

    def serving(self) -> Serving:
        return Serving(OLD)

    async def submit(self, by: str, model: str, share: int, note: str) -> int:
        self._say("submit", by, model, share, note)
        return 2

    async def approve(self, by: str, number: int) -> None:
        self._say("approve", by, number)

    async def send_back(self, by: str, number: int, note: str) -> None:
        self._say("send_back", by, number, note)

    async def roll_back(self, by: str) -> None:
        self._say("roll_back", by)

    def _say(self, *what: object) -> None:
        if self.refuse_with:
            raise Rejected(self.refuse_with)
        self.did.append(what)
