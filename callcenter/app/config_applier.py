"""Puts a published version in force: PBX endpoints, the core. Nobody who waits is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
import structlog

from callcenter.domain.config import Calendar, CenterConfig
from callcenter.domain.configuration import ConfigVersion
from callcenter.domain.errors import CallCenterError
from callcenter.domain.events import CenterConfigured, Event
from callcenter.domain.ports import ConfigStore

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0


class ConfigApplier:
    """Knows which version runs.

    ``to_pbx`` tells the PBX of agents and numbers; where it fails the centre runs the version all the same, and the
    PBX is told again until it listens.
    """

    def __init__(
        self,
        store: ConfigStore,
        submit: Callable[[Event], Awaitable[Any]],
        to_pbx: Callable[[CenterConfig], Awaitable[None]],
        file_calendars: Callable[[], Mapping[str, Calendar]],
        start: ConfigVersion | None,
    ) -> None:
        self._store = store
        self._submit = submit
        self._to_pbx = to_pbx
        self._file_calendars = file_calendars
        self._version = start
        self._at_pbx = start.config if start is not None else CenterConfig()

    @property
    def number(self) -> int:
        """The number of the version that runs; 0 for none."""
        return self._version.head.number if self._version is not None else 0

    def own_calendars(self) -> Mapping[str, Calendar]:
        """Calendars of the running version; those of the folder come after them."""
        return self._version.config.calendars if self._version is not None else {}

    def whole(self, config: CenterConfig) -> CenterConfig:
        """The configuration with the folder's calendars where it has none of its own."""
        return msgspec.structs.replace(config, calendars={**self._file_calendars(), **config.calendars})

    async def apply(self, version: ConfigVersion) -> None:
        """Put a version in force; an older one than the running is left alone."""
        if version.head.number <= self.number:
            return
        self._version = version
        await self._tell_pbx()
        await self._submit(CenterConfigured(config=self.whole(version.config), version=version.head.number))

    async def watch(self) -> None:
        """Take versions published from the command line, and tell a PBX that did not listen; runs until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except CallCenterError as error:
                log.error("configuration_not_readable", why=str(error))  # noqa: TRY400

    async def look(self) -> None:
        """Take a version published elsewhere, if there is one."""
        newest = await self._store.newest_number()
        if newest > self.number and (version := await self._store.version(newest)) is not None:
            await self.apply(version)
            log.info("configuration_taken", version=newest)
        else:
            await self._tell_pbx()

    async def _tell_pbx(self) -> None:
        wanted = self._version.config if self._version is not None else CenterConfig()
        there = self._at_pbx
        if wanted.agents.keys() == there.agents.keys() and wanted.numbers.keys() == there.numbers.keys():
            return
        try:
            await self._to_pbx(wanted)
        except (CallCenterError, TimeoutError) as error:
            log.error("pbx_not_configured", why=str(error), again_in_s=LOOK_EVERY_S)  # noqa: TRY400
        else:
            self._at_pbx = wanted
