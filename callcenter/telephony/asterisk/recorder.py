"""Two-channel recordings: a snoop for each direction, each written to its own file."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from callcenter.domain.effects import PauseRecording, StartRecording, StopRecording
from callcenter.domain.events import RecordingEnded
from callcenter.telephony.asterisk.ari._generated.events import RecordingFailed, RecordingFinished
from callcenter.telephony.asterisk.ari._generated.operations import channels, recordings
from callcenter.telephony.asterisk.names import helper, split, to_pbx
from callcenter.telephony.asterisk.pbx import Pbx, log

_SIDES = ("in", "out")
_HEADER_BYTES = 44
_BYTES_PER_MS = 16
_REMEMBERED = 5_000


@dataclass(slots=True)
class _Recording:
    id: str
    open_sides: set[str] = field(default_factory=lambda: set(_SIDES))


class Recorder:
    """Recordings by our id; left is what the party says (``in``), right what it hears (``out``)."""

    def __init__(self, pbx: Pbx) -> None:
        self._pbx = pbx
        self._open: dict[str, _Recording] = {}
        self._ended: OrderedDict[str, None] = OrderedDict()

    async def start(self, command: StartRecording) -> None:
        """Begin both sides together."""
        if command.recording in self._open or command.recording in self._ended:
            return
        self._open[command.recording] = _Recording(command.recording)
        try:
            snooped = await asyncio.gather(*(self._snoop(command, side) for side in _SIDES))
        except BaseException:
            self._open.pop(command.recording, None)
            raise
        if not all(snooped):
            # Refused because an earlier process of ours records already, or because the leg is gone.
            if not await self._runs(command.recording):
                self._finish(command.recording)
            return
        begun = await asyncio.gather(*(self._record(command.recording, side) for side in _SIDES))
        if not all(begun):
            log.warning("recording_not_begun", recording=command.recording)
            self._pbx.spawn(self._drop_snoops(command.recording))
            self._finish(command.recording)

    async def pause(self, command: PauseRecording) -> None:
        """Pause or resume both sides together."""
        operation = recordings.pause if command.paused else recordings.unpause
        await asyncio.gather(*(self._pbx.client.ask(operation(file_name(command.recording, side))) for side in _SIDES))

    async def stop(self, command: StopRecording) -> None:
        """Close both sides; when they are closed already, tell what the files say."""
        if command.recording in self._ended:
            return
        stopped = await asyncio.gather(
            *(self._pbx.client.ask(recordings.stop(file_name(command.recording, side))) for side in _SIDES)
        )
        if not any(answer.done for answer in stopped):
            self._pbx.spawn(self._drop_snoops(command.recording))
            self._finish(command.recording)
        else:
            self._open.setdefault(command.recording, _Recording(command.recording))

    def finished(self, event: RecordingFinished | RecordingFailed) -> None:
        """One side was closed, because it was asked for or because the leg ended."""
        if event.recording is None:
            return
        joint, _, side = (event.recording.name or "").rpartition("-")
        if side not in _SIDES:
            return
        (recording,) = split(joint)
        if recording in self._ended:
            return
        # One that an earlier process of ours began is not known here, but ends like any other.
        known = self._open.setdefault(recording, _Recording(recording))
        known.open_sides.discard(side)
        if isinstance(event, RecordingFailed):
            log.warning("recording_failed", recording=recording, side=side, problem=event.recording.cause or "")
        if not known.open_sides:
            self._pbx.spawn(self._drop_snoops(recording))
            self._finish(recording)

    async def reconcile(self) -> None:
        """After a time without connection: recordings that are no longer running have ended."""
        for recording in tuple(self._open):
            if not await self._runs(recording):
                self._finish(recording)

    def files(self, recording: str) -> Sequence[Path]:
        """What there is, left side first."""
        return tuple(path for path in map(self._path, (recording, recording), _SIDES) if path.is_file())

    def discard(self, recording: str) -> None:
        """Delete the files."""
        for side in _SIDES:
            self._path(recording, side).unlink(missing_ok=True)

    def _finish(self, recording: str) -> None:
        if recording in self._ended:
            return
        self._open.pop(recording, None)
        self._ended[recording] = None
        if len(self._ended) > _REMEMBERED:
            self._ended.popitem(last=False)
        lengths = [max(0, path.stat().st_size - _HEADER_BYTES) // _BYTES_PER_MS for path in self.files(recording)]
        ok = len(lengths) == len(_SIDES) and all(lengths)
        self._pbx.emit(RecordingEnded(recording=recording, ok=ok, duration_ms=max(lengths, default=0)))

    async def _runs(self, recording: str) -> bool:
        answers = await asyncio.gather(
            *(self._pbx.client.ask(recordings.get_live(file_name(recording, side))) for side in _SIDES)
        )
        return any(answer.done for answer in answers)

    async def _snoop(self, command: StartRecording, side: str) -> bool:
        return await self._pbx.snoop(to_pbx(command.leg), helper("rec", command.recording, side), spy=side)

    async def _record(self, recording: str, side: str) -> bool:
        request = channels.record(
            helper("rec", recording, side), name=file_name(recording, side), format="wav", if_exists="fail"
        )
        answer = await self._pbx.client.ask(request)
        if not answer.done:
            log.info("record_refused", recording=recording, side=side, status=answer.status, problem=answer.message)
        return answer.done or answer.status == 409

    async def _drop_snoops(self, recording: str) -> None:
        await asyncio.gather(*(self._pbx.drop_channel(helper("rec", recording, side)) for side in _SIDES))

    def _path(self, recording: str, side: str) -> Path:
        return self._pbx.settings.recordings_dir / f"{file_name(recording, side)}.wav"


def file_name(recording: str, side: str) -> str:
    """Asterisk's name of one side, also its file's below the recordings folder."""
    return f"{to_pbx(recording)}-{side}"
