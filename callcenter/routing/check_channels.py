"""Checks of channels: how much an agent carries at once, and what pauses what."""

from __future__ import annotations

from callcenter.domain.config import AgentConfig, CenterConfig
from callcenter.domain.contact import Channel
from callcenter.routing.check_values import (
    Problems,
    check_id,
    check_known,
    check_range,
    check_same_id,
    check_twice,
    problem,
)

CHANNELS = tuple(channel.value for channel in Channel)
MOST_AT_ONCE = {Channel.VOICE: 1, Channel.CHAT: 50}
"""Nobody speaks on two telephones at once."""


def check_channels(config: CenterConfig) -> Problems:
    """Everything wrong with the channels and with what agents carry of them.

    Two channels that pause each other are no contradiction: an agent then works on one of them at a time. But a channel
    of which an agent carries several may keep out one that it pauses for as long as its contacts follow each other.
    """
    for name in CHANNELS:
        if name not in config.channels:
            yield problem("channels", "channel_missing", id=name)
    for key, channel in config.channels.items():
        place = f"channels.{key}"
        yield from check_id(place, key)
        yield from check_same_id(place, key, channel.id)
        yield from check_known(place, key, CHANNELS, "channel")
        yield from _capacity(f"{place}.capacity", key, channel.capacity)
        yield from check_twice(f"{place}.pauses", channel.pauses)
        for index, paused in enumerate(channel.pauses):
            here = f"{place}.pauses[{index}]"
            yield from check_known(here, paused, CHANNELS, "channel")
            if paused == key:
                yield problem(here, "pauses_itself", id=key)
            elif any(capacity_of(config, agent, key) > 1 for agent in config.agents.values()):
                yield problem(here, "pauses_for_ever", False, channel=key, paused=paused)
    for key, agent in config.agents.items():
        place = f"agents.{key}.capacity"
        for name, capacity in agent.capacity.items():
            yield from check_known(f"{place}.{name}", name, CHANNELS, "channel")
            yield from _capacity(f"{place}.{name}", name, capacity)
        if agent.capacity and not any(capacity_of(config, agent, name) > 0 for name in config.channels):
            yield problem(place, "carries_nothing", False)


def capacity_of(config: CenterConfig, agent: AgentConfig, channel: str) -> int:
    """How much the agent carries of the channel at once; 0 for a channel without settings."""
    rule = config.channels.get(channel)
    return agent.capacity.get(channel, rule.capacity) if rule is not None else 0


def _capacity(place: str, channel: str, capacity: int) -> Problems:
    most = MOST_AT_ONCE[Channel(channel)] if channel in CHANNELS else max(MOST_AT_ONCE.values())
    yield from check_range(place, capacity, 0, most)
