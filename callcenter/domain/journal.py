"""The journal: what happened, in order, with what the core decided. One entry for each event."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from msgspec import Struct

from callcenter.domain.effects import AnyEffect, Effect
from callcenter.domain.events import AnyEvent, Event

_events: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyEvent)
_effects: msgspec.json.Decoder[Any] = msgspec.json.Decoder(tuple[AnyEffect, ...])
_encoder = msgspec.json.Encoder()


class JournalEntry(Struct, frozen=True):
    """``seq`` counts from 1 without gaps; ``at_ms`` is ms since 1970 UTC and never runs backwards."""

    seq: int
    at_ms: int
    event: Event
    effects: tuple[Effect, ...]
    contacts: tuple[str, ...] = ()
    """The contacts this entry is about, for the timeline index."""


def encode_event(event: Event) -> bytes:
    """The event as one line of JSON."""
    return _encoder.encode(event)


def encode_effects(effects: tuple[Effect, ...]) -> bytes:
    """The effects as a JSON list."""
    return _encoder.encode(effects)


def decode_event(line: bytes | str) -> Event:
    """Back from :func:`encode_event`; raises ``msgspec.ValidationError`` on foreign text."""
    event: Event = _events.decode(line)
    return event


def decode_effects(line: bytes | str) -> tuple[Effect, ...]:
    """Back from :func:`encode_effects`."""
    effects: tuple[Effect, ...] = _effects.decode(line)
    return effects


def digest(effects: tuple[Effect, ...]) -> str:
    """Short fingerprint of effects: two runs that agree bit for bit have the same."""
    return hashlib.blake2b(encode_effects(effects), digest_size=12).hexdigest()
