"""Makes text ready to be spoken: markup and pictures out, numbers as a person would say them, languages apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 6_000
"""Characters of one prompt; about twenty minutes of speech."""
_PART = 400

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_PHONEMES = re.compile(r"\[\[|\]\]")
_SENTENCE_END = re.compile(r"(?<=[。！？；!?;\n])|(?<=[.] )")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?=年)")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
_MONEY = re.compile(r"(?<![\d.])(\d{1,12})\.(\d{2})元")
_DECIMAL = re.compile(r"(?<![\d.])(\d{1,12})\.(\d+)(?![\d.])")
_LABEL = r"(?:尾号|号码|卡号|账号|工号|热线|电话|编号|验证码|ending in|number)"
_LABELLED = re.compile(rf"({_LABEL}\s*(?:为|是|:|：)?\s*)(\d+)", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,12}")
_DIGITS = "零一二三四五六七八九"
_SPOKEN_DIGITS = "零幺二三四五六七八九"

_UNSPOKEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk"})
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LATIN = re.compile(r"[A-Za-z]")


def clean(text: str) -> str:
    """The text without markup, emoji, control characters and the engine's own phoneme brackets."""
    text = _PHONEMES.sub(" ", _TAG.sub(" ", unicodedata.normalize("NFKC", text)))
    kept = (c if c == "\n" or unicodedata.category(c) not in _UNSPOKEN else " " for c in text)
    return re.sub(r"[^\S\n]+", " ", "".join(kept)).strip()


def parts(text: str, language: str) -> Iterator[tuple[str, str]]:
    """``(language, text)`` pieces in order: Chinese and Latin words apart, sentence by sentence when long."""
    for spoken, piece in _by_language(clean(text), language):
        said = _chinese(piece) if spoken == "zh" else _other(piece)
        for sentence in _pieces(said):
            if any(c.isalnum() for c in sentence):
                yield spoken, sentence


def _by_language(text: str, language: str) -> Iterator[tuple[str, str]]:
    current, held = language, ""
    for letter in text:
        belongs = "zh" if _HAN.match(letter) else "en" if _LATIN.match(letter) and language == "zh" else ""
        if belongs and belongs != current:
            if held.strip():
                yield current, held
            current, held = belongs, ""
        elif not belongs and language == "zh" and letter.isdigit() and current == "en" and not held[-1:].isalnum():
            # A number after an English word with a space between is read in the language of the prompt.
            yield current, held
            current, held = language, ""
        elif language != "zh" and current == "zh" and _LATIN.match(letter):
            yield current, held
            current, held = language, ""
        held += letter
    if held.strip():
        yield current, held


def _pieces(text: str) -> Iterator[str]:
    held = ""
    for sentence in _SENTENCE_END.split(text):
        if held and len(held) + len(sentence) > _PART:
            yield held
            held = ""
        held += sentence
        while len(held) > _PART:
            yield held[:_PART]
            held = held[_PART:]
    if held:
        yield held


def _chinese(text: str) -> str:
    text = _GROUPED.sub("", text)
    text = _PERCENT.sub(r"百分之\1", text)
    text = _YEAR.sub(lambda m: _spell(m[1], _DIGITS), text)
    text = _LABELLED.sub(lambda m: m[1] + _spell(m[2], _SPOKEN_DIGITS), text)
    text = _MONEY.sub(_money, text)
    text = _DECIMAL.sub(lambda m: f"{number(int(m[1]))}点{_spell(m[2], _DIGITS)}", text)
    text = re.sub(r"(?<!\d)(?:\d{5,}(?!\d*元)|0\d+)", lambda m: _spell(m[0], _SPOKEN_DIGITS), text)
    text = re.sub(r"(?<!\d)2(?=[位个分名次])", "两", text)
    return _NUMBER.sub(lambda m: number(int(m[0])), text)


def _other(text: str) -> str:
    text = _GROUPED.sub("", text)
    text = _LABELLED.sub(lambda m: m[1] + " ".join(m[2]), text)
    return re.sub(r"(?<![\d.])(?:\d{6,}|0\d+)(?!\.\d)", lambda m: " ".join(m[0]), text)


def _money(match: re.Match[str]) -> str:
    tenths, hundredths = int(match[2][0]), int(match[2][1])
    tail = ("零" if not tenths else f"{_DIGITS[tenths]}角") if tenths or hundredths else ""
    tail += f"{_DIGITS[hundredths]}分" if hundredths else ""
    return f"{number(int(match[1]))}元{tail}"


def _spell(digits: str, words: str) -> str:
    return "".join(words[int(digit)] for digit in digits)


def number(value: int) -> str:
    """A whole number from 0 to 10**12 - 1 in Chinese words: 10203 is 一万零二百零三."""
    if value == 0:
        return _DIGITS[0]
    words, gap = "", False
    for exponent, unit in ((8, "亿"), (4, "万"), (0, "")):
        group = value // 10**exponent % 10_000
        if group:
            words += ("零" if words and (gap or group < 1_000) else "") + _group(group) + unit
        gap = group == 0
    return words.removeprefix("一") if words.startswith("一十") else words


def _group(value: int) -> str:
    words, gap = "", False
    for unit, name in ((1_000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + name
        gap = digit == 0
    return words
