"""Faults of articles, each at its place, in words."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callcenter.domain.config import CenterConfig
from callcenter.domain.knowledge import Article
from callcenter.routing.check import said
from callcenter.routing.check_articles import check_articles

GOOD = Article("hours", {"zh": "几点开门", "en": "When do you open"}, {"zh": "九点", "en": "At nine"}, ("开门时间",))


@pytest.mark.parametrize(
    ("fields", "place", "code"),
    [
        ({"id": "a b"}, "id", "bad_id"),
        ({"questions": {}}, "questions", "no_name"),
        ({"questions": {"zh": "几" * 121, "en": "When"}}, "questions.zh", "too_long"),
        ({"answers": {"zh": " "}}, "answers", "no_name"),
        ({"answers": {"zh": "九" * 1001, "en": "At nine"}}, "answers.zh", "too_long"),
        ({"answers": {"zh": "九点"}}, "answers.en", "name_missing"),
        ({"variants": ("x" * 121,)}, "variants[0]", "too_long"),
        ({"variants": ("好", " ")}, "variants[1]", "no_name"),
        ({"variants": tuple(f"问{n}" for n in range(51))}, "variants", "too_many_variants"),
        ({"valid_from": "2026-2-1"}, "valid_from", "bad_date"),
        ({"valid_until": "2026-02-30"}, "valid_until", "bad_date"),
        ({"valid_from": "2026-03-02", "valid_until": "2026-03-01"}, "valid_until", "days_reversed"),
        ({"channels": ("chat", "fax")}, "channels[1]", "unknown_channel"),
    ],
)
def test_each_fault_has_its_place_and_a_sentence_in_both_languages(
    fields: dict[str, object], place: str, code: str
) -> None:
    (found,) = check_articles(CenterConfig(articles=(replace(GOOD, **fields),)))
    assert (found.place, found.code) == (f"articles[0].{place}", code)
    assert all(text for language in ("zh", "en") for text in said(found, language))


def test_a_good_article_has_none() -> None:
    assert list(check_articles(CenterConfig(articles=(GOOD,)))) == []


def test_an_id_twice_and_more_than_are_kept_block_a_wording_of_two_warns() -> None:
    other = Article("other", {"zh": "开门时间", "en": "Opening"}, {"zh": "九点", "en": "At nine"})
    found = list(check_articles(CenterConfig(articles=(GOOD, GOOD, other))))
    assert [(one.place, one.code, one.blocks) for one in found] == [
        ("articles[1].id", "id_twice", True),
        ("articles[2].variants", "asked_twice", False),
    ]
    many = tuple(Article(f"a{n}", {"zh": f"问{n}", "en": f"q{n}"}, {"zh": "答", "en": "A"}) for n in range(501))
    assert [one.code for one in check_articles(CenterConfig(articles=many))] == ["too_many_articles"]
