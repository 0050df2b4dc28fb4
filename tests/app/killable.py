"""The product as a program of its own that can be killed: events come in as lines, the live state goes out as lines.

``python -m tests.app.killable SETTINGS.json`` with the settings as JSON. A line in is an event as the journal writes
it, or ``stop``. A line out is the live state after each change, or ``{"refused": code}``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import structlog

from callcenter.app.settings import Settings
from callcenter.app.wiring import Product, running
from callcenter.domain.errors import Rejected
from callcenter.domain.journal import decode_event
from tests.app.live import end_asterisk


def picture(product: Product) -> dict[str, Any]:
    """The live state as JSON; ``seq`` says how far the journal is."""
    floor = product.desk.floor_view()
    return {
        "seq": product.engine.seq,
        "up": floor.telephony_up,
        "agents": {view.id: {"state": view.state.value, "reason": view.reason} for view in floor.agents},
        "contacts": {
            view.id: {
                "place": view.place.value,
                "step": view.flow_path[-1].rpartition("/")[2] if view.flow_path else "",
                "on_hold": view.on_hold,
                "agent_leg_up": view.agent_leg_up,
            }
            for view in floor.contacts
        },
    }


async def main(settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with running(settings, report=lambda line: print(line, file=sys.stderr, flush=True)) as product:

        async def tell() -> None:
            async for _ in product.desk.changes():
                print(json.dumps(picture(product)), flush=True)

        telling = loop.create_task(tell())
        while (line := (await reader.readline()).strip()) and line != b"stop":
            try:
                await product.desk.submit(decode_event(line))
            except Rejected as refusal:
                print(json.dumps({"refused": refusal.code}), flush=True)
        telling.cancel()
    await end_asterisk(product)


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(main(Settings.model_validate_json(Path(sys.argv[1]).read_text())))
