"""From the PBX's files to the recording store and the contact's list."""

from __future__ import annotations

from callcenter.domain.effects import FileRecording
from callcenter.domain.errors import ProviderError
from callcenter.domain.ports import ContactDirectory, RecordingStore, Telephony


class RecordingFiler:
    """Files closed recordings. Doing it twice does no harm: the same id replaces the same row."""

    def __init__(self, telephony: Telephony, store: RecordingStore, contacts: ContactDirectory) -> None:
        self._telephony = telephony
        self._store = store
        self._contacts = contacts

    async def file(self, effect: FileRecording) -> None:
        """Join the sides, keep the result, then let the PBX's own files go. Raises ``ProviderError``."""
        sides = self._telephony.recording_files(effect.recording)
        if not sides:
            raise ProviderError(f"the PBX has no files of recording {effect.recording}")
        record = await self._store.file(effect.recording, effect.contact, effect.kind, sides, effect.started_ms)
        await self._contacts.add_recording(record)
        self._telephony.discard_recording(effect.recording)
