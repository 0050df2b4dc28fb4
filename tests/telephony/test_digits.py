"""Collecting keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.domain.effects import Gather
from callcenter.domain.events import GatherOutcome
from callcenter.telephony.digits import TYPE_AHEAD_MS, DigitCollector


def gather(**fields: object) -> Gather:
    return Gather(**{"contact": "c", "leg": "l", "request": "g", "max_digits": 4, **fields})


def test_the_terminator_is_no_digit() -> None:
    collector = DigitCollector()
    collector.begin(gather(), 0)
    assert collector.feed("1", 10) is None
    ended = collector.feed("#", 20)
    assert ended is not None
    assert (ended.outcome, ended.digits) == (GatherOutcome.COMPLETE, "1")


def test_a_terminator_too_early_is_a_timeout_at_once() -> None:
    collector = DigitCollector()
    collector.begin(gather(min_digits=2), 0)
    collector.feed("1", 10)
    ended = collector.feed("#", 20)
    assert ended is not None
    assert (ended.outcome, ended.digits) == (GatherOutcome.TIMEOUT, "1")


def test_without_a_terminator_hash_is_a_digit() -> None:
    collector = DigitCollector()
    collector.begin(gather(max_digits=1, terminator=""), 0)
    ended = collector.feed("#", 1)
    assert ended is not None
    assert ended.digits == "#"


def test_time_runs_only_after_the_prompts_or_a_key() -> None:
    collector = DigitCollector()
    collector.begin(gather(first_timeout_ms=100, next_timeout_ms=50), 0)
    assert collector.deadline_ms is None
    collector.prompts_over(1_000)
    assert collector.deadline_ms == 1_100
    collector.feed("1", 1_090)
    assert collector.deadline_ms == 1_140
    assert collector.expire(1_139) is None
    ended = collector.expire(1_140)
    assert ended is not None
    assert (ended.outcome, ended.digits) == (GatherOutcome.COMPLETE, "1")


def test_the_end_of_prompts_after_a_key_does_not_lengthen_the_wait() -> None:
    collector = DigitCollector()
    collector.begin(gather(next_timeout_ms=50), 0)
    collector.feed("1", 10)
    collector.prompts_over(40)
    assert collector.deadline_ms == 60


def test_old_keys_and_a_stray_terminator_are_not_typed_ahead() -> None:
    collector = DigitCollector()
    collector.feed("9", 0)
    collector.feed("#", TYPE_AHEAD_MS)
    collector.feed("5", TYPE_AHEAD_MS + 1)
    ended = collector.begin(gather(max_digits=1), TYPE_AHEAD_MS + 2)
    assert ended is not None
    assert ended.digits == "5"


def test_what_was_typed_in_a_conversation_is_forgotten() -> None:
    collector = DigitCollector()
    collector.feed("9", 0)
    collector.clear_ahead()
    assert collector.begin(gather(max_digits=1), 1) is None


@pytest.mark.parametrize("request_id", ["other", "g"])
def test_only_the_gather_in_progress_can_be_forgotten(request_id: str) -> None:
    collector = DigitCollector()
    collector.begin(gather(), 0)
    assert collector.forget(request_id) is (request_id == "g")


@given(st.text("0123456789#*", max_size=60), st.integers(1, 12), st.integers(0, 12))
def test_no_key_is_lost_or_doubled(keys: str, longest: int, shortest: int) -> None:
    """Fed one after the other, the gathers' digits are the keys, without the terminators."""
    collector = DigitCollector()
    ends = []
    for now, key in enumerate(keys):
        if collector.gather is None:
            collector.begin(gather(request=str(now), max_digits=longest, min_digits=shortest), now)
        ended = collector.feed(key, now)
        if ended is not None:
            ends.append(ended)
            assert len(ended.digits) <= longest
            assert (ended.outcome is GatherOutcome.COMPLETE) == (len(ended.digits) >= shortest)
    rest = collector.expire(1 << 40) if collector.deadline_ms is not None else None
    collected = "".join(ended.digits for ended in [*ends, *([rest] if rest else [])])
    assert collected == keys.replace("#", "")
