"""Recordings: audio files kept by date, found again by their record."""

from callcenter.recording.store import WavRecordingStore

__all__ = ["WavRecordingStore"]
