"""Puts the product together: who fills which port. The one composition root."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import msgspec
import structlog

from callcenter.app.after_calls import work_after_calls
from callcenter.app.alarms import AlarmWatch
from callcenter.app.assistant import Assistant, Meanings, assistant_of, provide
from callcenter.app.assistant import close as close_assistant
from callcenter.app.background import in_background
from callcenter.app.campaigns import CampaignDesk, CampaignReports, Dialler, keep_agent_time
from callcenter.app.changes import Changes, agents_of, concerned
from callcenter.app.clock import SystemClock
from callcenter.app.config_applier import ConfigApplier
from callcenter.app.configuration import Configuration
from callcenter.app.conversation_text import ConversationTexts
from callcenter.app.demo import demo_config, seed
from callcenter.app.desk import EngineDesk
from callcenter.app.ears.room import EarsRoom
from callcenter.app.engine import Engine, restore
from callcenter.app.executor import Executor
from callcenter.app.first_user import make_first_administrator
from callcenter.app.floor_trend import keep_trend
from callcenter.app.flow_publisher import FlowPublisher
from callcenter.app.knowledge import PublishedArticles
from callcenter.app.lists.campaigns import KnownCampaigns
from callcenter.app.lists.desk import LeadListDesk
from callcenter.app.pbx import Pbx, open_pbx, phone_place, renew_guest_secret, take_configuration, trunk_limits
from callcenter.app.prompt_files import PromptFiles
from callcenter.app.quality_desk import RulesDesk
from callcenter.app.recordings import RecordingFiler
from callcenter.app.reviewing import ReviewKeeper
from callcenter.app.secret_keys import seal_all, seal_of
from callcenter.app.services import BusinessServices
from callcenter.app.settings import Settings
from callcenter.app.surroundings import Surroundings
from callcenter.app.switchboard import Switchboard
from callcenter.app.timers import Timers
from callcenter.app.training.opening import open_trainer
from callcenter.app.vault import MemoryVault
from callcenter.app.web_chat import open_web_chat
from callcenter.app.web_settings import web_settings
from callcenter.app.webhooks import Webhooks
from callcenter.app.wecom import open_wecom
from callcenter.app.what_if.jobs import WhatIfJobs
from callcenter.bot.rasa import RasaAssistant
from callcenter.chat import Chats
from callcenter.chat.legs import ChatLegs
from callcenter.core.center import Center
from callcenter.core.floor_trend import FloorTrend
from callcenter.core.troubles import Troubles
from callcenter.domain.chat import CONVERSATION
from callcenter.domain.config import CenterConfig
from callcenter.domain.events import CenterConfigured, TelephonyLost, TimerFired
from callcenter.domain.journal import JournalEntry
from callcenter.domain.ports import Clock, PromptAudio
from callcenter.recording import WavRecordingStore
from callcenter.speech import EspeakVoice, ToneVoice
from callcenter.storage import Storage, upgrade
from callcenter.telephony.asterisk.provision import tools
from callcenter.telephony.ids import new_contact_id
from callcenter.web.quality.acts import office_of
from callcenter.web.services import WebServices
from callcenter.web.signin.passwords import new_password_hash

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
    chats: Chats
    pbx: Pbx
    desk: EngineDesk
    publisher: FlowPublisher
    configured: ConfigApplier
    web: WebServices
    assistant: Assistant
    campaigns: CampaignDesk
    dialler: Dialler
    ears: EarsRoom
    new_users: tuple[tuple[str, str], ...] = ()
    """Users made at this start, with the passwords nobody can be shown again."""

    @property
    def idle(self) -> bool:
        """Whether nothing is being decided or carried out; lets virtual time go on."""
        return self.engine.idle and self.executor.idle and self.chats.idle and self.dialler.idle


@asynccontextmanager
async def running(settings: Settings, *, clock: Clock | None = None, report: Report = print) -> AsyncIterator[Product]:
    """Open everything, restore what was, and run until the block ends.

    Raises ConfigError for settings or ports that cannot be, ProviderError when a part cannot be had.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        settings.data.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(upgrade, settings.database_url)
        storage = await Storage.open(settings.database_url, seal_of(settings))
        stack.push_async_callback(storage.close)
        await seal_all(storage)
        new_users: list[tuple[str, str]] = []
        config = await _configuration(settings, storage, new_users)
        center, seq, last_ms, undone = await restore(storage.journal)
        if isinstance(clock, SystemClock):
            clock.go_on_from(last_ms)
        vault = MemoryVault()
        prompts = PromptFiles(open_voice(settings, report), settings.data / "prompts-uploaded")
        pbx = await open_pbx(settings, config, clock, vault, prompts, report)
        if pbx.note:
            report(pbx.note)
        changes, troubles = Changes(), Troubles()
        chats = Chats(storage.chats, clock, lambda: CONVERSATION + new_contact_id())
        legs = ChatLegs(chats, lambda event: engine.post(event), vault)
        chats.listener = legs
        assistant = assistant_of(settings, lambda: changes.tell(()))
        stack.push_async_callback(close_assistant, assistant)
        knowledge = PublishedArticles(lambda: center.state.config, settings.timezone, clock)
        meanings = Meanings(assistant, chats, clock, knowledge, storage.misses)
        observers: list[Callable[[JournalEntry], None]] = [troubles.note]
        ears = EarsRoom(
            settings,
            pbx.telephony,
            pbx.media_secret,
            clock,
            storage.transcripts,
            lambda: center,
            lambda event: engine.post(event),
            lambda contact: changes.tell(agents_of(contact)),
            report,
        )
        meanings.spoken = ears.legs.sentence
        engine, executor, timers = _machine(
            settings, stack, storage, center, pbx, ears, legs, meanings, vault, clock, changes, observers, seq, last_ms
        )
        desk = EngineDesk(
            engine,
            changes,
            clock,
            domain="callcenter",
            secrets=pbx.secrets,
            guest=lambda: pbx.guest,
            place=lambda agent: phone_place(pbx, settings, agent),
        )
        applier = ConfigApplier(
            storage.config,
            engine.submit,
            lambda fresh: take_configuration(pbx, settings, fresh),
            lambda: publisher.calendars,
            await storage.config.version(await storage.config.newest_number()),
        )
        publisher = FlowPublisher(
            settings.flows,
            engine.submit,
            lambda: center.state,
            frozenset(settings.service_addresses),
            applier.own_calendars,
        )
        engine.start()
        stack.push_async_callback(_close_pbx, pbx, engine, report)
        stack.push_async_callback(pbx.telephony.stop)
        stack.push_async_callback(executor.stop)
        stack.push_async_callback(engine.stop)
        stack.push_async_callback(timers.stop)
        calendars = {**center.state.config.calendars, **config.calendars}
        config = msgspec.structs.replace(config, calendars=calendars)
        if center.state.config != config:
            await engine.submit(CenterConfigured(config=config, version=applier.number))
        await publisher.publish()
        for problem in publisher.problems:
            report(problem.line_in(settings.language))
        campaigns = CampaignDesk(
            *(storage.campaigns, storage.leads, storage.audit, clock),
            *(engine.submit, lambda: center.state, storage.campaign_figures),
        )
        await campaigns.tell_core()
        if center.state.contacts and center.state.telephony_up:
            # Nothing may be concluded about calls, by an overdue timer for one, before the PBX told which there are.
            await engine.submit(TelephonyLost(starting=True))
        web_chat = open_web_chat(settings, chats, desk.config)
        wecom = open_wecom(settings, chats, web_chat.files, desk.config)
        await chats.start([web_chat.channel, *([wecom.channel] if wecom is not None else [])])
        stack.push_async_callback(chats.stop)
        known = {c.id: c.chat.heard for c in center.state.contacts.values() if c.chat is not None and not c.ended}
        await legs.restore(known)
        stack.push_async_callback(ears.close)
        ears.begin()
        for entry in undone:
            executor.dispatch_again(entry)
        await pbx.telephony.start(ears.legs.take)
        timers.set_all(center.state.timers)
        if trouble := getattr(pbx.telephony, "problem", ""):
            report(f"{trouble} ({pbx.settings_to_look_at})")
        trainer = await open_trainer(stack, settings, storage, clock, assistant, report)
        in_background(stack, provide(assistant, settings, report))
        in_background(stack, publisher.watch())
        in_background(stack, applier.watch())
        around = Surroundings(
            lambda: center.state.flows,
            lambda: publisher.calendars,
            prompts.names,
            frozenset(settings.chat_keys),
        )
        in_background(stack, renew_guest_secret(pbx))
        in_background(stack, ears.run())
        observers.append(work_after_calls(stack, settings, storage, clock, report))
        dialler = Dialler(
            campaigns,
            storage.campaigns,
            storage.leads,
            clock,
            lambda: center,
            engine.submit,
            new_contact_id,
            trunk_limits(settings),
        )
        observers.append(dialler.observe)
        in_background(stack, dialler.run())
        reports = CampaignReports(
            *(storage.campaigns, storage.campaign_figures, storage.campaign_reports),
            *(clock, lambda: center.state),
        )
        in_background(stack, reports.run())
        in_background(stack, keep_agent_time(campaigns, storage.campaign_figures, clock, lambda: center))
        webhooks = Webhooks(settings.webhooks, clock, storage.deliveries)
        stack.push_async_callback(webhooks.close)
        trend = FloorTrend()
        in_background(stack, keep_trend(desk, clock, trend))
        in_background(stack, AlarmWatch(desk, clock, webhooks).run())
        what_if = WhatIfJobs(settings.database_url, settings.timezone, clock)
        stack.push_async_callback(what_if.close)
        of_lists = KnownCampaigns(storage.campaigns)
        lists = LeadListDesk(
            settings.database_url,
            settings.data / "lead-lists",
            storage.leads,
            storage.audit,
            clock,
            campaign_of=of_lists.for_list,
            agents=lambda: list(center.state.config.agents),
        )
        stack.push_async_callback(lists.close)
        await lists.start()
        texts = ConversationTexts.from_storage(storage, settings.timezone)
        web = WebServices(
            desk=desk,
            chats=chats,
            chat_files=web_chat.files,
            knowledge=knowledge,
            misses=storage.misses,
            contacts=storage.contacts,
            users=storage.users,
            credentials=storage.credentials,
            tokens=storage.tokens,
            customers=storage.customers,
            figures=storage.figures,
            audit=storage.audit,
            recordings=WavRecordingStore(settings.data / "recordings"),
            saved_filters=storage.saved_filters,
            clock=clock,
            configuration=Configuration(storage.config, storage.audit, clock, around, applier.apply),
            prompts=prompts,
            settings=web_settings(settings, pbx),
            what_if=what_if,
            training=storage.training,
            trainer=trainer,
            leads=storage.leads,
            lead_lists=lists,
            campaign_names=of_lists.names,
            campaigns=campaigns,
            campaign_reports=reports,
            quality=storage.quality,
            quality_desk=RulesDesk(storage.quality, storage.audit, clock, texts),
            scoring=storage.scoring_jobs,
            reviews=storage.reviews,
            risks=storage.risks,
            sampling=storage.sampling,
            score_figures=storage.score_figures,
            transcripts=storage.transcripts,
            talks=ears.talks,
            trend=trend,
            troubles=troubles,
            chat_routes=[*web_chat.routes, *(wecom.routes if wecom is not None else [])],
            carrier_routes=pbx.routes,
            assistant_down=lambda: isinstance(assistant, RasaAssistant) and assistant.is_down,
        )
        in_background(stack, ReviewKeeper(office_of(web), storage.risks).run())
        yield Product(
            *(settings, clock, storage, engine, executor, chats, pbx, desk, publisher, applier, web, assistant),
            *(campaigns, dialler, ears),
            tuple(new_users),
        )


def _machine(
    settings: Settings,
    stack: AsyncExitStack,
    storage: Storage,
    center: Center,
    pbx: Pbx,
    ears: EarsRoom,
    legs: ChatLegs,
    meanings: Meanings,
    vault: MemoryVault,
    clock: Clock,
    changes: Changes,
    observers: list[Callable[[JournalEntry], None]],
    seq: int,
    last_ms: int,
) -> tuple[Engine, Executor, Timers]:
    """Engine and executor need each other: the one decides, the other acts and reports back."""
    services = BusinessServices(settings.service_addresses, vault)
    stack.push_async_callback(services.close)
    filer = RecordingFiler(pbx.telephony, WavRecordingStore(settings.data / "recordings"), storage.contacts)
    timers = Timers(clock, lambda name: engine.post(TimerFired(timer=name)))
    executor = Executor(
        Switchboard(ears.legs, legs),
        timers,
        vault,
        lambda event: engine.post(event),
        ask_service=services.ask,
        ask_meaning=meanings.ask,
        file_recording=filer.file,
        tell_waiting=legs.told,
        done_seq=seq,
    )

    def watch(entry: JournalEntry) -> None:
        for observe in observers:
            observe(entry)
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
    """As published, without the folder's calendars; on a fresh database the demo bank, unless told not to."""
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
