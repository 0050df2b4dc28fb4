"""Assistant steps of flows made into steps, from the dialogue of the Rasa project they name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from callcenter.flow.assistant import assistants, expand
from callcenter.flow.dialogue import Dialogue, read_dialogue
from callcenter.flow.model import AssistantStep
from callcenter.flow.problems import BadFlowFile, Problem
from callcenter.flow.yamlfile import read_bytes

if TYPE_CHECKING:
    from callcenter.app.flow_folder import FlowFolder

_OF_THE_DIALOGUE = re.compile(rb"^(rules|forms|slots|responses):", re.MULTILINE)


def make_assistants(folder: FlowFolder) -> None:
    """Make every assistant step of the folder's flows; a flow whose dialogue can't be read is left as it is."""
    read: dict[str, Dialogue | None] = {}
    for loaded in folder.loaded.values():
        for name in assistants(loaded.flow):
            step = loaded.flow.steps[name]
            assert isinstance(step, AssistantStep)
            line = loaded.line("steps", name, "project")
            project = folder.path.resolve().parent / step.project
            if not project.is_dir():
                project = Path(step.project)  # flows that were copied elsewhere still find it where we run
            if step.project not in read:
                read[step.project] = _dialogue(folder, project)
            dialogue = read[step.project]
            if dialogue is None:
                folder.problems.append(Problem(loaded.file, line, "assistant_no_project", {"name": step.project}))
                continue
            made = expand(loaded.flow, name, dialogue, loaded.file, loaded.line("steps", name))
            folder.problems += [problem for problem in made.problems if problem not in folder.problems]
            loaded.flow, loaded.origin = made.flow, {**loaded.origin, **made.origin}


def _dialogue(folder: FlowFolder, project: Path) -> Dialogue | None:
    if not (project / "domain.yml").is_file() and not (project / "domain").is_dir():
        return None
    documents = []
    for file in _files(project):
        try:
            documents.append(read_bytes(str(file), file.read_bytes()))
        except BadFlowFile as error:
            folder.problems += error.problems
    return read_dialogue(documents)


def _files(project: Path) -> Iterator[Path]:
    """Those that have something of the dialogue; sentences are the training's."""
    candidates = [project / "domain.yml", *sorted((project / "domain").rglob("*.yml"))]
    for file in (*candidates, *sorted((project / "data").rglob("*.yml"))):
        if file.is_file() and _OF_THE_DIALOGUE.search(file.read_bytes()):
            yield file
    if (project / "intents.yml").is_file():
        yield project / "intents.yml"
