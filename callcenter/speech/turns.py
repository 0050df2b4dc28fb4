"""Who speaks when: one caller and a bot that can be interrupted. Pure; time comes in with what happens.

Each 20 ms frame says how sure voice activity is that the caller speaks; the recogniser's words come in as they do.
Out come acts: hush the bot, go on where it stopped, the caller's turn is over, ask whether somebody is there.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from callcenter.domain.speech import Heard
from callcenter.speech.turn_words import goes_on, is_back_channel, is_complete


class TurnSettings(Struct, frozen=True):
    """Times in ms. ``patience`` stretches all waiting: 1 for most callers, about 1.6 for the elderly."""

    speech_from: float = 0.5
    """A frame this sure is voice."""
    start_ms: int = 80
    """So much voice without a gap begins speech; shorter is a click."""
    gap_ms: int = 60
    """Voice may be away so long within the start."""
    complete_ms: int = 350
    """Silence that ends a turn whose words look like an end,"""
    end_ms: int = 700
    """other words,"""
    open_ms: int = 1_500
    """and words that hang in the air."""
    longest_ms: int = 2_500
    """No pause is waited for longer, however slowly the caller speaks."""
    barge_ms: int = 600
    """The bot is hushed by voice of this length even before there are words; by words at once."""
    words_ms: int = 1_200
    """A bot hushed for nothing goes on when no words came so long after the voice ended."""
    silence_ms: int = 6_000
    """Nobody speaks: ask,"""
    asks: int = 2
    """so many times, then end politely."""
    patience: float = 1.0


class ActKind(StrEnum):
    """What is to be done now."""

    HUSH = "hush"  # silence the bot within this frame; what it had not said is kept
    RESUME = "resume"  # it was no interruption: go on where the bot stopped
    FORGET = "forget"  # it was one: drop what the caller did not hear
    TURN = "turn"  # the caller is done; ``text`` is what they said
    ASK = "ask"  # nobody speaks: a prompt
    GIVE_UP = "give_up"  # nobody speaks after all prompts: a polite end


class Act(Struct, frozen=True):
    """One act at ``at_ms``. ``waited_ms``: for a turn, the silence before it was taken for an end."""

    kind: ActKind
    at_ms: int
    text: str = ""
    waited_ms: int = 0


_LEARNT = 0.3
"""How much a new pause weighs in the mean of the caller's own."""
_PAUSE_ROOM = 1.5


class TurnTaking:
    """One call. Times given to its methods never run backwards."""

    def __init__(self, settings: TurnSettings | None = None, at_ms: int = 0) -> None:
        self._settings = settings or TurnSettings()
        self._bot_speaks = False
        self._hushed = False
        self._voice_since: int | None = None  # the run of voice that goes on
        self._run_until = at_ms  # its last frame; it may still turn out to be a click
        self._voice_until = at_ms  # the last frame that was no click
        self._speaking_since: int | None = None  # the caller's turn
        self._quiet_since = at_ms
        self._asked = 0
        self._final: list[str] = []
        self._guess = ""
        self._pause_ms = 0.0

    @property
    def bot_speaks(self) -> bool:
        """Whether the bot is to be heard now."""
        return self._bot_speaks and not self._hushed

    def bot_began(self, at_ms: int) -> None:
        """The bot's first sound."""
        self._bot_speaks, self._hushed = True, False
        self._quiet_since = at_ms

    def bot_ended(self, at_ms: int) -> None:
        """The bot has said all, or what was left was dropped; now silence counts."""
        self._bot_speaks = self._hushed = False
        self._quiet_since = at_ms

    def key(self, at_ms: int) -> list[Act]:
        """The caller pressed a key: the bot is interrupted, and words begun before are dropped."""
        acts = self._interrupt(at_ms)
        self._drop_turn(at_ms)
        return acts

    def frame(self, at_ms: int, sure: float) -> list[Act]:
        """A frame of the caller's voice that ended at ``at_ms``; ``sure`` is 0 to 1."""
        if sure >= self._settings.speech_from:
            return self._voice(at_ms)
        if self._voice_since is not None and at_ms - self._run_until > self._settings.gap_ms:
            self._voice_since = None
        return self._silence(at_ms)

    def heard(self, at_ms: int, heard: Heard) -> list[Act]:
        """The recogniser's words for the turn that goes on, or that just seems over."""
        if heard.final:
            self._guess = ""
            if heard.text.strip():
                self._final.append(heard.text.strip())
        else:
            self._guess = heard.text.strip()
        if not self._words() or is_back_channel(self._words()):
            return []
        if self._speaking_since is None:
            self._speaking_since = self._voice_until = at_ms  # the recogniser heard what activity did not
        return self._interrupt(at_ms)

    # --- voice

    def _voice(self, at_ms: int) -> list[Act]:
        if self._voice_since is None:
            self._voice_since = at_ms
        self._run_until = at_ms
        if at_ms - self._voice_since < self._settings.start_ms:
            return []
        pause, self._voice_until = self._voice_since - self._voice_until, at_ms
        if self._speaking_since is None:
            self._speaking_since = self._voice_since
        elif pause > self._settings.gap_ms and self._words() and not goes_on(self._words()):
            # After words that hang in the air everybody pauses: that tells nothing of this caller.
            self._pause_ms = pause if not self._pause_ms else (1 - _LEARNT) * self._pause_ms + _LEARNT * pause
        self._asked = 0
        if self.bot_speaks and at_ms - self._voice_since >= self._settings.barge_ms:
            words = self._words()
            if not (words and is_back_channel(words)):
                self._hushed = True
                return [Act(ActKind.HUSH, at_ms)]
        return []

    def _interrupt(self, at_ms: int) -> list[Act]:
        """Real words, or a key, while the bot has something to say."""
        if not self._bot_speaks:
            return []
        acts = [] if self._hushed else [Act(ActKind.HUSH, at_ms)]
        self._bot_speaks = self._hushed = False
        return [*acts, Act(ActKind.FORGET, at_ms)]

    # --- silence

    def _silence(self, at_ms: int) -> list[Act]:
        if self._speaking_since is None:
            return self._nobody(at_ms)
        quiet_ms, words = at_ms - self._voice_until, self._words()
        if self._bot_speaks and (not words or is_back_channel(words)):
            return self._no_interruption(at_ms, quiet_ms, words)
        if not words:
            if quiet_ms >= self._settings.words_ms:
                self._drop_turn(at_ms)  # a cough, a door: nobody said anything
            return []
        if quiet_ms < self._wait_ms(words):
            return []
        self._drop_turn(at_ms)
        return [Act(ActKind.TURN, at_ms, words, quiet_ms)]

    def _no_interruption(self, at_ms: int, quiet_ms: int, words: str) -> list[Act]:
        """The caller made a sound, or said “嗯”, while the bot speaks."""
        if quiet_ms < (self._settings.complete_ms if words else self._settings.words_ms):
            return []
        hushed, self._hushed = self._hushed, False
        self._drop_turn(at_ms)
        return [Act(ActKind.RESUME, at_ms)] if hushed else []

    def _nobody(self, at_ms: int) -> list[Act]:
        if self._bot_speaks or self._asked > self._settings.asks:
            return []
        if at_ms - self._quiet_since < self._settings.silence_ms * self._settings.patience:
            return []
        self._asked += 1
        self._quiet_since = at_ms
        return [Act(ActKind.ASK if self._asked <= self._settings.asks else ActKind.GIVE_UP, at_ms)]

    def _wait_ms(self, words: str) -> float:
        """The silence that ends a turn with these words, for this caller."""
        if goes_on(words):
            base = self._settings.open_ms
        elif is_complete(words):
            base = self._settings.complete_ms
        else:
            base = self._settings.end_ms
        own = self._pause_ms * _PAUSE_ROOM if not is_complete(words) else 0.0
        return min(self._settings.longest_ms, max(base * self._settings.patience, own))

    def _words(self) -> str:
        return " ".join([*self._final, self._guess]).strip()

    def _drop_turn(self, at_ms: int) -> None:
        self._speaking_since = self._voice_since = None
        self._final, self._guess = [], ""
        self._quiet_since = at_ms
