"""Versions of rules and forms, and evaluations: what was published or scored never changes."""

from __future__ import annotations

import asyncio

import msgspec
import pytest
import sqlalchemy as sa

from callcenter.domain.errors import Corrupt
from callcenter.domain.quality_records import EvaluationStatus, WrittenKind
from callcenter.storage import Storage
from callcenter.storage.sealing import Seal
from tests.storage.quality_samples import QUOTE, evaluation, findings
from tests.storage.samples import T0

FILES = {"a.yaml": "rules: []\n", "中文.yaml": "# 注释\n"}


@pytest.mark.parametrize("kind", WrittenKind)
async def test_a_draft_is_changed_until_it_is_published_and_then_stays(storage: Storage, kind: WrittenKind) -> None:
    store = storage.quality
    assert await store.in_force(kind) is None
    number = await store.add_draft(kind, FILES, "zhang", T0, note="初稿")
    assert await store.change_draft(kind, number, 1, {"a.yaml": "x"}, "second", "li", T0 + 1)
    assert not await store.change_draft(kind, number, 1, FILES, "too late", "wang", T0 + 2)
    draft = await store.version(kind, number)
    assert draft is not None
    assert (draft.files, draft.note, draft.author, draft.revision) == ({"a.yaml": "x"}, "second", "li", 2)
    assert (draft.published_ms, draft.in_force) == (None, False)

    assert not await store.put_in_force(kind, number, "wang", T0 + 3, revision=1), "checked before it was changed"
    assert await store.put_in_force(kind, number, "wang", T0 + 3, revision=2)
    published = await store.in_force(kind)
    assert published == msgspec.structs.replace(draft, published_by="wang", published_ms=T0 + 3, in_force=True)
    assert not await store.change_draft(kind, number, 2, FILES, "", "li", T0 + 4)
    assert not await store.drop_draft(kind, number)
    assert await store.in_force(kind) == published


async def test_going_back_keeps_who_published_and_one_is_in_force(storage: Storage) -> None:
    store, kind = storage.quality, WrittenKind.RULES
    first = await store.add_draft(kind, FILES, "zhang", T0)
    second = await store.add_draft(kind, FILES, "zhang", T0, based_on=first)
    for number in (first, second, first):
        assert await store.put_in_force(kind, number, "wang", T0 + number)
    assert [(one.version, one.in_force, one.published_ms) for one in await store.versions(kind)] == [
        (second, False, T0 + second),
        (first, True, T0 + first),
    ]
    assert not await store.put_in_force(kind, 99, "wang", T0)
    in_force = await store.in_force(kind)
    assert in_force is not None
    assert in_force.version == first
    assert await store.versions(WrittenKind.FORM) == []


async def test_numbers_of_dropped_drafts_are_not_given_again(storage: Storage) -> None:
    store = storage.quality
    number = await store.add_draft(WrittenKind.FORM, FILES, "zhang", T0)
    assert await store.drop_draft(WrittenKind.FORM, number)
    assert not await store.drop_draft(WrittenKind.FORM, number)
    assert await store.add_draft(WrittenKind.FORM, FILES, "zhang", T0) > number


async def test_two_who_publish_at_once_leave_one_in_force(storage: Storage) -> None:
    store, kind = storage.quality, WrittenKind.RULES
    numbers = [await store.add_draft(kind, FILES, "zhang", T0) for _ in range(4)]
    done = await asyncio.gather(
        *(store.put_in_force(kind, number, "wang", T0) for number in numbers), return_exceptions=True
    )
    assert True in done
    assert sum(one.in_force for one in await store.versions(kind)) == 1


async def test_an_evaluation_comes_back_as_it_was_kept(storage: Storage) -> None:
    number = await storage.quality.add_evaluation(evaluation("c1"), findings())
    kept = await storage.quality.evaluation(number)
    assert kept == msgspec.structs.replace(evaluation("c1"), id=number)
    by_time = [findings()[place] for place in (2, 1, 0)]
    assert await storage.quality.findings(number) == by_time
    assert await storage.quality.current("c2") is None
    assert await storage.quality.evaluation(number + 1) is None


async def test_the_newest_counts_and_the_former_stays(storage: Storage) -> None:
    first = await storage.quality.add_evaluation(evaluation("c1"), findings())
    second = await storage.quality.add_evaluation(evaluation("c1", rule_set=2, score=None), [])
    found = await storage.quality.evaluations("c1")
    assert [(one.id, one.current, one.rule_set, one.score) for one in found] == [
        (second, True, 2, None),
        (first, False, 1, 92.5),
    ]
    assert found[0].status is EvaluationStatus.NOT_SCORED
    assert len(await storage.quality.findings(first)) == 3


async def test_what_a_person_signed_counts_also_when_it_is_scored_again(storage: Storage) -> None:
    first = await storage.quality.add_evaluation(evaluation("c1"), findings())
    assert await storage.quality.sign(first, T0 + 5)
    assert not await storage.quality.sign(first + 100, T0 + 5)
    second = await storage.quality.add_evaluation(evaluation("c1", rule_set=2), [])
    current = await storage.quality.current("c1")
    assert current == msgspec.structs.replace(evaluation("c1"), id=first, signed_ms=T0 + 5)
    assert await storage.quality.sign(second, T0 + 6)
    now = await storage.quality.current("c1")
    assert now is not None
    assert now.id == second


async def test_quotes_can_not_be_read_in_the_database(url: str) -> None:
    storage = await Storage.open(url, Seal([b"A" * 43 + b"="]))
    number = await storage.quality.add_evaluation(evaluation("c1"), findings())
    async with storage._database.read() as connection:
        kept = (await connection.execute(sa.text("SELECT quote FROM findings"))).scalars().all()
    assert all(QUOTE not in quote for quote in kept)
    assert sum(quote.startswith("sealed:") for quote in kept) == 2
    await storage.close()

    other = await Storage.open(url, Seal([b"B" * 43 + b"="]))
    with pytest.raises(Corrupt):
        await other.quality.findings(number)
    await other.close()
    both = await Storage.open(url, Seal([b"B" * 43 + b"=", b"A" * 43 + b"="]))
    await both.quality.seal_again()
    await both.close()
    other = await Storage.open(url, Seal([b"B" * 43 + b"="]))
    await other.quality.seal_again()
    assert {one.quote for one in await other.quality.findings(number)} == {one.quote for one in findings()}
    await other.close()
