"""Rasa 3.6, which runs as a process of its own, as the assistant's understanding."""

from callcenter.bot.rasa.client import RasaAssistant, RasaStatus

__all__ = ["RasaAssistant", "RasaStatus"]
