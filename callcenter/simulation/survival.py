"""How long customers would have waited, seen from those who hung up and those who were answered first.

Who was answered after a wait of w shows only that their patience was longer than w (a censored observation). The
estimate is Kaplan and Meier's product limit ("Nonparametric Estimation from Incomplete Observations", 1958): at each
time at which somebody hung up, the share still waiting falls by hung up ÷ still waiting there. Beyond the longest wait
that was seen it is completed by an exponential tail of the day's mean rate of hanging up (Brown, Hollander, Korwar,
1974).
"""

from __future__ import annotations

from collections.abc import Iterable

from callcenter.simulation.durations import Duration, Survival, none


def kaplan_meier(waits: Iterable[tuple[int, bool]]) -> Duration:
    """The law of patience from (wait in ms, whether the customer hung up then); endless when nobody ever did.

    Order of growth: n log n. Of customers with the same wait, those who hung up count before those who were answered.
    """
    seen = sorted((wait, not hung_up) for wait, hung_up in waits)
    lost, exposed = sum(not answered for _, answered in seen), sum(wait for wait, _ in seen)
    if not lost:
        return none()
    times: list[int] = []
    alive: list[float] = []
    share, at = 1.0, 0
    while at < len(seen):
        wait, at_risk, gone = seen[at][0], len(seen) - at, 0
        while at < len(seen) and seen[at][0] == wait:
            gone += not seen[at][1]
            at += 1
        if gone:
            share *= (at_risk - gone) / at_risk
            times.append(wait)
            alive.append(share)
    tail = round(exposed / lost) if alive[-1] > 0 else 0
    return Duration(
        law="survival", survival=Survival.model_construct(times=tuple(times), alive=tuple(alive), tail=tail)
    )
