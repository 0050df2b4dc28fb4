"""Patches: whatever a page showed before, it shows the new picture after, with few moves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.web.live import Fragments, Picture, patch

LISTS = ("offered", "busy", "break")


class PageModel:
    """What the browser does with a patch, without a browser; it fails where the browser's script would throw."""

    def __init__(self) -> None:
        self.regions: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {name: [] for name in LISTS}
        self.html: dict[str, str] = {}

    def apply(self, news: dict[str, object]) -> None:
        self.regions |= news["regions"]  # type: ignore[arg-type]
        for key in news["gone"]:  # type: ignore[attr-defined]
            self._take_out(key)
            del self.html[key]
        for name, ops in news["lists"].items():  # type: ignore[attr-defined]
            for key, after, html in ops:
                if html is not None:
                    self.html[key] = html
                assert key in self.html, f"no row {key}"
                if after is None:
                    assert key in self.lists[name]
                    continue
                self._take_out(key)
                at = self.lists[name].index(after) + 1 if after else 0
                self.lists[name].insert(at, key)
            if news["whole"]:
                named = [key for key, _, _ in ops]
                self.lists[name] = [key for key in self.lists[name] if key in named]

    def _take_out(self, key: str) -> None:
        for keys in self.lists.values():
            if key in keys:
                keys.remove(key)

    def picture(self) -> Picture:
        return Picture(self.regions, {name: {key: self.html[key] for key in keys} for name, keys in self.lists.items()})


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    keys = draw(st.lists(st.sampled_from([f"a{k}" for k in range(12)]), unique=True))
    lists: dict[str, dict[str, str]] = {name: {} for name in LISTS}
    for key in keys:
        lists[draw(st.sampled_from(LISTS))][key] = draw(st.sampled_from(["<li>x</li>", "<li>y</li>", "<li>z</li>"]))
    regions = {name: draw(st.sampled_from(["", "1", "2"])) for name in ("summary", "alarms")}
    return Picture(regions, lists)


def same(left: Picture, right: Picture) -> bool:
    ordered = all(list(left.lists[name].items()) == list(right.lists[name].items()) for name in LISTS)
    return ordered and dict(left.regions) == dict(right.regions)


@given(st.lists(pictures(), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_after_every_patch_the_page_shows_the_picture(shown: list[Picture]) -> None:
    page, before = PageModel(), None
    for picture in shown:
        news = patch(before, picture)
        if news is None:
            assert before is not None
            assert same(before, picture)
        else:
            page.apply(news)
        assert same(page.picture(), picture)
        before = picture


@given(pictures(), pictures())
@settings(max_examples=200, deadline=None)
def test_a_whole_patch_rids_a_page_of_what_it_had_before(old: Picture, new: Picture) -> None:
    page = PageModel()
    for picture in (old, new):
        news = patch(None, picture)
        assert news is not None
        page.apply(news)
    assert same(page.picture(), new)


def rows(*keys: str) -> Picture:
    return Picture(lists={"busy": {key: f"<li>{key}</li>" for key in keys}})


def test_one_row_that_moves_is_one_op_and_carries_no_html() -> None:
    news = patch(rows("a", "b", "c", "d", "e"), rows("b", "c", "d", "e", "a"))
    assert news == {"regions": {}, "gone": [], "lists": {"busy": [("a", "e", None)]}, "whole": False}


def test_a_row_that_changes_stays_where_it_is() -> None:
    new = Picture(lists={"busy": {"a": "<li>a</li>", "b": "<li>B</li>", "c": "<li>c</li>"}})
    news = patch(rows("a", "b", "c"), new)
    assert news is not None
    assert news["lists"] == {"busy": [("b", None, "<li>B</li>")]}


def test_equal_pictures_are_no_news() -> None:
    assert patch(rows("a", "b"), rows("a", "b")) is None
    assert patch(rows("a"), rows("b", "a")) is not None


def test_a_key_in_two_lists_is_our_fault_and_told() -> None:
    with pytest.raises(ValueError, match=r"'busy'.*'a'"):
        patch(None, Picture(lists={"offered": {"a": ""}, "busy": {"a": ""}}))


def test_fragments_are_made_once_for_each_value() -> None:
    made: list[int] = []

    def make(value: int) -> str:
        made.append(value)
        return f"<li>{value}</li>"

    fragments = Fragments(make)
    assert fragments.of([("a", 1), ("b", 2)]) == {"a": "<li>1</li>", "b": "<li>2</li>"}
    fragments.of([("b", 2), ("a", 1)])
    assert made == [1, 2]
    fragments.forget_others()
    assert fragments.of([("a", 3)]) == {"a": "<li>3</li>"}
    fragments.forget_others()
    fragments.of([("b", 2)])
    assert made == [1, 2, 3, 2]
