"""Which model answers: loaded beside the old one, put in its place while sentences are understood, taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from callcenter.app.assistant import Assistant
from callcenter.bot.service import Canary, EmbeddedAssistant, Version
from callcenter.domain.audit_training import MODEL_APPROVED, MODEL_RETURNED, MODEL_ROLLED_BACK, MODEL_SUBMITTED
from callcenter.domain.errors import CallCenterError, Rejected
from callcenter.domain.ports import AuditLog, Clock, TrainingStore
from callcenter.domain.records import AuditRecord
from callcenter.domain.training import Rollout, RolloutState, Serving

log = structlog.get_logger(__name__)

WHOLE = 100
MAX_NOTE = 200


class Models:
    """Models of ``folder``, one folder each, and what answers by the newest approved rollout."""

    def __init__(
        self,
        assistant: Assistant,
        store: TrainingStore,
        audit: AuditLog,
        clock: Clock,
        folder: Path,
        *,
        off: bool = False,
    ) -> None:
        self._assistant, self._store, self._audit, self._clock = assistant, store, audit, clock
        self._off = off
        self.folder = folder
        self.trouble = ""
        self._one = asyncio.Lock()

    @property
    def embedded(self) -> EmbeddedAssistant:
        """The assistant whose models these are. Raises ``Rejected("assistant_not_embedded")`` where none answers."""
        if self._off or not isinstance(self._assistant, EmbeddedAssistant):
            raise Rejected("assistant_not_embedded")
        return self._assistant

    async def restore(self) -> None:
        """After a start: what was in force answers again. What can't be loaded is told, and the shipped one answers."""
        if self._off or not isinstance(self._assistant, EmbeddedAssistant):
            return
        now = await self._in_force()
        if now is None:
            return
        try:
            await self._apply(now)
        except Rejected as refused:
            self.trouble = refused.detail
            log.warning("model_not_loaded", model=now.model, canary=now.canary, why=refused.detail)

    def serving(self) -> Serving:
        """What answers now."""
        assistant = self._assistant
        if not isinstance(assistant, EmbeddedAssistant):
            return Serving("rasa", trouble=assistant.note)
        main, canary = assistant.promoted or assistant.base, assistant.canary
        trouble = self.trouble or (assistant.note if main is None else "")
        name = main.id if main is not None else ""
        return Serving(name, canary.version.id if canary else "", canary.share if canary else 0, trouble)

    def running_folder(self) -> Path | None:
        """Where the model that answers lies, if it is one of ours."""
        assistant = self.embedded
        if assistant.promoted is not None:
            return self.folder / assistant.promoted.id
        return None

    async def submit(self, by: str, model: str, share: int, note: str) -> int:
        """See :class:`~callcenter.domain.ports.Trainer`."""
        _ = self.embedded
        if not 1 <= share <= WHOLE:
            raise Rejected("share_wrong")
        if model and model not in {one.id for one in await self._store.models()}:
            raise Rejected("unknown_model")
        if model:
            await self._loaded(model)
        async with self._one:
            if any(one.state is RolloutState.SUBMITTED for one in await self._store.rollouts()):
                raise Rejected("rollout_waiting")
            now = await self._in_force()
            main = model if share == WHOLE else (now.model if now is not None else "")
            canary = "" if share == WHOLE else model
            wish = Rollout(
                0, self._clock.now_ms(), by, main, canary, 0 if share == WHOLE else share, note=note.strip()[:MAX_NOTE]
            )
            number = await self._store.add_rollout(wish)
        await self._note(by, MODEL_SUBMITTED, model, rollout=number, share=share)
        return number

    async def approve(self, by: str, number: int) -> None:
        """See :class:`~callcenter.domain.ports.Trainer`."""
        async with self._one:
            wish = await self._waiting(number)
            if wish.author == by:
                raise Rejected("own_rollout")
            decided = _decided(wish, by, RolloutState.APPROVED, self._clock.now_ms())
            await self._apply(decided)
            if not await self._store.decide(decided):
                raise Rejected("rollout_decided")
            self.trouble = ""
        subject = wish.canary or wish.model
        await self._note(by, MODEL_APPROVED, subject, rollout=number, share=wish.share or WHOLE, author=wish.author)

    async def send_back(self, by: str, number: int, note: str) -> None:
        """See :class:`~callcenter.domain.ports.Trainer`."""
        async with self._one:
            wish = await self._waiting(number)
            decided = _decided(wish, by, RolloutState.RETURNED, self._clock.now_ms(), note.strip()[:MAX_NOTE])
            if not await self._store.decide(decided):
                raise Rejected("rollout_decided")
        await self._note(by, MODEL_RETURNED, wish.canary or wish.model, rollout=number, author=wish.author)

    async def roll_back(self, by: str) -> None:
        """See :class:`~callcenter.domain.ports.Trainer`. It was approved once, so nobody is waited for."""
        async with self._one:
            approved = [one for one in await self._store.rollouts() if one.state is RolloutState.APPROVED]
            if not approved:
                raise Rejected("nothing_before")
            before = _before(approved)
            at_ms = self._clock.now_ms()
            back = Rollout(0, at_ms, by, before, state=RolloutState.APPROVED, second=by, decided_ms=at_ms)
            await self._apply(back)
            await self._store.add_rollout(back)
            self.trouble = ""
        await self._note(by, MODEL_ROLLED_BACK, before, instead=approved[0].canary or approved[0].model)

    async def _apply(self, wish: Rollout) -> None:
        """Load all first, then change: whatever fails leaves the old ones answering."""
        assistant = self.embedded
        main = await self._loaded(wish.model) if wish.model else None
        canary = await self._loaded(wish.canary) if wish.canary else None
        assistant.promoted = main
        assistant.canary = Canary(canary, wish.share, wish.decided_ms) if canary is not None else None
        if main is not None:
            assistant.note = ""
            assistant.ready.set()
        log.info("model_in_force", model=wish.model or "shipped", canary=wish.canary, share=wish.share)

    async def _loaded(self, model: str) -> Version:
        from callcenter.bot.embedded.store import load

        try:
            found = await asyncio.to_thread(load, self.folder / model)
            await asyncio.to_thread(found.parse, "你好")  # the first sentence loads dictionaries
        except (CallCenterError, OSError) as error:
            raise Rejected("model_damaged", str(error)) from error
        return Version(found, model)

    async def _in_force(self) -> Rollout | None:
        return next((one for one in await self._store.rollouts() if one.state is RolloutState.APPROVED), None)

    async def _waiting(self, number: int) -> Rollout:
        found = next((one for one in await self._store.rollouts() if one.number == number), None)
        if found is None or found.state is not RolloutState.SUBMITTED:
            raise Rejected("rollout_decided")
        return found

    async def _note(self, actor: str, act: str, model: str, **detail: object) -> None:
        subject = f"model:{model or 'shipped'}"
        await self._audit.write(AuditRecord(self._clock.now_ms(), actor, act, subject, dict(detail)))


def _before(approved: list[Rollout]) -> str:
    """What answered before the newest approved rollout; a canary alone goes, and what stood beside it stays."""
    newest, *older = approved
    if newest.canary:
        return newest.model
    return next((one.model for one in older if one.model != newest.model), "")


def _decided(wish: Rollout, by: str, state: RolloutState, at_ms: int, note: str = "") -> Rollout:
    return Rollout(
        *(wish.number, wish.at_ms, wish.author, wish.model, wish.canary, wish.share),
        state=state,
        second=by,
        decided_ms=at_ms,
        note=note or wish.note,
    )
