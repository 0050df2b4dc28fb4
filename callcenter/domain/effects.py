"""Output of the core: commands (:mod:`commands`) and facts (:mod:`facts`), here under one roof. Both are journalled."""

from __future__ import annotations

from callcenter.domain.callback_facts import (
    AttemptEnded,
    AttemptStarted,
    CallbackBooked,
    CallbackFailed,
    CallbackScheduled,
    CallbackSuperseded,
    CallbackUpdated,
    CallbackWithdrawn,
    PlaceTakenOver,
)
from callcenter.domain.campaign_facts import LeadNotCalled, LeadSettled, LeadTaken
from callcenter.domain.commands import (
    AnswerLeg,
    CallService,
    CancelTimer,
    Connect,
    Effect,
    EndBridge,
    FileRecording,
    Gather,
    HangUp,
    Originate,
    PauseRecording,
    Play,
    SendDigits,
    Separate,
    StartMusic,
    StartRecording,
    StartRingback,
    StartTimer,
    StopGather,
    StopMusic,
    StopPlay,
    StopRecording,
    StopRingback,
    StopTap,
    Supervise,
    SuperviseMode,
    TapMedia,
    TelephonyCommand,
)
from callcenter.domain.facts import (
    AgentConnected,
    AgentLeft,
    AgentStateChanged,
    AlarmRaised,
    AlarmStood,
    BranchTaken,
    CommandRefused,
    ConsultEnded,
    ConsultStarted,
    ContactEnded,
    ContactFact,
    ContactOpened,
    DigitsTaken,
    Fact,
    FirstReply,
    FlowFailed,
    HoldChanged,
    MessagePosted,
    OfferEnded,
    OfferMade,
    PaymentModeChanged,
    QueueAnnounced,
    QueueJoined,
    QueueLeft,
    QueueOpenness,
    RecordingChanged,
    ServiceUsed,
    StepEntered,
    SupervisionChanged,
    SurveyAnswered,
    TakenOver,
    Transferred,
    VariableSet,
    VisitorSeen,
    VoicemailTaken,
    WrappedUp,
    WrapUpFiled,
)
from callcenter.domain.handover import ArticleGiven, HandedOver, SentenceTaken
from callcenter.domain.listening import Listen, Understand
from callcenter.domain.notes import NoteAdded

__all__ = [
    "AgentConnected",
    "AgentLeft",
    "AgentStateChanged",
    "AlarmRaised",
    "AlarmStood",
    "AnswerLeg",
    "AnyEffect",
    "ArticleGiven",
    "AttemptEnded",
    "AttemptStarted",
    "BranchTaken",
    "CallService",
    "CallbackBooked",
    "CallbackFailed",
    "CallbackScheduled",
    "CallbackSuperseded",
    "CallbackUpdated",
    "CallbackWithdrawn",
    "CancelTimer",
    "CommandRefused",
    "Connect",
    "ConsultEnded",
    "ConsultStarted",
    "ContactEnded",
    "ContactFact",
    "ContactOpened",
    "DigitsTaken",
    "Effect",
    "EndBridge",
    "Fact",
    "FileRecording",
    "FirstReply",
    "FlowFailed",
    "Gather",
    "HandedOver",
    "HangUp",
    "HoldChanged",
    "LeadNotCalled",
    "LeadSettled",
    "LeadTaken",
    "Listen",
    "MessagePosted",
    "NoteAdded",
    "OfferEnded",
    "OfferMade",
    "Originate",
    "PauseRecording",
    "PaymentModeChanged",
    "PlaceTakenOver",
    "Play",
    "QueueAnnounced",
    "QueueJoined",
    "QueueLeft",
    "QueueOpenness",
    "RecordingChanged",
    "SendDigits",
    "SentenceTaken",
    "Separate",
    "ServiceUsed",
    "StartMusic",
    "StartRecording",
    "StartRingback",
    "StartTimer",
    "StepEntered",
    "StopGather",
    "StopMusic",
    "StopPlay",
    "StopRecording",
    "StopRingback",
    "StopTap",
    "Supervise",
    "SuperviseMode",
    "SupervisionChanged",
    "SurveyAnswered",
    "TakenOver",
    "TapMedia",
    "TelephonyCommand",
    "Transferred",
    "Understand",
    "VariableSet",
    "VisitorSeen",
    "VoicemailTaken",
    "WrapUpFiled",
    "WrappedUp",
]

AnyEffect = (
    AnswerLeg
    | HangUp
    | Play
    | StopPlay
    | Gather
    | StopGather
    | StartMusic
    | StopMusic
    | StartRingback
    | StopRingback
    | Originate
    | Connect
    | Separate
    | EndBridge
    | SendDigits
    | StartRecording
    | PauseRecording
    | StopRecording
    | Supervise
    | TapMedia
    | StopTap
    | StartTimer
    | CancelTimer
    | Listen
    | Understand
    | CallService
    | FileRecording
    | CommandRefused
    | AgentStateChanged
    | ContactOpened
    | StepEntered
    | DigitsTaken
    | BranchTaken
    | ServiceUsed
    | FlowFailed
    | FirstReply
    | NoteAdded
    | VisitorSeen
    | QueueJoined
    | QueueAnnounced
    | QueueLeft
    | OfferMade
    | OfferEnded
    | AgentConnected
    | AgentLeft
    | HoldChanged
    | ConsultStarted
    | ConsultEnded
    | Transferred
    | RecordingChanged
    | SupervisionChanged
    | VariableSet
    | SentenceTaken
    | ArticleGiven
    | HandedOver
    | WrapUpFiled
    | WrappedUp
    | SurveyAnswered
    | VoicemailTaken
    | CallbackBooked
    | ContactEnded
    | AlarmRaised
    | TakenOver
    | PaymentModeChanged
    | MessagePosted
    | QueueOpenness
    | AlarmStood
    | CallbackUpdated
    | CallbackScheduled
    | CallbackSuperseded
    | PlaceTakenOver
    | CallbackFailed
    | CallbackWithdrawn
    | AttemptStarted
    | AttemptEnded
    | LeadTaken
    | LeadNotCalled
    | LeadSettled
)
"""Every effect there is; what a journal decodes to."""
