"""Bad flow files: each is refused with its line, a code and a mend in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.flow.loader import load_bytes, load_text
from callcenter.flow.model import Flow
from callcenter.flow.problems import BadFlowFile, Problem
from callcenter.flow.sentences import SENTENCES
from tests.flow.making import HEAD, small

BYE = "  first: {type: hangup}\n"
BOMB = "a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n"


def problems_of(source: str | bytes) -> list[Problem]:
    load: Callable[..., object] = load_bytes if isinstance(source, bytes) else load_text
    with pytest.raises(BadFlowFile) as caught:
        load("small.yaml", source)
    assert str(caught.value).startswith("small.yaml:")
    return caught.value.problems


FILES: dict[str, tuple[str | bytes, int, str]] = {
    "empty": ("", 1, "file_empty"),
    "only comments": ("# nothing\n\n# here\n", 1, "file_empty"),
    "blank": ("  \n\n ", 1, "file_empty"),
    "not UTF-8": (HEAD.encode() + b"# " + "挂失".encode("gb18030"), 6, "not_utf8"),
    "1 MB": (b"# " + b"x" * 1_000_000, 1, "file_big"),
    "1 MB of text": ("x" * 1_000_000, 1, "file_big"),
    "tab": (HEAD + "steps:\n\tfirst: {type: hangup}\n", 7, "tab"),
    "control character": (HEAD + "steps:\n  first: {type: \x07hangup}\n", 7, "control_character"),
    "anchor bomb": (BOMB, 1, "anchor"),
    "alias": ("a: 1\nb: *a\n", 2, "anchor"),
    "duplicate key": (HEAD + "steps:\n" + BYE + "start: other\n", 8, "duplicate_key"),
    "duplicate step": (HEAD + "steps:\n" + BYE + BYE, 8, "duplicate_key"),
    "bracket open": (HEAD + "steps: {first: {type: hangup}\n", 7, "yaml"),
    "bad indentation": (HEAD + "steps:\n  first:\n    type: hangup\n   note: x\n", 9, "yaml"),
    "deep": ("a: " + "[" * 50_000, 1, "file_deep"),
    "two documents": (HEAD + "steps:\n" + BYE + "---\na: 1\n", 8, "several_documents"),
    "list": ("- a\n- b\n", 1, "not_a_record"),
    "text": ("hello", 1, "not_a_record"),
    "python tag": ("a: 1\nb: !!python/object/apply:os.system ['x']\n", 2, "yaml_tag"),
    "own tag": ("a: 1\nb: !secret x\n", 2, "yaml_tag"),
    "list as key": ("a: 1\n? [x]\n: 2\n", 2, "yaml"),
}


@pytest.mark.parametrize("name", FILES)
def test_bad_file(name: str) -> None:
    source, line, code = FILES[name]
    if code == "yaml_tag" and isinstance(source, str) and "apply" in source:
        source = source.replace(" ['x']", " x")
    found = problems_of(source)[0]
    assert (found.code, found.line) == (code, line)


FIELDS: dict[str, tuple[str, int, str, str]] = {
    "unknown type": ("  first: {type: hangupp}\n", 7, "unknown_type", "hangupp"),
    "no type": ("  first: {text: 你好}\n", 7, "missing_field", "type"),
    "step is text": ("  first: hangup\n", 7, "wrong_type", "hangup"),
    "missing next": ("  first:\n    type: say\n    text: 你好\n", 7, "missing_field", "next"),
    "unknown field": ("  first:\n    type: say\n    txet: 你好\n    next: first\n", 9, "unknown_field", "text"),
    "text is a number": ("  first:\n    type: say\n    text: 5\n    next: first\n", 9, "wrong_type", "5"),
    "time without unit": (
        "  first:\n    type: menu\n    text: x\n    choices: {'1': first}\n    on_fail: first\n    timeout: 5\n",
        12,
        "wrong_type",
        "5s",
    ),
    "no telephone key": (
        "  first:\n    type: menu\n    text: x\n    choices:\n      '1': first\n      A: first\n    on_fail: first\n",
        12,
        "bad_key",
        "A",
    ),
    "no choices": (
        "  first:\n    type: menu\n    text: x\n    choices: {}\n    on_fail: first\n",
        10,
        "wrong_type",
        "",
    ),
    "priority too high": ("  first:\n    type: queue\n    queue: general\n    priority: 11\n", 10, "wrong_type", "10"),
    "priority is text": (
        "  first:\n    type: queue\n    queue: general\n    priority: high\n",
        10,
        "wrong_type",
        "high",
    ),
    "step name": ("  First Step:\n    type: hangup\n", 7, "bad_name", "First Step"),
    "path of a service": (
        "  first:\n    type: http\n    service: bank\n    path: 'http://x'\n    on_ok: first\n    on_error: first\n",
        11 - 1,
        "wrong_type",
        "http://x",
    ),
    "case without target": (
        "  first:\n    type: branch\n    cases:\n      - when: a == 1\n    otherwise: first\n",
        10,
        "missing_field",
        "to",
    ),
    "transfer target": ("  first:\n    type: transfer\n    target: somewhere\n", 9, "wrong_type", "somewhere"),
    "end reason": ("  first:\n    type: hangup\n    reason: tired\n", 9, "wrong_type", "flow_completed"),
    "survey scale": (
        "  first:\n    type: survey\n    question: q\n    scale: 12\n    text: x\n    next: first\n"
        "    on_fail: first\n",
        10,
        "wrong_type",
        "9",
    ),
}


@pytest.mark.parametrize("name", FIELDS)
def test_bad_field(name: str) -> None:
    steps, line, code, named = FIELDS[name]
    found = problems_of(f"{HEAD}steps:\n{steps}")[0]
    assert (found.code, found.line) == (code, line)
    for language in ("zh", "en"):
        said = found.line_in(language)
        assert said.startswith(f"small.yaml:{line}: ")
        assert named in said


def test_every_wrong_field_is_named_at_once() -> None:
    found = problems_of(HEAD.replace("first", "5") + "steps:\n  a: {type: say}\n  b: {type: nothing}\n")
    assert [(problem.line, problem.code) for problem in found] == [
        (4, "wrong_type"),
        (7, "missing_field"),
        (8, "unknown_type"),
    ]


def test_missing_head() -> None:
    found = problems_of("flow: small\n")
    assert {problem.detail["field"] for problem in found} == {"title", "start", "fallback_queue", "steps"}


@pytest.mark.parametrize("code", SENTENCES)
def test_sentences_in_both_languages(code: str) -> None:
    assert set(SENTENCES[code]) == {"en", "zh"}
    for message, _ in SENTENCES[code].values():
        assert message


def test_keys_and_byte_order_mark_are_as_written() -> None:
    loaded = load_bytes("small.yaml", b"\xef\xbb\xbf" + (HEAD + "steps:\n" + BYE).encode())
    assert loaded.flow.start == "first"
    menu = small("  first:\n    type: menu\n    text: x\n    choices: {0: first, 9: first}\n    on_fail: first\n")
    assert set(menu.flow.steps["first"].choices) == {"0", "9"}


def test_plain_form_comes_back_equal() -> None:
    flow = small(
        "  first:\n    type: gather\n    text: {zh: 号}\n    variable: v\n    length: 4\n    timeout: 2.5s\n"
        "    next: b\n    on_fail: b\n"
        "  b:\n    type: branch\n    cases: [{when: v == '1', to: first}]\n    otherwise: c\n"
        "  c: {type: hangup, reason: rejected}\n"
    ).flow
    plain = flow.to_plain()
    assert plain["steps"]["first"]["timeout"] == "2500ms"
    assert Flow.from_plain(plain) == flow


def _load(source: str | bytes, load: Callable[..., object]) -> None:
    problems: list[Problem] | None = None
    try:
        load("small.yaml", source)
    except BadFlowFile as error:
        problems = error.problems
    assert problems != []
    for problem in problems or []:
        assert problem.line >= 1
        assert problem.line_in("zh")
        assert problem.line_in("en")


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_flow_or_a_clear_error(raw: bytes) -> None:
    _load(raw, load_bytes)


@settings(deadline=None)
@given(st.text(alphabet="flow: steps{}[]'\"-&*!|>\n\t#%@ab1", max_size=120))
def test_any_text_is_a_flow_or_a_clear_error(text: str) -> None:
    _load(text, load_text)
    _load(HEAD + "steps:\n  " + text, load_text)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 99), st.sampled_from(["first", "5s", "a == 1", "say", "x"])
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["type", "text", "next", "choices", "queue", "cases"]), VALUES, max_size=5))
def test_any_step_is_right_or_a_clear_error(step: dict[str, object]) -> None:
    lines = "".join(f"    {name}: {'null' if value is None else value}\n" for name, value in step.items())
    _load(f"{HEAD}steps:\n  first:\n{lines}", load_text)
