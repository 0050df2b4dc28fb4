"""Fetching from a small archive of our own through the real apt: whole or not at all, and one run at a time."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from callcenter.telephony.asterisk.provision.aptsources import Archive
from callcenter.telephony.asterisk.provision.aptworld import AptWorld, installed_version
from callcenter.telephony.asterisk.provision.paths import ProvisionError, machine

pytestmark = pytest.mark.skipif(
    shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None, reason="apt and dpkg are not on this machine"
)


def make_package(archive: Path, name: str, depends: str = "") -> None:
    """Build a package with one file and add it to the archive's index."""
    tree = archive / f"tree-{name}"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin" / name).write_text(f"{name}\n")
    control = f"Package: {name}\nVersion: 1:2.0-1\nArchitecture: all\nMaintainer: A <a@b.example>\nDescription: x\n"
    control += f"Depends: {depends}\n" if depends else ""
    (tree / "DEBIAN/control").write_text(control)
    deb = archive / f"{name}_2.0-1_all.deb"
    subprocess.run(["dpkg-deb", "--build", "--root-owner-group", tree, deb], check=True, capture_output=True)
    content = deb.read_bytes()
    with (archive / "Packages").open("a") as index:
        index.write(f"{control}Filename: ./{deb.name}\nSize: {len(content)}\n")
        index.write(f"SHA256: {hashlib.sha256(content).hexdigest()}\n\n")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    make_package(folder, "tool", depends="tool-data")
    make_package(folder, "tool-data")
    return folder


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def world(archive: Path, tmp_path: Path, lines: list[str]) -> AptWorld:
    source = Archive("debian", "small", (f"deb [trusted=yes] copy:{archive} ./",))
    return AptWorld(source, machine(), tmp_path / "cache", lines.append)


def test_a_package_comes_with_what_it_needs(world: AptWorld, lines: list[str]) -> None:
    assert not world.complete("tool")
    prefix = world.fetch("tool")
    assert (prefix / "usr/bin/tool").read_text() == "tool\n"
    assert (prefix / "bin/tool-data").is_file()
    assert installed_version(prefix) == "1:2.0-1"
    assert any("Downloaded 2 packages" in line for line in lines)


def test_what_is_there_is_not_fetched_again(world: AptWorld, lines: list[str], archive: Path) -> None:
    world.fetch("tool")
    lines.clear()
    shutil.rmtree(archive)
    world.fetch("tool")
    assert lines == []


def test_a_broken_prefix_is_fetched_again(world: AptWorld, lines: list[str]) -> None:
    prefix = world.fetch("tool")
    (prefix / "complete.json").unlink()
    (prefix / "usr/bin/tool").unlink()
    assert not world.complete("tool")
    assert (world.fetch("tool") / "usr/bin/tool").is_file()
    assert any("incomplete" in line for line in lines)


def test_an_interrupted_unpacking_leaves_nothing_that_counts(world: AptWorld, archive: Path) -> None:
    (archive / "tool-data_2.0-1_all.deb").write_bytes(b"not a package")
    with pytest.raises(ProvisionError):
        world.fetch("tool")
    assert not world.prefix("tool").exists()


def test_two_runs_at_once_share_one_fetch(world: AptWorld, lines: list[str]) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(world.fetch, ["tool", "tool"])
    assert first == second
    assert sum("Downloaded" in line for line in lines) == 1


def test_an_unknown_package_is_an_error_with_apt_s_own_words(world: AptWorld) -> None:
    with pytest.raises(ProvisionError, match="Unable to locate package nothing-such"):
        world.fetch("nothing-such")


def test_an_archive_out_of_reach_names_the_mend(tmp_path: Path) -> None:
    source = Archive("debian", "small", (f"deb [trusted=yes] copy:{tmp_path}/nowhere ./",))
    with pytest.raises(ProvisionError, match="apt-get update failed"):
        AptWorld(source, machine(), tmp_path / "cache", lambda line: None).fetch("tool")
