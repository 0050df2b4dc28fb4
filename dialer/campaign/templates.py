"""Campaigns that are asked for again and again, as files: a request to begin with."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec
import yaml
from msgspec import Struct

from callcenter.domain.campaign_records import CampaignSpec
from callcenter.domain.errors import ConfigError
from callcenter.domain.names import Names


class Template(Struct, frozen=True, forbid_unknown_fields=True):
    """A request to begin with. ``about`` says when it is for; ``order`` is its place in the list."""

    id: str
    order: int
    about: Names
    spec: CampaignSpec


def parse(text: str, name: str) -> Template:
    """The template written in YAML ``text``. ConfigError names ``name`` and what is wrong in it."""
    try:
        return msgspec.convert({"id": name, **yaml.safe_load(text)}, Template)
    except (yaml.YAMLError, msgspec.ValidationError, TypeError) as error:
        raise ConfigError(f"dialer/templates/{name}.yaml", str(error), "see the other templates") from error


@cache
def templates() -> tuple[Template, ...]:
    """The shipped templates, in the order of their list."""
    folder = files("dialer") / "templates"
    found = [
        parse(file.read_text(encoding="utf-8"), file.name.removesuffix(".yaml"))
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    ]
    return tuple(sorted(found, key=lambda one: (one.order, one.id)))
