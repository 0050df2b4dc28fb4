"""48 hours, five messages, a welcome of 20 seconds: in virtual time."""

from __future__ import annotations

import pytest

from callcenter.chat.wecom.outgoing import MAX_BYTES, answer_of, message_id, payloads_of, tag_of, texts
from callcenter.chat.wecom.window import ALL_USED, MESSAGES, WELCOME_MS, WINDOW_MS, WINDOW_OVER, Window
from callcenter.domain.chat import Author, Choice, Message

T0 = 1_800_000_000_000


def test_five_messages_after_the_customers_and_five_more_after_the_next() -> None:
    window = Window()
    window.wrote(T0)
    for left in range(MESSAGES, 0, -1):
        assert window.left(T0) == left
        assert window.refusal(T0) == ""
        window.used()
    assert window.refusal(T0) == ALL_USED
    window.wrote(T0 + 1)
    assert window.left(T0 + 1) == MESSAGES


def test_a_message_of_several_parts_goes_whole_or_not_at_all() -> None:
    window = Window()
    window.wrote(T0)
    window.used(4)
    assert window.refusal(T0, 1) == ""
    assert window.refusal(T0, 2) == ALL_USED


def test_the_window_ends_after_48_hours_to_the_millisecond() -> None:
    window = Window()
    window.wrote(T0)
    assert window.refusal(T0 + WINDOW_MS - 1) == ""
    assert window.refusal(T0 + WINDOW_MS) == WINDOW_OVER
    assert window.left(T0 + WINDOW_MS) == 0


def test_what_arrives_late_takes_nothing_away() -> None:
    window = Window()
    window.wrote(T0)
    window.used(2)
    window.wrote(T0 - 1_000)
    assert window.left(T0) == 3


def test_what_is_not_known_is_left_to_wecom() -> None:
    window = Window()
    window.used(9)
    assert window.refusal(T0) == ""


def test_a_welcome_code_is_good_once_and_for_20_seconds() -> None:
    window = Window()
    assert window.greeting(T0) == ""
    window.offer("code", T0)
    assert window.greeting(T0 + WELCOME_MS - 1) == "code"
    assert window.greeting(T0 + WELCOME_MS) == ""
    window.greeted()
    assert window.greeting(T0) == ""


@pytest.mark.parametrize("text", ["x" * 2_048, "x" * 2_049, "余" * 1_000, "😀" * 4_000, "a余😀" * 1_300])
def test_a_text_is_cut_between_characters_into_as_few_as_hold_it(text: str) -> None:
    parts = [payload.body["content"] for payload in texts(text)]
    assert "".join(parts) == text
    assert all(0 < len(part.encode()) <= MAX_BYTES for part in parts)
    assert len(parts) <= -(-len(text.encode()) // (MAX_BYTES - 3))


def question(*choices: tuple[str, str], text: str = "请选择") -> Message:
    return Message("chat-1", 7, T0, Author.BOT, text=text, choices=tuple(Choice(*one) for one in choices))


def test_a_question_is_a_menu_whose_answer_says_what_it_answers() -> None:
    (menu,) = payloads_of(question(("balance", "查余额"), ("1.2", "挂失")))
    ids = [item["click"]["id"] for item in menu.body["list"]]
    answers = [answer_of(id) for id in ids]
    assert [(a.tag, a.number, a.choice) for a in answers if a] == [
        (tag_of("chat-1"), 7, "balance"),
        (tag_of("chat-1"), 7, "1.2"),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        question(*((str(n), f"答 {n}") for n in range(11))),
        question(("a", "长" * 43)),
        question(("a" * 60, "答")),
        question(("a", "答"), text="长" * 400),
    ],
)
def test_what_no_menu_holds_is_said_in_lines(asked: Message) -> None:
    (said,) = payloads_of(asked)
    assert said.kind == "text"
    assert all(f"· {choice.text}" in said.body["content"].splitlines() for choice in asked.choices)


@pytest.mark.parametrize("menu", ["", "x", "101", "a.b.c", "a.rate.x", "a.1."])
def test_a_menu_of_somebody_elses_is_none_of_ours(menu: str) -> None:
    assert answer_of(menu) is None


def test_ids_of_messages_are_wecoms_and_always_the_same() -> None:
    ids = {message_id(f"chat-{c}", n, p) for c in range(3) for n in range(5) for p in range(3)}
    assert len(ids) == 45
    assert all(len(id) == 32 and id.isalnum() for id in ids)
    assert message_id("chat-1", 2, 0) == message_id("chat-1", 2, 0)
