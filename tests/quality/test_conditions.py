"""Each operator: where it holds, where it does not, and which turn it cites."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.quality.transcript import Transcript
from tests.quality.helpers import found, rule, rules_of, talk

BOT = talk(("bot", "请说卡号后四位"), ("customer", "嗯"), ("bot", "请说卡号，后四位。"))
OUTBOUND = talk(("agent", "a"), queue="vip", direction="outbound")
TALK = talk(
    ("agent", "您好，江海银行"), ("customer", "我要转账三千块，This is urgent。对了，不是急用"),
    ("agent", "好的请稍等"), ("customer", "转账到安全账户"), ("agent", "再见，祝您生活愉快"),
)  # fmt: skip

HOLDS: list[tuple[str, Transcript, int | None]] = [
    ("{any: [转账, 汇款]}", TALK, 1),
    ("{any: [转账], by: customer, last: 1}", TALK, 3),
    ("{any: [转账], unless: [三千]}", TALK, 3),
    ("{any: [不是急用], unless: [转账]}", TALK, 1),
    ("{any: [urgent]}", TALK, 1),
    ("{all: [转账, 安全账户]}", TALK, 3),
    ("{none: [保本], by: agent}", TALK, None),
    (r"{regex: '转账.{0,3}账户'}", TALK, 3),
    (r"{regex: '(祝|愿)您\p{Han}+'}", TALK, 4),
    ("{figure: money, over: 3000}", TALK, 1),
    ("{near: [{any: [安全账户]}, {any: [稍等]}], turns: 1}", TALK, 3),
    ("{near: [{any: [安全账户]}, {any: [稍等]}], seconds: 3}", TALK, 3),
    ("{order: [{any: [转账]}, {any: [稍等]}, {any: [再见]}]}", TALK, 4),
    ("{repeat: {any: [转账]}, times: 2}", TALK, 3),
    ("{talk_share: agent, over: 0.3}", TALK, None),
    ("{call: {queue: [elder, vip], direction: outbound}}", OUTBOUND, None),
    ("{call: {duration_over_s: 10, transfers_over: 1}}", talk(("agent", "a", 0, 11_000), transfers=2), None),
    ("{call: {step: pin, disposition: sold}}", talk(("agent", "a"), steps=["menu", "pin"], disposition="sold"), None),
    ("{and: [{call: {medium: voice}}, {any: [转账]}]}", TALK, 1),
    ("{or: [{any: [安全账户]}, {any: [稍等]}]}", TALK, 2),
    ("{not: {any: [保本]}}", TALK, None),
    ("{if: {any: [转账], by: customer}, then: {any: [再见], by: agent}, within_turns: 1}", TALK, 1),
    ("{if: {any: [转账]}, then: {any: [稍等]}}", TALK, 3),
    ("{if: {any: [转账]}, before: {any: [安全]}}", TALK, 1),
    ("{silence_over_s: 20}", talk(("agent", "a", 0, 1000), ("customer", "b", 21_001, 22_000)), 1),
    ("{hold_over_s: 5}", talk(("agent", "a", 0, 10), ("customer", "b", 9000, 9900), holds=[(100, 8000)]), 1),
    ("{overlap: agent, times: 1}", talk(("customer", "a", 0, 2000), ("agent", "b", 1500, 3000)), 1),
    ("{speech_rate: agent, over_zh: 320, over_en: 190, for_s: 30}", talk(("agent", "快" * 170, 0, 30_000)), 0),
    ("{same_answer: bot, times: 2}", BOT, 2),
    ("{figure_differs: agent}", talk(("system", "年费 600 元"), ("agent", "年费三百块")), 1),
    ("{outside_hours: '08:00-22:00'}", talk(("agent", "a"), started_at="2026-03-02T15:00:00+00:00"), None),
]  # fmt: skip

FAILS: list[tuple[str, Transcript]] = [
    ("{any: [汇款]}", TALK),
    ("{any: [urge]}", TALK),
    ("{any: [转账], by: agent}", TALK),
    ("{any: [转账], by: customer, first: 1, unless: [三千]}", TALK),
    ("{any: [再见], unless_turn: [生活]}", TALK),
    ("{all: [再见, 转账]}", TALK),
    ("{none: [再见], by: agent, last: 1}", TALK),
    ("{figure: money, over: 3001}", TALK),
    ("{near: [{any: [安全账户]}, {any: [您好]}], turns: 1}", TALK),
    ("{order: [{any: [再见]}, {any: [转账]}]}", TALK),
    ("{repeat: {any: [转账]}, times: 3}", TALK),
    ("{talk_share: agent, over: 0.9}", TALK),
    ("{call: {queue: elder}}", TALK),
    ("{and: [{call: {medium: chat}}, {any: [转账]}]}", TALK),
    ("{if: {any: [转账], by: customer}, then: {any: [再见], by: agent}}", TALK),
    ("{silence_over_s: 20}", talk(("agent", "a", 0, 1000), ("customer", "b", 21_000, 22_000))),
    ("{silence_over_s: 20}", talk(("agent", "a", 0, 10), ("customer", "b", 30_000, 31_000), holds=[(9, 30_000)])),
    ("{hold_over_s: 9}", talk(("agent", "a", 0, 10), ("customer", "b", 9000, 9900), holds=[(100, 8000)])),
    ("{overlap: agent, times: 2}", talk(("customer", "a", 0, 2000), ("agent", "b", 1500, 3000))),
    ("{speech_rate: agent, over_zh: 320, over_en: 190, for_s: 30}", talk(("agent", "慢" * 150, 0, 30_000))),
    ("{speech_rate: agent, over_zh: 320, over_en: 190, for_s: 30}", talk(("agent", "快" * 100, 0, 10_000))),
    ("{same_answer: bot, times: 3}", talk(("bot", "请说卡号"), ("bot", "请说卡号"), ("bot", "请说姓名和地址"))),
    ("{figure_differs: agent}", talk(("system", "年费 600 元"), ("agent", "年费六百块，有效期三年"))),
    ("{outside_hours: '08:00-22:00'}", talk(("agent", "a"), started_at="2026-03-02T13:59:00+00:00")),
    ("{outside_hours: '08:00-22:00'}", TALK),
]


@pytest.mark.parametrize(("when", "transcript", "turn"), HOLDS, ids=[when for when, _, _ in HOLDS])
def test_it_holds_and_cites(when: str, transcript: Transcript, turn: int | None) -> None:
    finding = found(when, transcript)
    assert finding is not None
    assert finding.turn == turn
    if turn is not None:
        assert finding.start_ms == transcript.turns[turn].start_ms
        assert finding.quote in transcript.turns[turn].text


@pytest.mark.parametrize(("when", "transcript"), FAILS, ids=[f"{n} {when}" for n, (when, _) in enumerate(FAILS)])
def test_it_does_not_hold(when: str, transcript: Transcript) -> None:
    assert found(when, transcript) is None


def test_confidence_is_the_recognisers_times_the_rules() -> None:
    heard = msgspec.structs.replace(TALK, turns=tuple(msgspec.structs.replace(t, confidence=0.5) for t in TALK.turns))
    finding = found("{any: [转账]}", heard, "    confidence: 0.8\n")
    assert finding is not None
    assert finding.confidence == 0.4


def test_a_rule_about_a_side_that_says_nothing_finds_nothing() -> None:
    alone = talk(("customer", "喂"))
    assert found("{none: [您好], by: agent}", alone) is not None
    text = rule("{none: [您好], by: agent}").replace("side: both", "side: agent")
    assert rules_of(text).findings(alone) == []
    assert len(rules_of(text).findings(talk(("agent", "喂")))) == 1
