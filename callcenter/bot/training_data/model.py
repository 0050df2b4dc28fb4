"""What was read: sentences with their intents, patterns, options, and what is wrong with the files."""

from __future__ import annotations

import re
import unicodedata

from msgspec import Struct, field

from callcenter.bot.training_data.sentences import SENTENCES
from callcenter.domain.errors import ConfigError
from callcenter.flow.problems import Problem

OUT_OF_SCOPE = "out_of_scope"
"""The intent whose sentences the assistant must refuse."""

_NO_MEANING = re.compile(r"[\W_]+")


class DataProblem(Problem, frozen=True, kw_only=True):
    """Something to say about a training file. ``blocks``: nothing is trained until it is mended; else it is a note."""

    blocks: bool = True

    def _said(self, language: str) -> tuple[str, str]:
        if self.code not in SENTENCES:
            return super()._said(language)
        message, mend = SENTENCES[self.code]["zh" if language != "en" else "en"]
        separator = "、" if language != "en" else ", "
        words = {
            name: separator.join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            for name, value in self.detail.items()
        }
        return message.format(**words), mend.format(**words)


class BadTrainingData(ConfigError):
    """Training data that cannot be used; ``problems`` says everything that is wrong, at least one of them blocks."""

    def __init__(self, problems: list[DataProblem], language: str = "en") -> None:
        first = next((problem for problem in problems if problem.blocks), problems[0])
        super().__init__(f"{first.file}:{first.line}", first.message_in(language), first.mend_in(language))
        self.problems = problems


class Annotation(Struct, frozen=True):
    """A marked piece ``text[start:end]`` of a sentence; ``value`` is what it stands for, None: what it says."""

    start: int
    end: int
    entity: str
    value: str | None = None
    role: str | None = None
    group: str | None = None


class Example(Struct, frozen=True):
    """A sentence, what it means, and where it stands."""

    text: str
    intent: str
    annotations: tuple[Annotation, ...] = ()
    file: str = ""
    line: int = 1


class Pattern(Struct, frozen=True):
    """A regular expression or one entry of a lookup table that marks an entity."""

    entity: str
    source: str
    is_regex: bool
    file: str = ""
    line: int = 1


class Options(Struct, frozen=True, forbid_unknown_fields=True):
    """``embedded.yml``: how the embedded assistant trains; Rasa does not read it.

    ``embedding`` names of sentence embeddings joined by ``+`` (``use``, ``minilm``) or ``none``; ``refuse`` is
    ``balanced`` (learnt) or ``never``; ``seed`` makes two trainings alike.
    """

    embedding: str = "none"
    refuse: str = "balanced"
    seed: int = 7


class Project(Struct):
    """Everything training needs. ``entities`` is None where no domain says which there are."""

    name: str
    examples: list[Example] = field(default_factory=list)
    intents: list[str] = field(default_factory=list)
    entities: list[str] | None = None
    patterns: list[Pattern] = field(default_factory=list)
    synonyms: dict[str, str] = field(default_factory=dict)
    literal_regexes: bool = True
    """Whether regexes mark entities by themselves; ``use_regexes: false`` of RegexEntityExtractor says no."""
    options: Options = Options()
    problems: list[DataProblem] = field(default_factory=list)

    def notes(self) -> list[DataProblem]:
        """What was understood otherwise than written, or not used: nothing that stops a training."""
        return [problem for problem in self.problems if not problem.blocks]


def same_sentence(text: str) -> str:
    """The sentence without what does not change its meaning: case, width, blanks, punctuation."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return _NO_MEANING.sub("", plain) or plain.strip()
