"""Puts the web chat together: keys, tokens, files, addresses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.routing import BaseRoute

from callcenter.app.key_file import key_file
from callcenter.app.settings import Settings
from callcenter.chat import Chats
from callcenter.chat.webchat.channel import WebChat
from callcenter.chat.webchat.files import FileRoom
from callcenter.chat.webchat.http import Doors
from callcenter.chat.webchat.keys import VisitorKeys
from callcenter.chat.webchat.tokens import SignedTokens
from callcenter.domain.config import CenterConfig


@dataclass(frozen=True, slots=True)
class OpenWebChat:
    """The channel, where its files are, and the routes to be mounted at ``/chat``."""

    channel: WebChat
    files: FileRoom
    routes: list[BaseRoute]


def open_web_chat(settings: Settings, chats: Chats, config: Callable[[], CenterConfig]) -> OpenWebChat:
    """The web chat on the product's data folder."""
    keys = VisitorKeys(key_file(settings.data / "chat" / "visitors.key"))
    known = {name: key.get_secret_value() for name, key in settings.chat_keys.items()}
    tokens = SignedTokens(lambda: config().chat_entries, known, keys)
    channel = WebChat(chats, config, keys, tokens)
    files = FileRoom(settings.data / "chat" / "files", chats.store, chats.clock)
    return OpenWebChat(channel, files, Doors(channel, files).routes())
