"""A real Rasa on bad days: a model that it cannot load, a process that stands still and goes on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import pytest

from callcenter.bot.rasa import RasaAssistant
from callcenter.domain.errors import ProviderError
from tests.bot.contract import NOON
from tests.bot.rasa_process import RASA, SCRIPT, Served
from tests.bot.watching import TIMEOUT_S, watched

pytestmark = RASA


def load(url: str, model: Path) -> subprocess.CompletedProcess[str]:
    surroundings = {**os.environ, "CALLCENTER_RASA_URL": url}
    return subprocess.run([SCRIPT, "load", model], env=surroundings, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("content", [None, b"", b"no archive"])
async def test_a_model_that_cannot_be_loaded_leaves_the_old_one(
    served: Served, tmp_path: Path, content: bytes | None
) -> None:
    broken = tmp_path / "broken.tar.gz"
    if content is not None:
        broken.write_bytes(content)
    async with watched(RasaAssistant(served.url)) as assistant:
        done = await asyncio.to_thread(load, served.url, broken)
        assert done.returncode == 1, done
        assert "old model stays" in done.stderr
        assert (await assistant.understand("查余额", NOON)).intent == "balance_query"
        assert Path((await assistant.status()).model_file or "").name == served.model.name


async def test_a_new_model_is_taken_by_the_running_server(served: Served, tmp_path: Path) -> None:
    new = tmp_path / "new.tar.gz"
    new.write_bytes(served.model.read_bytes())
    async with watched(RasaAssistant(served.url)) as assistant:
        for model in (new, served.model):
            done = await asyncio.to_thread(load, served.url, model)
            assert done.returncode == 0, done
            await asyncio.wait_for(assistant.ready.wait(), TIMEOUT_S)
            assert Path((await assistant.status()).model_file or "").name == model.name
            assert (await assistant.understand("查余额", NOON)).intent == "balance_query"


async def test_a_process_that_stands_still_is_given_up_in_time_and_used_again(served: Served) -> None:
    loop = asyncio.get_running_loop()
    async with watched(RasaAssistant(served.url)) as assistant:
        served.process.send_signal(signal.SIGSTOP)
        try:
            began = loop.time()
            with pytest.raises(ProviderError, match="more than 2 s"):
                await assistant.understand("查余额", NOON)
            assert loop.time() - began < 3
            with pytest.raises(ProviderError):
                await assistant.understand("查余额", NOON)
        finally:
            served.process.send_signal(signal.SIGCONT)
        await asyncio.wait_for(assistant.ready.wait(), TIMEOUT_S)
        assert (await assistant.understand("查余额", NOON)).intent == "balance_query"
