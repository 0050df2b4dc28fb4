"""Prepared replies as the desk offers them: those of the chat's queue, in the visitor's language, filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from callcenter.domain.config import CannedReply, CenterConfig
from callcenter.domain.names import Names

_HOLE = re.compile(r"\{(\w+)\}")
_NOBODY = {"zh": "客户", "en": "customer"}
"""How somebody is addressed whose name is not known, in the visitor's language."""


class Reply(Struct, frozen=True):
    """One reply: ``name`` is what the agent reads, ``text`` what would be inserted, ``words`` what it is found by."""

    id: str
    name: str
    text: str
    words: str


def replies_for(
    config: CenterConfig, queue: str, *, visitor_language: str, agent_language: str, customer: str, agent: str
) -> list[Reply]:
    """What may be inserted in a chat of ``queue``, in the order of the configuration.

    A reply without a text in the visitor's language is not offered: it could not be sent. ``customer`` and ``agent``
    are names; an empty one of the customer becomes a general address.
    """
    found = config.queues.get(queue)
    agents = config.agents.get(agent)
    filled = {
        "customer": customer or _NOBODY.get(visitor_language, _NOBODY["zh"]),
        "agent": agents.name if agents is not None and agents.name else agent,
        "queue": _name(found.names, visitor_language, queue) if found is not None else "",
    }
    return [
        _reply(reply, text, agent_language, filled)
        for reply in config.canned_replies
        if (not reply.queues or queue in reply.queues) and (text := reply.texts.get(visitor_language, "").strip())
    ]


def _reply(reply: CannedReply, text: str, language: str, filled: Mapping[str, str]) -> Reply:
    text = _HOLE.sub(lambda hole: filled.get(hole[1], hole[0]), text)
    words = " ".join((reply.id, *reply.names.values(), text)).casefold()
    return Reply(reply.id, _name(reply.names, language, reply.id), text, words)


def _name(names: Names, language: str, otherwise: str) -> str:
    return names.get(language) or next((name for name in names.values() if name), otherwise)
