"""Looking back into the journal by time and by what entries tell of."""

from __future__ import annotations

import msgspec
import pytest

from callcenter.domain import effects as fx
from callcenter.domain import events as ev
from callcenter.domain.agent import AgentState
from callcenter.domain.config import AgentConfig, CenterConfig
from callcenter.domain.configuration import ConfigVersion, Origin, VersionHead
from callcenter.domain.contact import Why
from callcenter.domain.journal import JournalEntry
from callcenter.storage import Storage
from callcenter.storage.past_journal import PAGE, PastJournal


def entry(seq: int, at_ms: int, event: ev.Event | None = None, *effects: fx.Effect) -> JournalEntry:
    return JournalEntry(seq, at_ms, event or ev.TimerFired(timer="x"), effects)


JOINED = fx.QueueJoined(contact="c", queue="card", position=1, why=Why("dialled"))
ASKED = ev.StateRequested(agent="1001", state=AgentState.ON_BREAK, reason="StateRequested is a word of mine")


@pytest.fixture
def past(url: str):
    journal = PastJournal(url)
    yield journal
    journal.close()


def seqs(past: PastJournal, from_ms: int, until_ms: int) -> list[int]:
    return [e.seq for e in past.between(from_ms, until_ms, ("StateRequested",), ("QueueJoined",))]


async def test_entries_are_found_by_time_and_by_what_they_tell(storage: Storage, past: PastJournal) -> None:
    written = [
        entry(1, 100, None, JOINED),
        entry(2, 200),
        entry(3, 200, ASKED),
        entry(4, 300, ev.MessageSent(by="x", message="1", agents=(), text='{"type":"StateRequested"')),
        entry(5, 400, None, fx.StartMusic(contact="c", leg="l", music="m"), JOINED),
        entry(6, 500, None, JOINED),
    ]
    await storage.journal.append(written, 0)
    assert seqs(past, 0, 1_000) == [1, 3, 5, 6]
    assert seqs(past, 101, 500) == [3, 5]
    assert seqs(past, 600, 900) == []
    assert past.bounds() == (100, 500)
    found = next(past.between(400, 401, (), ("QueueJoined",)))
    assert msgspec.structs.replace(found, contacts=()) == written[4]


async def test_an_empty_journal_has_nothing(storage: Storage, past: PastJournal) -> None:
    assert seqs(past, 0, 1_000) == []
    assert past.bounds() is None
    assert past.config_at(1_000) is None


async def test_a_long_stretch_is_read_page_by_page(storage: Storage, past: PastJournal) -> None:
    await storage.journal.append([entry(n, 10 * n, None, JOINED) for n in range(1, 2 * PAGE + 10)], 0)
    assert seqs(past, 50, 10 * 2 * PAGE) == list(range(5, 2 * PAGE))


async def test_the_configuration_of_a_time_is_the_newest_version_by_then(storage: Storage, past: PastJournal) -> None:
    for number, at_ms in ((1, 1_000), (2, 2_000)):
        agents = {f"100{number}": AgentConfig(id=f"100{number}", name="x")}
        head = VersionHead(number=number, author="", at_ms=at_ms, base=number - 1, origin=Origin.SEED)
        await storage.config.add_version(ConfigVersion(head, CenterConfig(agents=agents)))
    assert past.config_at(999) is None
    assert [list(past.config_at(at_ms).agents) for at_ms in (1_000, 1_999, 2_000)] == [["1001"], ["1001"], ["1002"]]
