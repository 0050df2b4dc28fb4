"""Every port: what the core's surroundings must be able to do. Adapters fill them, :mod:`callcenter.app` wires them."""

from callcenter.domain.ports.access import ApiTokens, AuditLog, Credentials, UserDirectory
from callcenter.domain.ports.alarms import Deliveries
from callcenter.domain.ports.campaigns import (
    CampaignFigureStore,
    CampaignReports,
    CampaignReportStore,
    Campaigns,
    CampaignStore,
)
from callcenter.domain.ports.chat import (
    ChatChannel,
    ChatListener,
    ChatStore,
    FileScanner,
    TranscriptMailer,
    VisitorTokens,
)
from callcenter.domain.ports.chat_desk import AgentChats, ChatFiles
from callcenter.domain.ports.configuration import ConfigDesk, ConfigStore, PromptDesk
from callcenter.domain.ports.contacts import (
    ContactDirectory,
    CustomerDirectory,
    RecordingStore,
    SavedFilters,
)
from callcenter.domain.ports.desk import Desk
from callcenter.domain.ports.figures import FigureStore
from callcenter.domain.ports.journal import JournalStore
from callcenter.domain.ports.knowledge import Knowledge, KnowledgeMisses
from callcenter.domain.ports.leads import LeadStore, ListDesk
from callcenter.domain.ports.machine import Clock, PromptAudio, SecretVault
from callcenter.domain.ports.quality import QualityDesk, QualityStore, ScoringJobs
from callcenter.domain.ports.reviews import ReviewStore, RiskStore, SamplingStore, ScoreFigures
from callcenter.domain.ports.speech import Hearing, LiveTalks, NoLiveTalks, Recogniser, Transcripts
from callcenter.domain.ports.telephony import CarriesOut, EventSink, Telephony
from callcenter.domain.ports.training import Trainer, TrainingStore
from callcenter.domain.ports.understanding import Understands
from callcenter.domain.ports.what_if import WhatIf

__all__ = [
    "AgentChats",
    "ApiTokens",
    "AuditLog",
    "CampaignFigureStore",
    "CampaignReportStore",
    "CampaignReports",
    "CampaignStore",
    "Campaigns",
    "CarriesOut",
    "ChatChannel",
    "ChatFiles",
    "ChatListener",
    "ChatStore",
    "Clock",
    "ConfigDesk",
    "ConfigStore",
    "ContactDirectory",
    "Credentials",
    "CustomerDirectory",
    "Deliveries",
    "Desk",
    "EventSink",
    "FigureStore",
    "FileScanner",
    "Hearing",
    "JournalStore",
    "Knowledge",
    "KnowledgeMisses",
    "LeadStore",
    "ListDesk",
    "LiveTalks",
    "NoLiveTalks",
    "PromptAudio",
    "PromptDesk",
    "QualityDesk",
    "QualityStore",
    "Recogniser",
    "RecordingStore",
    "ReviewStore",
    "RiskStore",
    "SamplingStore",
    "SavedFilters",
    "ScoreFigures",
    "ScoringJobs",
    "SecretVault",
    "Telephony",
    "Trainer",
    "TrainingStore",
    "TranscriptMailer",
    "Transcripts",
    "Understands",
    "UserDirectory",
    "VisitorTokens",
    "WhatIf",
]
