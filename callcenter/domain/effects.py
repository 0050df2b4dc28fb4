"""Output of the core: commands (:mod:`commands`) and facts (:mod:`facts`), here under one roof. Both are journalled."""

from __future__ import annotations

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
    StartTimer,
    StopGather,
    StopMusic,
    StopPlay,
    StopRecording,
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
    BranchTaken,
    CallbackBooked,
    CommandRefused,
    ConsultEnded,
    ConsultStarted,
    ContactEnded,
    ContactFact,
    ContactOpened,
    DigitsTaken,
    Fact,
    FlowFailed,
    HoldChanged,
    OfferEnded,
    OfferMade,
    QueueAnnounced,
    QueueJoined,
    QueueLeft,
    RecordingChanged,
    ServiceUsed,
    StepEntered,
    SupervisionChanged,
    SurveyAnswered,
    Transferred,
    VariableSet,
    VoicemailTaken,
    WrapUpFiled,
)

__all__ = [
    "AgentConnected",
    "AgentLeft",
    "AgentStateChanged",
    "AlarmRaised",
    "AnswerLeg",
    "AnyEffect",
    "BranchTaken",
    "CallService",
    "CallbackBooked",
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
    "FlowFailed",
    "Gather",
    "HangUp",
    "HoldChanged",
    "OfferEnded",
    "OfferMade",
    "Originate",
    "PauseRecording",
    "Play",
    "QueueAnnounced",
    "QueueJoined",
    "QueueLeft",
    "RecordingChanged",
    "SendDigits",
    "Separate",
    "ServiceUsed",
    "StartMusic",
    "StartRecording",
    "StartTimer",
    "StepEntered",
    "StopGather",
    "StopMusic",
    "StopPlay",
    "StopRecording",
    "StopTap",
    "Supervise",
    "SuperviseMode",
    "SupervisionChanged",
    "SurveyAnswered",
    "TapMedia",
    "TelephonyCommand",
    "Transferred",
    "VariableSet",
    "VoicemailTaken",
    "WrapUpFiled",
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
    | WrapUpFiled
    | SurveyAnswered
    | VoicemailTaken
    | CallbackBooked
    | ContactEnded
    | AlarmRaised
)
"""Every effect there is; what a journal decodes to."""
