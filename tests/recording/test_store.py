from __future__ import annotations

import asyncio
import hashlib
import resource
import struct
import wave
from array import array
from pathlib import Path

import msgspec
import pytest

from callcenter.domain.errors import ProviderError, Rejected
from callcenter.recording import WavRecordingStore
from callcenter.recording.wav import CHUNK_FRAMES

STARTED = 1_790_000_000_000  # 2026-09-21 14:13:20 UTC


def mono(path: Path, samples: list[int], rate: int = 8_000) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array("h", samples).tobytes())
    return path


def channels(path: Path) -> tuple[int, list[list[int]]]:
    with wave.open(str(path)) as file:
        samples = array("h", file.readframes(file.getnframes()))
        count = file.getnchannels()
        return file.getframerate(), [list(samples[n::count]) for n in range(count)]


@pytest.fixture
def store(tmp_path: Path) -> WavRecordingStore:
    return WavRecordingStore(tmp_path / "kept")


@pytest.mark.parametrize("rate", [8_000, 16_000])
async def test_left_is_the_customer_right_what_they_heard(store: WavRecordingStore, tmp_path: Path, rate: int) -> None:
    left = mono(tmp_path / "l.wav", [100, 200, 300] * 30_000, rate)
    right = mono(tmp_path / "r.wav", [-1, -2] * (rate // 2), rate)
    record = await store.file("r1", "c1", "call", [left, right], STARTED)
    path = store.path_of(record)
    got_rate, (got_left, got_right) = channels(path)
    assert got_rate == rate
    assert got_left == [100, 200, 300] * 30_000
    assert got_right == [-1, -2] * (rate // 2) + [0] * (90_000 - rate)
    assert record.duration_ms == 90_000 * 1000 // rate
    assert record.size == path.stat().st_size
    assert record.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert record.path == "2026/09/21/c1-r1.wav"
    assert (record.contact, record.kind, record.started_ms) == ("c1", "call", STARTED)


@pytest.mark.parametrize("frames", [1, CHUNK_FRAMES - 1, CHUNK_FRAMES, CHUNK_FRAMES + 1])
async def test_chunk_borders(store: WavRecordingStore, tmp_path: Path, frames: int) -> None:
    samples = [n % 30_000 for n in range(frames)]
    left, right = mono(tmp_path / "l.wav", samples), mono(tmp_path / "r.wav", [7])
    _, (got_left, got_right) = channels(store.path_of(await store.file("r", "c", "call", [left, right], STARTED)))
    assert got_left == samples
    assert got_right == [7] + [0] * (frames - 1)


async def test_one_side_alone_is_mono(store: WavRecordingStore, tmp_path: Path) -> None:
    record = await store.file("v1", "c1", "voicemail", [mono(tmp_path / "l.wav", [5] * 8_000)], STARTED)
    assert channels(store.path_of(record)) == (8_000, [[5] * 8_000])


async def test_again_replaces_and_leaves_no_parts(store: WavRecordingStore, tmp_path: Path) -> None:
    side = mono(tmp_path / "l.wav", [5] * 800)
    first, second = await asyncio.gather(*(store.file("r", "c", "call", [side, side], STARTED) for _ in range(2)))
    assert first == second
    assert [p.name for p in (tmp_path / "kept").rglob("*") if p.is_file()] == ["c-r.wav"]


async def test_which_side_is_missing_or_empty_is_named(store: WavRecordingStore, tmp_path: Path) -> None:
    good = mono(tmp_path / "good.wav", [1] * 80)
    empty, text, nothing = mono(tmp_path / "empty.wav", []), tmp_path / "text.wav", tmp_path / "nothing.wav"
    text.write_text("not a sound at all, just words")
    nothing.touch()
    for sides, message in [
        ([good, tmp_path / "gone.wav"], "heard side is missing"),
        ([tmp_path / "gone.wav", good], "customer side is missing"),
        ([empty, good], "customer side is empty"),
        ([good, nothing], "heard side is empty"),
        ([good, text], "heard side is no WAV"),
        ([], "both sides are missing"),
        ([good, good, good], "one or two are wanted"),
        ([good, mono(tmp_path / "wide.wav", [1] * 80, 16_000)], "differ in sample rate"),
        ([good, mono(tmp_path / "cd.wav", [1] * 80, 44_100)], "44100 Hz"),
    ]:
        with pytest.raises(ProviderError, match=message) as caught:
            await store.file("r", "c", "call", sides, STARTED)
        assert not caught.value.retryable
    assert not list((tmp_path / "kept").rglob("*.wav"))


async def test_a_recorder_that_was_killed_leaves_its_sound(store: WavRecordingStore, tmp_path: Path) -> None:
    good, cut = mono(tmp_path / "l.wav", [3] * 800), mono(tmp_path / "r.wav", [4] * 800)
    data = bytearray(cut.read_bytes())
    data[4:8] = data[40:44] = struct.pack("<I", 0)
    cut.write_bytes(data)
    _, (_, heard) = channels(store.path_of(await store.file("r", "c", "call", [good, cut], STARTED)))
    assert heard == [4] * 800


@pytest.mark.parametrize("name", ["../../etc/passwd", "/abs", "a/b", "..", "", "呼叫", "x" * 300, "a\x00b"])
async def test_no_name_leads_out_of_the_folder(store: WavRecordingStore, tmp_path: Path, name: str) -> None:
    side = mono(tmp_path / "l.wav", [1] * 80)
    record = await store.file(name, name, "call", [side, side], STARTED)
    path = store.path_of(record)
    assert path.parent == (tmp_path / "kept/2026/09/21").resolve()


async def test_different_names_never_share_a_file(store: WavRecordingStore, tmp_path: Path) -> None:
    side = mono(tmp_path / "l.wav", [1] * 80)
    records = [await store.file(name, "c", "call", [side, side], STARTED) for name in ("a/b", "a_b", "a b")]
    assert len({record.path for record in records}) == 3


async def test_a_file_that_went_missing_is_said(store: WavRecordingStore, tmp_path: Path) -> None:
    side = mono(tmp_path / "l.wav", [1] * 80)
    record = await store.file("r", "c", "call", [side, side], STARTED)
    store.path_of(record).unlink()
    outside = msgspec.structs.replace(record, path="../l.wav")
    for asked in (record, outside):
        with pytest.raises(Rejected) as caught:
            store.path_of(asked)
        assert caught.value.code == "recording_missing"


async def test_a_disk_that_refuses_is_retryable(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file where the folder should be")
    side = mono(tmp_path / "l.wav", [1] * 80)
    with pytest.raises(ProviderError, match="could not be kept") as caught:
        await WavRecordingStore(tmp_path / "kept").file("r", "c", "call", [side, side], STARTED)
    assert caught.value.retryable


async def test_a_full_disk_leaves_nothing_behind(store: WavRecordingStore, tmp_path: Path) -> None:
    side = mono(tmp_path / "l.wav", [1] * 400_000)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, before[1]))
    try:
        with pytest.raises(ProviderError) as caught:
            await store.file("r", "c", "call", [side, side], STARTED)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert caught.value.retryable
    assert [p for p in (tmp_path / "kept").rglob("*") if p.is_file()] == []
