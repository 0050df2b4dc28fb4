"""Lists of leads as people send them: clean, or with every kind of dirt; the same seed makes the same file."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import xlsxwriter

HEADINGS = ["客户姓名", "手机号码", "办公电话", "额度", "支行"]
_FAMILIES, _GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗欧阳", "小明芳娜秀英敏静丽强磊军洋勇艳杰娟涛超霞"
_PREFIXES = ("138", "139", "150", "158", "186", "199", "177", "166")


def mobile(index: int) -> str:
    """The index-th mobile number, each another one."""
    return f"{_PREFIXES[index % len(_PREFIXES)]}{index // len(_PREFIXES):08d}"


def row(dice: random.Random, index: int) -> list[str]:
    """A clean row."""
    name = dice.choice(_FAMILIES) + dice.choice(_GIVEN) + dice.choice(_GIVEN)
    office = f"022-{dice.randrange(20_000_000, 89_999_999)}" if dice.random() < 0.1 else ""
    return [name, mobile(index), office, str(dice.randrange(1, 50) * 10_000), f"第{dice.randrange(80)}支行"]


def clean_rows(count: int, seed: int = 1) -> Iterator[list[str]]:
    """``count`` rows, each of another person."""
    dice = random.Random(seed)
    return (row(dice, index) for index in range(count))


def _with(change: Callable[[str], str], place: int = 1) -> Callable[[list[str]], list[str]]:
    return lambda cells: [change(cell) if at == place else cell for at, cell in enumerate(cells)]


_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
HARMLESS: dict[str, Callable[[list[str]], list[str]]] = {
    "full width": _with(lambda number: number.translate(_FULL_WIDTH)),
    "spaces": _with(lambda number: f" {number[:3]} {number[3:7]} {number[7:]} "),
    "country": _with(lambda number: f"+86 {number}"),
    "country by 00": _with(lambda number: f"0086{number}"),
    "country without sign": _with(lambda number: f"86{number}"),
    "nought before": _with(lambda number: f"0{number}"),
    "of a spreadsheet": _with(lambda number: f"{number}.0"),
    "quoted for a spreadsheet": _with(lambda number: f"'{number}"),
    "marks of copying": _with(lambda number: f"\u200e{number}\u202c"),
    "formula in a name": _with(lambda name: '=HYPERLINK("http://x")', 0),
    "line break in a name": _with(lambda name: f"{name}\n(先生)", 0),
    "bad further number": _with(lambda _: "没有", 2),
    "short row": lambda cells: cells[:2],
}
"""Dirt that costs nobody the lead."""
FATAL: dict[str, tuple[str, Callable[[list[str]], list[str]]]] = {
    "no number": ("no_number", _with(lambda _: " ")),
    "words": ("not_a_number", _with(lambda _: "空号")),
    "rounded": ("rounded", _with(lambda _: "1.38E+10")),
    "too short": ("too_short", _with(lambda number: number[:10])),
    "too long": ("too_long", _with(lambda number: number + "9")),
    "unassigned": ("unassigned", _with(lambda _: "12345678901")),
    "no area code": ("no_area_code", _with(lambda _: "87654321")),
    "service number": ("service_number", _with(lambda _: "4001234567")),
    "more cells": ("more_cells", lambda cells: [*cells, "x", "y"]),
    "long text": ("too_much_text", _with(lambda _: "长" * 3_000, 4)),
    "broken bytes": ("unreadable", _with(lambda name: name + "\udcff", 0)),
}
"""Dirt that makes no lead, with the code that says so. A lone surrogate becomes a byte of no encoding."""


def dirty_rows(count: int, seed: int = 1) -> Iterator[tuple[str, list[str]]]:
    """``count`` rows with the code each must be rejected by; empty: it is a lead. A tenth has an earlier number."""
    dice = random.Random(seed)
    harmless, fatal, kept = list(HARMLESS.values()), list(FATAL.values()), []
    for index in range(count):
        chance = dice.random()
        if chance < 0.1 and kept:
            yield "twice_in_list", row(dice, dice.choice(kept))
        elif chance < 0.4:
            code, spoil = dice.choice(fatal)
            yield code, spoil(row(dice, index))
        else:
            kept.append(index)
            cells = row(dice, index)
            yield "", dice.choice(harmless)(cells) if chance < 0.7 else cells


def write_csv(path: Path, rows: Iterator[list[str]], encoding: str = "utf-8-sig", delimiter: str = ",") -> None:
    """The heading and the rows."""
    with path.open("w", encoding=encoding, errors="surrogateescape", newline="") as file:
        out = csv.writer(file, delimiter=delimiter)
        out.writerow(HEADINGS)
        out.writerows(rows)


def write_excel(path: Path, rows: Iterator[list[str]]) -> None:
    """The same as a spreadsheet: numbers as numbers, as people have them."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, HEADINGS)
        for place, cells in enumerate(rows, 1):
            for at, cell in enumerate(cells):
                if cell.isdigit():
                    sheet.write_number(place, at, int(cell))
                else:
                    sheet.write_string(place, at, cell)
