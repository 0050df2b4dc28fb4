"""What is wrong with a flow file, said in English or Chinese."""

from __future__ import annotations

from typing import ClassVar

from callcenter.domain.errors import ConfigError
from callcenter.domain.problems import WrittenProblem
from callcenter.domain.written_sentences import Sentence
from callcenter.flow.sentences import SENTENCES, WORDS


class Problem(WrittenProblem, frozen=True):
    """One thing wrong with a flow."""

    sentences: ClassVar[dict[str, Sentence]] = SENTENCES
    words: ClassVar[dict[str, dict[str, str]]] = WORDS


class BadFlowFile(ConfigError):
    """A file that cannot be read as a flow; ``problems`` says everything that is wrong, at least one."""

    def __init__(self, problems: list[Problem], language: str = "zh") -> None:
        first = problems[0]
        super().__init__(f"{first.file}:{first.line}", first.message_in(language), first.mend_in(language))
        self.problems = problems
