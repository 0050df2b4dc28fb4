"""What is wrong with a flow file, said in English or Chinese: the place, what, and how to mend it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

from callcenter.domain.errors import ConfigError
from callcenter.flow.sentences import SENTENCES, WORDS


class Problem(Struct, frozen=True):
    """One thing wrong at ``line`` (from 1) of ``file``. ``code`` picks the sentences, ``detail`` fills them."""

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
        message, mend = SENTENCES[self.code][chosen]
        words = {name: _word(value, chosen) for name, value in self.detail.items()}
        return message.format(**words), mend.format(**words)


def _word(value: Any, language: str) -> str:
    if isinstance(value, list | tuple):
        return ("、" if language == "zh" else ", ").join(str(item) for item in value) or "–"
    return WORDS.get(str(value), {}).get(language, str(value))


class BadFlowFile(ConfigError):
    """A file that cannot be read as a flow; ``problems`` says everything that is wrong, at least one."""

    def __init__(self, problems: list[Problem], language: str = "zh") -> None:
        first = problems[0]
        super().__init__(f"{first.file}:{first.line}", first.message_in(language), first.mend_in(language))
        self.problems = problems
