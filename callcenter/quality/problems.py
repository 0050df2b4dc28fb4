"""What is wrong with rules, forms and transcripts, said in English or Chinese."""

from __future__ import annotations

from typing import ClassVar

from callcenter.domain.problems import WrittenProblem
from callcenter.domain.written_sentences import Sentence
from callcenter.quality.sentences import SENTENCES, WORDS


class QualityProblem(WrittenProblem, frozen=True):
    """One thing wrong with a file of the quality part."""

    sentences: ClassVar[dict[str, Sentence]] = SENTENCES
    words: ClassVar[dict[str, dict[str, str]]] = WORDS
