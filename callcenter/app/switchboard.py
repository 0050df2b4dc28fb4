"""Commands go to whoever has the contact's connection: the PBX for calls, the conversations for chats."""

from __future__ import annotations

from callcenter.chat.legs import ChatLegs, is_chat
from callcenter.domain.effects import TelephonyCommand
from callcenter.domain.ports import CarriesOut


class Switchboard:
    """One place to send commands to."""

    def __init__(self, pbx: CarriesOut, chats: ChatLegs) -> None:
        self._pbx = pbx
        self._chats = chats

    async def execute(self, command: TelephonyCommand) -> None:
        """Carry out one command. Raises what the PBX raises."""
        await (self._chats if is_chat(command) else self._pbx).execute(command)
