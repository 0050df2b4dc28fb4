"""Long and hostile conversations take time in proportion: counted in steps of the interpreter, not in seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from callcenter.app.quality_files import SHIPPED_RULES, load_rules
from callcenter.quality.rules import RuleSet
from callcenter.quality.transcript import Transcript
from tests.quality.helpers import talk


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    found, _ = load_rules(SHIPPED_RULES)
    assert found is not None
    return found


def steps(work: Callable[[], Any]) -> int:
    """Calls of Python functions and of built-in ones."""
    count = 0

    def counted(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def answers(count: int) -> Transcript:
    """A bot that never says the same twice."""
    said = [chr(0x4E00 + number * 7 % 2_000) * 3 + chr(0x4E00 + number * 13 % 2_000) * 9 for number in range(count)]
    return talk(*((("bot", text)) for text in said))


def threats(count: int) -> Transcript:
    """Each turn has words of rules that look around: offers, refusals, debts, third parties."""
    said = [("agent", "推荐理财 欠款逾期 其实划算"), ("customer", "不需要 我是他妈 别再打 我要投诉")] * (count // 2)
    return talk(*said, direction="outbound", purpose="collections", queue="elder")


def one_turn(count: int) -> Transcript:
    """All in one breath, without a mark that ends a sentence."""
    return talk(("agent", "保本稳赚" * count), ("customer", "嗯"))


@pytest.mark.parametrize("made", [answers, threats, one_turn], ids=["answers", "threats", "one turn"])
def test_eight_times_as_long_takes_about_eight_times_the_steps(
    rules: RuleSet, made: Callable[[int], Transcript]
) -> None:
    few, many = made(200), made(1_600)
    rules.findings(few)
    ratio = steps(lambda: rules.findings(many)) / steps(lambda: rules.findings(few))
    assert ratio < 14


def test_four_hours_are_judged_as_a_whole(rules: RuleSet) -> None:
    said = [("agent", f"第{number}项已经核对完毕，请继续下一项") for number in range(3_000)]
    said[-1] = ("agent", "这个产品保本，稳赚不赔")
    found = {finding.id: finding for finding in rules.findings(talk(*said))}
    assert found["forbidden_promise"].turn == 2_999
