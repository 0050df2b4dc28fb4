"""Bounds of the configuration are where they are said to be, and what is told of a problem is whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from callcenter.domain.alarms import Metric
from callcenter.domain.config import (
    Announcements,
    Calendar,
    CallbackRule,
    CannedReply,
    CenterConfig,
    ChannelConfig,
    ChatLimits,
    ChatTokenKey,
    Interval,
    Overflow,
    Reason,
    Relaxation,
    RetryAfter,
    SkillRequirement,
)
from callcenter.routing.check import check, said
from tests.routing.test_check import (
    KNOWN,
    NAMES,
    WARNED,
    WRONG,
    agent,
    alarm,
    calendar,
    callback,
    channels,
    chat,
    field,
    queue,
    whole,
)

HOUR, DAY = 3_600_000, 86_400_000
EVERY = [config for config, _, _ in WRONG + WARNED]

Bounded = tuple[str, Callable[[int], CenterConfig], int, int]


def callback_at(**fields: Any) -> CenterConfig:
    return callback(flow="callback", **fields)


def told_at(**fields: Any) -> CenterConfig:
    return queue(announcements=Announcements(**fields))


def overflow_at(after_ms: int = 1, **fields: Any) -> CenterConfig:
    return queue(overflow=(Overflow("flow:survey", after_ms, **fields),))


def limited(**fields: Any) -> CenterConfig:
    return chat(limits=ChatLimits(**fields))


BOUNDS: list[Bounded] = [
    ("queues.general.priority", lambda n: queue(priority=n), 0, 10),
    ("queues.general.ageing_ms", lambda n: queue(ageing_ms=n), 1_000, HOUR),
    ("queues.general.offer_timeout_ms", lambda n: queue(offer_timeout_ms=n), 5_000, 120_000),
    ("queues.general.prefer_last_agent_ms", lambda n: queue(prefer_last_agent_ms=n), 0, HOUR),
    ("queues.general.wrap_up_ms", lambda n: queue(wrap_up_ms=n), 0, HOUR),
    ("queues.general.service_level_ms", lambda n: queue(service_level_ms=n), 1_000, HOUR),
    ("queues.general.short_abandon_ms", lambda n: queue(short_abandon_ms=n), 0, HOUR),
    ("queues.general.reserve", lambda n: queue(reserve=n), 0, 1_000),
    ("queues.general.share", lambda n: queue(share=n), 1, 1_000),
    ("queues.general.wait_cost", lambda n: queue(wait_cost=n), 1, 1_000),
    ("queues.general.skills[0].level", lambda n: queue(skills=(need_of(n),)), 1, 10),
    ("queues.general.announcements.first_after_ms", lambda n: told_at(first_after_ms=n), 0, HOUR),
    ("queues.general.announcements.every_ms", lambda n: told_at(every_ms=n), 10_000, HOUR),
    ("queues.general.relaxations[0].after_ms", lambda n: queue(relaxations=(Relaxation(n, lower_by=1),)), 1, DAY),
    ("queues.general.relaxations[0].lower_by", lambda n: queue(relaxations=(Relaxation(1, ("general",), n),)), 0, 9),
    ("queues.general.overflow[0].after_ms", lambda n: overflow_at(n, when_unstaffed=True), 0, DAY),
    ("queues.general.overflow[0].expected_ms", lambda n: overflow_at(expected_ms=n), 0, DAY),
    ("queues.general.overflow[0].staffed_below", lambda n: overflow_at(staffed_below=n), 0, 1_000),
    ("queues.general.callback.attempts", lambda n: callback_at(attempts=n), 1, 10),
    ("queues.general.callback.ring_ms", lambda n: callback_at(ring_ms=n), 10_000, 120_000),
    ("queues.general.callback.window_days", lambda n: callback_at(window_days=n), 0, 14),
    ("queues.general.callback.keep_ms", lambda n: callback_at(keep_ms=n), HOUR, 14 * DAY),
    ("queues.general.callback.retry.busy_ms", lambda n: callback_at(retry=RetryAfter(busy_ms=n)), 30_000, DAY),
    ("channels.chat.capacity", lambda n: channels(chat=ChannelConfig("chat", n)), 0, 50),
    ("channels.voice.capacity", lambda n: channels(voice=ChannelConfig("voice", n)), 0, 1),
    ("agents.1001.capacity.chat", lambda n: agent(capacity={"chat": n}), 0, 50),
    ("agents.1001.skills.general", lambda n: agent(skills={"general": n}), 1, 10),
    ("chat_entries.web.limits.messages_a_minute", lambda n: limited(messages_a_minute=n), 1, 600),
    ("chat_entries.web.limits.address_messages_a_minute", lambda n: limited(address_messages_a_minute=n), 1, 100_000),
    ("chat_entries.web.limits.address_conversations", lambda n: limited(address_conversations=n), 1, 10_000),
    ("chat_entries.web.limits.file_mb", lambda n: limited(file_mb=n), 1, 50),
    ("chat_entries.web.limits.conversation_mb", lambda n: limited(conversation_mb=n), 0, 1_000),
    ("alarms[0].limit", lambda n: alarm(metric=Metric.SERVICE_LEVEL, limit=n), 0, 100),
    ("alarms[0].for_ms", lambda n: alarm(for_ms=n), 0, HOUR),
    ("agent_grace_ms", lambda n: whole(agent_grace_ms=n), 0, 60_000),
]  # fmt: skip


def need_of(level: int) -> SkillRequirement:
    return SkillRequirement("general", level, False)


@pytest.mark.parametrize(("place", "made", "least", "most"), BOUNDS, ids=[place for place, *_ in BOUNDS])
def test_the_least_and_the_most_are_right_and_what_is_beyond_is_refused(
    place: str, made: Callable[[int], CenterConfig], least: int, most: int
) -> None:
    for number in (least, most):
        assert place not in {found.place for found in check(made(number), KNOWN)}
    for number in (least - 1, most + 1):
        (found,) = (found for found in check(made(number), KNOWN) if found.place == place)
        assert found.blocks
        scale, unit = (1_000, "s") if place.endswith("_ms") else (1, "")
        shown = {name: f"{value / scale:g}" for name, value in (("value", number), ("least", least), ("most", most))}
        expected = {"bad_level": {"level": number}, "out_of_range": {**shown, "unit": unit}}
        assert found.detail == expected[found.code]


@pytest.mark.parametrize(
    ("place", "made", "most"),
    [
        ("queues.general.names.en", lambda text: queue(names={"zh": "名", "en": text}), 60),
        ("break_reasons[0].names.en", lambda text: whole(break_reasons=(Reason("r", {"zh": "名", "en": text}),)), 60),
        ("dispositions[0].names.en", lambda text: whole(dispositions=(Reason("r", {"zh": "名", "en": text}),)), 60),
        ("skill_names[0].names.en", lambda text: whole(skill_names=(Reason("r", {"zh": "名", "en": text}),)), 60),
        (
            "emergency_messages[0].names.en",
            lambda text: whole(emergency_messages=(Reason("r", {"zh": "名", "en": text}),)),
            500,
        ),
        ("queues.general.fields[0].names.en", lambda text: field(names={"zh": "名", "en": text}), 60),
        ("prompts.sorry.en", lambda text: whole(prompts={"sorry": {"en": text}}), 500),
    ],
)
def test_a_text_may_be_as_long_as_is_said(place: str, made: Callable[[str], CenterConfig], most: int) -> None:
    assert place not in {found.place for found in check(made("x" * most), KNOWN)}
    (found,) = (found for found in check(made("x" * (most + 1)), KNOWN) if found.place == place)
    assert (found.code, found.detail) == ("too_long", {"most": most, "length": most + 1})


def test_hours_may_fill_the_day_and_touch_each_other() -> None:
    assert check(calendar(hours=(Interval(0, 0, 600), Interval(0, 600, 1_440), Interval(1, 0, 1_440))), KNOWN) == []
    for start, end in ((-1, 5), (5, 5), (0, 1_441)):
        (found,) = check(calendar(hours=(Interval(6, start, end),)), KNOWN)
        assert (found.place, found.code, found.blocks) == ("calendars.c.hours[0]", "bad_hours", True)
    (found,) = check(calendar(hours=(Interval(2, 545, 610), Interval(2, 609, 700))), KNOWN)
    assert found.detail == {"weekday": 2, "first": "09:05-10:10", "second": "10:09-11:40"}
    assert "Wednesday" in said(found, "en")[0]


def test_what_blocks_is_told_first() -> None:
    config = whole(
        calendars={
            "a": Calendar("a", "Asia/Shanghai", hours=(), years=(2026,)),
            "b": Calendar("b", "Mars", hours=(), years=()),
        }
    )
    assert [found.blocks for found in check(config, KNOWN)] == [True, True, False, False]


@pytest.mark.parametrize("config", EVERY)
def test_what_is_told_has_a_place_and_no_fact_is_missing(config: CenterConfig) -> None:
    for found in check(config, KNOWN):
        assert "None" not in found.place
        assert type(found.blocks) is bool
        assert None not in found.detail.values()
        for language in ("zh", "en"):
            for sentence in said(found, language):
                assert "None" not in sentence


def told(config: CenterConfig, place: str, language: str = "en") -> str:
    (found,) = (found for found in check(config, KNOWN) if found.place == place)
    return " ".join(said(found, language))


def test_sentences_name_what_is_wrong_in_the_readers_words() -> None:
    several = whole(prompts={"sorry": {"zh": "{a}{b}"}})
    assert "a、b" in told(several, "prompts.sorry.zh", "zh")
    assert "a, b" in told(several, "prompts.sorry.zh")
    assert told(several, "prompts.sorry.zh", "fr") == told(several, "prompts.sorry.zh", "zh")
    gone = whole(prompts={"sorry": {"zh": "file:uploaded/b"}})
    assert "uploaded/b" in told(gone, "prompts.sorry.zh")
    assert "file:uploaded/b" not in told(gone, "prompts.sorry.zh")
    assert "gone" in told(whole(numbers={"95000": "queue:gone"}), "numbers.95000")
    assert "queue:" not in told(whole(numbers={"95000": "queue:gone"}), "numbers.95000")
    assert check(whole(numbers={"*": "queue:general", "95000": "queue:general"}), KNOWN) == []
    assert "8" in told(calendar(hours=(Interval(8, 1, 2),)), "calendars.c.hours[0].weekday")
    assert "120" in told(queue(offer_timeout_ms=120_001), "queues.general.offer_timeout_ms"), "in seconds"
    assert "60.5" in told(whole(agent_grace_ms=60_500), "agent_grace_ms")


def test_sentences_of_ours_are_replaced_by_words_or_by_a_recording_and_each_is_looked_at() -> None:
    ours = {"sorry": {"zh": "file:uploaded/a", "en": "So sorry"}, "gone": NAMES, "position": {"zh": "", "xx": "hm"}}
    found = check(whole(prompts=ours), KNOWN)
    assert [(problem.place, problem.code) for problem in found] == [("prompts.gone", "unknown_prompt")]
    wrong = {"gone": NAMES, "sorry": {"en": "{hole}"}}
    assert [problem.place for problem in check(whole(prompts=wrong), KNOWN)] == ["prompts.gone", "prompts.sorry.en"]


def test_a_callback_rule_that_says_nothing_is_right() -> None:
    assert check(queue(callback=CallbackRule(flow="callback")), KNOWN) == []


def reply(**fields: Any) -> CenterConfig:
    given: dict[str, Any] = {
        "id": "r",
        "names": NAMES,
        "texts": {"zh": "您好{customer}", "en": "Hello {customer}"},
    } | fields
    return whole(canned_replies=(CannedReply(**given),))


@pytest.mark.parametrize(
    ("config", "place", "code", "facts"),
    [
        (reply(id="a b"), "canned_replies[0].id", "bad_id", {"id": "a b"}),
        (reply(names={}), "canned_replies[0].names", "no_name", {}),
        (reply(texts={"en": "x" * 501}), "canned_replies[0].texts.en", "too_long", {"length": 501, "most": 500}),
        (reply(texts=NAMES | {"en": "{b} {a}"}), "canned_replies[0].texts.en", "hole_unknown", {"holes": ["a", "b"]}),
        (reply(queues=("general", "gone")), "canned_replies[0].queues[1]", "unknown_queue", None),
        (whole(canned_replies=(CannedReply("r", NAMES, NAMES),) * 2), "canned_replies[1].id", "id_twice", {"id": "r"}),
        (queue(calendar="gone"), "queues.general.calendar", "unknown_calendar", None),
        (queue(skills=(SkillRequirement("a b", 1, False),)), "queues.general.skills[0].skill", "bad_id", {"id": "a b"}),
        (chat(token_keys=(ChatTokenKey("a b", "BANK"),)), "chat_entries.web.token_keys[0].id", "bad_id", {"id": "a b"}),
        (
            whole(calendars={"a b": Calendar("a b", "Asia/Shanghai", hours=(Interval(0, 1, 2),), years=(2026,))}),
            "calendars.a b",
            "bad_id",
            {"id": "a b"},
        ),
    ],
)  # fmt: skip
def test_the_place_and_the_facts_of_a_problem(
    config: CenterConfig, place: str, code: str, facts: dict[str, Any] | None
) -> None:
    found = next(each for each in check(config, KNOWN) if (each.place, each.code) == (place, code))
    assert found.blocks
    assert facts is None or found.detail == facts
    if facts is None:
        assert found.detail["id"] == "gone"
        assert len(found.detail["known"]) <= 8


def test_replies_calendars_and_keys_that_are_right_are_taken() -> None:
    assert check(reply(queues=("general",)), KNOWN) == []
    assert check(chat(origins=("http://localhost", "https://bank.example")), KNOWN) == []
    assert check(chat(token_keys=(ChatTokenKey("k", "BANK"),)), KNOWN) == []
    assert check(agent(capacity={"voice": 1, "chat": 0}), KNOWN) == []
    needs = (SkillRequirement("general"),)
    steps = (Relaxation(1, (), 1), Relaxation(2, ("general",)))
    assert check(queue(skills=needs, relaxations=steps), KNOWN) == []
