"""Which telephone system this process drives: one given, one of our own, or the simulated one."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec
import structlog
from msgspec import Struct
from starlette.routing import BaseRoute

from callcenter.app.campaigns.trunk import TrunkLimits
from callcenter.app.cloud_numbers import open_twilio, twilio_account
from callcenter.app.settings import Settings
from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import Prompt
from callcenter.domain.errors import CallCenterError, ProviderError
from callcenter.domain.ports import Clock, PromptAudio, SecretVault, Telephony
from callcenter.telephony.asterisk.adapter import AsteriskTelephony
from callcenter.telephony.asterisk.config.model import AgentEndpoint, MediaSocket, PbxConfig, Trunk, new_secret
from callcenter.telephony.asterisk.provision.asterisk import AsteriskInstall, locate_or_fetch
from callcenter.telephony.asterisk.provision.server import AsteriskServer
from callcenter.telephony.asterisk.settings import AsteriskSettings
from callcenter.telephony.simulated.telephony import SimulatedTelephony

log = structlog.get_logger(__name__)

GUEST = "guest"
MEDIA = "media"
GUEST_SECRET_S = 900.0
CLOSED_LINE = Prompt(text="您好，系统正在维护，请稍后再拨。We are back shortly, please call again.", language="zh")
Report = Callable[[str], None]
PhonePlace = Literal["browser", "telephone", "simulated"]
"""Where an agent's telephone is: in their page, apart from it, or nowhere: simulated ones answer by themselves."""


class PbxSecrets(Struct):
    """What our own Asterisk and the softphones share; made once, kept in the run folder, readable by us alone."""

    ari: str
    guest: str
    agents: dict[str, str]
    media: str = ""
    """The path on which our Asterisk brings voices to the ears."""


class Pbx(Struct):
    """The telephone system in use. ``note`` is said at start when it is not what one would expect.

    ``routes`` are addresses at which a carrier in the cloud reaches us, to be mounted at ``/twilio``.
    """

    telephony: Telephony
    secrets: dict[str, str]
    guest: tuple[str, str] | None
    websocket: str
    server: AsteriskServer | None = None
    note: str = ""
    media_secret: str = ""
    """The path on which voices are brought to us; empty where none can be."""
    routes: Sequence[BaseRoute] = ()

    @property
    def in_cloud(self) -> bool:
        """Whether telephones are rung by a carrier in the cloud, which knows nothing of our own SIP accounts."""
        return bool(self.routes)

    @property
    def settings_to_look_at(self) -> str:
        """What may be set wrong when it can not be asked, for whoever starts the product."""
        if self.in_cloud:
            return "TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_API_URL; callcenter doctor looks at each"
        return "CALLCENTER_ARI_URL, CALLCENTER_ARI_USER, CALLCENTER_ARI_PASSWORD"


async def open_pbx(
    settings: Settings,
    config: CenterConfig,
    clock: Clock,
    vault: SecretVault,
    prompts: PromptAudio,
    report: Report,
) -> Pbx:
    """Find or start the telephone system that the settings ask for.

    ``auto`` falls back to the simulated one, and says so, where no Asterisk can be had.
    Raises ConfigError for settings that cannot be, ProviderError when ``asterisk`` was asked for and cannot be had.
    """
    if settings.telephony == "simulated":
        return _simulated(settings, config, clock, vault, "simulated telephony, as the settings ask")
    if settings.telephony == "twilio":
        cloud, routes = await asyncio.to_thread(open_twilio, settings, clock, vault, prompts)
        return Pbx(telephony=cloud, secrets={}, guest=None, websocket="", routes=routes)
    if settings.ari_url:
        return _given(settings, config, prompts, vault)
    try:
        install = await asyncio.to_thread(locate_or_fetch, report)
    except CallCenterError as error:
        if settings.telephony == "asterisk":
            raise ProviderError(str(error)) from error
        return _simulated(settings, config, clock, vault, f"no Asterisk could be had ({error}): simulated telephony")
    return await _own(settings, config, install, prompts, vault, report)


def _simulated(settings: Settings, config: CenterConfig, clock: Clock, vault: SecretVault, note: str) -> Pbx:
    telephony = SimulatedTelephony(clock, vault, settings.pbx_recordings)
    for agent in config.agents:
        telephony.network.phone(f"agent:{agent}", answer_after_ms=2_000)
    telephony.network.outside_answers_ms = 5_000
    return Pbx(telephony=telephony, secrets={}, guest=None, websocket="", note=note)


def _given(settings: Settings, config: CenterConfig, prompts: PromptAudio, vault: SecretVault) -> Pbx:
    kept = pbx_secrets(settings.run_dir, config.agents)
    telephony = AsteriskTelephony(
        AsteriskSettings(
            base_url=settings.ari_url,
            user=settings.ari_user,
            password=settings.ari_password.get_secret_value(),
            recordings_dir=settings.pbx_recordings,
            transport=settings.ari_transport,
            trunk=_first_trunk(settings),
            calls_per_second=trunk_limits(settings).calls_per_second,
        ),
        prompts,
        vault,
    )
    websocket = settings.ari_url.removesuffix("/").removesuffix("/ari").replace("http", "ws", 1) + "/ws"
    guest = (GUEST, kept.guest) if settings.guest_phone else None
    return Pbx(telephony=telephony, secrets=kept.agents, guest=guest, websocket=websocket, media_secret=kept.media)


async def _own(
    settings: Settings,
    config: CenterConfig,
    install: AsteriskInstall,
    prompts: PromptAudio,
    vault: SecretVault,
    report: Report,
) -> Pbx:
    kept = pbx_secrets(settings.run_dir, config.agents)
    closed_line = await prompts.file_of(CLOSED_LINE)
    pbx_config = config_of(settings, config, kept, closed_line)
    server = AsteriskServer(install, pbx_config, on_exit=_tell_exit)
    await server.start()
    found = "adopted, with its calls" if server.adopted else "started"
    report(f"Asterisk {install.version} ({install.origin}) {found}: SIP on port {settings.sip_port}")
    telephony = AsteriskTelephony(
        AsteriskSettings(
            base_url=pbx_config.ari_url,
            user=pbx_config.ari_user,
            password=kept.ari,
            recordings_dir=pbx_config.recordings,
            transport=settings.ari_transport,
            trunk=_first_trunk(settings),
            calls_per_second=trunk_limits(settings).calls_per_second,
        ),
        prompts,
        vault,
    )
    return Pbx(
        telephony=telephony,
        secrets=kept.agents,
        guest=(GUEST, kept.guest) if settings.guest_phone else None,
        websocket=f"ws://127.0.0.1:{settings.asterisk_port}/ws",
        server=server,
        media_secret=kept.media,
    )


def phone_place(pbx: Pbx, settings: Settings, agent: str) -> PhonePlace:
    """Where this agent's telephone is."""
    if isinstance(pbx.telephony, SimulatedTelephony):
        return "simulated"
    return "telephone" if pbx.in_cloud or agent in settings.sip_agents else "browser"


async def take_configuration(pbx: Pbx, settings: Settings, config: CenterConfig) -> None:
    """Tell the PBX of agents and numbers that came or went while it runs; calls go on.

    New agents get a secret and may register at once. An Asterisk elsewhere has accounts of its own.
    Raises ProviderError when our Asterisk can not be told.
    """
    if isinstance(pbx.telephony, SimulatedTelephony):
        _simulated_phones(pbx.telephony, config)
        return
    if pbx.in_cloud:
        return
    kept = await asyncio.to_thread(pbx_secrets, settings.run_dir, tuple(config.agents))
    pbx.secrets.update(kept.agents)
    if pbx.server is not None:
        fresh = config_of(settings, config, kept, None)
        changed = dataclasses.replace(pbx.server.config, agents=fresh.agents, hotline_numbers=fresh.hotline_numbers)
        await pbx.server.apply(changed)


def _simulated_phones(telephony: SimulatedTelephony, config: CenterConfig) -> None:
    """A telephone for each agent without one; those there keep their habits."""
    for agent in config.agents:
        if not telephony.network.has_phone(f"agent:{agent}"):
            telephony.network.phone(f"agent:{agent}", answer_after_ms=2_000)


def config_of(settings: Settings, config: CenterConfig, kept: PbxSecrets, closed_line: Path | None) -> PbxConfig:
    """What our own Asterisk is told: agents, trunks, numbers, ports. Raises ConfigError for values that cannot be."""
    return PbxConfig(
        run_dir=settings.run_dir,
        recordings_dir=settings.pbx_recordings,
        ari_password=kept.ari,
        http_port=settings.asterisk_port,
        sip_address=settings.sip_address,
        sip_port=settings.sip_port,
        rtp_start=settings.rtp_start,
        rtp_end=settings.rtp_end,
        agent_rtp_timeout_s=settings.agent_rtp_timeout_s,
        agents=tuple(
            AgentEndpoint(
                id=agent,
                secret=kept.agents[agent],
                webrtc=agent not in settings.sip_agents,
                contact=settings.sip_agents.get(agent, ""),
            )
            for agent in config.agents
        ),
        trunks=trunks_of(settings),
        guest_id=GUEST,
        guest_secret=kept.guest,
        guest_enabled=settings.guest_phone,
        hotline_numbers=tuple(number for number in config.numbers if number != "*"),
        fallback_announcement=str(closed_line.with_suffix("")) if closed_line is not None else "",
        ice_host_candidates=settings.ice_host_candidates,
        channel_variables=("CC_CONTACT",),
        media_sockets=(
            MediaSocket(MEDIA, f"ws://{_own_side(settings.media_address)}:{settings.media_port}/{kept.media}"),
        ),
    )


def _own_side(address: str) -> str:
    """Where a process on this machine reaches what listens on ``address``."""
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(address, address)  # noqa: S104


def trunks_of(settings: Settings) -> tuple[Trunk, ...]:
    """The carriers as Asterisk is told of them; the first is the one we dial out on."""
    return tuple(
        Trunk(
            name=trunk.name,
            match=trunk.match,
            contact=trunk.contact,
            user=trunk.user,
            secret=trunk.secret.get_secret_value(),
        )
        for trunk in settings.trunks
    )


def pbx_secrets(run_dir: Path, agents: Iterable[str]) -> PbxSecrets:
    """Read the generated secrets, adding what is missing. The file is readable by its owner alone."""
    file = run_dir / "secrets.json"
    kept: Mapping[str, object] = json.loads(file.read_text()) if file.exists() else {}
    known = kept.get("agents")
    known = known if isinstance(known, dict) else {}
    secrets = PbxSecrets(
        ari=str(kept.get("ari") or new_secret()),
        guest=str(kept.get("guest") or new_secret()),
        media=str(kept.get("media") or new_secret()),
        agents={**known, **{agent: str(known.get(agent) or new_secret()) for agent in agents}},
    )
    run_dir.mkdir(parents=True, exist_ok=True)
    text = json.dumps(msgspec.to_builtins(secrets))
    fresh = file.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
    fresh.replace(file)
    return secrets


async def renew_guest_secret(pbx: Pbx, every_s: float = GUEST_SECRET_S) -> None:
    """Give the web phone a new password again and again, so that one that was read is soon worthless.

    Only our own Asterisk can be told; calls that are up go on. Runs until cancelled.
    """
    while pbx.server is not None and pbx.guest is not None:
        await asyncio.sleep(every_s)
        secret = new_secret()
        try:
            await pbx.server.apply(dataclasses.replace(pbx.server.config, guest_secret=secret))
        except CallCenterError as error:
            log.warning("guest_secret_not_renewed", why=str(error))
        else:
            pbx.guest = (GUEST, secret)


def trunk_limits(settings: Settings) -> TrunkLimits:
    """What the line that we dial out on allows."""
    if settings.telephony == "twilio":
        return TrunkLimits(max(1, int(twilio_account().calls_per_second)))
    first = next(iter(settings.trunks), None)
    return TrunkLimits() if first is None else TrunkLimits(first.calls_per_second, first.campaign_lines)


def _first_trunk(settings: Settings) -> str:
    trunks = trunks_of(settings)
    return trunks[0].endpoint if trunks else "trunk"


def _tell_exit(status: int, wait_ms: int) -> None:
    log.error("asterisk_exited", status=status, starts_again_in_ms=wait_ms)
