"""Drafts, second pairs of eyes, versions: what people do with the configuration. Fills the ``ConfigDesk`` port."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec

from callcenter.app.surroundings import Surroundings
from callcenter.domain import audit_configuration as acts
from callcenter.domain.config import AgentConfig, Calendar, CenterConfig
from callcenter.domain.config_diff import Change, changes
from callcenter.domain.config_merge import Merge, merge
from callcenter.domain.config_problem import ConfigProblem
from callcenter.domain.config_review import reasons
from callcenter.domain.configuration import ConfigVersion, Draft, Origin, VersionHead
from callcenter.domain.errors import Rejected
from callcenter.domain.ports import AuditLog, Clock, ConfigStore
from callcenter.domain.records import AuditRecord
from callcenter.routing.check import check

Apply = Callable[[ConfigVersion], Awaitable[None]]
MAX_PLACES_AUDITED = 50


class Configuration:
    """The one way to change the configuration. ``apply`` puts a kept version in force in the running centre."""

    def __init__(
        self, store: ConfigStore, audit: AuditLog, clock: Clock, surroundings: Surroundings, apply: Apply
    ) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock
        self._around = surroundings
        self._apply = apply
        self._publishing = asyncio.Lock()
        self._newest: ConfigVersion | None = None

    async def in_force(self) -> ConfigVersion:
        """The version in force; number 0 and empty on a database without any."""
        number = await self._store.newest_number()
        if self._newest is None or self._newest.head.number != number:
            found = await self._store.version(number)
            self._newest = found or ConfigVersion(VersionHead(0, "", 0), CenterConfig())
        return self._newest

    async def version(self, number: int) -> ConfigVersion | None:
        """One version."""
        return await self._store.version(number)

    async def versions(self, limit: int = 50, before: int | None = None) -> Sequence[VersionHead]:
        """Newest first."""
        return await self._store.versions(limit, before)

    async def draft(self, author: str) -> Draft | None:
        """The author's draft."""
        return await self._store.draft(author)

    async def submitted(self) -> Sequence[Draft]:
        """Drafts that wait for a second pair of eyes."""
        return [draft for draft in await self._store.drafts() if draft.submitted]

    async def edit(self, author: str, config: CenterConfig, expected: int, imported: bool = False) -> Draft:
        """Write the author's draft; one that was submitted is not any more. Raises ``Rejected("draft_changed")``."""
        kept = await self._store.draft(author) if expected else None
        if kept is None:
            base = (await self.in_force()).head.number
            kept = Draft(author, base, config, revision=expected)
        changed = msgspec.structs.replace(
            kept, config=config, revision=expected + 1, submitted=False, changed_ms=self._clock.now_ms(), restores=0
        )
        await self._store.put_draft(changed, expected)
        if imported:
            await self._note(author, acts.CONFIG_IMPORTED, f"draft:{author}", base=changed.base)
        return changed

    async def discard(self, author: str) -> None:
        """Throw the author's draft away."""
        if await self._store.draft(author) is not None:
            await self._store.drop_draft(author)
            await self._note(author, acts.CONFIG_DISCARDED, f"draft:{author}")

    async def merge(self, draft: Draft) -> Merge:
        """The draft's changes put on top of the version in force."""
        return await self._merge(draft, ())

    async def resolve(self, author: str, mine: Sequence[str]) -> Draft:
        """Bring the draft up to date; at the places in ``mine`` the author's wins, elsewhere the published one."""
        draft = await self._draft_of(author)
        merged = await self._merge(draft, mine)
        now = await self.in_force()
        fresh = msgspec.structs.replace(
            draft,
            base=now.head.number,
            config=merged.config,
            revision=draft.revision + 1,
            submitted=False,
            changed_ms=self._clock.now_ms(),
        )
        await self._store.put_draft(fresh, draft.revision)
        return fresh

    def problems(self, config: CenterConfig) -> Sequence[ConfigProblem]:
        """Everything wrong with a configuration, seen together with the flows that are live."""
        whole = msgspec.structs.replace(config, calendars={**self._around.file_calendars(), **config.calendars})
        return check(whole, self._around.known(self._clock.now_ms()))

    async def submit(self, author: str, note: str) -> Draft:
        """Ask for a second pair of eyes. Raises ``Rejected``."""
        draft = await self._draft_of(author)
        _, found = await self._publishable(draft)
        fresh = msgspec.structs.replace(draft, submitted=True, note=note, returned="", revision=draft.revision + 1)
        await self._store.put_draft(fresh, draft.revision)
        await self._note(author, acts.CONFIG_SUBMITTED, f"draft:{author}", places=_places(found))
        return fresh

    async def give_back(self, by: str, author: str, revision: int, reason: str) -> None:
        """Send a submitted draft back. Raises ``Rejected``."""
        draft = await self._draft_of(author, revision)
        fresh = msgspec.structs.replace(draft, submitted=False, returned=reason, revision=revision + 1)
        await self._store.put_draft(fresh, revision)
        await self._note(by, acts.CONFIG_RETURNED, f"draft:{author}")

    async def publish(self, by: str, author: str, revision: int, note: str = "") -> int:
        """Put a draft in force; returns the version. Raises ``Rejected``."""
        async with self._publishing:
            draft = await self._draft_of(author, revision)
            config, found = await self._publishable(draft)
            reviewed = reasons(found)
            if by == author and reviewed:
                raise Rejected("needs_approval")
            if by != author and not draft.submitted:
                raise Rejected("draft_changed")
            second = by if by != author else ""
            origin = Origin.ROLLBACK if draft.restores else Origin.DRAFT
            number = await self._keep(config, author, note or draft.note, origin, second, draft.restores)
            await self._store.drop_draft(author)
        act = acts.CONFIG_APPROVED if second else acts.CONFIG_PUBLISHED
        await self._note(by, act, f"config:{number}", author=author, places=_places(found), reviewed=sorted(reviewed))
        return number

    async def roll_back(self, by: str, number: int, note: str = "") -> int:
        """Publish what an old version said; 0 when it now waits for a second pair of eyes. Raises ``Rejected``."""
        old = await self._store.version(number)
        if old is None:
            raise Rejected("unknown_version")
        if await self._store.draft(by) is not None:
            raise Rejected("draft_in_the_way")
        base = (await self.in_force()).head.number
        draft = Draft(by, base, old.config, note=note, changed_ms=self._clock.now_ms(), restores=number)
        _, found = await self._publishable(draft)
        await self._store.put_draft(draft, 0)
        if reasons(found):
            await self.submit(by, note)
            return 0
        fresh = await self.publish(by, by, draft.revision, note)
        await self._note(by, acts.CONFIG_ROLLED_BACK, f"config:{fresh}", restores=number)
        return fresh

    async def set_skills(self, by: str, agent: str, skills: Mapping[str, int]) -> int:
        """Change one agent's skills at once. Raises ``Rejected``."""
        if not all(name and 1 <= level <= 10 for name, level in skills.items()):
            raise Rejected("bad_skills")
        return await self._quick(by, agent, acts.SKILLS_CHANGED, skills=dict(skills))

    async def set_team(self, by: str, agent: str, team: str) -> int:
        """Move one agent to another team at once. Raises ``Rejected``."""
        if team and team not in (await self.in_force()).config.teams:
            raise Rejected("unknown_team")
        return await self._quick(by, agent, acts.TEAM_CHANGED, team=team)

    def file_calendars(self) -> Mapping[str, Calendar]:
        """Calendars of the flows' folder."""
        return self._around.file_calendars()

    def flows(self) -> Sequence[str]:
        """Names of the flows that are live."""
        return self._around.flows()

    async def _quick(self, by: str, agent: str, act: str, **fields: Any) -> int:
        async with self._publishing:
            now = await self.in_force()
            was = now.config.agents.get(agent)
            if was is None:
                raise Rejected("unknown_agent")
            changed: AgentConfig = msgspec.structs.replace(was, **fields)
            if changed == was:
                return now.head.number
            config = msgspec.structs.replace(now.config, agents={**now.config.agents, agent: changed})
            number = await self._keep(config, by, "", Origin.QUICK)
        before = {name: getattr(was, name) for name in fields}
        await self._note(by, act, f"agent:{agent}", version=number, before=before, after=fields)
        return number

    async def _keep(
        self, config: CenterConfig, author: str, note: str, origin: Origin, second: str = "", restores: int = 0
    ) -> int:
        """Keep a version and put it in force. Raises ``Rejected("config_moved_on")``."""
        base = (await self.in_force()).head.number
        head = VersionHead(base + 1, author, self._clock.now_ms(), note, base, origin, second, restores)
        version = ConfigVersion(head, config)
        await self._store.add_version(version)
        self._newest = version
        await self._apply(version)
        return head.number

    async def _publishable(self, draft: Draft) -> tuple[CenterConfig, list[Change]]:
        """What would be published, and its changes. Raises ``Rejected`` when it can't be."""
        merged = await self._merge(draft, ())
        if merged.conflicts:
            raise Rejected("config_conflict")
        found = changes((await self.in_force()).config, merged.config)
        if not found:
            raise Rejected("no_changes")
        if any(problem.blocks for problem in self.problems(merged.config)):
            raise Rejected("config_wrong")
        return merged.config, found

    async def _merge(self, draft: Draft, mine: Sequence[str]) -> Merge:
        now = await self.in_force()
        if draft.base == now.head.number:
            return Merge(draft.config)
        base = await self._store.version(draft.base)
        return merge(base.config if base else CenterConfig(), draft.config, now.config, mine)

    async def _draft_of(self, author: str, revision: int | None = None) -> Draft:
        draft = await self._store.draft(author)
        if draft is None:
            raise Rejected("no_draft")
        if revision is not None and draft.revision != revision:
            raise Rejected("draft_changed")
        return draft

    async def _note(self, actor: str, act: str, subject: str, **detail: Any) -> None:
        await self._audit.write(AuditRecord(self._clock.now_ms(), actor, act, subject, detail))


def _places(found: Sequence[Change]) -> list[str]:
    """Which places changed; values may be about people and stay out of the log."""
    places = [change.place for change in found]
    rest = len(places) - MAX_PLACES_AUDITED
    return places if rest <= 0 else [*places[:MAX_PLACES_AUDITED], f"+{rest}"]
