"""Takes contacts that are due, some at a time, and keeps how each did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import structlog
from msgspec import Struct

from callcenter.app.conversation_text import ConversationTexts
from callcenter.app.scoring.judging import Judge, Judges
from callcenter.domain.errors import ConfigError, Corrupt, ProviderError
from callcenter.domain.ports import Clock, ContactDirectory, QualityStore, ScoringJobs
from callcenter.domain.quality_records import ScoringJob
from callcenter.domain.records import ContactRecord
from callcenter.domain.speech import Speaker

log = structlog.get_logger(__name__)

LEASE_MS = 300_000
AT_ONCE = 20
"""Jobs taken in one go: few enough that others find some, enough to spare the database."""


class Told(Struct, frozen=True):
    """What became of a contact: ``scored``, ``nothing`` to score, or ``failed``."""

    what: Literal["scored", "nothing", "failed"]
    contact: str


class ScoringWorker:
    """One worker; ``name`` is its own among all."""

    def __init__(
        self,
        name: str,
        store: QualityStore,
        jobs: ScoringJobs,
        contacts: ContactDirectory,
        texts: ConversationTexts,
        clock: Clock,
        *,
        told: Callable[[Told], None] = lambda told: None,
    ) -> None:
        self._name, self._jobs, self._contacts, self._texts = name, jobs, contacts, texts
        self._judges, self._clock, self._told = Judges(store), clock, told

    async def drain(self) -> int:
        """Work until nothing is due; returns how many jobs were taken.

        Raises ``ProviderError`` of the database, ``ConfigError`` when there are no rules to score by: then nothing is
        taken, and everything waits.
        """
        taken = 0
        while True:
            judge = await self._judges.in_force()
            jobs = await self._jobs.claim(self._name, self._clock.now_ms(), LEASE_MS, AT_ONCE)
            for job in jobs:
                await self._one(job, judge)
            if not jobs:
                return taken
            taken += len(jobs)

    async def _one(self, job: ScoringJob, judge: Judge) -> None:
        try:
            what = await self._score(job, judge)
        except ProviderError:
            raise
        except (ConfigError, Corrupt) as error:
            # The words themselves are wrong; the error's text may quote them.
            await self._fail(job, f"these words can not be judged: {type(error).__name__}", retryable=False)
        except Exception as error:
            await self._fail(job, f"scoring failed: {type(error).__name__}", retryable=True)
        else:
            self._told(Told(what, job.contact))

    async def _score(self, job: ScoringJob, judge: Judge) -> Literal["scored", "nothing"]:
        now_ms = self._clock.now_ms()
        contact = await self._contacts.get(job.contact)
        said = await self._texts.of(job.contact)
        if contact is None or not _is_a_talk(contact, said):
            await self._jobs.nothing(job, self._name, now_ms)
            return "nothing"
        evaluation, findings = judge.evaluate(contact, said, now_ms)
        await self._jobs.finish(job, self._name, now_ms, evaluation, findings)
        return "scored"

    async def _fail(self, job: ScoringJob, trouble: str, *, retryable: bool) -> None:
        log.warning("scoring_failed", contact=job.contact, why=trouble, again=retryable)
        await self._jobs.fail(job.contact, self._name, self._clock.now_ms(), trouble, retryable=retryable)
        self._told(Told("failed", job.contact))


def _is_a_talk(contact: ContactRecord, said: dict[str, object] | None) -> bool:
    """Whether somebody served the customer: an agent, or in a chat the bot when the customer wrote something.

    A voicemail and a caller who gave up in the menus have nobody to score.
    """
    if contact.agent:
        return True
    turns = said["turns"] if said is not None and contact.channel == "chat" else ()
    assert isinstance(turns, list | tuple)
    return any(turn["speaker"] == Speaker.CUSTOMER.value for turn in turns)
