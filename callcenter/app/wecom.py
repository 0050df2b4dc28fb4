"""Puts WeCom customer service together, where its accounts are set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.routing import BaseRoute

from callcenter.app.settings import Settings
from callcenter.chat import Chats
from callcenter.chat.wecom.callback import Callbacks
from callcenter.chat.wecom.channel import WeComChat
from callcenter.chat.wecom.client import WeComClient
from callcenter.chat.wecom.crypto import CallbackCipher
from callcenter.chat.wecom.http import CallbackDoor
from callcenter.domain.config import CenterConfig
from callcenter.domain.errors import ConfigError
from callcenter.domain.ports import ChatFiles


@dataclass(frozen=True, slots=True)
class OpenWeCom:
    """The channel, and the route to be mounted at ``/chat``."""

    channel: WeComChat
    routes: list[BaseRoute]


def open_wecom(
    settings: Settings, chats: Chats, files: ChatFiles, config: Callable[[], CenterConfig]
) -> OpenWeCom | None:
    """WeCom with the settings of the environment; None when no account is set.

    Raises ``ConfigError`` naming the setting that is missing or wrong.
    """
    if not settings.wecom_accounts:
        return None
    given = {
        "CORP_ID": settings.wecom_corp_id,
        "SECRET": settings.wecom_secret.get_secret_value(),
        "TOKEN": settings.wecom_token.get_secret_value(),
        "AES_KEY": settings.wecom_aes_key.get_secret_value(),
    }
    for name, value in given.items():
        if not value:
            raise ConfigError(
                f"CALLCENTER_WECOM_{name}", "is not set", "WeCom accounts need it; docs/chat.md says where it is"
            )
    cipher = CallbackCipher(given["CORP_ID"], given["TOKEN"], given["AES_KEY"])
    client = WeComClient(given["CORP_ID"], given["SECRET"], chats.clock, settings.wecom_address)
    folder = settings.data / "chat" / "wecom"
    channel = WeComChat(chats, config, client, files, settings.wecom_accounts, folder)
    return OpenWeCom(channel, CallbackDoor(channel, Callbacks(cipher)).routes())
