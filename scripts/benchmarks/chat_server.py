"""The chat benchmark's servers: the web chat on SQLite with agents who listen and write, or a bare Starlette echo."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from pathlib import Path

import uvicorn
import uvloop
from starlette.applications import Starlette
from starlette.routing import Mount, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from callcenter.app.clock import SystemClock
from callcenter.app.memory import collect_rarely
from callcenter.app.settings import Settings
from callcenter.app.web_chat import open_web_chat
from callcenter.chat import Chats
from callcenter.domain.chat import Author, ChatNews, Message
from callcenter.domain.config import CenterConfig, ChatEntry, ChatLimits
from callcenter.storage import Storage, upgrade
from callcenter.telephony.ids import new_contact_id
from scripts.benchmarks.desk_plan import SERVER_CORE, say, settle, started

LIMITS = ChatLimits(messages_a_minute=600, address_messages_a_minute=100_000, address_conversations=10_000)


async def echo(socket: WebSocket) -> None:
    """The peer."""
    await socket.accept()
    with suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(await socket.receive_text())


async def serve(kind: str, folder: Path, port: int, agents: int) -> None:
    """Answer ``run RATE SECONDS`` on standard input until it ends: agents write so often, and say when they heard."""
    delays: list[float] = []
    chats: Chats | None = None
    if kind == "ours":
        settings = Settings(data=folder, assistant="off")
        await asyncio.to_thread(folder.mkdir, parents=True)
        await asyncio.to_thread(upgrade, settings.database_url)
        storage = await Storage.open(settings.database_url)
        chats = Chats(storage.chats, SystemClock(), new_contact_id)
        config = CenterConfig(chat_entries={"web": ChatEntry("web", {"en": "Chat"}, limits=LIMITS)})
        opened = open_web_chat(settings, chats, lambda: config)
        await chats.start([opened.channel])
        app = Starlette(routes=[Mount("/chat", routes=opened.routes)])
    else:
        app = Starlette(routes=[WebSocketRoute("/chat/socket", echo)])
    config_ = uvicorn.Config(app, port=port, ws="websockets-sansio", log_level="error", access_log=False)
    server = uvicorn.Server(config_)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    serving = asyncio.create_task(server.serve())

    def hear(news: ChatNews) -> None:
        if isinstance(news, Message) and news.author is Author.VISITOR and news.text[:1].isdigit():
            delays.append((time.monotonic_ns() - int(news.text.split()[0])) / 1e6)

    async def write(rate: int, seconds: float) -> int:
        assert chats
        talks = [talk.id for talk in chats.open_conversations()]
        for talk in talks:
            await chats.subscribe(talk, hear)
        begin, posted, tasks = time.monotonic_ns(), 0, set()
        while posted < rate * seconds:
            due = begin + posted * 1_000_000_000 // rate
            while (wait := (due - time.monotonic_ns()) / 1e9) > 0:  # noqa: ASYNC110
                await asyncio.sleep(wait)
            text = f"{due} {'x' * 80}"
            agent = str(posted % agents)
            task = asyncio.create_task(chats.post(talks[posted * 7 % len(talks)], Author.AGENT, agent, text=text))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            posted += 1
        await asyncio.gather(*tasks)
        return posted

    await started(server)
    say({"ready": True})
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while words := (await reader.readline()).decode().split():
        rate, seconds = int(words[1]), float(words[2])
        used, began = time.process_time(), time.monotonic()
        posted = await write(rate, seconds) if chats else 0
        await asyncio.sleep(1.5 if chats else seconds + 1.5)
        share = (time.process_time() - used) / (time.monotonic() - began)
        say({"delays": delays, "posted": posted, "share": share})
        delays.clear()
    server.should_exit = True
    await serving
    if chats:
        await chats.stop()


if __name__ == "__main__":
    settle(SERVER_CORE)
    collect_rarely()
    uvloop.run(serve(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
