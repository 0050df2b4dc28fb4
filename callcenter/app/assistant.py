"""The assistant of a running centre: which one it is, how it comes by its model; sentences are put to it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import structlog

from callcenter.app.settings import Settings
from callcenter.bot.rasa import RasaAssistant
from callcenter.bot.sentence import says_something
from callcenter.bot.service import EmbeddedAssistant, Version
from callcenter.chat.service import Chats
from callcenter.domain.contact import Channel
from callcenter.domain.effects import Understand
from callcenter.domain.errors import CallCenterError, ProviderError
from callcenter.domain.events import SentenceUnderstood
from callcenter.domain.knowledge import MAX_SOUGHT
from callcenter.domain.ports import Clock, Knowledge, KnowledgeMisses, Understands
from callcenter.domain.understanding import NOT_UNDERSTOOD, OUT_OF_SCOPE
from callcenter.web.masking import masked_words

log = structlog.get_logger(__name__)

TRAINING_S = 900.0

Assistant = EmbeddedAssistant | RasaAssistant
"""Both fill ``Understands``, and have ``ready`` and ``note``."""


def assistant_of(settings: Settings, changed: Callable[[], None] = lambda: None) -> Assistant:
    """The assistant that the settings name; ``changed`` is told when it goes away or is back."""
    if settings.assistant == "rasa":
        token = settings.rasa_token.get_secret_value()
        return RasaAssistant(settings.rasa_url, token, settings.timezone, changed=changed)
    return EmbeddedAssistant(settings.timezone)


async def close(assistant: Assistant) -> None:
    """Let go of its thread or its connections."""
    if isinstance(assistant, RasaAssistant):
        await assistant.close()
    else:
        assistant.close()


class Meanings:
    """Carries out ``Understand``: reads the message, asks the assistant, answers in any case.

    What means nothing to the assistant, whichever it is, may be answered by an article; what none answers is noted.
    """

    def __init__(
        self, assistant: Understands, chats: Chats, clock: Clock, knowledge: Knowledge, misses: KnowledgeMisses
    ) -> None:
        self._assistant, self._chats, self._clock = assistant, chats, clock
        self._knowledge, self._misses = knowledge, misses
        self.spoken: Callable[[str, int], str | None] = lambda contact, number: None
        """What a caller said, by contact and number; None where nobody speaks."""

    async def ask(self, command: Understand) -> SentenceUnderstood:
        """Never raises: what cannot be understood in time is an answer that is not ``ok``."""
        try:
            async with asyncio.timeout(command.timeout_ms / 1000):
                spoken = self.spoken(command.contact, command.message)
                text, said = await self._written(command) if spoken is None else (spoken, bool(spoken))
                found = await self._assistant.understand(text, self._clock.now_ms(), command.contact)
                lost = command.knowledge and found.intent in (NOT_UNDERSTOOD, OUT_OF_SCOPE)
                answer = await self._knowledge.answer(text, _channel(spoken)) if lost else None
        except (ProviderError, TimeoutError) as error:
            log.warning("not_understood", contact=command.contact, why=str(error) or "too slow")
            return SentenceUnderstood(contact=command.contact, request=command.request, ok=False)
        if lost and answer is None:
            await self._note(command.contact, text)
        return SentenceUnderstood(
            contact=command.contact,
            request=command.request,
            ok=True,
            intent=found.intent,
            confidence=round(found.confidence, 4),
            entities=found.entities,
            language=found.language,
            text=text if command.quote else "",
            answer=answer,
            message=command.message if said else 0,
            guess=found.guess,
            model=found.model,
        )

    async def _written(self, command: Understand) -> tuple[str, bool]:
        """What was written, and whether anything was."""
        found = await self._chats.history(command.contact, command.message - 1, 1)
        return (found[0].text, True) if found else ("", False)

    async def _note(self, contact: str, text: str) -> None:
        """Keep what was asked in vain, without the visitor's name and numbers. No conversation waits for it to work."""
        if not says_something(text):
            return
        try:
            head = await self._chats.conversation(contact)
            words = masked_words(text, [head.visitor.name] if head is not None else ())
            await self._misses.note(words[:MAX_SOUGHT], by_agent=False, now_ms=self._clock.now_ms())
        except CallCenterError as error:
            log.warning("miss_not_noted", contact=contact, why=str(error))


def _channel(spoken: str | None) -> Channel:
    return Channel.CHAT if spoken is None else Channel.VOICE


async def provide(assistant: Assistant, settings: Settings, report: Callable[[str], None]) -> None:
    """Give the assistant its model: that of the settings, else one made from the training data, trained if need be.

    An older one serves meanwhile, and stays when the training fails. Never raises: without a model flows send their
    contacts to people. Rasa has its own model; it is looked after until this is cancelled.
    """
    if isinstance(assistant, RasaAssistant):
        await assistant.watch()
        return
    if settings.assistant == "off":
        assistant.note = "CALLCENTER_ASSISTANT is off"
        return
    if settings.assistant_model is not None:
        await _load(assistant, settings.assistant_model, report)
        return
    from callcenter.bot.embedded.keeping import drop_others, fingerprint, newest

    kept = settings.data / "nlu"
    try:
        wanted = kept / await asyncio.to_thread(fingerprint, settings.assistant_data)
        if not (wanted / "manifest.json").is_file():
            older = newest(kept)
            if older is not None:
                await _load(assistant, older, report)
            assistant.note = "it is being trained"
            report("the assistant is being trained in the background; until then chats go to people")
            await _train(settings.assistant_data, wanted)
        await _load(assistant, wanted, report)
        if assistant.model is not None:
            await asyncio.to_thread(drop_others, kept, wanted)
    except (CallCenterError, OSError) as error:
        _failed(assistant, error, report)


async def _load(assistant: EmbeddedAssistant, folder: Path, report: Callable[[str], None]) -> None:
    from callcenter.bot.embedded.store import load

    try:
        model = await asyncio.to_thread(load, folder)
        await asyncio.to_thread(model.parse, "你好")  # the first sentence loads dictionaries
    except (CallCenterError, OSError) as error:
        _failed(assistant, error, report)
        return
    assistant.take(Version(model, folder.name))
    log.info("assistant_ready", model=str(folder))


def _failed(assistant: EmbeddedAssistant, error: Exception, report: Callable[[str], None]) -> None:
    assistant.note = str(error)
    stays = "the old one stays" if assistant.model is not None else "chats go to people"
    report(f"the assistant has no new model ({error}): {stays}")


async def _train(data: Path, out: Path) -> None:
    """Train in a process of its own, so that nobody here waits for it. Raises ProviderError."""
    out.parent.mkdir(parents=True, exist_ok=True)
    words = ["from callcenter.app.cli import main; main()", "nlu", "train", "--data", str(data), "--out", str(out)]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", *words, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    try:
        async with asyncio.timeout(TRAINING_S):
            said, _ = await process.communicate()
    except TimeoutError:
        raise ProviderError(f"training took more than {TRAINING_S:.0f} s") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode:
        lines = said.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise ProviderError(f"training failed: {lines[-1][:200]}")
