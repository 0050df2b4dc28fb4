"""Versions of the configuration and drafts. What a version said is kept for good."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections.abc import Sequence
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from callcenter.domain.config import CenterConfig
from callcenter.domain.configuration import ConfigVersion, Draft, Origin, VersionHead
from callcenter.domain.errors import Corrupt, Rejected
from callcenter.storage.database import Database
from callcenter.storage.tables import config_drafts, config_versions

_config: msgspec.json.Decoder[CenterConfig] = msgspec.json.Decoder(CenterConfig)
_HEAD = [column for column in config_versions.columns if column.name != "body"]


class SqlConfig:
    """The ``ConfigStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def load(self) -> CenterConfig | None:
        """The newest version's content; None on a fresh database. Raises ``Corrupt`` when it can not be read."""
        version = await self.version(await self.newest_number())
        return None if version is None else version.config

    async def save(self, config: CenterConfig) -> None:
        """Add a version without an author, for seeds."""
        number = await self.newest_number()
        at_ms = time.time_ns() // 1_000_000
        head = VersionHead(number=number + 1, author="", at_ms=at_ms, base=number, origin=Origin.SEED)
        await self.add_version(ConfigVersion(head, config))

    async def newest_number(self) -> int:
        """The number of the version in force; 0 on a fresh database."""
        newest = sa.select(sa.func.coalesce(sa.func.max(config_versions.c.number), 0))
        async with self._database.read() as connection:
            return int((await connection.execute(newest)).scalar_one())

    async def version(self, number: int) -> ConfigVersion | None:
        """One version."""
        wanted = sa.select(config_versions).where(config_versions.c.number == number)
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
        return None if row is None else ConfigVersion(_head(row), await _unpacked(row.body, f"version {number}"))

    async def versions(self, limit: int = 50, before: int | None = None) -> Sequence[VersionHead]:
        """Newest first; the next page lies before the last number."""
        wanted = sa.select(*_HEAD).order_by(config_versions.c.number.desc()).limit(limit)
        if before is not None:
            wanted = wanted.where(config_versions.c.number < before)
        async with self._database.read() as connection:
            return [_head(row) for row in await connection.execute(wanted)]

    async def add_version(self, version: ConfigVersion) -> None:
        """Keep a version. Raises ``Rejected("config_moved_on")`` when there is one of this number."""
        body = await _packed(version.config)
        values = {**msgspec.structs.asdict(version.head), "origin": version.head.origin.value, "body": body}
        try:
            async with self._database.write() as connection:
                await connection.execute(config_versions.insert().values(values))
        except IntegrityError as error:
            raise Rejected("config_moved_on", f"there is a version {version.head.number} already") from error

    async def draft(self, author: str) -> Draft | None:
        """The author's draft."""
        wanted = sa.select(config_drafts).where(config_drafts.c.author == author.replace("\x00", ""))
        async with self._database.read() as connection:
            row = (await connection.execute(wanted)).first()
        return None if row is None else await _draft(row)

    async def drafts(self) -> Sequence[Draft]:
        """Everybody's drafts, by author."""
        async with self._database.read() as connection:
            rows = (await connection.execute(sa.select(config_drafts).order_by(config_drafts.c.author))).all()
        return [await _draft(row) for row in rows]

    async def put_draft(self, draft: Draft, expected: int) -> None:
        """Write a draft whose kept revision is ``expected`` (0: there is none).

        Raises ``Rejected("draft_changed")`` when it is another.
        """
        values = {**msgspec.structs.asdict(draft), "body": await _packed(draft.config)}
        del values["config"]
        kept = config_drafts.c
        try:
            async with self._database.write() as connection:
                if expected == 0:
                    await connection.execute(config_drafts.insert().values(values))
                    return
                same = config_drafts.update().where(kept.author == draft.author, kept.revision == expected)
                done = await connection.execute(same.values(values))
        except IntegrityError as error:
            raise Rejected("draft_changed", f"{draft.author} has a draft already") from error
        if done.rowcount == 0:
            raise Rejected("draft_changed", f"the draft of {draft.author} is not at revision {expected} any more")

    async def drop_draft(self, author: str) -> None:
        """Forget a draft."""
        async with self._database.write() as connection:
            await connection.execute(config_drafts.delete().where(config_drafts.c.author == author))


async def _packed(config: CenterConfig) -> bytes:
    """Small, since every version is kept; in a thread, since thousands of agents are a megabyte."""
    return await asyncio.to_thread(lambda: zlib.compress(msgspec.json.encode(config), 6))


async def _unpacked(body: bytes, what: str) -> CenterConfig:
    try:
        return await asyncio.to_thread(lambda: _config.decode(zlib.decompress(body)))
    except (msgspec.DecodeError, zlib.error) as error:
        raise Corrupt(f"the stored configuration can not be read ({what}): {error}") from error


def _head(row: Any) -> VersionHead:
    values = {name: value for name, value in row._mapping.items() if name != "body"}
    return VersionHead(**{**values, "origin": Origin(row.origin)})


async def _draft(row: Any) -> Draft:
    values = {name: value for name, value in row._mapping.items() if name != "body"}
    return Draft(**values, config=await _unpacked(row.body, f"draft of {row.author}"))
