"""Secrets of second factors are sealed in the database, and come under the newest key by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from callcenter.app.secret_keys import seal_all, seal_of
from callcenter.app.settings import Settings
from callcenter.domain.access_records import SecondFactor
from callcenter.domain.errors import ConfigError
from callcenter.storage import Storage
from callcenter.storage.sealing import PREFIX
from callcenter.storage.tables import second_factors
from tests.storage.test_people import USER

SECRET = "JBSWY3DPEHPK3PXP"


def settings(folder: Path, *keys: str) -> Settings:
    return Settings(data=folder, secret_keys=tuple(SecretStr(key) for key in keys))


async def opened(url: str, given: Settings) -> Storage:
    return await Storage.open(url, seal_of(given))


async def with_factor(storage: Storage) -> int:
    owner = (await storage.users.add(USER)).id
    await storage.credentials.set_second_factor(SecondFactor(owner, SECRET, confirmed=True))
    return owner


async def kept(storage: Storage) -> str:
    async with storage._database.read() as connection:
        return str((await connection.execute(sa.select(second_factors.c.secret))).scalar_one())


async def read(storage: Storage, owner: int) -> str:
    factor = await storage.credentials.second_factor(owner)
    assert factor is not None
    return factor.secret


async def test_the_database_holds_no_secret_that_can_be_read(storage: Storage) -> None:
    owner = await with_factor(storage)
    assert (await kept(storage)).startswith(PREFIX)
    assert SECRET not in await kept(storage)
    assert await read(storage, owner) == SECRET


async def test_one_kept_in_the_open_is_sealed_at_the_next_start(url: str, storage: Storage, tmp_path: Path) -> None:
    owner = await with_factor(storage)
    async with storage._database.write() as connection:
        await connection.execute(second_factors.update().values(secret=SECRET))
    again = await opened(url, settings(tmp_path))
    await seal_all(again)
    assert (await kept(again)).startswith(PREFIX)
    assert await read(again, owner) == SECRET
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0
    await again.close()


async def test_a_new_key_takes_over_and_a_lost_one_is_named(url: str, storage: Storage, tmp_path: Path) -> None:
    first = await opened(url, settings(tmp_path, "the first key of the bank"))
    owner = await with_factor(first)
    await first.close()
    both = await opened(url, settings(tmp_path, "the second key", "the first key of the bank"))
    await seal_all(both)
    before = await kept(both)
    await seal_all(both)
    assert await kept(both) == before, "what is under the newest key is left alone"
    await both.close()
    second = await opened(url, settings(tmp_path, "the second key"))
    assert await read(second, owner) == SECRET
    await second.close()
    lost = await opened(url, settings(tmp_path, "none of these"))
    with pytest.raises(ConfigError) as wrong:
        await seal_all(lost)
    assert wrong.value.place == "CALLCENTER_SECRET_KEYS"
    assert await kept(lost) == before
    await lost.close()
