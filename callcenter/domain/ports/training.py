"""What the trainer's page needs: what was understood, verdicts on it, trainings, and which model answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from callcenter.domain.training import (
    Group,
    IntentDay,
    ModelVersion,
    Neighbour,
    Review,
    Rollout,
    Sentence,
    SentenceQuery,
    Serving,
    Training,
)


class TrainingStore(Protocol):
    """Keeps sentences, verdicts, models and rollouts."""

    async def sentences(self, query: SentenceQuery) -> Sequence[Sentence]:
        """Newest first; the next page lies before the last one's ordinal."""
        ...

    async def sentence(self, contact: str, message: int) -> Sentence | None:
        """One of them."""
        ...

    async def review(self, review: Review) -> None:
        """Keep a verdict; a later one replaces it."""
        ...

    async def unreview(self, contact: str, message: int) -> None:
        """Take a verdict back."""
        ...

    async def examples(self) -> Sequence[Review]:
        """The working copy: every verdict that is an example, oldest first."""
        ...

    async def days(self, starts: Sequence[int], end_ms: int) -> Sequence[IntentDay]:
        """Figures of days that begin at ``starts``, by day and intent, and of all intents; none without sentences."""
        ...

    async def add_model(self, model: ModelVersion) -> None:
        """Keep a model's description."""
        ...

    async def models(self) -> Sequence[ModelVersion]:
        """All of them, newest first."""
        ...

    async def add_rollout(self, rollout: Rollout) -> int:
        """Keep one; returns its number."""
        ...

    async def decide(self, rollout: Rollout) -> bool:
        """Keep state, second person and time of one that was only submitted; False when it no longer is."""
        ...

    async def rollouts(self, limit: int = 50) -> Sequence[Rollout]:
        """Newest first."""
        ...


class Trainer(Protocol):
    """Trainings and models of the running assistant. What can't be done raises ``Rejected``."""

    def intents(self) -> Sequence[str]:
        """Those the model that answers knows."""
        ...

    def warm(self) -> None:
        """Somebody will ask :meth:`near` soon; what takes long may begin."""
        ...

    async def near(self, text: str) -> Sequence[Neighbour]:
        """Examples, shipped and of the working copy, that are nearly the same as ``text``, most alike first."""
        ...

    async def groups(self) -> Sequence[Group]:
        """Sentences without a verdict that ask alike, the largest group first. Refused: ``training_busy``."""
        ...

    async def train(self, by: str) -> Training:
        """Begin to train with the working copy. Refused: ``training_running``, ``assistant_not_embedded``."""
        ...

    def training(self) -> Training | None:
        """The last one since the start."""
        ...

    def changes(self) -> AsyncIterator[None]:
        """Yields at once, and whenever :meth:`training` has more to tell."""
        ...

    async def cancel(self) -> None:
        """Stop it; nothing when nothing runs."""
        ...

    def serving(self) -> Serving:
        """What answers now."""
        ...

    async def submit(self, by: str, model: str, share: int, note: str) -> int:
        """Wish that ``model`` answers ``share`` % of new contacts, 100: all.

        Refused: ``unknown_model``, ``model_damaged``, ``share_wrong``, ``rollout_waiting``, ``assistant_not_embedded``.
        """
        ...

    async def approve(self, by: str, number: int) -> None:
        """Put it in force. Refused: ``own_rollout``, ``rollout_decided``, ``model_damaged`` (the old one stays)."""
        ...

    async def send_back(self, by: str, number: int, note: str) -> None:
        """Not like this; its author may take it back the same way. Refused: ``rollout_decided``."""
        ...

    async def roll_back(self, by: str) -> None:
        """What answered before answers again, at once. Refused: ``nothing_before``, ``model_damaged``."""
        ...
