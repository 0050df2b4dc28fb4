"""Text channels: web chat, the simulated channel, and the one place where conversations are kept and told."""

from callcenter.chat.service import Chats
from callcenter.chat.visits import Visits

__all__ = ["Chats", "Visits"]
