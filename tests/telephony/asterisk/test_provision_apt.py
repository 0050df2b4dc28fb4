"""Reading the machine's apt sources, and telling a whole prefix from a broken one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from callcenter.telephony.asterisk.provision.aptsources import (
    Source,
    choose_archive,
    machine_sources,
    parse_deb822,
    parse_list,
)
from callcenter.telephony.asterisk.provision.aptworld import AptWorld, installed_version
from callcenter.telephony.asterisk.provision.paths import ProvisionError, cache_root

DEB822 = """\
# comment
Types: deb deb-src
URIs: http://mirror.example/debian/
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Enabled: no
Types: deb
URIs: http://other.example/debian
Suites: sid
Components: main

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
"""


@pytest.fixture
def keyrings(tmp_path: Path) -> Path:
    folder = tmp_path / "keyrings"
    folder.mkdir()
    for name in ("debian-archive-trixie.gpg", "debian-archive-keyring.gpg", "debian-archive-removed-keys.gpg"):
        (folder / name).touch()
    (folder / "ubuntu-archive-keyring.gpg").touch()
    return folder


def test_deb822_gives_each_suite_and_leaves_out_the_disabled() -> None:
    assert parse_deb822(DEB822) == [
        Source("http://mirror.example/debian", "bookworm", ("main", "contrib")),
        Source("http://mirror.example/debian", "bookworm-updates", ("main", "contrib")),
        Source("http://mirror.example/debian-security", "bookworm-security", ("main",)),
    ]


def test_one_line_style_with_options_and_comments() -> None:
    text = (
        "# deb http://no.example/debian sid main\n"
        "deb [ arch=amd64 signed-by=/k.gpg ] http://mirror.example/debian trixie main # note\n"
        "deb-src http://mirror.example/debian trixie main\n"
        "deb [broken http://mirror.example/debian\n"
    )
    assert parse_list(text) == [Source("http://mirror.example/debian", "trixie", ("main",))]


def test_both_kinds_of_files_are_read(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (tmp_path / "sources.list").write_text("deb http://a.example/debian bookworm main\n")
    (parts / "debian.sources").write_text(DEB822)
    (parts / "x.list.disabled").write_text("deb http://no.example/debian bookworm main\n")
    assert [source.uri for source in machine_sources(tmp_path)][:2] == [
        "http://a.example/debian",
        "http://mirror.example/debian",
    ]


def test_debian_takes_forky_from_the_own_mirror_and_trusts_the_archive_keys_only(keyrings: Path) -> None:
    archive = choose_archive(parse_deb822(DEB822), {"ID": "debian"}, keyrings)
    assert archive.suite == "forky"
    (line,) = archive.lines
    signed, rest = line.split("] ")
    assert rest == "http://mirror.example/debian forky main"
    names = [Path(key).name for key in signed.removeprefix("deb [signed-by=").split(",")]
    assert names == ["debian-archive-keyring.gpg", "debian-archive-trixie.gpg"]


def test_a_local_mirror_is_copied_from(keyrings: Path) -> None:
    sources = [Source("file:/srv/debian", "trixie", ("main",))]
    (line,) = choose_archive(sources, {"ID": "debian"}, keyrings).lines
    assert line.split("] ")[1] == "copy:/srv/debian forky main"


def test_ubuntu_takes_its_own_release_with_universe(keyrings: Path) -> None:
    sources = [
        Source("http://u.example/ubuntu", "noble", ("main", "restricted")),
        Source("http://u.example/ubuntu", "noble-updates", ("main",)),
        Source("http://ppa.example/x", "noble", ("other",)),
    ]
    release = {"ID": "ubuntu", "ID_LIKE": "debian", "VERSION_CODENAME": "noble"}
    archive = choose_archive(sources, release, keyrings)
    assert [line.split("] ")[1] for line in archive.lines] == [
        "http://u.example/ubuntu noble main universe",
        "http://u.example/ubuntu noble-updates main universe",
    ]


@pytest.mark.parametrize(
    ("sources", "release", "says"),
    [
        ([], {"ID": "debian"}, "No Debian mirror"),
        ([Source("cdrom:[x]", "bookworm", ("main",))], {"ID": "debian"}, "No Debian mirror"),
        ([], {"ID": "ubuntu", "VERSION_CODENAME": "noble"}, "No Ubuntu archive for noble"),
        ([], {"ID": "fedora"}, "this machine is fedora"),
    ],
)
def test_what_cannot_be_is_said(sources: list[Source], release: dict[str, str], says: str, keyrings: Path) -> None:
    with pytest.raises(ProvisionError, match=says):
        choose_archive(sources, release, keyrings)


def test_missing_keys_name_their_package(tmp_path: Path) -> None:
    with pytest.raises(ProvisionError, match="debian-archive-keyring"):
        choose_archive(parse_deb822(DEB822), {"ID": "debian"}, tmp_path)


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}"])
def test_a_prefix_without_its_whole_stamp_is_broken(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "complete.json").write_text(content)
    assert installed_version(tmp_path) is None


def test_a_whole_prefix_tells_its_version(tmp_path: Path) -> None:
    (tmp_path / "complete.json").write_text(json.dumps({"version": "1:22.1"}))
    assert installed_version(tmp_path) == "1:22.1"


def test_the_cache_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_root() == tmp_path / "callcenter"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache_root() == Path.home() / ".cache/callcenter"


def test_without_apt_the_mend_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProvisionError, match="apt-get"):
        AptWorld.of_this_machine(lambda line: None)
