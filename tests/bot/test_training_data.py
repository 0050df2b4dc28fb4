"""Reading training data: what is understood, and what is named with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.bot.training_data import Annotation, BadTrainingData, DataProblem, Project, read_project
from callcenter.bot.training_data.annotations import read_annotations
from callcenter.bot.training_data.regex_safety import may_run_away
from callcenter.bot.training_data.sentences import SENTENCES
from tests.bot import small_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_project.write(tmp_path / "bot")


def problems_of(path: Path) -> list[DataProblem]:
    with pytest.raises(BadTrainingData) as caught:
        read_project(path)
    return [problem for problem in caught.value.problems if problem.blocks]


def only(path: Path, code: str) -> DataProblem:
    found = problems_of(path)
    assert [problem.code for problem in found] == [code]
    return found[0]


def change(file: Path, old: str, new: str) -> int:
    """Replace the first ``old`` in the file; returns its line."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


class TestWhatIsRead:
    def test_sentences_with_intents_and_places(self, folder: Path) -> None:
        project = read_project(folder)
        assert len(project.examples) == 20
        first = project.examples[0]
        assert (first.text, first.intent, first.line) == ("我的卡丢了", "card_loss_report", 5)
        assert first.file == str(folder / "data" / "nlu.yml")

    def test_annotations_lookups_synonyms(self, folder: Path) -> None:
        project = read_project(folder)
        marked = next(example for example in project.examples if len(example.annotations) == 2)
        assert marked.text == "我想转三千给我妈"
        assert marked.annotations == (Annotation(3, 5, "amount"), Annotation(6, 8, "payee", "mother"))
        assert project.synonyms == {"我爸": "father", "my dad": "father"}
        assert [pattern.source for pattern in project.patterns] == ["我爸", "my dad"]
        assert project.entities == ["card_tail", "amount", "payee"]
        assert project.literal_regexes is False

    def test_what_is_not_supported_is_named(self, folder: Path) -> None:
        notes = {problem.code: problem for problem in read_project(folder).notes()}
        assert notes["unsupported_component"].detail["name"] == "CustomThing"
        assert notes["unsupported_component"].line == 8
        assert notes["replaced_component"].detail["name"] == "JiebaTokenizer"

    def test_a_list_of_examples_as_rasa_also_writes_them(self, folder: Path) -> None:
        file = folder / "data" / "more.yml"
        file.write_text(
            "nlu:\n- intent: balance_query\n  examples:\n  - text: |\n      - 余额还剩几何\n    metadata: {}\n",
            encoding="utf-8",
        )
        project = read_project(folder)
        assert any(example.text == "余额还剩几何" for example in project.examples)
        assert "unsupported_key" in {problem.code for problem in project.notes()}

    def test_csv_with_quotes_commas_and_line_breaks(self, tmp_path: Path) -> None:
        file = tmp_path / "rows.csv"
        file.write_text('\ufefftext,category\n"a, ""b""\nc",one\nplain,two\n', encoding="utf-8")
        examples = read_project(file).examples
        assert [(e.text, e.intent, e.line) for e in examples] == [('a, "b"\nc', "one", 2), ("plain", "two", 4)]

    def test_options_of_the_embedded_assistant(self, folder: Path) -> None:
        (folder / "embedded.yml").write_text("embedding: use+minilm\nseed: 11\n", encoding="utf-8")
        options = read_project(folder).options
        assert (options.embedding, options.seed, options.refuse) == ("use+minilm", 11, "balanced")

    def test_the_shipped_assistant(self) -> None:
        project = read_project(Path(__file__).parents[2] / "nlu_models")
        assert len(project.examples) > 4000
        assert {problem.code for problem in project.problems} == {"replaced_component"}


class TestWhatIsWrong:
    def test_the_same_sentence_under_two_intents(self, folder: Path) -> None:
        line = change(folder / "data" / "nlu.yml", "怎么转账", "查一下 余额！")
        problem = only(folder, "contradiction")
        assert problem.line == line
        assert problem.detail["other"] == "balance_query"
        assert problem.detail["where"].endswith("nlu.yml:12")

    def test_collected_rows_may_contradict_and_are_named(self, tmp_path: Path) -> None:
        file = tmp_path / "rows.csv"
        file.write_text("text,category\nhello,one\nHello!,two\n", encoding="utf-8")
        project = read_project(file)
        assert len(project.examples) == 2
        assert ("contradiction", 3) in [(problem.code, problem.line) for problem in project.notes()]

    @pytest.mark.parametrize(
        ("old", "new", "code"),
        [
            ("- intent: transfer_how", "- intent: transfer_hwo", "unknown_intent"),
            ("    - 怎么转账", "    怎么转账", "line_without_dash"),
            ("    - 怎么转账", "    - ", "empty_example"),
            ("[三千](amount)", "[三千](amout)", "unknown_entity"),
            ("[三千](amount)", "[三千](12 monkeys)", "bad_annotation"),
            ('{"entity": "payee", "value": "mother"}', '{"entity": "payee", value: 1}', "bad_annotation"),
            ("- lookup: payee", "- lookups: payee", "unknown_key"),
            ("    - 怎么转账", "    - " + "很" * 1001, "example_too_long"),
        ],
    )
    def test_the_line_is_named(self, folder: Path, old: str, new: str, code: str) -> None:
        line = change(folder / "data" / "nlu.yml", old, new)
        found = [problem for problem in problems_of(folder) if problem.code == code]
        assert found
        assert found[0].file.endswith("nlu.yml")
        expected = line + 2 if code == "unknown_intent" else line
        assert found[0].line == expected
        assert found[0].message_in("en")
        assert found[0].message_in("zh") != found[0].message_in("en")

    @pytest.mark.parametrize(
        ("source", "code"),
        [("(a+", "bad_regex"), ("(a+)+$", "slow_regex"), (r"(\d[\s-]*){4,}x", "slow_regex")],
    )
    def test_regexes_that_fail_or_run_away(self, folder: Path, source: str, code: str) -> None:
        file = folder / "data" / "regex.yml"
        file.write_text(f"nlu:\n- regex: card_tail\n  examples: |\n    - {source}\n", encoding="utf-8")
        problem = only(folder, code) if code == "bad_regex" else problems_of(folder)[0]
        assert (problem.file, problem.line) == (str(file), 4)

    def test_an_intent_without_sentences(self, folder: Path) -> None:
        line = change(folder / "data" / "nlu.yml", "- synonym: father", "- intent: balance_query\n- synonym: father")
        problem = only(folder, "section_without_examples")
        assert problem.line == line

    def test_broken_yaml(self, folder: Path) -> None:
        line = change(folder / "domain.yml", "- balance_query", "- 'balance_query")
        problem = problems_of(folder)[0]
        assert problem.code == "yaml"
        assert problem.file.endswith("domain.yml")
        assert problem.line >= line

    def test_another_encoding(self, folder: Path) -> None:
        file = folder / "data" / "nlu.yml"
        file.write_bytes(file.read_bytes().replace("怎么转账".encode(), "怎么转账".encode("gbk"), 1))
        problem = only(folder, "not_utf8")
        assert problem.line == 19

    def test_an_old_format(self, folder: Path) -> None:
        change(folder / "data" / "nlu.yml", 'version: "3.1"', 'version: "2.0"')
        assert only(folder, "unknown_version").line == 1

    @pytest.mark.parametrize("text", ["embedding: gpt\n", "seed: soon\n", "refuse: sometimes\n", "sede: 3\n"])
    def test_wrong_options(self, folder: Path, text: str) -> None:
        (folder / "embedded.yml").write_text("# ours\n" + text, encoding="utf-8")
        problem = problems_of(folder)[0]
        assert problem.code in ("bad_option", "unknown_key")
        assert (Path(problem.file).name, problem.line) == ("embedded.yml", 2)

    @pytest.mark.parametrize(
        ("rows", "code", "line"),
        [
            ("sentence,label\na,b\n", "csv_header", 1),
            ("text,category\na,b\nc\n", "csv_row", 3),
            ("text,category\na,b\n,c\n", "empty_example", 3),
            ("text,category\na,b\nc,\n", "empty_category", 3),
            ('text,category\na,b\n"c,d\n', "csv_broken", 3),
        ],
    )
    def test_wrong_csv(self, tmp_path: Path, rows: str, code: str, line: int) -> None:
        file = tmp_path / "rows.csv"
        file.write_text(rows, encoding="utf-8")
        problem = next(problem for problem in problems_of(file) if problem.code == code)
        assert problem.line == line

    def test_nothing_there(self, tmp_path: Path) -> None:
        assert only(tmp_path / "no.yml", "unreadable")
        (tmp_path / "empty").mkdir()
        assert only(tmp_path / "empty", "not_a_project")


def test_every_sentence_is_filled_in_both_languages() -> None:
    for code, said in SENTENCES.items():
        assert said.keys() == {"en", "zh"}, code
        for one in said.values():
            assert all(one), code


@pytest.mark.parametrize("source", ["(a+)+", "(a|b+)*c", "((ab){2,})+", "(?:x*)*"])
def test_patterns_that_may_run_away(source: str) -> None:
    assert may_run_away(source)


@pytest.mark.parametrize("source", [r"(?<!\d)\d{4}(?!\d)", r"\d[\d,]*(\.\d+)?\s*(元|块)", "(ab)+", "(a{1,3}){1,4}"])
def test_patterns_that_end(source: str) -> None:
    assert not may_run_away(source)


@given(st.text(alphabet=st.characters(exclude_characters="[](){}", exclude_categories=["Cs"])))
def test_unmarked_sentences_stay_as_they_are(text: str) -> None:
    assert read_annotations(text) == (text, ())


@given(st.text("ab卡 ", max_size=8), st.text("cd丢x", min_size=1, max_size=8), st.text("ef了 ", max_size=8))
def test_marks_keep_their_places(before: str, inside: str, after: str) -> None:
    text, (mark,) = read_annotations(f"{before}[{inside}](thing){after}")
    assert text == before + inside + after
    assert text[mark.start : mark.end] == inside


def test_projects_start_without_problems() -> None:
    assert Project("x").notes() == []
