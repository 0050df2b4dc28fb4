"""Prompt texts: what they may do, and that secrets stay dots."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.flow.secrets import DOTS, Secret
from callcenter.flow.templates import TemplateError, names_in, render


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("您好{{ name }}", "您好王秀兰"),
        ("  two \n words ", "two words"),
        ("{{ tail | spoken_digits }}", "1 2 3 4"),
        ("{{ amount | money }}元", "12345.6元"),
        ("{% if level == 'gold' %}贵宾{% else %}您{% endif %}好", "您好"),
        ("{{ missing }}.", "."),
        ("{{ nothing }}.", "."),
        ("{{ missing | default('客户') }}", "客户"),
        ("{{ record.city }}{{ record.keys }}", "天津"),
    ],
)
def test_fills(source: str, expected: str) -> None:
    values = {"name": "王秀兰", "tail": "1234", "amount": "12,345.60", "record": {"city": "天津"}, "nothing": None}
    assert render(source, values) == expected


@pytest.mark.parametrize(
    "source",
    [
        "{{ name",
        "{{ name.upper() }}",
        "{{ ''.__class__ }}" + "{{ name() }}",
        "{% for a in b %}x{% endfor %}",
        "{{ 'a' * 99999999 }}",
        "{{ 9 ** 999 }}",
        "{{ '%99999999d' % 1 }}",
        "{% set a = 1 %}",
        "{% include 'x' %}",
        "{% macro m() %}{% endmacro %}",
        "{{ name | safe }}",
        "{{ name | nofilter }}",
        "{{ range(9) }}",
        "{{ a[0] }}",
    ],
)
def test_refuses(source: str) -> None:
    with pytest.raises(TemplateError):
        names_in(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ pin }}",
        "{{ pin | spoken_digits }}",
        "{{ pin ~ '' }}",
        "{{ pin.key }}",
        "{{ pin | upper }}",
        "{{ pin | lower }}",
    ],
)
def test_a_secret_is_dots_or_nothing(source: str) -> None:
    text = render(source, {"pin": Secret("vault-key-77")})
    assert "vault" not in text.lower()
    assert text in (DOTS, "")


@pytest.mark.parametrize(
    "source", ["{{ pin | first }}", "{{ pin | length }}", "{{ pin | float }}", "{{ pin + 1 }}", "{{ x | money }}"]
)
def test_a_secret_is_not_in_errors_either(source: str) -> None:
    try:
        said = render(source, {"pin": Secret("vault-key-77"), "x": "many"})
    except TemplateError as error:
        said = error.reason
    assert "vault" not in said


def test_a_huge_text_is_refused() -> None:
    with pytest.raises(TemplateError):
        render("{{ x }}", {"x": "y" * 5000})


def test_names_are_the_variables_read() -> None:
    assert names_in("{{ a }}{% if b.c == 1 %}{{ d | default(e) }}{% endif %}") == {"a", "b", "d", "e"}


@settings(deadline=None)
@given(st.text(alphabet="{}%|'ab. ()+-*", max_size=40))
def test_any_text_is_filled_or_a_clear_error(source: str) -> None:
    try:
        said: str | None = render(source, {"a": "1", "b": 2})
    except TemplateError as error:
        said = error.reason or None
    assert isinstance(said, str)
