"""Speech: prompts turned into sound files."""

from callcenter.speech.espeak import EspeakVoice
from callcenter.speech.tones import ToneVoice

__all__ = ["EspeakVoice", "ToneVoice"]
