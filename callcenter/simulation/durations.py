"""Lengths of time in scenarios: how they are written, and how they are drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import log, sqrt
from random import Random
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PositiveFloat, model_validator

UNITS_MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")


def parse_ms(value: object) -> int:
    """``90``, ``90s``, ``1.5m``, ``1h30m`` → ms; a bare number is seconds. ValueError when it is no length of time."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("write a length of time such as 20s, 3m or 1h30m")  # noqa: TRY004
    if isinstance(value, str):
        parts = _PART.findall(value.replace(" ", ""))
        if not parts or "".join(number + unit for number, unit in parts) != value.replace(" ", ""):
            raise ValueError(f"{value!r} is no length of time; write 20s, 3m or 1h30m")
        return round(sum(float(number) * UNITS_MS[unit] for number, unit in parts))
    if value < 0:
        raise ValueError("a length of time cannot be negative")
    return round(value * 1_000)


Ms = Annotated[int, BeforeValidator(parse_ms)]
Draw = Callable[[], int]
"""Gives one length of time in whole ms."""


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


class Duration(Strict):
    """One law: ``none``, a fixed time, or one of exponential (mean), lognormal, gamma."""

    law: Literal["none", "fixed", "exponential", "lognormal", "gamma"] = "none"
    fixed: Ms = 0
    exponential: Ms = 0
    lognormal: Lognormal | None = None
    gamma: Gamma | None = None

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
                raise ValueError(f"name one law, not {laws or 'none'}: fixed, exponential, lognormal or gamma")
            return {"law": laws[0], **data}
        return data

    def mean_ms(self) -> float:
        """The expected value."""
        if self.lognormal is not None:
            return self.lognormal.mean
        if self.gamma is not None:
            return self.gamma.mean
        return self.fixed or self.exponential

    def drawer(self, rng: Random) -> Draw:
        """A function that draws by this law from ``rng``. For ``none`` it gives 0."""
        if self.law == "exponential":
            chance, mean = rng.random, float(self.exponential)
            return _exponential(chance, mean).__next__
        if self.lognormal is not None:
            sigma, gauss = self.lognormal.sigma, rng.lognormvariate
            middle = log(self.lognormal.mean) - sigma * sigma / 2
            return lambda: int(0.5 + gauss(middle, sigma))
        if self.gamma is not None:
            shape = (self.gamma.mean / self.gamma.sd) ** 2
            scale, gamma = self.gamma.mean / shape, rng.gammavariate
            return lambda: int(0.5 + gamma(shape, scale))
        fixed = self.fixed
        return lambda: fixed


def _exponential(chance: Callable[[], float], mean: float) -> Iterator[int]:
    """Endless draws; a generator resumes faster than a function is called."""
    while True:
        yield int(0.5 - log(1.0 - chance()) * mean)


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
