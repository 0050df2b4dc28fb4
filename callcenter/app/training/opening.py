"""Opens what the trainer of the assistant works with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack

from callcenter.app.assistant import Assistant
from callcenter.app.settings import Settings
from callcenter.app.training.desk import AssistantTrainer
from callcenter.app.training.models import Models
from callcenter.domain.ports import Clock
from callcenter.storage import Storage


async def open_trainer(
    stack: AsyncExitStack,
    settings: Settings,
    storage: Storage,
    clock: Clock,
    assistant: Assistant,
    report: Callable[[str], None],
) -> AssistantTrainer:
    """The trainer's desk, with the model that was promoted last in service; closed with ``stack``."""
    kept, off = settings.data / "nlu-trained", settings.assistant == "off"
    models = Models(assistant, storage.training, storage.audit, clock, kept, off=off)
    trainer = AssistantTrainer(
        models, storage.training, storage.audit, clock, settings.assistant_data, base=settings.assistant_model
    )
    stack.push_async_callback(trainer.close)
    await models.restore()
    if models.trouble:
        report(f"the assistant's trained model can't be loaded ({models.trouble}): the shipped one answers")
    return trainer
