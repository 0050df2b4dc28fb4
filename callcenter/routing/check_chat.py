"""Checks of chat entries (where they lead, which sites may show them, whose tokens they believe), and of replies."""

from __future__ import annotations

import re
from collections.abc import Collection

from callcenter.domain.config import CenterConfig, ChatEntry
from callcenter.routing.check_values import (
    MAX_SENTENCE,
    Problems,
    check_id,
    check_known,
    check_names,
    check_range,
    check_same_id,
    check_twice,
    problem,
)

TOKEN_ALGORITHMS = ("HS256", "ES256")
LANGUAGES = ("zh", "en")
_ORIGIN = re.compile(r"(https?)://([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::[1-9][0-9]{0,4})?")
REPLY_HOLES = frozenset({"customer", "agent", "queue"})
"""What may be filled in in a prepared reply."""
_HOLE = re.compile(r"\{(\w*)\}")
_LOCAL = ("localhost", "127.0.0.1", "[::1]")


def check_chat(config: CenterConfig, flows: Collection[str] | None, keys: Collection[str] | None) -> Problems:
    """Everything wrong with the chat entries; ``flows``, ``keys`` (names in the environment) None: not known here."""
    for key, entry in config.chat_entries.items():
        place = f"chat_entries.{key}"
        yield from check_id(place, key)
        yield from check_same_id(place, key, entry.id)
        yield from check_names(f"{place}.names", entry.names)
        yield from _target(f"{place}.target", entry, config, flows)
        yield from _origins(f"{place}.origins", entry)
        yield from _languages(f"{place}.languages", entry)
        if entry.calendar:
            yield from check_known(f"{place}.calendar", entry.calendar, config.calendars, "calendar")
        yield from _keys(f"{place}.token_keys", entry, keys)
        yield from _limits(f"{place}.limits", entry)
    yield from _replies(config)


def _replies(config: CenterConfig) -> Problems:
    """Prepared replies: what they are called and say, whose chats they are for."""
    yield from check_twice("canned_replies", (reply.id for reply in config.canned_replies))
    for index, reply in enumerate(config.canned_replies):
        place = f"canned_replies[{index}]"
        yield from check_id(f"{place}.id", reply.id)
        yield from check_names(f"{place}.names", reply.names)
        yield from check_names(f"{place}.texts", reply.texts, MAX_SENTENCE)
        for language, text in reply.texts.items():
            unknown = set(_HOLE.findall(text)) - REPLY_HOLES
            if unknown:
                yield problem(f"{place}.texts.{language}", "hole_unknown", holes=sorted(unknown))
        for at, queue in enumerate(reply.queues):
            yield from check_known(f"{place}.queues[{at}]", queue, config.queues, "queue")


def _target(place: str, entry: ChatEntry, config: CenterConfig, flows: Collection[str] | None) -> Problems:
    kind, _, value = entry.target.partition(":")
    if kind == "queue":
        yield from check_known(place, value, config.queues, "queue")
    elif kind == "flow":
        if flows is not None:
            yield from check_known(place, value, flows, "flow")
    else:
        yield problem(place, "bad_chat_target", target=entry.target)


def _origins(place: str, entry: ChatEntry) -> Problems:
    for index, origin in enumerate(entry.origins):
        found = _ORIGIN.fullmatch(origin)
        if found is None:
            yield problem(f"{place}[{index}]", "bad_origin", origin=origin)
        elif found[1] == "http" and found[2] not in _LOCAL:
            yield problem(f"{place}[{index}]", "origin_not_secure", False, origin=origin)


def _languages(place: str, entry: ChatEntry) -> Problems:
    if not entry.languages:
        yield problem(place, "no_language")
    for index, language in enumerate(entry.languages):
        yield from check_known(f"{place}[{index}]", language, LANGUAGES, "language")


def _keys(place: str, entry: ChatEntry, keys: Collection[str] | None) -> Problems:
    yield from check_twice(place, (key.id for key in entry.token_keys))
    for index, key in enumerate(entry.token_keys):
        here = f"{place}[{index}]"
        yield from check_id(f"{here}.id", key.id)
        if key.algorithm not in TOKEN_ALGORITHMS:
            yield problem(f"{here}.algorithm", "unknown_algorithm", id=key.algorithm, known=list(TOKEN_ALGORITHMS))
        if keys is not None and key.secret not in keys:
            yield problem(f"{here}.secret", "unknown_secret", id=key.secret, known=sorted(keys)[:8])


def _limits(place: str, entry: ChatEntry) -> Problems:
    limits = entry.limits
    yield from check_range(f"{place}.messages_a_minute", limits.messages_a_minute, 1, 600)
    yield from check_range(f"{place}.address_messages_a_minute", limits.address_messages_a_minute, 1, 100_000)
    yield from check_range(f"{place}.address_conversations", limits.address_conversations, 1, 10_000)
    yield from check_range(f"{place}.file_mb", limits.file_mb, 1, 50)
    yield from check_range(f"{place}.conversation_mb", limits.conversation_mb, 0, 1_000)
