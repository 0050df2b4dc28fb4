"""The working copy as a Rasa NLU file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from callcenter.domain.training import Review

_HEAD = 'version: "3.1"\n# Said by customers and sorted by trainers; without personal data.\nnlu:\n'


def as_rasa(examples: Iterable[Review]) -> str:
    """Sentences by intent. Brackets, which would mark entities, become round ones or go."""
    by_intent: dict[str, list[str]] = defaultdict(list)
    for one in examples:
        by_intent[one.intent].append(" ".join(one.text.replace("[", "（").replace("]", "）").split()))
    parts = [
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {text}\n" for text in texts)
        for intent, texts in sorted(by_intent.items())
    ]
    return _HEAD + "".join(parts) if parts else _HEAD.replace("nlu:\n", "nlu: []\n")
