"""Every figure once, with its formula. Each is worked out of sums alone, so it holds for any total of them.

A share is between 0 and 1; a length of time is in ms. None means that there is nothing to divide by. The words for
people are in ``docs/figures.md``; what each sum counts stands in :mod:`callcenter.domain.figures`.
"""

from __future__ import annotations

from collections.abc import Callable

from callcenter.domain.figures import AgentSums, QueueSums


def service_level(sums: QueueSums) -> float | None:
    """Answered within T ÷ (offered − called back − abandoned visits that the queue's rule leaves out).

    T and the rule (:class:`~callcenter.domain.figures.LevelRule`) are the queue's own at the time. A visit that goes on
    counts as offered: the service level falls as soon as customers come, and rises when they are answered in time.
    """
    return _share(sums.within_level, measured(sums))


def measured(sums: QueueSums) -> int:
    """The visits the service level looks at: where a callback was made, nobody waited on the line."""
    return waited_for(sums) - sums.left_out


def waited_for(sums: QueueSums) -> int:
    """Visits in which a customer waited on the line: offered − called back."""
    return sums.offered - sums.called_back


def answer_rate(sums: QueueSums) -> float | None:
    """Contacts that a person answered ÷ contacts that asked for a person (人工接通率).

    A contact counts once, where and when it first asked, however often it was handed on afterwards.
    """
    return _share(sums.reached, sums.asked)


def abandonment(sums: QueueSums) -> float | None:
    """Abandoned ÷ (offered − called back); short abandons count as any other."""
    return _share(sums.abandoned, waited_for(sums))


def waiting(sums: QueueSums) -> int:
    """Visits that go on: offered − answered − abandoned − handed on − cut off."""
    return sums.offered - sums.answered - sums.abandoned - sums.handed_on - sums.cut_off


def asa_ms(sums: QueueSums) -> float | None:
    """Average speed of answer: waits of answered visits ÷ (answered − called back), each from joining this queue."""
    return _share(sums.answered_wait_ms, sums.answered - sums.called_back)


def handle_ms(sums: QueueSums | AgentSums) -> int:
    """Handle time: talk + hold + wrap-up."""
    return sums.talk_ms + sums.hold_ms + sums.wrap_up_ms


def aht_ms(sums: QueueSums | AgentSums) -> float | None:
    """Average handle time: (talk + hold + wrap-up) ÷ handled. Talk holds consultation, and is without hold."""
    return _share(handle_ms(sums), sums.handled)


def signed_in_ms(sums: AgentSums) -> int:
    """Time signed in: available + ringing + on contacts + wrap-up + breaks."""
    return on_duty_ms(sums) + sums.break_ms


def on_duty_ms(sums: AgentSums) -> int:
    """Time signed in without breaks."""
    return sums.available_ms + sums.ringing_ms + sums.busy_ms + sums.wrapping_ms


def occupancy(sums: AgentSums) -> float | None:
    """(On contacts + wrap-up) ÷ time signed in without breaks, by the clock: two chats at once are no double time."""
    return _share(sums.busy_ms + sums.wrapping_ms, on_duty_ms(sums))


def acceptance(sums: AgentSums) -> float | None:
    """Offers accepted ÷ offers made to the agent, those withdrawn included."""
    return _share(sums.accepted, sums.offers)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


QUEUE_FIGURES: dict[str, Callable[[QueueSums], float | None]] = {
    "service_level": service_level,
    "answer_rate": answer_rate,
    "abandonment": abandonment,
    "asa_ms": asa_ms,
    "aht_ms": aht_ms,
}
AGENT_FIGURES: dict[str, Callable[[AgentSums], float | None]] = {
    "signed_in_ms": signed_in_ms,
    "occupancy": occupancy,
    "acceptance": acceptance,
    "aht_ms": aht_ms,
}
"""What is worked out of sums for tables and files, by name."""
