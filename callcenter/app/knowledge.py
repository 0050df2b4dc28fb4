"""The published articles, searched: those of the configuration in force that are valid today."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from callcenter.bot.knowledge import ArticleIndex
from callcenter.domain.config import CenterConfig
from callcenter.domain.knowledge import Article, Found, used_in, valid_on
from callcenter.domain.ports import Clock


class PublishedArticles:
    """Fills ``Knowledge``. ``config`` gives the configuration in force; its index is made when it is first searched."""

    def __init__(self, config: Callable[[], CenterConfig], timezone: str, clock: Clock) -> None:
        self._config, self._zone, self._clock = config, ZoneInfo(timezone), clock
        self._indexed: tuple[Article, ...] = ()
        self._index = ArticleIndex(())

    async def search(self, text: str, channel: str = "", most: int = 8) -> list[Found]:
        """See :class:`~callcenter.domain.ports.Knowledge`."""
        index = await self._current()
        return index.search(text, self._allowed(channel), most)

    async def answer(self, text: str, channel: str) -> Found | None:
        """See :class:`~callcenter.domain.ports.Knowledge`."""
        index = await self._current()
        return index.answer(text, self._allowed(channel))

    def _allowed(self, channel: str) -> Callable[[Article], bool]:
        today = datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC).astimezone(self._zone).date().isoformat()
        return lambda article: valid_on(article, today) and used_in(article, channel)

    async def _current(self) -> ArticleIndex:
        articles = self._config().articles
        if articles is not self._indexed:
            self._index = await asyncio.to_thread(ArticleIndex, articles)
            self._indexed = articles
        return self._index
