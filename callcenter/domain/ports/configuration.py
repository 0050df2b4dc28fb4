"""Where the configuration is kept, and what the pages may do with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from callcenter.domain.config import Calendar, CenterConfig
from callcenter.domain.config_merge import Merge
from callcenter.domain.config_problem import ConfigProblem
from callcenter.domain.configuration import ConfigVersion, Draft, VersionHead
from callcenter.domain.contact import Prompt


class ConfigStore(Protocol):
    """Versions of the configuration, each kept for good, and drafts, one for each author."""

    async def load(self) -> CenterConfig | None:
        """The newest version's content; None on a fresh database."""
        ...

    async def save(self, config: CenterConfig) -> None:
        """Add a version without an author, for seeds."""
        ...

    async def newest_number(self) -> int:
        """The number of the version in force; 0 on a fresh database."""
        ...

    async def version(self, number: int) -> ConfigVersion | None:
        """One version."""
        ...

    async def versions(self, limit: int = 50, before: int | None = None) -> Sequence[VersionHead]:
        """Newest first; the next page lies before the last number."""
        ...

    async def add_version(self, version: ConfigVersion) -> None:
        """Keep a version. Raises ``Rejected("config_moved_on")`` when there is one of this number."""
        ...

    async def draft(self, author: str) -> Draft | None:
        """The author's draft."""
        ...

    async def drafts(self) -> Sequence[Draft]:
        """Everybody's drafts, by author."""
        ...

    async def put_draft(self, draft: Draft, expected: int) -> None:
        """Write a draft whose kept revision is ``expected`` (0: there is none).

        Raises ``Rejected("draft_changed")`` when it is another.
        """
        ...

    async def drop_draft(self, author: str) -> None:
        """Forget a draft."""
        ...


class ConfigDesk(Protocol):
    """What the pages may do with the configuration. Whether the person has the right is for the page to ask.

    Each act is written to the audit log here.
    """

    async def set_skills(self, by: str, agent: str, skills: Mapping[str, int]) -> int:
        """Change one agent's skills (levels 1..10) at once; returns the version. ``by`` is a sign-in name.

        Raises ``Rejected``: ``unknown_agent``, ``bad_skills``.
        """
        ...

    async def set_team(self, by: str, agent: str, team: str) -> int:
        """Move one agent to another team at once (empty: none).

        Raises ``Rejected``: ``unknown_agent``, ``unknown_team``.
        """
        ...

    async def in_force(self) -> ConfigVersion:
        """The version in force."""
        ...

    async def version(self, number: int) -> ConfigVersion | None:
        """One version."""
        ...

    async def versions(self, limit: int = 50, before: int | None = None) -> Sequence[VersionHead]:
        """Newest first."""
        ...

    async def draft(self, author: str) -> Draft | None:
        """The author's draft."""
        ...

    async def submitted(self) -> Sequence[Draft]:
        """Drafts that wait for a second pair of eyes."""
        ...

    async def edit(self, author: str, config: CenterConfig, expected: int, imported: bool = False) -> Draft:
        """Write the author's draft; ``expected`` is the revision they started from, 0 when there was none.

        ``imported``: it comes from a file, which is noted. Raises ``Rejected("draft_changed")``.
        """
        ...

    async def discard(self, author: str) -> None:
        """Throw the author's draft away."""
        ...

    async def merge(self, draft: Draft) -> Merge:
        """The draft's changes put on top of the version in force."""
        ...

    async def resolve(self, author: str, mine: Sequence[str]) -> Draft:
        """Bring the draft up to date; where both changed the same, the author's wins at ``mine``, else the other's."""
        ...

    def problems(self, config: CenterConfig) -> Sequence[ConfigProblem]:
        """Everything wrong with a configuration, seen together with the flows that are live."""
        ...

    async def submit(self, author: str, note: str) -> Draft:
        """Ask for a second pair of eyes.

        Raises ``Rejected``: ``no_draft, config_wrong, config_conflict, no_changes``.
        """
        ...

    async def give_back(self, by: str, author: str, revision: int, reason: str) -> None:
        """Send a submitted draft back. Raises ``Rejected``: ``no_draft, draft_changed``."""
        ...

    async def publish(self, by: str, author: str, revision: int, note: str = "") -> int:
        """Put a draft in force; returns the version. One's own, or as second pair of eyes another's.

        Raises ``Rejected``: ``no_draft, draft_changed, needs_approval, own_draft, config_wrong, config_conflict,
        no_changes, config_moved_on``.
        """
        ...

    async def roll_back(self, by: str, number: int, note: str = "") -> int:
        """Publish what an old version said; 0 when that now waits for a second pair of eyes.

        Raises ``Rejected``: ``unknown_version, draft_in_the_way``, and those of :meth:`publish`.
        """
        ...

    def file_calendars(self) -> Mapping[str, Calendar]:
        """Calendars of the flows' folder, in force as long as the configuration has none of the same id."""
        ...

    def flows(self) -> Sequence[str]:
        """Names of the flows that are live."""
        ...


class PromptDesk(Protocol):
    """Hearing a sentence before it is published, and keeping recordings."""

    async def hear(self, prompt: Prompt) -> Path:
        """A WAV of the sentence as the customer will hear it. Raises ``ProviderError`` when it can't be made."""
        ...

    async def keep(self, sound: bytes) -> str:
        """Keep an uploaded WAV; returns the name for ``Prompt.file``.

        Raises ``Rejected``: ``sound_too_big, sound_not_usable, sound_too_long, sound_empty``.
        """
        ...
