"""Search in the demo bank's articles: what is asked in other words is found, what is about something else is not."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from callcenter.app.demo_articles import demo_articles
from callcenter.bot.knowledge import ArticleIndex
from callcenter.bot.training_data import read_project
from callcenter.domain.knowledge import Article
from callcenter.domain.understanding import OUT_OF_SCOPE
from tests.bot.small_model import REPOSITORY

ASKED = {
    "数字人民币钱包怎么开通": "digital_rmb",
    "我的一百块钱被孩子撕破了能不能换": "damaged_notes",
    "你好,我想换点硬币": "coins_change",
    "你们银行有没有保管箱可以租": "safe_box",
    "办签证要存款证明怎么弄": "deposit_certificate",
    "请问银行有金条卖吗": "gold_bars",
    "卡怎么绑到支付宝上": "mobile_wallet",
    "想给车办个etc": "etc",
    "我爸去世了他卡里的钱怎么取": "inheritance",
    "二类卡是什么意思": "account_classes",
    "SWIFT code是多少": "swift_code",
    "在哪里可以交电费": "utility_bills",
    "今年的纪念币怎么约": "commemorative_coins",
    "my banknote is torn can I exchange it": "damaged_notes",
    "where can I park at the branch": "branch_wifi",
    "do you sell gold bars": "gold_bars",
}
"""Sentences that stand in no article."""


def anything(_: Article) -> bool:
    return True


@pytest.fixture(scope="module")
def index() -> ArticleIndex:
    return ArticleIndex(demo_articles())


@pytest.mark.parametrize(("text", "article"), ASKED.items())
def test_other_words_find_the_article_first(index: ArticleIndex, text: str, article: str) -> None:
    assert index.search(text, anything)[0].article == article


@pytest.mark.parametrize("article", demo_articles(), ids=lambda article: article.id)
def test_every_wording_of_an_article_gives_it_surely_with_the_full_score(index: ArticleIndex, article: Article) -> None:
    for text in (*article.questions.values(), *article.variants):
        found = index.answer(text, anything)
        assert found is not None, text
        assert (found.article, found.asked) == (article.id, text)
        assert found.score > 0.99


def test_what_is_out_of_scope_is_hardly_ever_answered(index: ArticleIndex) -> None:
    texts = [e.text for e in read_project(REPOSITORY / "nlu_models").examples if e.intent == OUT_OF_SCOPE]
    assert len(texts) > 300
    given = [text for text in texts if index.answer(text, anything) is not None]
    assert len(given) <= len(texts) * 0.01, given


def test_nothing_is_found_by_what_holds_no_words_or_where_there_are_no_articles(index: ArticleIndex) -> None:
    assert index.search("", anything) == index.search("？！。", anything) == []
    assert ArticleIndex(()).search("怎么开通数字人民币钱包", anything) == []
    assert ArticleIndex(()).answer("怎么开通数字人民币钱包", anything) is None


def test_only_what_is_allowed_is_found_and_the_next_best_takes_its_place(index: ArticleIndex) -> None:
    text = "can I open an account with my passport as a foreigner"
    first, second = index.search(text, anything, 2)
    found = index.search(text, lambda article: article.id != first.article)
    assert [found[0].article, found[0].score] == [second.article, second.score]


def test_of_two_that_fit_alike_the_assistant_gives_neither() -> None:
    one = Article("one", {"zh": "怎么停车"}, {"zh": "一"})
    other = replace(one, id="other")
    both = ArticleIndex((one, other))
    assert [found.article for found in both.search("怎么停车", anything)] == ["one", "other"]
    assert both.answer("怎么停车", anything) is None
    assert ArticleIndex((one,)).answer("怎么停车", anything) is not None


def test_what_is_for_people_alone_is_found_and_not_given() -> None:
    index = ArticleIndex((Article("one", {"zh": "怎么停车"}, {"zh": "一"}, assistant=False),))
    assert index.search("怎么停车", anything)
    assert index.answer("怎么停车", anything) is None
