"""Understood sentences, verdicts on them, models and rollouts, for pages. Fills ``TrainingStore``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import msgspec
import sqlalchemy as sa

from callcenter.domain.training import (
    IntentDay,
    ModelVersion,
    Review,
    Rollout,
    RolloutState,
    Sentence,
    SentenceQuery,
    Verdict,
)
from callcenter.storage.database import Database
from callcenter.storage.projection import clean
from callcenter.storage.tables import (
    assistant_handovers,
    assistant_models,
    assistant_rollouts,
    chat_conversations,
    chat_messages,
    contacts,
    sentence_reviews,
    understood_sentences,
)

_said, _verdicts = understood_sentences.c, sentence_reviews.c
_report: msgspec.json.Decoder[dict[str, Any]] = msgspec.json.Decoder(dict[str, Any])


class SqlTraining:
    """The ``TrainingStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sentences(self, query: SentenceQuery) -> Sequence[Sentence]:
        """Newest first; costs as many rows as are asked for, and those that are left out on the way."""
        statement = _sentences().where(*_conditions(query)).order_by(_said.ordinal.desc()).limit(query.limit)
        return [_sentence(row) for row in await self._rows(statement)]

    async def sentence(self, contact: str, message: int) -> Sentence | None:
        """One of them: the last time it was understood."""
        same = (_said.contact == clean(contact), _said.message == message)
        found = await self._rows(_sentences().where(*same).order_by(_said.ordinal.desc()).limit(1))
        return _sentence(found[0]) if found else None

    async def review(self, review: Review) -> None:
        """Keep a verdict; a later one replaces it."""
        values = {**msgspec.structs.asdict(review), "verdict": review.verdict.value, "reviewer": review.by}
        values["text"] = clean(review.text)
        del values["by"]
        async with self._database.write() as connection:
            await connection.execute(sentence_reviews.delete().where(*_same(review.contact, review.message)))
            await connection.execute(sentence_reviews.insert().values(values))

    async def unreview(self, contact: str, message: int) -> None:
        """Take a verdict back."""
        async with self._database.write() as connection:
            await connection.execute(sentence_reviews.delete().where(*_same(contact, message)))

    async def examples(self) -> Sequence[Review]:
        """Every verdict that is an example, oldest first."""
        kept = _verdicts.verdict != Verdict.DISCARDED.value
        order = (_verdicts.at_ms, _verdicts.contact, _verdicts.message)
        return [_review(row) for row in await self._rows(sa.select(sentence_reviews).where(kept).order_by(*order))]

    async def days(self, starts: Sequence[int], end_ms: int) -> Sequence[IntentDay]:
        """Figures by day and intent, and of all intents; a contact counts once for each day and intent."""
        named = await self._rows(_days(starts, end_ms, _said.intent))
        whole = await self._rows(_days(starts, end_ms, sa.literal("")))
        return [IntentDay(int(row[0]), row[1], *map(int, row[2:])) for row in (*whole, *named)]

    async def add_model(self, model: ModelVersion) -> None:
        """Keep a model's description."""
        values = {**msgspec.structs.asdict(model), "report": msgspec.json.encode(model.report).decode()}
        async with self._database.write() as connection:
            await connection.execute(assistant_models.insert().values(values))

    async def models(self) -> Sequence[ModelVersion]:
        """All of them, newest first."""
        order = (assistant_models.c.made_ms.desc(), assistant_models.c.id.desc())
        rows = await self._rows(sa.select(assistant_models).order_by(*order))
        return [ModelVersion(**{**row._mapping, "report": _report.decode(row.report)}) for row in rows]

    async def add_rollout(self, rollout: Rollout) -> int:
        """Keep one; returns its number."""
        values = {**msgspec.structs.asdict(rollout), "state": rollout.state.value, "note": clean(rollout.note)}
        del values["number"]
        async with self._database.write() as connection:
            insert = assistant_rollouts.insert().values(values).returning(assistant_rollouts.c.number)
            return int((await connection.execute(insert)).scalar_one())

    async def decide(self, rollout: Rollout) -> bool:
        """Keep what was decided of one that was only submitted; False when it no longer is."""
        columns = assistant_rollouts.c
        statement = (
            assistant_rollouts.update()
            .where(columns.number == rollout.number, columns.state == RolloutState.SUBMITTED.value)
            .values(
                state=rollout.state.value,
                second=rollout.second,
                decided_ms=rollout.decided_ms,
                note=clean(rollout.note),
            )
        )
        async with self._database.write() as connection:
            return (await connection.execute(statement)).rowcount > 0

    async def rollouts(self, limit: int = 50) -> Sequence[Rollout]:
        """Newest first."""
        statement = sa.select(assistant_rollouts).order_by(assistant_rollouts.c.number.desc()).limit(limit)
        rows = await self._rows(statement)
        return [Rollout(**{**row._mapping, "state": RolloutState(row.state)}) for row in rows]

    async def _rows(self, statement: sa.Select[Any]) -> Sequence[Any]:
        async with self._database.read() as connection:
            rows: Sequence[Any] = (await connection.execute(statement)).all()
            return rows


def _days(starts: Sequence[int], end_ms: int, intent: sa.ColumnElement[str]) -> sa.Select[Any]:
    later = [(_said.at_ms < after, sa.literal(before, sa.BigInteger)) for before, after in pairwise(starts)]
    last = sa.literal(starts[-1], sa.BigInteger)
    person = sa.or_(assistant_handovers.c.contact.is_not(None), sa.func.coalesce(contacts.c.queue, "") != "")
    closed = sa.and_(sa.not_(person), contacts.c.ended_ms.is_not(None))
    joined = understood_sentences.outerjoin(contacts, contacts.c.id == _said.contact).outerjoin(
        assistant_handovers, assistant_handovers.c.contact == _said.contact
    )
    return (
        sa.select(
            (sa.case(*later, else_=last) if later else last).label("day"),
            intent.label("meant"),
            sa.func.sum(sa.case((_said.refused, 0), else_=1)),
            sa.func.sum(sa.case((_said.refused, 1), else_=0)),
            sa.func.count(sa.distinct(_said.contact)),
            sa.func.count(sa.distinct(sa.case((person, _said.contact)))),
            sa.func.count(sa.distinct(sa.case((closed, _said.contact)))),
        )
        .select_from(joined)
        .where(_said.at_ms >= starts[0], _said.at_ms < end_ms)
        .group_by(sa.text("day"), sa.text("meant"))
        .order_by(sa.text("day"), sa.text("meant"))
    )


def _same(contact: str, message: int) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return _verdicts.contact == clean(contact), _verdicts.message == message


def _sentences() -> sa.Select[Any]:
    """Sentences with what was said, while the conversation keeps it, and what was made of it."""
    message = sa.and_(chat_messages.c.conversation == _said.contact, chat_messages.c.number == _said.message)
    verdict = sa.and_(_verdicts.contact == _said.contact, _verdicts.message == _said.message)
    joined = (
        understood_sentences.outerjoin(chat_messages, message)
        .outerjoin(chat_conversations, chat_conversations.c.id == _said.contact)
        .outerjoin(sentence_reviews, verdict)
    )
    return sa.select(
        *understood_sentences.columns,
        chat_messages.c.text.label("said"),
        chat_conversations.c.channel,
        chat_conversations.c.name.label("visitor"),
        _verdicts.verdict,
        _verdicts.intent.label("given"),
        _verdicts.text.label("example"),
        _verdicts.reviewer,
        _verdicts.at_ms.label("reviewed_ms"),
    ).select_from(joined)


def _conditions(query: SentenceQuery) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = []
    if query.intent:
        found.append(_said.intent == clean(query.intent))
    if query.refused:
        found.append(_said.refused)
    if query.below is not None:
        found.append(_said.confidence < query.below)
    if query.open_only:
        found += [_verdicts.verdict.is_(None), chat_messages.c.text.is_not(None)]
    if query.before is not None:
        found.append(_said.ordinal < query.before)
    return found


def _sentence(row: Any) -> Sentence:
    review = None
    if row.verdict is not None:
        verdict = Verdict(row.verdict)
        review = Review(row.contact, row.message, verdict, row.given, row.example, row.reviewer, row.reviewed_ms)
    kept = {column.name: getattr(row, column.name) for column in understood_sentences.columns}
    kept["refused"] = bool(kept["refused"])
    return Sentence(**kept, channel=row.channel or "", visitor=row.visitor or "", text=row.said or "", review=review)


def _review(row: Any) -> Review:
    verdict = Verdict(row.verdict)
    return Review(row.contact, row.message, verdict, row.intent, row.text, row.reviewer, row.at_ms)
