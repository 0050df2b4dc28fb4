"""One house for the tests that leave it standing, one of their own for those that do not."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.attack.house import House, house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[House]:
    """A house for all tests of a module; they run on the module's loop."""
    async with house() as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def quiet() -> AsyncIterator[House]:
    """A house without live calls, where nothing changes by itself."""
    async with house(calls=False) as made:
        made.live = {"live-a": "past-a", "live-b": "past-b", "waiting": "lost-a"}
        yield made


@pytest.fixture
async def own() -> AsyncIterator[House]:
    """A house without calls for one test."""
    async with house(calls=False) as made:
        yield made
