"""Files of scenarios of outbound dialling: read with errors that name file, line and mend."""

from __future__ import annotations

from pydantic import ValidationError

from callcenter.simulation.dialing.plan import DialScenario
from callcenter.simulation.scenario_file import fault, read_mapping


def parse(text: str, name: str = "scenario") -> DialScenario:
    """The scenario written in YAML ``text``. ConfigError names ``name``, the line and the mend."""
    tree, data = read_mapping(text, name, "a scenario is a mapping", "begin with horizon:, campaigns: and agents:")
    try:
        return DialScenario.model_validate(data)
    except ValidationError as error:
        raise fault(error, tree, name, "scenario") from error
