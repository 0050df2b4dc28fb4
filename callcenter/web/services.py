"""What the panels are given: ports and settings. Nothing here knows who fills them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from starlette.routing import BaseRoute

from callcenter.core.floor_trend import FloorTrend
from callcenter.core.troubles import Troubles
from callcenter.domain.names import Names
from callcenter.domain.ports import (
    AgentChats,
    ApiTokens,
    AuditLog,
    CampaignReports,
    Campaigns,
    ChatFiles,
    Clock,
    ConfigDesk,
    ContactDirectory,
    Credentials,
    CustomerDirectory,
    Desk,
    FigureStore,
    Knowledge,
    KnowledgeMisses,
    LeadStore,
    ListDesk,
    LiveTalks,
    NoLiveTalks,
    PromptDesk,
    QualityDesk,
    QualityStore,
    RecordingStore,
    ReviewStore,
    RiskStore,
    SamplingStore,
    SavedFilters,
    ScoreFigures,
    ScoringJobs,
    Trainer,
    TrainingStore,
    Transcripts,
    UserDirectory,
    WhatIf,
)
from callcenter.web.people import People
from callcenter.web.signin.oidc_settings import OidcSettings
from callcenter.web.signin.session_ends import SessionEnds


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the panels behave. ``asterisk_ws`` is where ``/ws`` is proxied to, for example ``ws://127.0.0.1:8088/ws``."""

    title: str = "Callcenter"
    default_language: str = "zh"
    timezone: str = "Asia/Shanghai"
    guest_phone: bool = True
    chat_demo: bool = True
    """Whether ``/chat-demo`` lets anyone try the chat widget."""
    public_address: str = ""
    """How people reach the pages; empty: by the address that each request names."""
    secure_cookies: bool = False
    session_hours: int = 12
    oidc: OidcSettings | None = None
    """Sign-in by an identity provider, when there is one."""
    second_factor_roles: frozenset[str] = frozenset()
    """Roles whose users must have a second factor."""
    asterisk_ws: str = "ws://127.0.0.1:8088/ws"
    loopback_ice: bool = False
    """Keep only 127.0.0.1 media candidates in the browser; for tests inside a network namespace."""
    demo_bank: bool = True
    recogniser: str = ""
    """What makes transcripts of recordings; empty where nothing can."""
    static_dir: Path = field(default_factory=lambda: Path(__file__).parent / "static")


@dataclass(frozen=True, slots=True)
class WebServices:
    """The ports behind the pages."""

    desk: Desk
    contacts: ContactDirectory
    users: UserDirectory
    credentials: Credentials
    tokens: ApiTokens
    customers: CustomerDirectory
    figures: FigureStore
    audit: AuditLog
    recordings: RecordingStore
    saved_filters: SavedFilters
    clock: Clock
    configuration: ConfigDesk
    prompts: PromptDesk
    chats: AgentChats
    chat_files: ChatFiles
    knowledge: Knowledge
    misses: KnowledgeMisses
    what_if: WhatIf
    training: TrainingStore
    trainer: Trainer
    transcripts: Transcripts
    leads: LeadStore
    lead_lists: ListDesk
    campaign_names: Callable[[str], Awaitable[Names | None]]
    """What a campaign is called; None where there is none."""
    campaigns: Campaigns
    campaign_reports: CampaignReports
    quality: QualityStore
    quality_desk: QualityDesk
    scoring: ScoringJobs
    reviews: ReviewStore
    risks: RiskStore
    sampling: SamplingStore
    score_figures: ScoreFigures
    talks: LiveTalks = field(default_factory=NoLiveTalks)
    """What is being said in the talks of this moment."""
    settings: WebSettings = field(default_factory=WebSettings)
    trend: FloorTrend = field(default_factory=FloorTrend)
    """The queues' last half hour, kept up by the app."""
    troubles: Troubles = field(default_factory=Troubles)
    """What the product complained of, for the floor's alarms."""
    chat_routes: Sequence[BaseRoute] = ()
    """The web chat's addresses, to be mounted at ``/chat``; empty: there is none."""
    carrier_routes: Sequence[BaseRoute] = ()
    """Where a carrier in the cloud reaches us, to be mounted at ``/twilio``; it proves itself by its signature."""
    assistant_down: Callable[[], bool] = lambda: False
    """Whether an assistant outside this process cannot be asked now, so that chats go to people."""
    session_ends: SessionEnds = field(default_factory=SessionEnds)
    """Closes open pages when their session ends; set up by the app."""
    people: People = field(init=False)
    """What those are called whose acts pages show."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "people", People(self.users))
