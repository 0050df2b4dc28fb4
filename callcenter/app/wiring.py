"""Puts the product together: who fills which port. The one composition root."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

import msgspec
import structlog

from callcenter.app.changes import Changes, concerned
from callcenter.app.clock import SystemClock
from callcenter.app.demo import demo_config, seed
from callcenter.app.desk import EngineDesk
from callcenter.app.engine import Engine, restore
from callcenter.app.executor import Executor
from callcenter.app.first_user import make_first_administrator
from callcenter.app.flow_publisher import FlowPublisher
from callcenter.app.pbx import Pbx, open_pbx, renew_guest_secret
from callcenter.app.recordings import RecordingFiler
from callcenter.app.services import BusinessServices
from callcenter.app.settings import Settings
from callcenter.app.timers import Timers
from callcenter.app.vault import MemoryVault
from callcenter.core.center import Center
from callcenter.domain.config import CenterConfig
from callcenter.domain.events import CenterConfigured, TimerFired
from callcenter.domain.journal import JournalEntry
from callcenter.domain.ports import Clock, PromptAudio
from callcenter.recording import WavRecordingStore
from callcenter.speech import EspeakVoice, ToneVoice
from callcenter.storage import Storage, upgrade
from callcenter.telephony.asterisk.provision import tools
from callcenter.web.passwords import new_password_hash
from callcenter.web.services import WebServices, WebSettings

log = structlog.get_logger(__name__)

Report = Callable[[str], None]


@dataclass
class Product:
    """The running product, for the web server, tests and drills."""

    settings: Settings
    clock: Clock
    storage: Storage
    engine: Engine
    executor: Executor
    pbx: Pbx
    desk: EngineDesk
    publisher: FlowPublisher
    web: WebServices
    new_users: tuple[tuple[str, str], ...] = ()
    """Users made at this start, with the passwords nobody can be shown again."""

    @property
    def idle(self) -> bool:
        """Whether nothing is being decided or carried out; lets virtual time go on."""
        return self.engine.idle and self.executor.idle


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock | None = None, report: Report = print) -> AsyncIterator[Product]:
    """Open everything, restore what was, and run until the block ends.

    Raises ConfigError for settings or ports that cannot be, ProviderError when a part cannot be had.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        settings.data.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(upgrade, settings.database_url)
        levels: dict[str, int] = {}
        storage = await Storage.open(settings.database_url, service_levels=lambda: levels)
        stack.push_async_callback(storage.close)
        new_users: list[tuple[str, str]] = []
        config = await _configuration(settings, storage, new_users)
        levels.update({queue.id: queue.service_level_ms for queue in config.queues.values()})
        center, seq, last_ms, undone = await restore(storage.journal)
        vault = MemoryVault()
        prompts = open_voice(settings, report)
        pbx = await open_pbx(settings, config, clock, vault, prompts, report)
        if pbx.note:
            report(pbx.note)
        changes = Changes()
        engine, executor, timers = _machine(settings, stack, storage, center, pbx, vault, clock, changes, seq, last_ms)
        desk = EngineDesk(engine, changes, clock, domain="callcenter", secrets=pbx.secrets, guest=lambda: pbx.guest)
        publisher = FlowPublisher(
            settings.flows, engine.submit, lambda: center.state, frozenset(settings.service_addresses)
        )
        engine.start()
        stack.push_async_callback(_close_pbx, pbx, engine, report)
        stack.push_async_callback(pbx.telephony.stop)
        stack.push_async_callback(executor.stop)
        stack.push_async_callback(engine.stop)
        stack.push_async_callback(timers.stop)
        live = msgspec.structs.replace(center.state.config, calendars=config.calendars)
        if live != config:
            await engine.submit(CenterConfigured(config=config))
        await publisher.publish()
        for problem in publisher.problems:
            report(problem.line_in(settings.language))
        timers.set_all(center.state.timers)
        for entry in undone:
            executor.dispatch(entry)
        await pbx.telephony.start(engine.post)
        if trouble := getattr(pbx.telephony, "problem", ""):
            report(f"{trouble} (CALLCENTER_ARI_URL, CALLCENTER_ARI_USER, CALLCENTER_ARI_PASSWORD)")
        _in_background(stack, publisher.watch())
        _in_background(stack, renew_guest_secret(pbx))
        web = WebServices(
            desk=desk,
            contacts=storage.contacts,
            users=storage.users,
            customers=storage.customers,
            audit=storage.audit,
            recordings=WavRecordingStore(settings.data / "recordings"),
            clock=clock,
            settings=_web_settings(settings, pbx),
        )
        yield Product(settings, clock, storage, engine, executor, pbx, desk, publisher, web, tuple(new_users))


def _machine(
    settings: Settings,
    stack: AsyncExitStack,
    storage: Storage,
    center: Center,
    pbx: Pbx,
    vault: MemoryVault,
    clock: Clock,
    changes: Changes,
    seq: int,
    last_ms: int,
) -> tuple[Engine, Executor, Timers]:
    """Engine and executor need each other: the one decides, the other acts and reports back."""
    services = BusinessServices(settings.service_addresses, vault)
    stack.push_async_callback(services.close)
    filer = RecordingFiler(pbx.telephony, WavRecordingStore(settings.data / "recordings"), storage.contacts)
    timers = Timers(clock, lambda name: engine.post(TimerFired(timer=name)))
    executor = Executor(
        pbx.telephony,
        timers,
        vault,
        lambda event: engine.post(event),
        ask_service=services.ask,
        file_recording=filer.file,
        done_seq=seq,
    )

    def watch(entry: JournalEntry) -> None:
        changes.tell(concerned(center, entry))

    engine = Engine(
        center,
        storage.journal,
        clock,
        dispatch=executor.dispatch,
        done_seq=executor.done_seq,
        watch=watch,
        seq=seq,
        last_ms=last_ms,
    )
    return engine, executor, timers


async def _configuration(settings: Settings, storage: Storage, new_users: list[tuple[str, str]]) -> CenterConfig:
    """The configuration as published, without calendars; on a fresh database the demo bank, unless told not to."""
    config = await storage.config.load()
    if config is None and settings.demo:
        password = settings.demo_password.get_secret_value()
        new_users += await seed(
            storage.users,
            storage.customers,
            storage.config,
            hash_password=new_password_hash,
            password=password,
        )
        config = await storage.config.load() or demo_config()
    new_users += await make_first_administrator(storage.users)
    return config or CenterConfig()


def open_voice(settings: Settings, report: Report) -> PromptAudio:
    """espeak-ng where it is or can be had, else tones, said plainly."""
    cache, recorded = settings.data / "prompts", settings.prompts or settings.flows / "prompts"
    try:
        tool = tools.locate_or_fetch("espeak-ng", report)
    except Exception as error:
        report(f"no espeak-ng ({error}): prompts are tones until it is installed")
        return ToneVoice(cache, recorded)
    return EspeakVoice(list(tool.command), tool.full_environment(), cache, recorded)


def _web_settings(settings: Settings, pbx: Pbx) -> WebSettings:
    return WebSettings(
        title=settings.title,
        default_language=settings.language,
        timezone=settings.timezone,
        guest_phone=settings.guest_phone and pbx.guest is not None,
        secure_cookies=settings.secure_cookies,
        asterisk_ws=pbx.websocket,
        loopback_ice=settings.loopback_ice,
        demo_bank=settings.demo,
    )


async def _close_pbx(pbx: Pbx, engine: Engine, report: Report) -> None:
    """Our own Asterisk ends with us, unless people are talking: then it goes on and the next start adopts it."""
    if pbx.server is None:
        return
    live = sum(not contact.ended for contact in engine.center.state.contacts.values())
    if live:
        report(f"{live} calls are up: Asterisk goes on without us, and the next start takes them over")
        await pbx.server.detach()
    else:
        await pbx.server.stop()


def _in_background(stack: AsyncExitStack, work: Coroutine[None, None, None]) -> None:
    task = asyncio.get_running_loop().create_task(work)

    async def end() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(end)
