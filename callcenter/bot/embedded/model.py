"""A trained model: what it makes of a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from callcenter.bot.embedded import embedding, tokens
from callcenter.bot.embedded.features import Vocabulary
from callcenter.bot.embedded.linear import Linear, probabilities
from callcenter.bot.embedded.refusal import Refusal, evidence
from callcenter.bot.entities import Entity, Extractor
from callcenter.bot.training_data.model import OUT_OF_SCOPE

RANKED = 10


@dataclass(frozen=True)
class Parse:
    """What was understood.

    ``intent``: the likeliest; ``out_of_scope`` where that is likelier than any known one, or nothing was said.
    ``refused``: do not act on ``intent``, ask again or say that it can't be helped with. ``confidence``: of
    sentences so sure about this share was understood rightly in cross-validation (0–1). ``ranking``: likeliest first.
    """

    text: str
    intent: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]
    entities: tuple[Entity, ...]
    refused: bool

    def to_json(self) -> dict[str, Any]:
        """As Rasa's ``/model/parse`` answers, with ``refused`` added."""
        return {
            "text": self.text,
            "intent": {"name": self.intent, "confidence": round(self.confidence, 4)},
            "entities": [entity.to_json() for entity in self.entities],
            "intent_ranking": [{"name": name, "confidence": round(value, 4)} for name, value in self.ranking],
            "refused": self.refused,
        }


@dataclass
class Model:
    """Understands sentences. Made by training or loaded; never changes, so threads may share it."""

    intents: list[str]
    vocabulary: Vocabulary
    linear: Linear
    sharpness: float
    refusal: Refusal
    extractor: Extractor
    embedding: str = "none"
    seed: int = 0
    card: dict[str, Any] = field(default_factory=dict)
    """Figures of the training: sentences, what cross-validation found."""

    @property
    def out(self) -> int | None:
        """The position of out_of_scope among the intents."""
        return self.intents.index(OUT_OF_SCOPE) if OUT_OF_SCOPE in self.intents else None

    def parse(self, text: str, now: datetime | None = None) -> Parse:
        """Understand one sentence; dates in it count from ``now`` (default: this machine's clock)."""
        text = text.replace("\0", " ")
        entities = tuple(self.extractor.extract(text, now or datetime.now().astimezone()))
        document = tokens.count(text)
        if not document["words"].keys() - {"<", ">", "< >"}:
            return Parse(text, OUT_OF_SCOPE, 0.0, (), entities, refused=True)
        dense = embedding.embed(self.embedding, [text[: tokens.MAX_CHARACTERS]])[0]
        margins = self.linear.margins(self.vocabulary.vector(document), dense)
        chances = probabilities(margins, self.sharpness)
        order = np.argsort(-chances, kind="stable")
        found = evidence(margins, self.vocabulary.known(document), self.sharpness, self.out)
        refused = self.refusal.refuses(found)
        best = next(at for at in order if refused or at != self.out)
        ranking = tuple((self.intents[at], float(chances[at])) for at in order[:RANKED])
        return Parse(text, self.intents[best], float(chances[best]), ranking, entities, refused)
