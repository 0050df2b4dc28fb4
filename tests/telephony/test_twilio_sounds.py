"""Addresses of sounds: the same as long as it sounds the same, and never lost while it is wanted."""

from __future__ import annotations

import os
from pathlib import Path

from callcenter.telephony.twilio import sounds
from callcenter.telephony.twilio.sounds import Sounds


def name_of(address: str) -> str:
    return address.rsplit("/", 1)[1]


def test_a_file_keeps_its_address_while_it_sounds_the_same(tmp_path: Path) -> None:
    kept, file = Sounds("https://a.example", "secret"), tmp_path / "prompt.wav"
    file.write_bytes(b"one")
    first = kept.address(file)
    os.utime(file, (1, 1))  # the prompt cache notes so that it was used
    assert kept.address(file) == first
    file.write_bytes(b"two")
    second = kept.address(file)
    assert second != first
    assert kept.content(name_of(second)) == b"two"


def test_music_is_there_however_many_prompts_were_asked_for(tmp_path: Path) -> None:
    kept, music, prompt = Sounds("https://a.example", "secret"), tmp_path / "music.wav", tmp_path / "prompt.wav"
    music.write_bytes(b"music")
    address = kept.address(music, lasting=True)
    for number in range(sounds._KEPT + 1):
        prompt.write_bytes(str(number).encode())
        last = kept.address(prompt)
    assert kept.content(name_of(address)) == b"music"
    assert kept.content(name_of(last)) == str(sounds._KEPT).encode()


def test_a_name_that_nobody_was_given_is_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"one")
    kept, other = Sounds("https://a.example", "secret"), Sounds("https://a.example", "another")
    assert kept.content(name_of(other.address(tmp_path / "a.wav"))) is None
