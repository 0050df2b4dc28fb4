"""Taking turns, in virtual time: 20 ms frames and words in, acts out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callcenter.domain.speech import Heard
from callcenter.speech.turn_words import goes_on, is_back_channel, is_complete
from callcenter.speech.turns import Act, ActKind, TurnSettings, TurnTaking

FRAME = 20
PLAIN = TurnSettings()


class Talk:
    """A call that is told in a row: ``voice`` and ``quiet`` for some ms, ``says`` in between."""

    def __init__(self, **more: float) -> None:
        self.turns = TurnTaking(TurnSettings(**more))  # type: ignore[arg-type]
        self.now = 0
        self.acts: list[Act] = []

    def frames(self, ms: int, sure: float) -> Talk:
        for _ in range(ms // FRAME):
            self.now += FRAME
            self.acts += self.turns.frame(self.now, sure)
        return self

    def voice(self, ms: int) -> Talk:
        return self.frames(ms, 0.9)

    def quiet(self, ms: int) -> Talk:
        return self.frames(ms, 0.1)

    def says(self, text: str, *, final: bool = True) -> Talk:
        self.acts += self.turns.heard(self.now, Heard(text, 0, self.now, 0.9, final=final))
        return self

    def bot(self) -> Talk:
        self.turns.bot_began(self.now)
        return self

    @property
    def kinds(self) -> list[ActKind]:
        return [act.kind for act in self.acts]


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("我想查一下余额。", PLAIN.complete_ms),
        ("你们几点开门吗", PLAIN.complete_ms),
        ("查余额", PLAIN.end_ms),
        ("我想办卡因为", PLAIN.open_ms),
        ("I have lost my", PLAIN.open_ms),
        ("block my card please", PLAIN.complete_ms),
    ],
)
def test_a_turn_ends_after_a_silence_that_fits_its_words(text: str, wait: int) -> None:
    talk = Talk().voice(1_000).says(text).quiet(3_000)
    (act,) = [act for act in talk.acts if act.kind is ActKind.TURN]
    assert (act.text, act.at_ms) == (text, 1_000 + wait + (-wait % FRAME))


def test_a_pause_after_words_that_hang_in_the_air_is_no_end() -> None:
    talk = Talk().voice(600).says("我要挂失那个", final=False).quiet(1_400).voice(600).says("尾号一二三四", final=True)
    assert talk.kinds == []
    assert talk.quiet(720).kinds == [ActKind.TURN], "and says nothing of how the caller speaks"


def test_a_caller_who_pauses_between_plain_words_is_waited_for_longer() -> None:
    talk = Talk().voice(600).says("查余额", final=False).quiet(640).voice(600).says("信用卡", final=True)
    assert talk.quiet(900).kinds == []
    assert talk.quiet(240).kinds == [ActKind.TURN]


def test_patience_for_the_elderly_stretches_every_wait() -> None:
    quick, slow = Talk().voice(500).says("查余额"), Talk(patience=1.6).voice(500).says("查余额")
    assert quick.quiet(800).kinds == [ActKind.TURN]
    assert slow.quiet(1_000).kinds == []
    assert slow.quiet(200).kinds == [ActKind.TURN]


def test_words_hush_the_bot_in_the_frame_they_come_in() -> None:
    talk = Talk().bot().voice(300)
    assert talk.kinds == []
    talk.says("不对", final=False)
    assert talk.acts == [Act(ActKind.HUSH, 300), Act(ActKind.FORGET, 300)]
    assert not talk.turns.bot_speaks
    talk.voice(300).says("不对，是三千五", final=True).quiet(800)
    assert talk.kinds[2:] == [ActKind.TURN]


def test_a_long_voice_hushes_the_bot_before_there_are_words() -> None:
    talk = Talk().bot().voice(580)
    assert talk.kinds == []
    talk.voice(60)
    assert talk.kinds == [ActKind.HUSH]
    talk.says("我要人工", final=False)
    assert talk.kinds == [ActKind.HUSH, ActKind.FORGET]


def test_three_times_a_back_channel_has_no_effect() -> None:
    talk = Talk().bot()
    for text in ("嗯", "好的", "mm-hm"):
        talk.voice(300).says(text, final=False).voice(100).says(text).quiet(1_500)
    assert talk.acts == []
    assert talk.turns.bot_speaks


def test_a_noise_that_hushed_the_bot_lets_it_go_on() -> None:
    talk = Talk().bot().voice(700).quiet(1_100)
    assert talk.kinds == [ActKind.HUSH]
    talk.quiet(200)
    assert talk.kinds == [ActKind.HUSH, ActKind.RESUME]
    assert talk.turns.bot_speaks


def test_a_back_channel_that_took_long_lets_the_bot_go_on_sooner() -> None:
    talk = Talk().bot().voice(700).says("嗯").quiet(400)
    assert talk.kinds == [ActKind.HUSH, ActKind.RESUME]


def test_the_same_word_is_an_answer_when_the_bot_is_silent() -> None:
    talk = Talk().voice(300).says("好的").quiet(800)
    assert [(act.kind, act.text) for act in talk.acts] == [(ActKind.TURN, "好的")]


def test_a_cough_without_words_is_no_turn() -> None:
    talk = Talk().voice(300).quiet(2_000)
    assert talk.acts == []
    assert talk.quiet(6_100).kinds == [ActKind.ASK]


def test_clicks_do_not_begin_speech() -> None:
    talk = Talk().bot()
    for _ in range(40):
        talk.voice(40).quiet(200)
    assert talk.acts == []
    ended = Talk().voice(500).says("查余额")
    for _ in range(10):
        ended.voice(40).quiet(200)
    assert ended.kinds == [ActKind.TURN], "nor do they keep a turn from ending"


def test_silence_is_asked_about_twice_and_then_ended() -> None:
    talk = Talk().quiet(40_000)
    assert talk.kinds == [ActKind.ASK, ActKind.ASK, ActKind.GIVE_UP]
    assert [act.at_ms for act in talk.acts] == [6_000, 12_000, 18_000]


def test_whoever_speaks_after_a_prompt_is_asked_anew() -> None:
    talk = Talk().quiet(12_500).voice(400).says("喂", final=True).quiet(20_000)
    assert talk.kinds == [ActKind.ASK, ActKind.ASK, ActKind.TURN, ActKind.ASK, ActKind.ASK, ActKind.GIVE_UP]


def test_nobody_is_asked_while_the_bot_speaks() -> None:
    assert Talk().bot().quiet(60_000).acts == []


def test_a_key_interrupts_and_drops_words_begun_before() -> None:
    talk = Talk().bot().voice(300)
    talk.acts += talk.turns.key(talk.now)
    assert talk.kinds == [ActKind.HUSH, ActKind.FORGET]
    assert talk.quiet(3_000).kinds == [ActKind.HUSH, ActKind.FORGET]


@pytest.mark.parametrize("text", ["嗯", "嗯，嗯", "好的。", "Mm-hm", "uh huh", "OK, ok", "对对", "是的 好的"])
def test_back_channels(text: str) -> None:
    assert is_back_channel(text)


@pytest.mark.parametrize("text", ["", "好的我知道密码", "no", "不对", "嗯我要人工", "yes I lost it"])
def test_what_is_no_back_channel(text: str) -> None:
    assert not is_back_channel(text)


def test_no_sentence_is_both_complete_and_open() -> None:
    for text in ("我要挂失。", "因为", "and", "my card please", "那个", "多少钱", "", "好吗，"):
        assert not (is_complete(text) and goes_on(text))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["voice", "quiet"]), st.integers(1, 200)),
        st.tuples(st.sampled_from(["guess", "final"]), st.sampled_from(["", "嗯", "不对", "因为", "查余额。"])),
        st.tuples(st.sampled_from(["bot", "bot_end", "key"]), st.none()),
    ),
    max_size=40,
)


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_whatever_happens_acts_fit_each_other(steps: list[tuple[str, object]]) -> None:
    talk, hushed = Talk(), False
    for what, value in steps:
        before = len(talk.acts)
        match what:
            case "voice" | "quiet":
                talk.frames(int(str(value)) * FRAME, 0.9 if what == "voice" else 0.1)
            case "guess" | "final":
                talk.says(str(value), final=what == "final")
            case "bot":
                talk.bot()
                hushed = False
            case "bot_end":
                talk.turns.bot_ended(talk.now)
                hushed = False
            case "key":
                talk.acts += talk.turns.key(talk.now)
        for act in talk.acts[before:]:
            if act.kind is ActKind.HUSH:
                assert not hushed, "hushed twice"
                hushed = True
            elif act.kind is ActKind.RESUME:
                assert hushed, "went on without being hushed"
                hushed = False
            elif act.kind is ActKind.FORGET:
                hushed = False
            elif act.kind is ActKind.TURN:
                assert act.text
                assert act.waited_ms >= PLAIN.complete_ms
    assert [act.at_ms for act in talk.acts] == sorted(act.at_ms for act in talk.acts)
