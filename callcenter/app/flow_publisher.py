"""Flows from the folder into the running centre: checked first; a wrong file never replaces a working flow."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import msgspec
import structlog

from callcenter.app.flow_folder import FlowFolder, read_folder
from callcenter.core.state import CoreState
from callcenter.domain.config import Calendar
from callcenter.domain.events import CenterConfigured, Event, FlowsPublished
from callcenter.flow.checker import Known
from callcenter.flow.problems import Problem

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0


class FlowPublisher:
    """Reads, checks and publishes flows and calendars. ``problems``: what is wrong with the files as they lie there."""

    def __init__(
        self,
        folder: Path,
        submit: Callable[[Event], Awaitable[Any]],
        live: Callable[[], CoreState],
        services: Collection[str],
        own_calendars: Callable[[], Mapping[str, Calendar]] = dict,
    ) -> None:
        self._folder = folder
        self._submit = submit
        self._live = live
        self._services = services
        self._own_calendars = own_calendars
        self.calendars: Mapping[str, Calendar] = {}
        """Calendars of the folder as last read; the configuration's own go before them."""
        self._seen: dict[Path, int] = {}
        self.problems: list[Problem] = []

    async def publish(self) -> bool:
        """Publish what is right; for a wrong file the flow that is live stays. True when something changed."""
        self._seen = self._stamps()
        folder = await asyncio.to_thread(read_folder, self._folder)
        live = self._live()
        self.calendars = folder.calendars or self.calendars
        wanted = {**self.calendars, **self._own_calendars()}
        calendars_changed = bool(wanted) and wanted != live.config.calendars
        if calendars_changed:
            config = msgspec.structs.replace(live.config, calendars=wanted)
            await self._submit(CenterConfigured(config=config))
        self.problems = folder.check(self._known(folder, live))
        for problem in self.problems:
            log.error("flow_refused", problem=problem.line_in("en"))
        flows = self._merge(folder, live.flows)
        if flows == live.flows:
            return calendars_changed
        await self._submit(FlowsPublished(flows=flows))
        return True

    async def watch(self) -> None:
        """Publish again whenever a file changes; runs until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._stamps() != self._seen:
                try:
                    changed = await self.publish()
                except OSError as error:
                    log.error("flows_not_readable", why=str(error))  # noqa: TRY400
                else:
                    log.info("flows_read", changed=changed, problems=len(self.problems))

    def _merge(self, folder: FlowFolder, live: dict[str, Any]) -> dict[str, Any]:
        wrong = {Path(problem.file).stem for problem in self.problems}
        if any(Path(problem.file).stem not in folder.loaded for problem in self.problems):
            wrong |= {name for name, loaded in folder.loaded.items() if loaded.origin}  # the dialogue is theirs
        right = {name: flow.to_plain() for name, flow in folder.flows.items() if name not in wrong}
        kept = {name: flow for name, flow in live.items() if name in wrong}
        return {**kept, **right}

    def _known(self, folder: FlowFolder, live: CoreState) -> Known:
        variables = folder.known.variables if folder.known else ()
        return Known(
            queues=tuple(live.config.queues) or None,
            calendars=tuple({**live.config.calendars, **folder.calendars}),
            services=tuple(self._services),
            prompts=folder.sounds,
            variables=variables,
        )

    def _stamps(self) -> dict[Path, int]:
        return {file: file.stat().st_mtime_ns for file in sorted(self._folder.glob("*.y*ml"))}
