"""What the one pass leaves out never changes a verdict: rules beside a plain search with the same RE2 or words."""

from __future__ import annotations

import re

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.quality.conditions import And, If, Near, Node, Not, Or, Order, Regex, Repeat, Scope, Words
from callcenter.quality.literals import compile_regex, needed
from callcenter.quality.rules import Loaded, Rule, RuleSet
from callcenter.quality.transcript import Transcript, Turn

ATOMS = st.sampled_from(
    ["a", "b", "ab", "保", "本", "保本", "c", ".", "[ab]", "[^c]", r"\d", "7", r"\b", "[[:alpha:]]"]
)


def joined(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.lists(children, min_size=1, max_size=3).map("".join),
        st.lists(children, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(children, st.sampled_from(["?", "*", "+", "{2}", "{0,2}", "{1,3}", "??", "+?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
        children.map(lambda part: f"(?i:{part})"),
    )


PATTERNS = st.one_of(st.recursive(ATOMS, joined, max_leaves=8), st.lists(ATOMS, min_size=2, max_size=3).map("|".join))
TEXTS = st.text("abc7保本 ", max_size=10)


@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=4))
@settings(max_examples=500, deadline=None)
def test_an_expression_is_found_where_a_search_of_every_turn_finds_it(pattern: str, texts: list[str]) -> None:
    compiled = compile_regex(pattern)
    spans = [(number, match.span()) for number, text in enumerate(texts) for match in compiled.finditer(text)]
    wanted = next((number for number, (start, end) in spans if end > start), None)
    found = rules(Regex(pattern)).findings(talk(texts))
    assert (found[0].turn if found else None) == wanted


WORDS = st.lists(st.sampled_from(["a", "ab", "保本", "本", "7", "b 7", "c"]), min_size=1, max_size=3, unique=True)
SCOPES = st.builds(Scope, by=st.sampled_from([(), ("agent",), ("customer",), ("agent", "bot")]))
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(
        lambda mode, words, scope: Words(mode, tuple(words), scope),
        st.sampled_from(["any", "all", "none"]),
        WORDS,
        SCOPES,
    ),
    st.builds(Regex, PATTERNS, SCOPES),
)


def nested(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    parts = st.lists(children, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, parts), st.builds(Or, parts), st.builds(Order, parts), st.builds(Not, children),
        st.builds(Repeat, children, st.integers(1, 3)), st.builds(Near, children, children, turns=st.integers(1, 2)),
        st.builds(If, children, then=children), st.builds(If, children, before=children, turns=st.integers(1, 2)),
    )  # fmt: skip


@given(st.recursive(LEAVES, nested, max_leaves=5), st.lists(TEXTS, min_size=1, max_size=5))
@settings(max_examples=500, deadline=None)
def test_a_rule_says_the_same_when_it_is_always_judged(node: Node, texts: list[str]) -> None:
    """``or`` with what never holds takes the trigger away: then nothing is left out."""
    never = Not(Not(Words("any", ("从来没有人说",))))
    quick = rules(node).findings(talk(texts))
    assert quick == rules(Or((And((node,)), never))).findings(talk(texts))


@given(
    st.lists(st.recursive(LEAVES, nested, max_leaves=3), min_size=2, max_size=5),
    st.lists(TEXTS, max_size=4),
    st.randoms(),
)
@settings(max_examples=200, deadline=None)
def test_verdicts_do_not_depend_on_the_order_of_rules(nodes: list[Node], texts: list[str], chance: object) -> None:
    made = [rule(f"r{number}", node) for number, node in enumerate(nodes)]
    wanted = RuleSet(Loaded({one.id: one for one in made}), {}).findings(talk(texts))
    chance.shuffle(made)  # type: ignore[attr-defined]
    assert RuleSet(Loaded({one.id: one for one in made}), {}).findings(talk(texts)) == wanted


@pytest.mark.parametrize(
    ("pattern", "ways"),
    [
        ("保本", [{"保本"}]),
        ("保.{0,3}本", [{"保", "本"}]),
        ("保本|稳赚", [{"保本"}, {"稳赚"}]),
        ("(保本|稳赚)不赔", [{"不赔"}]),
        ("(保本|稳赚)?", None),
        ("[ab]保", [{"保"}]),
        ("[[:alpha:]]+保", None),
        ("a", None),
    ],
)
def test_what_an_expression_needs(pattern: str, ways: list[set[str]] | None) -> None:
    found = needed(pattern)
    assert (None if found is None else [set(way) for way in found]) == ways


def test_re2_refuses_what_is_not_linear() -> None:
    for pattern in (r"(a)\1", "(?=a)b", "(?<!a)b"):
        assert re.compile(pattern)
        with pytest.raises(re2.error):
            compile_regex(pattern)


def rule(name: str, node: Node) -> Rule:
    return Rule(name, {"zh": name}, "service", "both", node)


def rules(node: Node) -> RuleSet:
    return RuleSet(Loaded({"r": rule("r", node)}), {})


def talk(texts: list[str]) -> Transcript:
    sides = ("agent", "customer")
    turns = [
        Turn(sides[number % 2], number * 1000, number * 1000 + 900, text, folded=text, number=number)  # type: ignore[arg-type]
        for number, text in enumerate(texts)
    ]
    return Transcript("t", tuple(turns), duration_ms=len(texts) * 1000)
