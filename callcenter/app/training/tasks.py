"""What goes to the process that trains, and the lines that come back."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Train(Struct, frozen=True, tag="train"):
    """Train with ``data`` (a path) and ``examples`` (sentence, intent) on top, judge beside ``running``, save."""

    data: str
    examples: list[tuple[str, str]]
    out: str
    running: str = ""
    """Folder of the model that answers now; empty: none."""


class Alike(Struct, frozen=True, tag="alike"):
    """Which of ``texts`` ask alike; ``model``: a folder, of the one whose words count."""

    texts: list[str]
    model: str = ""


class Read(Struct, frozen=True, tag="read"):
    """Which sentences the data at ``data`` has."""

    data: str


Task = Train | Alike | Read


class Told(Struct, frozen=True, tag="told"):
    """How far it is."""

    stage: str
    done: int = 0
    of: int = 0


class Trained(Struct, frozen=True, tag="trained"):
    """The model lies where it should; ``report`` is its evaluation."""

    data: str
    sentences: int
    report: dict[str, Any]


class Grouped(Struct, frozen=True, tag="grouped"):
    """Groups of positions in the texts that were given."""

    groups: list[list[int]]


class Known(Struct, frozen=True, tag="known"):
    """Sentences and their intents."""

    examples: list[tuple[str, str]]


class Failed(Struct, frozen=True, tag="failed"):
    """Why there is nothing; ``detail`` names file, line and mend by language, where there are any."""

    fault: str
    detail: dict[str, str] = field(default_factory=dict)


Answer = Trained | Grouped | Known | Failed
Line = Told | Answer
