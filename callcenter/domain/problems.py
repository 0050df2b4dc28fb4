"""What is wrong with a file of people, said in English or Chinese: the place, what, and how to mend it."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec import Struct, field

from callcenter.domain.written_sentences import COMMON, COMMON_WORDS, Sentence


class WrittenProblem(Struct, frozen=True):
    """One thing wrong at ``line`` (from 1) of ``file``. ``code`` picks the sentences, ``detail`` fills them."""

    sentences: ClassVar[dict[str, Sentence]] = COMMON
    words: ClassVar[dict[str, dict[str, str]]] = COMMON_WORDS

    file: str
    line: int
    code: str
    detail: dict[str, Any] = field(default_factory=dict)

    def message_in(self, language: str) -> str:
        """What is wrong, in ``zh`` or ``en``."""
        return self._said(language)[0]

    def mend_in(self, language: str) -> str:
        """What to do about it, in ``zh`` or ``en``."""
        return self._said(language)[1]

    @property
    def message(self) -> str:
        """What is wrong, in Chinese."""
        return self.message_in("zh")

    @property
    def mend(self) -> str:
        """What to do about it, in Chinese."""
        return self.mend_in("zh")

    def line_in(self, language: str) -> str:
        """``file:line: message — mend`` for terminals and editors."""
        message, mend = self._said(language)
        return f"{self.file}:{self.line}: {message}" + (f" — {mend}" if mend else "")

    def _said(self, language: str) -> tuple[str, str]:
        chosen = language if language in ("zh", "en") else "zh"
        message, mend = self.sentences[self.code][chosen]
        filled = {name: _word(value, chosen, self.words) for name, value in self.detail.items()}
        return message.format(**filled), mend.format(**filled)


def _word(value: Any, language: str, words: dict[str, dict[str, str]]) -> str:
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(str(item) for item in value) or "–"
    return words.get(str(value), {}).get(language, str(value))
