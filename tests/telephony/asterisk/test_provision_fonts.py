"""The fetched Chinese font: told to fontconfig beside the system's own, and not at all when it is not there."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from callcenter.telephony.asterisk.provision import fonts
from callcenter.telephony.asterisk.provision.aptsources import Archive
from callcenter.telephony.asterisk.provision.aptworld import AptWorld


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    world = AptWorld(Archive("debian", "small", ()), "amd64", tmp_path, lambda line: None)
    monkeypatch.setattr(AptWorld, "of_this_machine", lambda report: world)
    monkeypatch.setattr(fonts, "_on_system", lambda: False)
    return world.prefix("fonts-noto-cjk")


def test_a_font_that_was_not_fetched_is_not_told_of(prefix: Path) -> None:
    assert fonts.environment() == {}


def test_a_fetched_font_stands_beside_those_of_the_system(prefix: Path) -> None:
    prefix.mkdir(parents=True)
    (prefix / "complete.json").write_text(json.dumps({"version": "1"}))
    told = Path(fonts.environment()["FONTCONFIG_FILE"])
    assert fonts.environment() == {"FONTCONFIG_FILE": str(told)}
    root = ElementTree.parse(told).getroot()
    assert [element.text for element in root.iter("dir")] == [f"{prefix}/usr/share/fonts"]
    assert [element.text for element in root.iter("include")] == ["/etc/fonts/fonts.conf"]


def test_a_system_with_a_font_of_its_own_needs_none(prefix: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "_on_system", lambda: True)
    assert fonts.environment() == fonts.environment_or_fetch() == {}
