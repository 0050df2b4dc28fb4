"""Every link, file and command that the documents name exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from callcenter.app.cli import app

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MADE_BY_READERS = {"ivr_flows/prompts/"}
INNER_ROOMS = tuple(f"{path.parent.name}/" for path in (ROOT / "callcenter").glob("*/__init__.py"))
ROOMS = ("callcenter/", "dialer/", "docs/", "ivr_flows/", "scripts/", "tests/", ".ci/")

_FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_QUOTED = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?<![\w./-])callcenter((?: +[\w./-]+)*)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_WORD = re.compile(r"[a-z]+")

documents = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def anchors(text: str) -> set[str]:
    """The anchors of headings, made as code hosts make them."""
    titles = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def commands() -> dict[str, set[str]]:
    """Commands of the command line with their subcommands."""
    root = get_command(app)
    assert isinstance(root, typer.core.TyperGroup)
    return {name: set(getattr(command, "commands", {})) for name, command in root.commands.items()}


def shell_lines(text: str) -> list[str]:
    """Lines inside fences or indented by four, without comments."""
    fenced = "\n".join(_FENCE.findall(text)).splitlines()
    indented = [line for line in _FENCE.sub("", text).splitlines() if line.startswith("    ")]
    return [line.split(" #")[0].strip() for line in [*fenced, *indented]]


@documents
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    wrong = []
    for link in _LINK.findall(_FENCE.sub("", text)):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        path = (document.parent / target).resolve() if target else document
        if not path.exists():
            wrong.append(f"{link}: no such file")
        elif anchor and anchor not in anchors(path.read_text(encoding="utf-8")):
            wrong.append(f"{link}: no such heading")
    assert wrong == []


@documents
def test_named_files_are_there(document: Path) -> None:
    words = {word for quoted in _QUOTED.findall(document.read_text(encoding="utf-8")) for word in quoted.split()}
    named = {word.rstrip(".,;:") for word in words if word.startswith(ROOMS) and not re.search(r"[*<>{}…A-Z]", word)}
    named |= {f"callcenter/{word}" for word in words if word.endswith(".py") and word.startswith(INNER_ROOMS)}
    assert [name for name in sorted(named - MADE_BY_READERS) if not (ROOT / name).exists()] == []


@documents
def test_named_commands_are_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    known, wrong = commands(), []
    places = [quoted for quoted in _QUOTED.findall(_FENCE.sub("", text)) if quoted.startswith("callcenter ")]
    places += [line for line in shell_lines(text) if "callcenter " in line]
    for place in places:
        for words in _COMMAND.findall(place):
            first, second = (*words.split(), "", "")[:2]
            if not _WORD.fullmatch(first):
                continue
            if first not in known or (known[first] and second and second not in known[first]):
                wrong.append(place)
    assert wrong == []


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    every = {f"{name} {sub}".strip() for name, subs in commands().items() for sub in (subs or {""})}
    assert [name for name in sorted(every) if f"| `callcenter {name}` |" not in readme] == []


def test_the_readme_names_every_room() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rooms = [path.parent.relative_to(ROOT).as_posix() for path in (ROOT / "callcenter").glob("*/__init__.py")]
    assert [room for room in sorted(rooms) if f"({room})" not in readme] == []
