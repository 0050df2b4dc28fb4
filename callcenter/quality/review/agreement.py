"""How far people agree with each other, and the machine with people."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from statistics import NormalDist

from msgspec import Struct

from callcenter.domain.reviews import Judgement, MarkedItem, Review
from callcenter.quality.review.intervals import Estimate, mean, share


class Kappa(Struct, frozen=True):
    """Agreement beyond chance; 1 is full, 0 what chance gives. None where all gave the same and chance explains it all.

    ``observed`` is the share agreed on; ``low`` and ``high`` the interval, None where there is none.
    """

    value: float | None
    observed: float
    n: int
    low: float | None = None
    high: float | None = None


def cohen(pairs: Sequence[tuple[Hashable, Hashable]], level: float = 0.95) -> Kappa | None:
    """Two judges on the same subjects; None without any.

    J. Cohen, *A coefficient of agreement for nominal scales*, Educ. Psychol. Meas. 20 (1960) 37-46; the interval by his
    standard error √(pₒ(1-pₒ) / (n(1-pₑ)²)).
    """
    number = len(pairs)
    if not number:
        return None
    left, right = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    observed = sum(one == other for one, other in pairs) / number
    expected = sum(count * right[category] for category, count in left.items()) / number**2
    if expected >= 1:
        return Kappa(None, observed, number)
    value = (observed - expected) / (1 - expected)
    error = math.sqrt(observed * (1 - observed) / (number * (1 - expected) ** 2))
    half = NormalDist().inv_cdf(0.5 + level / 2) * error
    return Kappa(value, observed, number, max(-1.0, value - half), min(1.0, value + half))


def fleiss(subjects: Sequence[Sequence[Hashable]]) -> Kappa | None:
    """The same number of judges (two or more) on each subject, not always the same people; None without any.

    J. L. Fleiss, *Measuring nominal scale agreement among many raters*, Psychol. Bull. 76 (1971) 378-382. Raises
    ``ValueError`` where subjects have different numbers of judgements.
    """
    if not subjects:
        return None
    judges, number = len(subjects[0]), len(subjects)
    if judges < 2 or any(len(one) != judges for one in subjects):
        raise ValueError("each subject needs the same number of judgements, two or more")
    counts = [Counter(one) for one in subjects]
    observed = (
        sum((sum(count * count for count in each.values()) - judges) / (judges * (judges - 1)) for each in counts)
        / number
    )
    total: Counter[Hashable] = sum(counts, Counter())
    expected = sum((count / (number * judges)) ** 2 for count in total.values())
    if expected >= 1 - 1e-12:
        return Kappa(None, observed, number)
    return Kappa((observed - expected) / (1 - expected), observed, number)


def verdict(item: MarkedItem) -> bool:
    """Whether points were taken: what two judges of an item agree on or not."""
    return item.points < (0.0 if item.kind == "deduction" else item.of)


def machine_verdict(item: MarkedItem) -> bool | None:
    """The machine's; None where it gave none."""
    if item.machine is None:
        return None
    return item.machine < (0.0 if item.kind == "deduction" else item.of)


class ItemAgreement(Struct, frozen=True):
    """Human against machine on one item. ``wrong`` is the share of verdicts that differ.

    ``missed`` and ``false`` count, unweighted, what the machine did not find and what it found wrongly.
    """

    item: str
    kappa: Kappa | None
    wrong: Estimate
    missed: int
    false: int


class MachineError(Struct, frozen=True):
    """What the random part says of the machine. ``bias``: its score minus the person's, positive: too kind.

    ``absolute`` is the mean distance. None where there are too few.
    """

    n: int
    bias: Estimate | None
    absolute: Estimate | None
    fatal: Estimate | None
    """The share of conversations in which only one of the two saw something fatal."""
    items: tuple[ItemAgreement, ...]


def machine_error(reviews: Sequence[Review], level: float = 0.95) -> MachineError:
    """The machine's error, from reviews drawn at random alone, each weighted by how many conversations it stands for.

    What was looked for (risk, low survey) is left out: it says nothing of the rest.
    """
    drawn = [
        (one, judgement, machine)
        for one in reviews
        if one.random and one.weight > 0
        for judgement, machine in ((one.judgement, one.machine_score),)
        if judgement is not None and machine is not None
    ]
    weights = [one.weight for one, _, _ in drawn]
    apart = [machine - judgement.score for _, judgement, machine in drawn]
    fatal = [judgement.fatal != one.machine_fatal for one, judgement, _ in drawn]
    return MachineError(
        n=len(drawn),
        bias=mean(apart, weights, level),
        absolute=mean([abs(one) for one in apart], weights, level),
        fatal=share(fatal, weights, level),
        items=_items([(judgement, weight) for (_, judgement, _), weight in zip(drawn, weights, strict=True)], level),
    )


def _items(judgements: Sequence[tuple[Judgement, float]], level: float) -> tuple[ItemAgreement, ...]:
    pairs: dict[str, list[tuple[bool, bool, float]]] = {}
    for judgement, weight in judgements:
        for item in judgement.items:
            machine = machine_verdict(item)
            if machine is not None:
                pairs.setdefault(item.id, []).append((verdict(item), machine, weight))
    found = []
    for name, seen in pairs.items():
        wrong = share([human != machine for human, machine, _ in seen], [weight for *_, weight in seen], level)
        if wrong is not None:
            missed = sum(human and not machine for human, machine, _ in seen)
            false = sum(machine and not human for human, machine, _ in seen)
            kappa = cohen([(human, machine) for human, machine, _ in seen], level)
            found.append(ItemAgreement(name, kappa, wrong, missed, false))
    return tuple(found)
