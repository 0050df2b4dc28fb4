"""Run as a program and then killed: appends calls for ever and says, a line each, what was acknowledged."""

from __future__ import annotations

import asyncio
import sys

from callcenter.storage import Storage
from tests.storage.samples import abandoned, call, entries


async def main(url: str) -> None:
    storage = await Storage.open(url)
    seq = await storage.journal.last_seq()
    number = seq
    while True:
        number += 1
        contact = f"c{number}"
        story = entries(contact, (call if number % 2 else abandoned)(contact), seq + 1)
        size = number % 4 + 1
        for at in range(0, len(story), size):
            batch = story[at : at + size]
            await storage.journal.append(batch, seq)
            seq = batch[-1].seq
            print(seq, flush=True)


asyncio.run(main(sys.argv[1]))
