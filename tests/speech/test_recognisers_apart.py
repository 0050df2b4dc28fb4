"""What is particular to one recogniser: texts beside the audio, a server that misbehaves, models that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.domain.errors import ProviderError
from callcenter.domain.speech import Speaker, turns_of
from callcenter.speech.recognisers.cloud import CloudRecogniser
from callcenter.speech.recognisers.simulated import SimulatedRecogniser
from callcenter.speech.recognisers.text import tidy
from callcenter.speech.recognisers.vosk import VoskRecogniser
from callcenter.speech.recognisers.whisper import WhisperRecogniser
from callcenter.speech.utterances import UtteranceCutter
from tests.speech.cloud_double import TOKEN, cloud
from tests.speech.voices import silence, spoken, talk, write

RATE = 8_000


async def test_the_simulated_one_reads_the_text_beside_each_channel(tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", talk(RATE, [1, 1]), silence(RATE, 3) + talk(RATE, [2]))
    (tmp_path / "call.0.txt").write_text("我的卡丢了\n尾号 1234\n")
    (tmp_path / "call.1.txt").write_text("我帮您挂失")
    sides = await SimulatedRecogniser().transcribe(path, "zh")
    turns = turns_of(tuple(tuple(side) for side in sides))
    assert [(turn.speaker, turn.text) for turn in turns] == [
        (Speaker.CUSTOMER, "我的卡丢了"),
        (Speaker.CUSTOMER, "尾号 1234"),
        (Speaker.AGENT, "我帮您挂失"),
    ]
    assert [word.text for word in turns[0].words] == list("我的卡丢了")
    assert turns[0].start_ms == pytest.approx(900, abs=40)
    assert turns[0].end_ms == pytest.approx(1_900, abs=60)


async def test_an_utterance_without_a_line_is_no_turn(tmp_path: Path) -> None:
    path = write(tmp_path / "call.wav", talk(RATE, [1, 1]))
    (tmp_path / "call.0.txt").write_text("only one")
    sides = await SimulatedRecogniser().transcribe(path, "en")
    assert len(sides[0]) == 2
    assert [turn.text for turn in turns_of(tuple(tuple(side) for side in sides))] == ["only one"]


@pytest.mark.parametrize("rate", [8_000, 16_000])
def test_utterances_are_cut_where_somebody_is_silent(rate: int) -> None:
    cutter = UtteranceCutter(rate)
    noise = bytes(range(0, 40, 2)) * 0 + b"\x10\x00\xf0\xff" * (rate // 2)
    sound = noise + spoken(rate, 1) + noise + spoken(rate, 0.04) + noise + spoken(rate, 2)
    found = [*cutter.feed(sound), *cutter.end()]
    assert [round((one.end_ms - one.start_ms) / 1_000) for one in found] == [1, 2]
    for one in found:
        assert one.start_ms - one.from_ms == 200, "soft first sounds come with it"
        first = one.from_ms * rate // 1_000 * 2
        assert one.pcm == sound[first : first + len(one.pcm)]


def test_an_utterance_without_an_end_is_cut_all_the_same() -> None:
    cutter = UtteranceCutter(RATE, longest_ms=5_000)
    lengths = [one.end_ms - one.start_ms for one in [*cutter.feed(spoken(RATE, 12)), *cutter.end()]]
    assert lengths[:2] == [5_000, 5_000]
    assert sum(lengths) == pytest.approx(12_000, abs=60)


async def said_to(recogniser: CloudRecogniser) -> None:
    hearing = await recogniser.listen(RATE, "zh")
    try:
        await hearing.feed(spoken(RATE, 1))
        await hearing.end()
    finally:
        await hearing.close()


@pytest.mark.parametrize(
    ("odd", "message", "retryable"),
    [
        ('{"type": "error", "message": "too many", "retryable": true}', "too many", True),
        ('{"type": "error", "message": "no such model", "retryable": false}', "no such model", False),
        ("what is this", "not in the protocol", False),
        ('{"type": "gossip"}', "not in the protocol", False),
        ("hang up", "connection was lost", True),
    ],
)
async def test_a_server_that_misbehaves_is_an_error_and_no_hang(odd: str, message: str, retryable: bool) -> None:
    async with cloud(["x"], odd=odd) as url:
        with pytest.raises(ProviderError, match=message) as error:
            await said_to(CloudRecogniser(url, ("zh",), token=TOKEN))
        assert error.value.retryable is retryable


async def test_a_wrong_token_and_a_server_that_is_not_there() -> None:
    async with cloud(["x"]) as url:
        with pytest.raises(ProviderError, match="wrong token") as refused:
            await said_to(CloudRecogniser(url, ("zh",), token="guess"))
        assert not refused.value.retryable
    with pytest.raises(ProviderError, match="can not be reached") as gone:
        await CloudRecogniser(url, ("zh",), token=TOKEN).listen(RATE, "zh")
    assert gone.value.retryable
    with pytest.raises(ProviderError, match="ws://"):
        await CloudRecogniser("ftp://x", ("zh",)).listen(RATE, "zh")


@pytest.mark.parametrize("kind", [VoskRecogniser, WhisperRecogniser])
async def test_a_model_or_library_that_is_not_there_says_the_mend(
    kind: type[VoskRecogniser] | type[WhisperRecogniser], tmp_path: Path
) -> None:
    recogniser = kind(tmp_path / "nothing", ("zh",))
    with pytest.raises(ProviderError, match=r"scripts/setup/speech|callcenter models"):
        await recogniser.listen(RATE, "zh")


@pytest.mark.parametrize(
    ("given", "expected"),
    [("我 的 卡 丢 了", "我的卡丢了"), (" my  card ", "my card"), ("用 app 转 账", "用 app 转账")],
)
def test_words_are_put_together_as_they_are_written(given: str, expected: str) -> None:
    assert tidy(given) == expected
