"""Lengths of time in scenarios: how they are written, and how they are drawn."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from itertools import chain
from math import fsum, log, sqrt
from random import Random
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveFloat, model_validator

UNITS_MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
ENDLESS = -1
"""Drawn where there is no end: a patience that is never lost."""
BLOCK = 64
_TRIES = 1_000


def parse_ms(value: object) -> int:
    """``90``, ``90s``, ``1.5m``, ``1h30m`` → ms; a bare number is seconds. ValueError when it is no length of time."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("write a length of time such as 20s, 3m or 1h30m")  # noqa: TRY004
    if isinstance(value, str):
        parts = _PART.findall(value.replace(" ", ""))
        if not parts or "".join(number + unit for number, unit in parts) != value.replace(" ", ""):
            raise ValueError(f"{value!r} is no length of time; write 20s, 3m or 1h30m")
        return round(fsum(float(number) * UNITS_MS[unit] for number, unit in parts))
    if value < 0:
        raise ValueError("a length of time cannot be negative")
    return round(value * 1_000)


Ms = Annotated[int, BeforeValidator(parse_ms)]
Draw = Callable[[], int]
"""Gives one length of time in whole ms."""
DrawBeyond = Callable[[int], int]
"""Gives one length of time that is known to be longer than this one."""


class Strict(BaseModel):
    """Base of all scenario parts: frozen, and an unknown word is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Lognormal(Strict):
    """Mean of the times themselves, and sigma of their logarithm."""

    mean: Ms
    sigma: PositiveFloat


class Gamma(Strict):
    """Mean and standard deviation."""

    mean: Ms
    sd: Ms


class Survival(Strict):
    """The share that lasts longer than each of some times, as :mod:`~callcenter.simulation.survival` estimates it.

    ``alive[n]`` last longer than ``times[n]``. Who lasts longer than the last time goes on for an exponential
    ``tail`` (mean) more; a tail of 0 is endless.
    """

    times: tuple[Ms, ...] = Field(min_length=1)
    alive: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(min_length=1)
    tail: Ms = 0

    @model_validator(mode="after")
    def _falls(self) -> Survival:
        if len(self.times) != len(self.alive):
            raise ValueError("times and alive must be of the same length")
        if list(self.times) != sorted(set(self.times)) or list(self.alive) != sorted(self.alive, reverse=True):
            raise ValueError("times must rise and alive must fall")
        return self

    def share_beyond(self, time_ms: int) -> float:
        """How many last longer than ``time_ms``, of all."""
        place = bisect_right(self.times, time_ms)
        return self.alive[place - 1] if place else 1.0

    def time_of(self, share: float, rng: Random) -> int:
        """The time that ``share`` of all outlast."""
        place = bisect_left(self.alive, -share, key=lambda alive: -alive)
        if place < len(self.times):
            return self.times[place]
        if not self.tail:
            return ENDLESS
        return int(0.5 + self.times[-1] - log(1.0 - rng.random()) * self.tail)


class Duration(Strict):
    """One law: ``none``, a fixed time, exponential (mean), lognormal, gamma, a ``sample`` or a ``survival`` curve."""

    law: Literal["none", "fixed", "exponential", "lognormal", "gamma", "sample", "survival"] = "none"
    fixed: Ms = 0
    exponential: Ms = 0
    lognormal: Lognormal | None = None
    gamma: Gamma | None = None
    sample: tuple[Ms, ...] | None = Field(default=None, min_length=1)
    survival: Survival | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        if data is None or data == "none":
            return {"law": "none"}
        if isinstance(data, int | float | str):
            return {"law": "fixed", "fixed": data}
        if isinstance(data, dict) and "law" not in data:
            laws = sorted(str(name) for name in data)
            if len(laws) != 1:
                known = "fixed, exponential, lognormal, gamma, sample or survival"
                raise ValueError(f"name one law, not {laws or 'none'}: {known}")
            return {"law": laws[0], **data}
        return data

    def mean_ms(self) -> float:
        """The expected value; of a survival curve that of its drawn part."""
        if self.lognormal is not None:
            return self.lognormal.mean
        if self.gamma is not None:
            return self.gamma.mean
        if self.sample is not None:
            return sum(self.sample) / len(self.sample)
        if self.survival is not None:
            times, alive = (0, *self.survival.times), (1.0, *self.survival.alive)
            area = fsum((times[n + 1] - times[n]) * alive[n] for n in range(len(times) - 1))
            return area + alive[-1] * self.survival.tail
        return self.fixed or self.exponential

    def drawer(self, rng: Random) -> Draw:
        """A function that draws by this law from ``rng``. For ``none`` it gives 0."""
        if self.law == "exponential":
            return chain.from_iterable(_exponential(rng.random, float(self.exponential))).__next__
        if self.lognormal is not None:
            sigma, gauss = self.lognormal.sigma, rng.lognormvariate
            middle = log(self.lognormal.mean) - sigma * sigma / 2
            return lambda: int(0.5 + gauss(middle, sigma))
        if self.gamma is not None:
            shape = (self.gamma.mean / self.gamma.sd) ** 2
            scale, gamma = self.gamma.mean / shape, rng.gammavariate
            return lambda: int(0.5 + gamma(shape, scale))
        if self.sample is not None:
            values, chance = self.sample, rng.random
            return lambda: values[int(chance() * len(values))]
        if self.survival is not None:
            curve, chance = self.survival, rng.random
            return lambda: curve.time_of(chance(), rng)
        fixed = self.fixed
        return lambda: fixed

    def drawer_beyond(self, rng: Random) -> DrawBeyond:
        """A function that draws a time of this law that is longer than a given one; ``none`` is endless.

        Where the law has none so long, it is a moment longer.
        """
        if self.law == "none":
            return lambda shown: ENDLESS
        draw = self.drawer(rng)
        if self.law == "exponential":
            return lambda shown: shown + draw()
        if self.survival is not None:
            curve, chance = self.survival, rng.random
            return lambda shown: _beyond(curve, shown, chance(), rng)
        return lambda shown: next((value for _ in range(_TRIES) if (value := draw()) > shown), shown + 1)


def _beyond(curve: Survival, shown: int, chance: float, rng: Random) -> int:
    share = curve.share_beyond(shown)
    if not share:
        return shown + 1
    if shown < curve.times[-1]:
        return curve.time_of(chance * share, rng)
    return shown + int(0.5 - log(1.0 - chance) * curve.tail) if curve.tail else ENDLESS


def _exponential(chance: Callable[[], float], mean: float) -> Iterator[list[int]]:
    """Endless draws, a block at a time: the next of a list costs less than a call."""
    while True:
        yield [int(0.5 - log(1.0 - chance()) * mean) for _ in range(BLOCK)]


def none() -> Duration:
    """No time at all, or for patience: endless."""
    return Duration(law="none")


DurationField = Annotated[Duration, Field(default_factory=none)]


def poisson_gap(rng: Random, per_ms: float) -> float:
    """The time to the next of independent arrivals at ``per_ms``."""
    return -log(1.0 - rng.random()) / per_ms


def root(value: float) -> float:
    """Square root that takes rounding noise below zero as zero."""
    return sqrt(max(0.0, value))


def stream(name: str) -> Random:
    """A stream of chance of its own for each name; a seed is part of the name."""
    return Random(name)
