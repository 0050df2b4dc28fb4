"""The other side of a what-if, from a file: another scenario, a configuration as it is exported, or a few changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from callcenter.domain.config import CenterConfig
from callcenter.domain.errors import ConfigError
from callcenter.simulation.configured import with_configuration
from callcenter.simulation.overlay import Overlay, apply
from callcenter.simulation.scenario import Scenario
from callcenter.simulation.scenario_file import fault, parse, read_mapping
from callcenter.web.admin.config_yaml import BadConfigFile, ConfigFile, read_yaml

_WHAT = "this is neither a scenario, nor a configuration, nor changes"
_MEND = "write agents:, skills: or queues:; docs/simulate.md shows each"


def read_text(file: Path) -> str:
    """The text of a file. Raises ConfigError."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), f"cannot be read: {error}", "give the path of a file in UTF-8") from error


def other_side(file: Path, before: Scenario, config: CenterConfig | None) -> Scenario:
    """The scenario of ``file`` held against ``before``; ``config`` was in force on the day, if it is one.

    Raises ConfigError naming file, line and mend.
    """
    text, name = read_text(file), str(file)
    tree, data = read_mapping(text, name, _WHAT, _MEND)
    if "horizon" in data:
        return parse(text, name)
    if is_configuration(data):
        return with_configuration(before, _configuration(text, name).into(config or CenterConfig()), config)
    try:
        return apply(before, Overlay.model_validate(data))
    except ValidationError as error:
        raise fault(error, tree, name, "changes") from error


def _configuration(text: str, name: str) -> ConfigFile:
    try:
        return read_yaml(text.encode())
    except BadConfigFile as bad:
        first = bad.faults[0]
        raise ConfigError(f"{name}:{first.line}", first.text % first.detail) from bad


def is_configuration(data: dict[str, Any]) -> bool:
    """Whether a file is an exported configuration: its agents are a record, its queues have names."""
    queues, agents = data.get("queues"), data.get("agents")
    if "skills" in data or isinstance(agents, str | list):
        return False
    if isinstance(queues, dict) and any(isinstance(queue, dict) and "names" in queue for queue in queues.values()):
        return True
    return isinstance(agents, dict) or not {"queues", "agents"} & data.keys()


def with_changes(before: Scenario, changes: Sequence[str]) -> Scenario:
    """The scenario with changes of staff written on the command line."""
    try:
        return apply(before, Overlay.model_validate({"agents": list(changes)}))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ConfigError("--change", str(first["msg"]).removeprefix("Value error, ")) from error
