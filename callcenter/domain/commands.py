"""What must now be done. An adapter carries a command out; it names things by ids of ours, so twice does no harm."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from callcenter.domain.chat import Choice
from callcenter.domain.contact import Endpoint, LegEndCause, Prompt


class Effect(Struct, frozen=True, tag=True, kw_only=True):
    """Base of all effects."""


# --- commands to telephony


class TelephonyCommand(Effect, frozen=True, kw_only=True):
    """Base of what the telephony port carries out. ``contact`` orders commands: one contact, one row."""

    contact: str


class AnswerLeg(TelephonyCommand, frozen=True, kw_only=True):
    """Pick up the customer's call."""

    leg: str


class HangUp(TelephonyCommand, frozen=True, kw_only=True):
    """End a leg, telling the far side ``cause``."""

    leg: str
    cause: LegEndCause = LegEndCause.NORMAL


class Play(TelephonyCommand, frozen=True, kw_only=True):
    """Play prompts one after the other to one leg; ``PlaybackEnded(request)`` follows."""

    leg: str
    request: str
    prompts: tuple[Prompt, ...]


class StopPlay(TelephonyCommand, frozen=True, kw_only=True):
    """Stop a playback; no ``PlaybackEnded`` need follow."""

    leg: str
    request: str


class Gather(TelephonyCommand, frozen=True, kw_only=True):
    """Play prompts and collect keys; the first key silences the prompts. ``DigitsGathered(request)`` follows.

    Collecting ends at ``max_digits``, at ``terminator``, ``first_timeout_ms`` after the prompts without a key, or
    ``next_timeout_ms`` after a key. Keys pressed just before count if ``type_ahead``, and never for a ``secret``.
    """

    leg: str
    request: str
    prompts: tuple[Prompt, ...] = ()
    max_digits: int = 1
    min_digits: int = 1
    terminator: str = "#"
    first_timeout_ms: int = 5_000
    next_timeout_ms: int = 3_000
    secret: bool = False
    type_ahead: bool = True
    choices: tuple[Choice, ...] = ()
    """What a chat offers to choose from: the key, and what it stands for."""


class StopGather(TelephonyCommand, frozen=True, kw_only=True):
    """Forget a gather; no ``DigitsGathered`` follows."""

    leg: str
    request: str


class StartMusic(TelephonyCommand, frozen=True, kw_only=True):
    """Music on hold to one leg that is in no bridge."""

    leg: str
    music: str = "default"


class StopMusic(TelephonyCommand, frozen=True, kw_only=True):
    """End the music on hold."""

    leg: str


class StartRingback(TelephonyCommand, frozen=True, kw_only=True):
    """Let an answered leg that is in no bridge hear that another telephone rings. :class:`Connect` ends it too."""

    leg: str


class StopRingback(TelephonyCommand, frozen=True, kw_only=True):
    """End the ringback tone."""

    leg: str


class Originate(TelephonyCommand, frozen=True, kw_only=True):
    """Dial ``endpoint``; ``LegAnswered`` or ``LegEnded`` follows within ``timeout_ms``.

    ``auto_answer`` tells the softphone to pick up by itself (an agent coming back after a reload).
    ``detect_machines``: listen first, for some seconds after it was picked up, whether a machine did.
    """

    leg: str
    endpoint: Endpoint
    caller: str = ""
    timeout_ms: int = 20_000
    auto_answer: bool = False
    detect_machines: bool = False


class Connect(TelephonyCommand, frozen=True, kw_only=True):
    """Let these legs hear each other: put them in ``bridge``, which is made if it does not exist."""

    bridge: str
    legs: tuple[str, ...]


class Separate(TelephonyCommand, frozen=True, kw_only=True):
    """Take legs out of ``bridge``."""

    bridge: str
    legs: tuple[str, ...]


class EndBridge(TelephonyCommand, frozen=True, kw_only=True):
    """Remove a bridge that is no longer used."""

    bridge: str


class SendDigits(TelephonyCommand, frozen=True, kw_only=True):
    """Send keys to a leg."""

    leg: str
    digits: str


class StartRecording(TelephonyCommand, frozen=True, kw_only=True):
    """Record ``leg`` on two channels: left what the party says, right what the party hears."""

    recording: str
    leg: str


class PauseRecording(TelephonyCommand, frozen=True, kw_only=True):
    """Pause or resume: nothing of the pause is in any file."""

    recording: str
    paused: bool


class StopRecording(TelephonyCommand, frozen=True, kw_only=True):
    """Close a recording; ``RecordingEnded`` follows, also when the leg ended before."""

    recording: str


class SuperviseMode(StrEnum):
    """How a supervisor's leg takes part."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


class Supervise(TelephonyCommand, frozen=True, kw_only=True):
    """Join the supervisor's answered ``leg`` to ``target`` (the agent's leg) in ``mode``; again to change the mode."""

    leg: str
    target: str
    bridge: str
    mode: SuperviseMode


class TapMedia(TelephonyCommand, frozen=True, kw_only=True):
    """Stream what ``leg`` says to ``url`` (and play what comes back, if ``duplex``): ears and voice of a bot."""

    tap: str
    leg: str
    url: str
    duplex: bool = False


class StopTap(TelephonyCommand, frozen=True, kw_only=True):
    """End a media tap."""

    tap: str


# --- other commands


class StartTimer(Effect, frozen=True, kw_only=True):
    """``TimerFired(timer)`` at ``at_ms``; a timer of the same name is replaced."""

    timer: str
    at_ms: int


class CancelTimer(Effect, frozen=True, kw_only=True):
    """Forget a timer; it may still fire if it was already on its way."""

    timer: str


class CallService(Effect, frozen=True, kw_only=True):
    """Ask a business service; ``ServiceAnswered(request)`` follows. ``secrets`` maps a parameter to a vault key."""

    contact: str
    request: str
    method: str
    url: str
    params: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    timeout_ms: int = 3_000
    retries: int = 1


class FileRecording(Effect, frozen=True, kw_only=True):
    """Move a closed recording from the PBX into the recording store. ``kind``: ``call`` or ``voicemail``."""

    contact: str
    recording: str
    kind: str
    started_ms: int
