"""The configuration behind sample pages: the real service over versions and drafts in dictionaries."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from callcenter.app.configuration import Configuration
from callcenter.app.prompt_files import PromptFiles
from callcenter.app.surroundings import Surroundings
from callcenter.domain.config import Calendar, CenterConfig, Interval
from callcenter.domain.configuration import ConfigVersion, Draft, Origin, VersionHead
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import AuditLog, Clock
from callcenter.speech import ToneVoice
from tests.web.doubles import DeskDouble

FLOWS = ("hotline", "elder", "regulator", "survey", "callback", "chat")
CALENDARS = {
    "service_hours": Calendar("service_hours", "Asia/Shanghai", (Interval(0, 510, 1_200),), years=(2026, 2027)),
}


class MemoryConfigStore:
    """Versions and drafts in dictionaries."""

    def __init__(self, config: CenterConfig) -> None:
        self.kept = {1: ConfigVersion(VersionHead(1, "", 1_772_900_000_000, origin=Origin.SEED), config)}
        self.open: dict[str, Draft] = {}

    async def load(self) -> CenterConfig | None:
        return self.kept[max(self.kept)].config

    async def save(self, config: CenterConfig) -> None:
        number = max(self.kept) + 1
        self.kept[number] = ConfigVersion(VersionHead(number, "", 0, base=number - 1, origin=Origin.SEED), config)

    async def newest_number(self) -> int:
        return max(self.kept)

    async def version(self, number: int) -> ConfigVersion | None:
        return self.kept.get(number)

    async def versions(self, limit: int = 50, before: int | None = None) -> Sequence[VersionHead]:
        numbers = sorted((n for n in self.kept if before is None or n < before), reverse=True)
        return [self.kept[n].head for n in numbers[:limit]]

    async def add_version(self, version: ConfigVersion) -> None:
        if version.head.number in self.kept:
            raise Rejected("config_moved_on")
        self.kept[version.head.number] = version

    async def draft(self, author: str) -> Draft | None:
        return self.open.get(author)

    async def drafts(self) -> Sequence[Draft]:
        return [self.open[author] for author in sorted(self.open)]

    async def put_draft(self, draft: Draft, expected: int) -> None:
        kept = self.open.get(draft.author)
        if (kept.revision if kept else 0) != expected:
            raise Rejected("draft_changed")
        self.open[draft.author] = draft

    async def drop_draft(self, author: str) -> None:
        self.open.pop(author, None)


def configuration(desk: DeskDouble, audit: AuditLog, clock: Clock) -> Configuration:
    """The service over what ``desk`` shows; publishing changes it."""

    async def apply(version: ConfigVersion) -> None:
        desk.center = version.config

    around = Surroundings(lambda: {name: {} for name in FLOWS}, lambda: CALENDARS, frozenset)
    return Configuration(MemoryConfigStore(desk.center), audit, clock, around, apply)


def prompts(folder: Path) -> PromptFiles:
    """Tones instead of words, and uploads in ``folder``."""
    return PromptFiles(ToneVoice(folder / "tones", folder / "recorded"), folder / "uploaded")
