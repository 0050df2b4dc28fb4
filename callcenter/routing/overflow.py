"""When a queue hands a waiting contact on. One rule book for the core and the simulator; both ask, neither decides."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.domain.config import Overflow, QueueConfig
from callcenter.routing.acd import Acd

LOOK_EVERY_MS = 5_000
"""How often conditions are looked at besides: whoever signs out is an event, an expected wait that grows is none."""


def is_by_time(rule: Overflow) -> bool:
    """Whether the waiting time alone may fulfil the rule."""
    return rule.after_ms > 0 or not is_watched(rule)


def is_watched(rule: Overflow) -> bool:
    """Whether the rule depends on what others do."""
    return rule.when_unstaffed or rule.expected_ms > 0 or rule.staffed_below > 0


def watches(config: QueueConfig) -> bool:
    """Whether the queue must be looked at every :data:`LOOK_EVERY_MS` while somebody waits in it."""
    return any(is_watched(rule) for rule in config.overflow)


def next_due_ms(config: QueueConfig, taken: int, joined_ms: int) -> int | None:
    """When the next time condition falls due for a contact with ``taken`` rules behind it; None without one."""
    ahead = [rule.after_ms for index, rule in enumerate(config.overflow) if index >= taken and is_by_time(rule)]
    return joined_ms + min(ahead) if ahead else None


def first_that_holds(
    acd: Acd,
    contact: str,
    config: QueueConfig,
    taken: int,
    waited_ms: int,
    now_ms: int,
    waits: Mapping[str, int | None] | None = None,
) -> tuple[int, str] | None:
    """The index of the first rule from ``taken`` on that holds, and the code that says why; None when none does.

    ``waited_ms`` is the wait in this queue. Whoever looks at many at once gives their expected ``waits``
    (:func:`waits_for`), so that each costs the same however many wait before it.
    """
    for index in range(taken, len(config.overflow)):
        rule = config.overflow[index]
        if is_by_time(rule) and waited_ms >= rule.after_ms:
            return index, "overflow_waited"
        code = _staffing(acd, contact, config.id, rule)
        if code:
            return index, code
        if rule.expected_ms:
            expected = acd.expected_wait_ms(contact, now_ms) if waits is None else waits.get(contact)
            if expected is not None and expected >= rule.expected_ms:
                return index, "overflow_expected"
    return None


def waits_for(acd: Acd, config: QueueConfig, now_ms: int) -> Mapping[str, int | None]:
    """The expected waits of all who wait in the queue, where a rule asks for them."""
    return acd.expected_waits(config.id, now_ms) if any(rule.expected_ms for rule in config.overflow) else {}


def _staffing(acd: Acd, contact: str, queue: str, rule: Overflow) -> str:
    """The code of the condition on who is signed in that holds, or nothing."""
    if not (rule.when_unstaffed or rule.staffed_below):
        return ""
    signed_in = acd.signed_in(queue)
    if rule.when_unstaffed and (signed_in == 0 or acd.is_unserved(contact)):
        return "overflow_unstaffed"
    return "overflow_understaffed" if signed_in < rule.staffed_below else ""
