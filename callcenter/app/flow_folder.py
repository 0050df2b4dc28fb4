"""Reads a folder of flows: the flows, their scripted callers, calendars, sounds, and what else they may refer to."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct, field
from pydantic import Field, ValidationError

from callcenter.app.assistant_steps import make_assistants
from callcenter.app.calendars import load_calendars
from callcenter.domain.config import Calendar
from callcenter.flow.checker import Known, check, near
from callcenter.flow.loader import LoadedFlow, load_bytes, validation_problems
from callcenter.flow.model import Flow, Id, Plain
from callcenter.flow.problems import BadFlowFile, Problem
from callcenter.flow.scripted import LoadedScripts, load_scripts
from callcenter.flow.yamlfile import read_bytes

BUILT_IN_SOUNDS = frozenset({"tone/beep"})


class KnownFile(Plain):
    """``schema/known.yaml``: what exists outside the folder."""

    queues: tuple[Id, ...] = Field(default=(), strict=False)
    services: tuple[Id, ...] = Field(default=(), strict=False)
    variables: tuple[Id, ...] = Field(default=(), strict=False)


class FlowFolder(Struct):
    """A folder as read. ``problems`` are those of files that could not be read; see :meth:`check` for the rest."""

    path: Path
    loaded: dict[str, LoadedFlow] = field(default_factory=dict)
    scripts: list[LoadedScripts] = field(default_factory=list)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    sounds: frozenset[str] = BUILT_IN_SOUNDS
    known: KnownFile | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def flows(self) -> dict[str, Flow]:
        """The flows by name."""
        return {name: loaded.flow for name, loaded in self.loaded.items()}

    def check(self, known: Known | None = None) -> list[Problem]:
        """Every problem of the folder; ``known`` replaces ``schema/known.yaml`` where a centre runs."""
        found = self.problems + check(self.loaded, known or self.known_here())
        for tests in self.scripts:
            if tests.scripts.flow not in self.loaded:
                detail = {"name": tests.scripts.flow, "near": near(tests.scripts.flow, set(self.loaded))}
                found.append(Problem(tests.document.file, tests.document.line(("flow",)), "test_flow", detail))
        return sorted(found, key=lambda problem: (problem.file, problem.line))

    def known_here(self) -> Known:
        """What the folder itself tells of the outside."""
        file = self.known
        return Known(
            queues=file.queues if file else None,
            calendars=tuple(self.calendars),
            services=file.services if file else None,
            prompts=self.sounds,
            variables=file.variables if file else (),
        )


def read_folder(path: Path) -> FlowFolder:
    """Read every YAML file of ``path``. Raises ``OSError`` when the folder cannot be read; bad files are problems."""
    folder = FlowFolder(path)
    for file in sorted(path.iterdir()):
        if file.suffix in (".yaml", ".yml") and file.is_file():
            _read(folder, file)
    make_assistants(folder)
    _read_known(folder, path / "schema" / "known.yaml")
    sounds = path / "prompts"
    if sounds.is_dir():
        found = {str(file.relative_to(sounds).with_suffix("").as_posix()) for file in sounds.rglob("*.wav")}
        folder.sounds = BUILT_IN_SOUNDS | found
    return folder


def _read(folder: FlowFolder, file: Path) -> None:
    try:
        if file.name == "calendars.yaml":
            folder.calendars = load_calendars(file)
        elif ".test." in file.name:
            folder.scripts.append(load_scripts(str(file), file.read_bytes()))
        else:
            loaded = load_bytes(str(file), file.read_bytes())
            folder.loaded[file.stem] = loaded
    except BadFlowFile as error:
        folder.problems += error.problems


def _read_known(folder: FlowFolder, file: Path) -> None:
    if not file.is_file():
        return
    try:
        document = read_bytes(str(file), file.read_bytes())
        folder.known = KnownFile.model_validate(document.data)
    except BadFlowFile as error:
        folder.problems += error.problems
    except ValidationError as error:
        folder.problems += validation_problems(document, error)
