"""The lock files pin everything with hashes, agree with each other, and name no registry."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).parent.parent
SETUP = PROJECT / "scripts/setup"
FRONTEND = PROJECT / "callcenter/web/frontend"


def pins(name: str) -> dict[str, str]:
    """Package → its pinned version and marker."""
    text = (SETUP / name).read_text()
    return dict(re.findall(r"^([a-z0-9.-]+)(?:\[[a-z,]+\])?==(\S+(?: ; [^\\]+?)?) \\$", text, flags=re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=;! ]", item)[0].lower().replace("_", "-") for item in requirements}


def test_the_development_set_holds_the_runtime_set() -> None:
    runtime, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert len(runtime) > 30
    assert runtime.items() <= development.items()


def test_what_is_put_beside_the_rest_changes_no_version_of_it() -> None:
    development, speech = pins("requirements-dev.txt"), pins("requirements-speech.txt")
    common = development.keys() & speech.keys()
    assert {"numpy", "websockets"} <= common
    assert {name: speech[name].split(" ;")[0] for name in common} == {
        name: development[name].split(" ;")[0] for name in common
    }


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert names(project["dependencies"]) <= pins("requirements.txt").keys()
    assert names(project["optional-dependencies"]["dev"]) <= pins("requirements-dev.txt").keys()


def test_every_pin_has_a_hash_and_no_lock_names_a_registry() -> None:
    for file in SETUP.glob("requirements*.txt"):
        text = file.read_text()
        blocks = re.split(r"\n(?=[a-z0-9])", text)
        assert all("--hash=sha256:" in block for block in blocks), file
        assert "://" not in text
        assert "index-url" not in text


def test_the_pages_parts_are_locked_without_a_registry() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    parts = {name: part for name, part in lock["packages"].items() if name}
    assert parts
    assert all("integrity" in part and "resolved" not in part for part in parts.values())
    wanted = json.loads((FRONTEND / "package.json").read_text())
    assert lock["packages"][""]["dependencies"] == wanted["dependencies"]
