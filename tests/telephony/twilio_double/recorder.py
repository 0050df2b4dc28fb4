"""Recordings of the double: two channels, a tone for whoever is heard (docs: voice/api/recording)."""

from __future__ import annotations

import io
import tempfile
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from callcenter.telephony.simulated.audio import write_side
from callcenter.telephony.simulated.model import Segment

if TYPE_CHECKING:
    from tests.telephony.twilio_double.call import DoubleCall
    from tests.telephony.twilio_double.double import Double


@dataclass
class DoubleRecording:
    sid: str
    call: DoubleCall
    callback: str
    since_ms: int
    status: str = "in-progress"
    left: frozenset[str] = frozenset()
    right: frozenset[str] = frozenset()
    segments: list[Segment] = field(default_factory=list)


class DoubleRecorder:
    def __init__(self, double: Double) -> None:
        self._double = double
        self.recordings: dict[str, DoubleRecording] = {}

    def start(self, call: DoubleCall, callback: str) -> DoubleRecording:
        held = DoubleRecording(self._double.new_sid("RE"), call, callback, self._double.clock.now_ms())
        self.recordings[held.sid] = held
        self.changed()
        return held

    def update(self, held: DoubleRecording, status: str) -> None:
        self._cut(held)
        if status == "stopped":
            self._close(held)
        else:
            held.status = status

    def call_ended(self, call: DoubleCall) -> None:
        for held in self.recordings.values():
            if held.call is call and held.status in ("in-progress", "paused"):
                self._cut(held)
                self._close(held)

    def changed(self) -> None:
        for held in self.recordings.values():
            if held.status in ("in-progress", "paused"):
                sides = frozenset({f"party:{held.call.person.name}"}), frozenset(held.call.hears())
                if sides != (held.left, held.right):
                    self._cut(held)
                    held.left, held.right = sides

    def wav(self, held: DoubleRecording) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            sides = []
            for name, side in (("l", lambda s: s.left), ("r", lambda s: s.right)):
                file = Path(folder) / name
                write_side(file, held.segments, side)
                with wave.open(str(file)) as sound:
                    sides.append(np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2"))
        out = io.BytesIO()
        with wave.open(out, "wb") as sound:
            sound.setnchannels(2)
            sound.setsampwidth(2)
            sound.setframerate(8000)
            sound.writeframes(np.column_stack(sides).tobytes())
        return out.getvalue()

    def _cut(self, held: DoubleRecording) -> None:
        now_ms = self._double.clock.now_ms()
        if held.status == "in-progress" and now_ms > held.since_ms:
            held.segments.append(Segment(now_ms - held.since_ms, held.left, held.right))
        held.since_ms = now_ms

    def _close(self, held: DoubleRecording) -> None:
        """Docs: voice/api/recording#recordingstatuscallback. It is whole a while after it ended."""
        held.status = "processing"
        self._double.spawn(self._finish(held))

    async def _finish(self, held: DoubleRecording) -> None:
        await self._double.pause(300)
        held.status = "completed" if held.segments else "absent"
        form = {
            "AccountSid": self._double.account_sid,
            "CallSid": held.call.sid,
            "RecordingSid": held.sid,
            "RecordingStatus": held.status,
            "RecordingDuration": str(sum(s.duration_ms for s in held.segments) // 1000),
            "RecordingChannels": "2",
            "RecordingSource": "StartCallRecordingAPI",
        }
        await self._double.post(held.callback, form, status=True)
