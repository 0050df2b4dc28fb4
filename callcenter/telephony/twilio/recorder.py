"""Recordings: made by Twilio on two channels, fetched into our folder when they are whole, then deleted there."""

from __future__ import annotations

import asyncio
import io
import wave
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from callcenter.domain.effects import PauseRecording, StartRecording, StopRecording
from callcenter.domain.errors import ProviderError
from callcenter.domain.events import RecordingEnded
from callcenter.telephony.names import safe_name
from callcenter.telephony.twilio.exchange import Exchange, log

_WHOLE = "completed"
_NOTHING = ("absent", "failed", "")


class Recorder:
    """Recordings that go on, and the files of those that ended."""

    def __init__(self, exchange: Exchange) -> None:
        self._x = exchange
        self._ended: set[str] = set()
        self._filed: dict[str, str] = {}
        self._fetching: set[str] = set()

    async def start(self, command: StartRecording) -> None:
        """Begin; of a leg that is gone there will be nothing."""
        recording = command.recording
        if recording in self._x.legs.recordings or recording in self._ended:
            return
        leg = self._x.legs.get(command.leg)
        sid = await self._x.rest.record(leg.sid, self._x.to.recording(recording)) if leg is not None else ""
        if leg is None or not sid:
            self._tell(recording, 0)
            return
        self._x.legs.note_recording(recording, leg.id, sid)

    async def pause(self, command: PauseRecording) -> None:
        """Pause or go on."""
        await self._set(command.recording, "paused" if command.paused else "in-progress")

    async def stop(self, command: StopRecording) -> None:
        """Close; its end is told when Twilio has it whole."""
        if command.recording not in self._x.legs.recordings:
            self._tell(command.recording, 0)
            return
        await self._set(command.recording, "stopped")

    def told(self, recording: str, status: str) -> None:
        """Twilio says what became of a recording."""
        if recording not in self._x.legs.recordings or recording in self._fetching:
            return
        if status in _NOTHING:
            self._x.legs.forget_recording(recording)
            self._tell(recording, 0)
        elif status == _WHOLE:
            self._fetching.add(recording)
            self._x.spawn(self._fetch(recording, self._x.legs.recordings[recording][1]))

    async def look_after(self) -> None:
        """Ask for recordings whose leg is gone, or that were stopped: their end may have been told to nobody."""
        for recording, (_, sid) in tuple(self._x.legs.recordings.items()):
            self.told(recording, await self._x.rest.recording_status(sid))

    def files(self, recording: str) -> Sequence[Path]:
        """The files there are, left side first."""
        return tuple(path for path in self._paths(recording) if path.is_file())

    def discard(self, recording: str) -> None:
        """Delete the files here, and Twilio's copy."""
        for path in self._paths(recording):
            path.unlink(missing_ok=True)
        sid = self._filed.pop(recording, "")
        if sid:
            self._x.spawn(self._delete(sid))

    async def _set(self, recording: str, status: str) -> None:
        leg_id, sid = self._x.legs.recordings.get(recording, ("", ""))
        leg = self._x.legs.get(leg_id)
        if leg is not None:
            await self._x.rest.set_recording(leg.sid, sid, status)

    async def _fetch(self, recording: str, sid: str) -> None:
        try:
            sound = await self._x.rest.fetch_recording(sid)
            duration_ms = await asyncio.to_thread(_split, sound, self._paths(recording))
        except (ProviderError, OSError, EOFError, wave.Error) as error:
            log.warning("twilio_recording_not_fetched", recording=recording, why=str(error))
            return  # it is asked for again with the next look after what goes on
        finally:
            self._fetching.discard(recording)
        self._x.legs.forget_recording(recording)
        self._filed[recording] = sid
        self._tell(recording, duration_ms)

    async def _delete(self, sid: str) -> None:
        try:
            await self._x.rest.delete_recording(sid)
        except ProviderError as error:
            log.warning("twilio_recording_not_deleted", sid=sid, why=str(error))

    def _tell(self, recording: str, duration_ms: int) -> None:
        if recording not in self._ended:
            self._ended.add(recording)
            ok = len(self.files(recording)) == 2
            self._x.emit(RecordingEnded(recording=recording, ok=ok, duration_ms=duration_ms))

    def _paths(self, recording: str) -> tuple[Path, Path]:
        name = safe_name(recording)
        folder = self._x.settings.recordings_dir
        return folder / f"{name}-in.wav", folder / f"{name}-out.wav"


def _split(sound: bytes, sides: tuple[Path, Path]) -> int:
    """One WAV for each channel; the length in milliseconds. Raises wave.Error for what is none."""
    with wave.open(io.BytesIO(sound)) as both:
        rate: int = both.getframerate()
        frames: int = both.getnframes()
        if both.getnchannels() != 2 or both.getsampwidth() != 2:
            raise wave.Error("not two channels of 16 bits")
        samples = np.frombuffer(both.readframes(frames), dtype="<i2").reshape(-1, 2)
    for side, file in enumerate(sides):
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        with wave.open(str(fresh), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(rate)
            out.writeframes(samples[:, side].tobytes())
        fresh.replace(file)
    return 1000 * frames // rate
