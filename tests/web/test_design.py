"""The design system holds what it promises: readable colours, states told apart without colour, sealed templates."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from callcenter.web import charts
from tests.web.conftest import Browser

WEB = Path(__file__).parents[2] / "callcenter/web"
TOKENS = (WEB / "static/css/tokens.css").read_text()
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))


def name_of(template: Path) -> str:
    """The template's path below ``templates``."""
    return str(template.relative_to(WEB / "templates"))


CARRIED_AWAY = {WEB / "templates/contacts/story_export.html"}
"""Read from an archive, without us: their style must be in them."""
THEMES = ("light", "dark")

GROUNDS = {"ground", "surface", "raised"}
SOFT = {"accent-soft", "danger-soft", "warn-soft", "good-soft", "info-soft", "s-hold-soft"}
STATES = {"available", "offered", "busy", "hold", "wrap_up", "on_break", "logged_out", "alarm"}
TEXTS = {"ink", "ink-2", "ink-3", "accent", "danger", "warn", "good", "info"} | {f"s-{state}" for state in STATES}
LINES = {"line-strong", "focus"}
OTHERS = {"line", "accent-ink", "shade", "veil"}
"""Dividing lines carry no meaning; the text on the accent has its own test; shade and veil lie under nothing read."""


def colours() -> dict[str, tuple[str, str]]:
    """Each token with its light and its dark colour."""
    found = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", TOKENS)
    return {name: (light, dark) for name, light, dark in found}


COLOURS = colours()


def rgb(colour: str) -> tuple[float, float, float]:
    """Linear light of a #rrggbb colour."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return red, green, blue


def luminance(light: tuple[float, float, float]) -> float:
    """Relative luminance by WCAG 2.2."""
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2."""
    dark, bright = sorted((luminance(rgb(one)), luminance(rgb(other))))
    return (bright + 0.05) / (dark + 0.05)


def test_the_contrast_is_reckoned_like_the_standard_says() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_every_colour_is_measured() -> None:
    """A new token must be said to be text, ground or line, or it would escape the next test."""
    assert COLOURS.keys() == GROUNDS | SOFT | TEXTS | LINES | OTHERS


@pytest.mark.parametrize("theme", THEMES)
def test_all_text_is_readable_on_all_grounds(theme: str) -> None:
    at = THEMES.index(theme)
    pairs = [*itertools.product(sorted(TEXTS), sorted(GROUNDS | SOFT)), ("accent-ink", "accent")]
    weak = {
        f"{text} on {ground}": round(contrast(COLOURS[text][at], COLOURS[ground][at]), 2)
        for text, ground in pairs
        if contrast(COLOURS[text][at], COLOURS[ground][at]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("theme", THEMES)
def test_edges_of_fields_and_the_focus_are_seen(theme: str) -> None:
    """WCAG 1.4.11: 3 to 1 for what one must see to use a control."""
    at = THEMES.index(theme)
    for line, ground in itertools.product(sorted(LINES), sorted(GROUNDS)):
        assert contrast(COLOURS[line][at], COLOURS[ground][at]) >= 3, (line, ground)


# Machado, Oliveira, Fernandes 2009, severity 1: what is left of linear light.
BLINDNESS = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
}


def lab(light: tuple[float, float, float]) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of linear sRGB light."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in light)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def seen(colour: str, blindness: str) -> tuple[float, float, float]:
    """The colour as someone with this blindness sees it, in L*a*b*."""
    red, green, blue = rgb(colour)
    rows = BLINDNESS[blindness]
    mixed = [row[0] * red + row[1] * green + row[2] * blue for row in rows]
    return lab((mixed[0], mixed[1], mixed[2]))


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("one", "other"),
    [("available", "alarm"), ("available", "busy"), ("busy", "alarm"), ("offered", "busy"), ("busy", "hold")],
)
def test_states_that_must_not_be_confused_differ_for_the_colour_blind(
    one: str, other: str, theme: str, blindness: str
) -> None:
    """Besides word and shape: the hues themselves stay apart (a difference of 10 is plain side by side)."""
    at = THEMES.index(theme)
    first, second = (seen(COLOURS[f"s-{state}"][at], blindness) for state in (one, other))
    assert sum((a - b) ** 2 for a, b in zip(first, second, strict=True)) ** 0.5 >= 10


async def test_each_state_has_a_word_a_shape_and_a_colour(browser_of: Callable[..., Browser]) -> None:
    css = (WEB / "static/css/states.css").read_text()
    marks = dict(re.findall(r"\.state-(\w+) \{ color: var\(--s-\w+\); --mark: (url\([^)]+\))", css))
    assert marks.keys() == STATES
    assert len(set(marks.values())) == len(STATES)
    browser = browser_of()
    await browser.sign_in("admin")
    html = (await browser.get("/design")).text
    shown = re.findall(
        r'class="state state-(\w+)"><span class="shape" aria-hidden="true">(.*?)</span> (.*?)</span>', html
    )
    assert {state for state, _, _ in shown} == STATES
    assert len({shape for _, shape, _ in shown}) == len({word for _, _, word in shown}) == len(STATES)


async def test_the_page_of_components_needs_a_sign_in_and_no_right(browser_of: Callable[..., Browser]) -> None:
    stranger = browser_of()
    assert (await stranger.get("/design")).status_code == 303
    agent = browser_of()
    await agent.sign_in("wangfang")
    answer = await agent.get("/design?sort=wait")
    assert answer.status_code == 200
    assert 'aria-sort="ascending"' in answer.text


async def test_a_sort_word_from_outside_stays_text(browser_of: Callable[..., Browser]) -> None:
    browser = browser_of()
    await browser.sign_in("wangfang")
    answer = await browser.get("/design", params={"sort": '"><script>alert(1)</script>'})
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "template", sorted({*TEMPLATES} - CARRIED_AWAY), ids=lambda path: str(path.relative_to(WEB / "templates"))
)
def test_no_template_carries_style_or_script(template: Path) -> None:
    """The content policy would refuse them; better to hear it here."""
    text = template.read_text()
    assert not re.search(r"<style|\sstyle\s*=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']|hx-on|javascript:", text)


def test_every_macro_is_on_the_page() -> None:
    """What is not shown is not looked at."""
    page = "".join(path.read_text() for path in (WEB / "templates/design").glob("*.html"))
    helpers = {
        "attributes",
        "drawn",
        "described",
        "label_text",
        "remarks",
        "choices",
        "as_table",
        "csrf_field",
        "toast_place",
    }
    for name in ("forms", "tables", "states", "badges", "dialogs", "tabs", "figures", "timeline", "toasts"):
        text = (WEB / f"templates/components/{name}.html").read_text()
        for macro in set(re.findall(r"{% macro (\w+)", text)) - helpers:
            assert re.search(rf"\b{macro}\(", page), f"{name}.html: {macro} is not shown on /design"


def test_every_stylesheet_is_reached() -> None:
    """A file nobody imports or links is dead."""
    css = WEB / "static/css"
    reached = set(re.findall(r'url\("([\w-]+\.css)"\)', (css / "app.css").read_text()))
    for template in TEMPLATES:
        reached |= set(re.findall(r'href="/static/css/([\w-]+\.css)"', template.read_text()))
    assert {path.name for path in css.glob("*.css")} == reached


def test_tokens_used_in_stylesheets_exist() -> None:
    known = set(re.findall(r"--([\w-]+):", TOKENS)) | {"mark"}
    for sheet in (WEB / "static/css").glob("*.css"):
        own = set(re.findall(r"--([\w-]+):", sheet.read_text()))
        unknown = set(re.findall(r"var\(--([\w-]+)", sheet.read_text())) - known - own
        assert not unknown, f"{sheet.name}: {unknown}"


@pytest.mark.parametrize(
    ("highest", "scale"), [(0, 1), (0.3, 0.4), (1, 1), (7, 8), (94, 100), (101, 200), (4001, 5000), (9000, 10000)]
)
def test_scales_end_at_round_numbers(highest: float, scale: float) -> None:
    assert charts.nice_ceiling(highest) == pytest.approx(scale)


def test_a_missing_value_is_a_gap_and_never_nought() -> None:
    drawn = charts.lines([1, 2, None, 3, 4], 100, 10)
    assert [len(run.split()) for run in drawn] == [2, 2]
    assert charts.last_point([1, 2, None], 100, 10) == (50.0, 0.0)
    assert charts.lines([], 100, 10) == []
    assert charts.last_point([None], 100, 10) is None
    assert charts.bars([("a", None)]).bars[0].text == "–"


def test_marks_stay_inside_the_drawing() -> None:
    chart = charts.line([(f"{hour}:00", hour * 37 % 91) for hour in range(24)], goal=80)
    xs, ys = zip(*(map(float, point.split(",")) for run in chart.lines for point in run.split()), strict=True)
    assert min(xs) >= chart.left
    assert max(xs) <= chart.right
    assert min(ys) >= 0
    assert max(ys) <= chart.height
    assert len(chart.names) <= 8
    assert charts.share(120, 100) == 100
    assert charts.share(5, 0) == 0


def test_names_below_a_line_never_run_into_each_other() -> None:
    for names in (["03-03 09:00"] * 40, ["2026 年 3 月 9 日"] * 9, ["a", "", "b" * 9, "", "c" * 9] * 5):
        for wide in (False, True):
            chart = charts.line([(name, 1) for name in names], wide=wide)
            spans = []
            for mark in chart.names:
                width = charts.text_width(mark.text)
                begins = mark.at - {"start": 0, "middle": width / 2, "end": width}[mark.anchor]
                spans.append((begins, begins + width))
            assert spans == sorted(spans)
            assert all(end < begins for (_, end), (begins, _) in itertools.pairwise(spans))
            assert all(mark.text for mark in chart.names)


def test_a_value_between_two_gaps_is_a_dot() -> None:
    chart = charts.line([("a", 1), ("b", None), ("c", 2), ("d", None), ("e", 3), ("f", 4)])
    assert len(chart.alone) == 2
    assert len(chart.lines) == 1


def test_long_names_of_bars_are_cut_and_large_counts_written_out() -> None:
    chart = charts.bars([("挂失与紧急止付服务专线（含境外）一二三四五六", 1_234_567), ("a", 0.5)])
    assert chart.bars[0].name.endswith("…")
    assert charts.text_width(chart.bars[0].name) <= chart.left
    assert [bar.text for bar in chart.bars] == ["1234567", "0.5"]
    assert all(chart.left + bar.length + 60 <= chart.width for bar in chart.bars)
