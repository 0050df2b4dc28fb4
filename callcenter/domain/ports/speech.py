"""The ports of speech: audio in, words out, while it is spoken or from a file; and where transcripts are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from callcenter.domain.records import ContactReach, RecordingRecord
from callcenter.domain.said_search import SaidPage, SaidQuery
from callcenter.domain.speech import Heard, LiveTalk, Transcript
from callcenter.domain.transcription import Backlog, Job


class Hearing(Protocol):
    """One voice being listened to. Feed and end are called one after the other, never at the same time."""

    async def feed(self, pcm: bytes) -> Sequence[Heard]:
        """Take some audio (16-bit little-endian mono; any length, also none) and return what is new.

        That is utterances which have ended, and at most one guess (``final`` false) at the one going on.
        Raises ``ProviderError`` when the recogniser failed; the stream is of no more use then.
        """
        ...

    async def end(self) -> Sequence[Heard]:
        """No more audio comes: the rest as final utterances. A second time there is nothing."""
        ...

    async def close(self) -> None:
        """Give up what is held; allowed at any time, also twice."""
        ...


class Recogniser(Protocol):
    """A recogniser with its model."""

    @property
    def model(self) -> str:
        """The model's name, as kept beside what it recognised."""
        ...

    async def listen(self, rate: int, language: str) -> Hearing:
        """Begin to listen to one voice at ``rate`` Hz (8,000 or 16,000) in ``language`` (``zh``, ``en``).

        Raises ``ProviderError`` when the model can not be had, or not in this language (then not retryable).
        """
        ...

    async def transcribe(self, audio: Path, language: str) -> Sequence[Sequence[Heard]]:
        """Final utterances of each channel of a WAV of 16-bit samples, in order.

        Raises ``ProviderError``: not retryable when the file is none or the model does not fit.
        """
        ...

    async def close(self) -> None:
        """Let the model go."""
        ...


class LiveTalks(Protocol):
    """What is being said in the talks of this moment."""

    def of(self, contact: str) -> LiveTalk | None:
        """What was said so far; None where nobody is or was listened to."""
        ...


class NoLiveTalks:
    """Nobody is listened to."""

    def of(self, contact: str) -> LiveTalk | None:
        """See the port."""
        return None


class Transcripts(Protocol):
    """Transcripts and the jobs that make them. Every recording that is filed has a job."""

    async def of_contact(self, contact: str) -> Sequence[Transcript]:
        """The transcripts of a contact's recordings, by recording. Raises ``Corrupt`` when one does not open."""
        ...

    async def live_of(self, contact: str) -> Transcript | None:
        """What was heard of a contact while it was said; None when nothing was. Raises ``Corrupt``."""
        ...

    async def keep(self, transcript: Transcript) -> None:
        """Keep what was heard so far, in place of what was kept of this source before."""
        ...

    async def search(self, query: SaidQuery, reach: ContactReach, shown: Callable[[str], str]) -> SaidPage:
        """Contacts within reach in which all of the words were said, newest first.

        ``shown`` gives a turn as it may be read: what it hides is not found. What stands in the index was put there by
        the transaction that kept the transcript. Raises ``Corrupt`` when a transcript does not open.
        """
        ...

    async def index_missing(self, most: int = 200) -> int:
        """Index so many transcripts that were kept before there was an index; returns how many there were."""
        ...

    async def claim(
        self, worker: str, now_ms: int, lease_ms: int, risky: frozenset[str] = frozenset()
    ) -> tuple[Job, RecordingRecord] | None:
        """Take the next job for ``lease_ms``; None when none is due. No two workers get the same.

        Jobs of workers whose lease ran out are due again; one that broke its worker ``MOST_ATTEMPTS`` times is dead.
        Calls whose queue or disposition is in ``risky`` are taken as if filed ``RISKY_MS`` earlier.
        """
        ...

    async def renew(self, recording: str, worker: str, until_ms: int) -> bool:
        """Keep a job longer; False when it is not this worker's any more."""
        ...

    async def finish(self, transcript: Transcript, worker: str, now_ms: int, took_ms: int) -> bool:
        """Keep the transcript and end its job, both or neither; False when the job is not this worker's any more."""
        ...

    async def fail(self, recording: str, worker: str, now_ms: int, trouble: str, *, retryable: bool) -> None:
        """It did not work: wait and try again, or dead when that is of no use or was tried often enough."""
        ...

    async def release(self, worker: str) -> int:
        """The worker is gone: its jobs are due at once; returns how many."""
        ...

    async def again(self, recording: str = "") -> int:
        """Bring a dead job back, or all of them; returns how many."""
        ...

    async def backlog(self, since_ms: int) -> Backlog:
        """How far it is; what was done since ``since_ms`` counts as lately."""
        ...

    async def dead(self, most: int = 100) -> Sequence[Job]:
        """The dead jobs, the newest first."""
        ...

    async def add_missing(self) -> int:
        """Make jobs of recordings that have neither job nor transcript; returns how many."""
        ...
