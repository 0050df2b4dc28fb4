"""Draws conversations for review by a plan: reproducible by its seed, always with a purely random part.

Chance is a hash of seed, period and contact: a draw is the same on every machine and in every order of its candidates,
and whoever looks into it later can draw again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from callcenter.domain.errors import Rejected
from callcenter.domain.sampling import STRATA, Candidate, Draw, Drawn, Method, SamplingPlan

MOST_PER_DRAW = 5_000
"""More conversations than this no team reviews in a period."""


def check(plan: SamplingPlan) -> None:
    """Raises ``Rejected`` for a plan that can not be drawn: ``plan_title``, ``plan_size``, ``plan_random``, …"""
    if not plan.title.strip():
        raise Rejected("plan_title")
    if plan.per_agent < 0 or plan.size < 0 or not (plan.per_agent or plan.size):
        raise Rejected("plan_size")
    if max(plan.per_agent, plan.size) > MOST_PER_DRAW:
        raise Rejected("plan_size")
    if not 0 < plan.random_share <= 1:  # also refuses what is no number
        raise Rejected("plan_random")
    if plan.method is Method.STRATIFIED and plan.strata not in STRATA:
        raise Rejected("plan_strata")
    if plan.method is Method.CAMPAIGN and not plan.campaigns:
        raise Rejected("plan_campaigns")
    if not plan.reviewers:
        raise Rejected("plan_reviewers")
    if not 1 <= plan.due_days <= 90:
        raise Rejected("plan_due")


def draw(plan: SamplingPlan, period: str, candidates: Iterable[Candidate], *, at_ms: int = 0, by: str = "") -> Draw:
    """What ``plan`` draws of ``candidates`` for ``period``; O(n log n). Raises ``Rejected`` as :func:`check`."""
    check(plan)
    chance = _chance(plan.seed, period)
    population = sorted((one for one in candidates if _belongs(plan, one)), key=lambda one: chance(one.contact))
    if plan.per_agent:
        drawn, wanted = _by_agent(plan, population)
    elif plan.method is Method.STRATIFIED:
        drawn, wanted = _stratified(plan, population), plan.size
    else:
        drawn, wanted = _part(plan, population, plan.size, ""), plan.size
    return Draw(
        plan=plan.id,
        plan_version=plan.version,
        period=period,
        at_ms=at_ms,
        by=by,
        population=len(population),
        wanted=wanted,
        drawn=tuple(drawn),
    )


def _chance(seed: str, period: str) -> Callable[[str], bytes]:
    begun = sha256(f"{len(seed)}:{seed}:{period}:".encode())

    def of(contact: str) -> bytes:
        each = begun.copy()
        each.update(contact.encode())
        return each.digest()

    return of


def _belongs(plan: SamplingPlan, one: Candidate) -> bool:
    """Whether a conversation is in the population. A campaign narrows it for every method but its own."""
    return (
        bool(one.agent)
        and (not plan.teams or one.team in plan.teams)
        and (not plan.queues or one.queue in plan.queues)
        and (not plan.campaigns or plan.method is Method.CAMPAIGN or one.campaign in plan.campaigns)
    )


def _by_agent(plan: SamplingPlan, population: Sequence[Candidate]) -> tuple[list[Drawn], int]:
    """``per_agent`` of each agent; every agent is a stratum of the random part."""
    agents: dict[str, list[Candidate]] = defaultdict(list)
    for one in population:
        agents[one.agent].append(one)
    drawn = [one for agent in sorted(agents) for one in _part(plan, agents[agent], plan.per_agent, agent)]
    return drawn, plan.per_agent * len(agents)


def _stratified(plan: SamplingPlan, population: Sequence[Candidate]) -> list[Drawn]:
    """In proportion to the strata's sizes, all of it at random.

    With fewer places than strata some would stand for nobody, so it is drawn from all as one.
    """
    strata: dict[str, list[Candidate]] = defaultdict(list)
    for one in population:
        strata[str(getattr(one, plan.strata))].append(one)
    if plan.size < len(strata):
        return _random(population, plan.size, "")
    shares = allocate({name: len(its) for name, its in strata.items()}, plan.size)
    return [one for name in sorted(strata) for one in _random(strata[name], shares[name], name)]


def _part(plan: SamplingPlan, population: Sequence[Candidate], quota: int, stratum: str) -> list[Drawn]:
    """The random part first, from all there are; then what the method looks for among the rest.

    What the method finds too little of is filled up to the quota; that part depends on what was found, so it is not
    counted as random.
    """
    wanted = min(quota, len(population))
    least = min(wanted, max(1, math.ceil(quota * plan.random_share - 1e-9)))
    if plan.method in (Method.RANDOM, Method.STRATIFIED):
        return _random(population, wanted, stratum)
    rest = [one for one in population[least:] if _looked_for(plan, one)]
    if plan.method is Method.RISK:
        rest.sort(key=lambda one: -one.risks)
    others = [one for one in population[least:] if not _looked_for(plan, one)]
    aimed = [Drawn(one.contact, one.agent, False, stratum) for one in (rest + others)[: wanted - least]]
    return [*_random(population, least, stratum), *aimed]


def _random(population: Sequence[Candidate], number: int, stratum: str) -> list[Drawn]:
    """The first of a population in order of chance."""
    number = min(number, len(population))
    return [Drawn(one.contact, one.agent, True, stratum, len(population) / number) for one in population[:number]]


def _looked_for(plan: SamplingPlan, one: Candidate) -> bool:
    match plan.method:
        case Method.RISK:
            return one.risks > 0
        case Method.NEW_AGENT:
            return one.agent_days is not None and one.agent_days < plan.new_agent_days
        case Method.CAMPAIGN:
            return one.campaign in plan.campaigns
        case Method.LOW_SURVEY:
            return one.survey is not None and one.survey <= plan.survey_at_most
        case _:
            return True


def allocate(sizes: dict[str, int], number: int) -> dict[str, int]:
    """``number`` places in proportion to ``sizes`` by largest remainders, one for each stratum first where it suffices.

    No stratum gets more than it has; never more than ``number`` in all.
    """
    filled = [name for name, size in sizes.items() if size]
    total = sum(sizes.values())
    number = min(number, total)
    given = dict.fromkeys(sizes, 0)
    if number >= len(filled):
        given.update(dict.fromkeys(filled, 1))
    fair = {name: number * sizes[name] / total for name in filled}
    for _ in range(number - sum(given.values())):
        open_ones = [name for name in filled if given[name] < sizes[name]]
        given[max(open_ones, key=lambda name: (fair[name] - given[name], sizes[name], name))] += 1
    return given


def deal(contacts: Sequence[Drawn], reviewers: dict[str, str]) -> dict[str, str]:
    """Who reviews what, in turn and evenly. ``reviewers``: sign-in name to the agent they are.

    Nobody gets a conversation of their own; what nobody else could review is left out.
    """
    load = dict.fromkeys(reviewers, 0)
    dealt: dict[str, str] = {}
    for one in contacts:
        able = [name for name, agent in reviewers.items() if not agent or agent != one.agent]
        if able:
            chosen = min(able, key=lambda name: load[name])
            dealt[one.contact] = chosen
            load[chosen] += 1
    return dealt
