from __future__ import annotations

import msgspec
import pytest
import sqlalchemy as sa

from callcenter.app.demo import demo_config
from callcenter.domain.config import CenterConfig
from callcenter.domain.configuration import ConfigVersion, Draft, Origin, VersionHead
from callcenter.domain.errors import Corrupt, Rejected
from callcenter.storage import Storage
from callcenter.storage.database import parse_url, sync_engine


async def test_every_version_is_kept_and_the_newest_is_in_force(storage: Storage) -> None:
    assert (await storage.config.newest_number(), await storage.config.load()) == (0, None)
    await storage.config.save(demo_config())
    changed = msgspec.structs.replace(demo_config(), caller_number="95001")
    head = VersionHead(2, "admin", 1_000, "the other number", 1, Origin.DRAFT, "boss")
    await storage.config.add_version(ConfigVersion(head, changed))
    assert await storage.config.load() == changed
    first = await storage.config.version(1)
    assert first is not None
    assert (first.config, first.head.origin) == (demo_config(), Origin.SEED)
    assert [version.number for version in await storage.config.versions()] == [2, 1]
    assert await storage.config.versions(limit=1) == [head]
    assert [version.number for version in await storage.config.versions(before=2)] == [1]


async def test_of_two_who_publish_at_once_one_is_told(storage: Storage) -> None:
    await storage.config.save(CenterConfig())
    taken = ConfigVersion(VersionHead(1, "late", 5), CenterConfig(caller_number="1"))
    with pytest.raises(Rejected, match="version 1") as refused:
        await storage.config.add_version(taken)
    assert refused.value.code == "config_moved_on"
    assert await storage.config.load() == CenterConfig()


async def test_a_draft_is_written_only_over_the_revision_one_has_seen(storage: Storage) -> None:
    draft = Draft("admin", 1, demo_config())
    await storage.config.put_draft(draft, 0)
    assert await storage.config.draft("admin") == draft
    with pytest.raises(Rejected, match="already"):
        await storage.config.put_draft(draft, 0)
    next_one = msgspec.structs.replace(draft, revision=2, submitted=True, note="请看一下")
    await storage.config.put_draft(next_one, 1)
    with pytest.raises(Rejected, match="revision 1") as refused:
        await storage.config.put_draft(msgspec.structs.replace(draft, revision=2), 1)
    assert refused.value.code == "draft_changed"
    assert list(await storage.config.drafts()) == [next_one]
    await storage.config.drop_draft("admin")
    assert await storage.config.draft("admin") is None


async def test_a_damaged_version_is_said_not_guessed(storage: Storage, url: str) -> None:
    await storage.config.save(demo_config())
    engine = sync_engine(parse_url(url)).execution_options(writes=True)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE config_versions SET body = :body"), {"body": b"x\x9c\x01"})
    engine.dispose()
    with pytest.raises(Corrupt, match="version 1"):
        await storage.config.load()
