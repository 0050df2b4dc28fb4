"""What the ears' process does once it runs."""

from __future__ import annotations

import asyncio
import os
import sys

import msgspec

from callcenter.app.recogniser import language_of, live_recogniser_of
from callcenter.app.settings import Settings, load_settings
from callcenter.domain.errors import CallCenterError
from callcenter.speech.ears.news import Begin, EarsFailed, EarsOpen, News, Order
from callcenter.speech.ears.server import EarsServer
from callcenter.telephony.asterisk.names import split

_begin = msgspec.json.Decoder(Begin)
_order: msgspec.json.Decoder[Order] = msgspec.json.Decoder(Order)


async def work() -> None:
    """Listen until standard input ends."""
    settings = load_settings()
    lines = await _standard_input()
    begin = _begin.decode(await lines.readline())
    try:
        await _listen(settings, begin, lines)
    except CallCenterError as error:
        _tell(EarsFailed(str(error)))


async def _listen(settings: Settings, begin: Begin, lines: asyncio.StreamReader) -> None:
    recogniser = live_recogniser_of(settings)
    server = EarsServer(recogniser, language_of(settings), _tell, lambda channel: split(channel)[-1])
    await server.start(settings.media_address, settings.media_port, begin.secret)
    _tell(EarsOpen(recogniser.model))
    while line := await lines.readline():
        server.obey(_order.decode(line))
    os._exit(0)  # whoever listened to us is gone; a recogniser's thread must not hold us up


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def _tell(news: News) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(news) + b"\n")
    sys.stdout.buffer.flush()
