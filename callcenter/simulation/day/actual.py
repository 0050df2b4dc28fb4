"""What really happened in a window, counted as the simulator counts, to hold a simulation against."""

from __future__ import annotations

from collections.abc import Iterable

from callcenter.domain.figures import LevelRule
from callcenter.simulation.day.presence import AgentDay
from callcenter.simulation.day.story import Story, Window
from callcenter.simulation.day.visits import Outcome, PastVisit
from callcenter.simulation.figures import Figures, Tally
from callcenter.simulation.scenario import Scenario


def actual(story: Story, scenario: Scenario) -> tuple[dict[str, Figures], Figures]:
    """The figures by queue and in total; those of contacts that are not over yet are as they stand."""
    tallies = {name: Tally() for name in scenario.queues}
    for visit in story.visits:
        if visit.outcome is not Outcome.DISTURBED and {stay.queue for stay in visit.stays} <= tallies.keys():
            _count(visit, tallies, scenario, story.window)
    total = Tally.of_all(tallies.values()).figures()
    total["occupancy"] = occupancy(story.agents.values(), story.window)
    return {name: tally.figures() for name, tally in tallies.items()}, total


def _count(visit: PastVisit, tallies: dict[str, Tally], scenario: Scenario, window: Window) -> None:
    """Each stay in a queue is a visit of it; it counts where the contact joined."""
    stays = [(stay, window.start_ms <= stay.joined_ms < window.end_ms) for stay in visit.stays]
    for number, (stay, inside) in enumerate(stays):
        if inside:
            tally = tallies[stay.queue]
            tally.offered += 1
            tally.waited += number > 0 or visit.first_offer_ms != visit.asked_ms
            tally.overflowed += number < len(stays) - 1
    for queue in visit.missed_in if stays[0][1] else ():
        tallies[queue].missed_offers += 1
    last, inside = stays[-1]
    if inside:
        _end(visit, tallies[last.queue], scenario.level_of(last.queue), last.joined_ms)


def _end(visit: PastVisit, tally: Tally, level: LevelRule, joined_ms: int) -> None:
    if visit.ended_ms is None:
        tally.unserved += 1
        return
    waited = visit.ended_ms - joined_ms
    if visit.outcome is Outcome.OVERFLOWED:
        tally.overflowed += 1
        return
    tally.longest_wait_ms = max(tally.longest_wait_ms, waited)
    if visit.outcome is Outcome.ABANDONED:
        tally.abandoned += 1
        tally.left_out += level.leaves_out(waited)
    else:
        tally.answered += 1
        tally.answered_wait_ms += waited
        tally.within += level.is_within(waited)


def occupancy(agents: Iterable[AgentDay], window: Window) -> float:
    """Time in talk and wrap-up ÷ time signed in and not on a break or at other work, within the window."""
    work = present = 0
    for day in agents:
        work += sum(_inside(start, end, window) for start, end in day.work)
        present += sum(_inside(span.start_ms, span.left_ms, window) for span in day.shifts)
        present -= sum(_inside(pause.start_ms, pause.end_ms, window) for pause in day.pauses)
    return work / present if present else 0.0


def _inside(start_ms: int, end_ms: int | None, window: Window) -> int:
    last = window.end_ms if end_ms is None else min(end_ms, window.end_ms)
    return max(0, last - max(start_ms, window.start_ms))
