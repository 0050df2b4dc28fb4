"""A transcript of the sample recording, and jobs, behind a double of the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from callcenter.domain.records import ContactReach, ContactRecord
from callcenter.domain.said_search import SaidHit, SaidPage, SaidQuery, SaidTurn
from callcenter.domain.speech import Speaker, Transcript, Turn, Word
from callcenter.domain.transcription import Backlog, Job, JobState
from callcenter.domain.written_words import spans, wanted

SAID = (
    (Speaker.AGENT, 1_000, 5_500, "您好，这里是云桥客服，请问有什么可以帮您？", 0.96),
    (Speaker.CUSTOMER, 6_200, 12_900, "我的信用卡丢了，我叫张建国，手机号幺三八零零零零二二幺零", 0.88),
    (Speaker.AGENT, 13_700, 20_000, "好的，尾号是 6222021234567890 这张，对吗？", 0.93),
    (Speaker.CUSTOMER, 54_000, 58_000, "嗯对，就是那个，前面说的", 0.41),
    (Speaker.AGENT, 90_000, 97_500, "已经为您挂失，新卡会寄到您登记的地址。", 0.95),
)


class TranscriptList:
    """What pages ask of ``Transcripts``."""

    def __init__(self, now_ms: int, record: ContactRecord) -> None:
        self.contact, contact = record, record.id
        self.asked: tuple[SaidQuery, ContactReach] | None = None
        turns = tuple(
            Turn(
                speaker,
                start,
                end,
                text,
                sure,
                int(speaker is Speaker.AGENT),
                (Word(text[:1], start, start + 200, sure),),
            )
            for speaker, start, end, text, sure in SAID
        )
        self.kept = [Transcript("rec-1", contact, "zh", "faster-whisper-small", now_ms, turns)]
        self.jobs = [
            Job(
                "rec-7",
                "c-7",
                JobState.DEAD,
                5,
                now_ms,
                61_000,
                trouble="the worker broke off",
                done_ms=now_ms - 9_000_000,
            ),
            Job(
                "rec-8",
                "c-8",
                JobState.DEAD,
                1,
                now_ms,
                0,
                trouble="rec-8.wav is no WAV file",
                done_ms=now_ms - 900_000,
            ),
        ]
        self.now_ms = now_ms

    async def search(self, query: SaidQuery, reach: ContactReach, shown: Callable[[str], str]) -> SaidPage:
        """As the store does, without its index and filters; ``asked`` keeps what was asked for."""
        self.asked = (query, reach)
        pieces = wanted(query.words)
        found = [
            SaidTurn(one.source, number, turn.start_ms, turn.speaker.value, shown(turn.text))
            for one in self.kept
            for number, turn in enumerate(one.turns)
            if spans(shown(turn.text), pieces)
        ]
        return SaidPage((SaidHit(self.contact, 80.0, tuple(found)),) if found else ())

    async def live_of(self, contact: str) -> Transcript | None:
        return None

    async def of_contact(self, contact: str) -> Sequence[Transcript]:
        return [one for one in self.kept if one.contact == contact]

    async def backlog(self, since_ms: int) -> Backlog:
        return Backlog(42, 7_560_000, 1, len(self.jobs), 1_204, self.now_ms - 1_260_000, 38, 6_840_000, 3_100_000)

    async def dead(self, most: int = 100) -> Sequence[Job]:
        return self.jobs[:most]

    async def again(self, recording: str = "") -> int:
        before = len(self.jobs)
        self.jobs = [job for job in self.jobs if recording and job.recording != recording]
        return before - len(self.jobs)
