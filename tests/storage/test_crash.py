"""The process is killed in the middle of writing: what was acknowledged is there, whole, and nothing else is broken."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from callcenter.domain.records import ContactQuery
from callcenter.storage import Storage

_REPOSITORY = Path(__file__).parents[2]


def _killed_after(url: str, lines: int) -> int:
    """Start the appender, kill it once it has acknowledged ``lines`` batches; the last ``seq`` it acknowledged."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.storage.appender", url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=_REPOSITORY,
    )
    assert process.stdout is not None
    heard = [process.stdout.readline() for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    heard += process.stdout.read().splitlines(keepends=True)
    process.stdout.close()
    assert process.wait(timeout=30) == -signal.SIGKILL
    return max(int(line) for line in heard if line.endswith("\n"))


@pytest.mark.parametrize("lines", [1, 37, 250])
async def test_killed_while_writing(url: str, lines: int) -> None:
    acknowledged = 0
    for _ in range(2):  # the second round goes on in a database that was left by a killed one
        acknowledged = await asyncio.to_thread(_killed_after, url, lines)
        storage = await Storage.open(url)
        try:
            await _check(storage, acknowledged)
        finally:
            await storage.close()
    assert acknowledged > lines


async def _check(storage: Storage, acknowledged: int) -> None:
    read = [entry async for entry in storage.journal.read()]  # refuses gaps
    assert read[-1].seq == await storage.journal.last_seq() >= acknowledged
    assert await storage.journal.done_seq() < read[-1].seq
    contacts = list(dict.fromkeys(entry.contacts[0] for entry in read))
    before = [await storage.contacts.get(contact) for contact in contacts]
    assert all(before)
    for contact in contacts[-3:]:
        story = await storage.contacts.timeline(contact)
        assert [step.seq for step in story] == [entry.seq for entry in read if contact in entry.contacts]
    await storage.journal.rebuild_contacts()
    assert [await storage.contacts.get(contact) for contact in contacts] == before
    assert len(await storage.contacts.list(ContactQuery(limit=500))) == min(len(contacts), 500)
