"""When a queue hands a waiting contact on. One rule book for the core and the simulator; both ask, neither decides."""

from __future__ import annotations

from callcenter.domain.config import Overflow, QueueConfig
from callcenter.routing.acd import Acd

LOOK_EVERY_MS = 5_000
"""How often conditions are looked at that no event announces."""


def is_by_time(rule: Overflow) -> bool:
    """Whether the waiting time alone may fulfil the rule."""
    return rule.after_ms > 0 or not is_watched(rule)


def is_watched(rule: Overflow) -> bool:
    """Whether the rule depends on what others do, which no event announces."""
    return rule.when_unstaffed or rule.expected_ms > 0 or rule.staffed_below > 0


def watches(config: QueueConfig) -> bool:
    """Whether the queue must be looked at every :data:`LOOK_EVERY_MS` while somebody waits in it."""
    return any(is_watched(rule) for rule in config.overflow)


def next_due_ms(config: QueueConfig, taken: int, joined_ms: int) -> int | None:
    """When the next time condition falls due for a contact with ``taken`` rules behind it; None without one."""
    ahead = [rule.after_ms for index, rule in enumerate(config.overflow) if index >= taken and is_by_time(rule)]
    return joined_ms + min(ahead) if ahead else None


def first_that_holds(
    acd: Acd, contact: str, config: QueueConfig, taken: int, waited_ms: int, now_ms: int
) -> tuple[int, str] | None:
    """The index of the first rule from ``taken`` on that holds, and the code that says why; None when none does.

    ``waited_ms`` is the wait in this queue.
    """
    for index in range(taken, len(config.overflow)):
        code = _code(acd, contact, config.id, config.overflow[index], waited_ms, now_ms)
        if code:
            return index, code
    return None


def _code(acd: Acd, contact: str, queue: str, rule: Overflow, waited_ms: int, now_ms: int) -> str:
    """The code of the condition that holds, or nothing."""
    if is_by_time(rule) and waited_ms >= rule.after_ms:
        return "overflow_waited"
    signed_in = acd.queue_stats(queue).agents_signed_in if rule.when_unstaffed or rule.staffed_below else 0
    if rule.when_unstaffed and signed_in == 0:
        return "overflow_unstaffed"
    if rule.staffed_below and signed_in < rule.staffed_below:
        return "overflow_understaffed"
    expected = acd.expected_wait_ms(contact, now_ms) if rule.expected_ms else None
    return "overflow_expected" if expected is not None and expected >= rule.expected_ms else ""
