"""What trainers do with the running assistant: train, judge, compare sentences. Fills the ``Trainer`` port."""

from __future__ import annotations

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from callcenter.app.changes import Changes
from callcenter.app.training.known import KnownExamples
from callcenter.app.training.models import Models
from callcenter.app.training.process import TIMEOUT_S, WORKER, answer_of
from callcenter.app.training.tasks import Alike, Answer, Failed, Grouped, Told, Train, Trained
from callcenter.domain.audit_training import MODEL_TRAINED
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import AuditLog, Clock, TrainingStore
from callcenter.domain.records import AuditRecord
from callcenter.domain.training import (
    Group,
    ModelVersion,
    Neighbour,
    SentenceQuery,
    Serving,
    Training,
    TrainingStage,
)

GROUPED = 600
"""So many of the newest sentences without a verdict are grouped."""
GROUPING_S = 60.0
_ANYBODY = ""


class AssistantTrainer:
    """One training at a time for the whole centre: the machine belongs to the calls."""

    def __init__(
        self,
        models: Models,
        store: TrainingStore,
        audit: AuditLog,
        clock: Clock,
        data: Path,
        *,
        base: Path | None = None,
        command: Sequence[str] = WORKER,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self._models, self._store, self._audit, self._clock = models, store, audit, clock
        self._data, self._base = data, base
        self._command, self._timeout_s = command, timeout_s
        self._training: Training | None = None
        self._task: asyncio.Task[None] | None = None
        self._grouping = asyncio.Lock()
        self._changes = Changes()
        self._known = KnownExamples(data, command)

    # --- what is known

    def intents(self) -> Sequence[str]:
        """Those of the model that answers; none where there is none, or another assistant understands."""
        try:
            model = self._models.embedded.model
        except Rejected:
            return []
        return list(model.intents) if model is not None else []

    def warm(self) -> None:
        """Begin to read the shipped examples, so that :meth:`near` need not."""
        self._known.begin()

    async def near(self, text: str) -> Sequence[Neighbour]:
        """Nearly the same examples, shipped and own."""
        own = [(one.text, one.intent) for one in await self._store.examples()]
        return await self._known.near(text, own)

    async def groups(self) -> Sequence[Group]:
        """Sentences without a verdict that ask alike."""
        if self._grouping.locked():
            raise Rejected("training_busy")
        async with self._grouping:
            found = await self._store.sentences(SentenceQuery(open_only=True, limit=GROUPED))
            said = [one for one in found if one.text]
            model = self._folder_that_answers()
            task = Alike([one.text for one in said], str(model) if model is not None else "")
            answer = await answer_of(task, command=self._command, timeout_s=GROUPING_S)
        if not isinstance(answer, Grouped):
            raise Rejected("training_busy")
        groups = [[said[at] for at in one] for one in answer.groups]
        return [Group(_most([one.guess or one.intent for one in group]), tuple(group)) for group in groups]

    # --- training

    async def train(self, by: str) -> Training:
        """Begin; see the port."""
        _ = self._models.embedded
        if self._training is not None and not self._training.is_over:
            raise Rejected("training_running")
        now = self._clock.now_ms()
        self._training = Training(uuid.uuid4().hex, by, now)
        self._changes.tell((_ANYBODY,))
        self._task = asyncio.create_task(self._run(by))
        return self._training

    def training(self) -> Training | None:
        """The last one since the start."""
        return self._training

    def changes(self) -> AsyncIterator[None]:
        """See the port."""
        return self._changes.of(_ANYBODY)

    async def cancel(self) -> None:
        """Stop it and its process."""
        if self._task is None or self._training is None or self._training.is_over:
            return
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._tell(stage=TrainingStage.CANCELLED)

    async def close(self) -> None:
        """Stop everything."""
        await self.cancel()
        self._known.close()

    def _tell(self, **more: Any) -> None:
        assert self._training is not None
        self._training = replace(self._training, **more)
        self._changes.tell((_ANYBODY,))

    async def _run(self, by: str) -> None:
        examples = [(one.text, one.intent) for one in await self._store.examples()]
        folder = self._models.folder
        await asyncio.to_thread(_sweep, folder)
        made_ms = self._clock.now_ms()
        stamp = datetime.fromtimestamp(made_ms / 1000, UTC)
        name = f"{stamp:%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
        running = self._folder_that_answers()
        task = Train(str(self._data), examples, str(folder / name), str(running) if running is not None else "")

        def told(line: Told) -> None:
            self._tell(stage=TrainingStage(line.stage), done=line.done, of=line.of)

        answer = await answer_of(task, told, command=self._command, timeout_s=self._timeout_s)
        await self._end(answer, name, made_ms, by)

    async def _end(self, answer: Answer, name: str, made_ms: int, by: str) -> None:
        if not isinstance(answer, Trained):
            fault, detail = (answer.fault, answer.detail) if isinstance(answer, Failed) else ("broke_off", {})
            self._tell(stage=TrainingStage.FAILED, fault=fault, detail=detail)
            return
        await self._store.add_model(ModelVersion(name, made_ms, by, answer.data, answer.sentences, answer.report))
        record = AuditRecord(self._clock.now_ms(), by, MODEL_TRAINED, f"model:{name}", {"sentences": answer.sentences})
        await self._audit.write(record)
        self._tell(stage=TrainingStage.DONE, model=name)

    def _folder_that_answers(self) -> Path | None:
        ours = self._models.running_folder()
        if ours is not None:
            return ours
        base = self._models.embedded.base
        if base is None:
            return None
        return self._base or self._models.folder.parent / "nlu" / base.id

    # --- which model answers

    def serving(self) -> Serving:
        """What answers now."""
        return self._models.serving()

    async def submit(self, by: str, model: str, share: int, note: str) -> int:
        """See the port."""
        return await self._models.submit(by, model, share, note)

    async def approve(self, by: str, number: int) -> None:
        """See the port."""
        await self._models.approve(by, number)

    async def send_back(self, by: str, number: int, note: str) -> None:
        """See the port."""
        await self._models.send_back(by, number, note)

    async def roll_back(self, by: str) -> None:
        """See the port."""
        await self._models.roll_back(by)


def _sweep(folder: Path) -> None:
    """Drop what trainings left that were killed while they wrote: it begins with a dot, and no model does."""
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(".*"):
        shutil.rmtree(left, ignore_errors=True)


def _most(names: list[str]) -> str:
    return max(sorted(set(names)), key=names.count)
