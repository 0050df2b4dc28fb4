"""A talk that is being listened to."""

from __future__ import annotations

from callcenter.domain.speech import LiveTalk, Speaker, Turn

SPOKEN = "c-spoken"
LINES = (
    (Speaker.AGENT, 131_000, "您好，这里是云桥客服，请问有什么可以帮您？"),
    (Speaker.CUSTOMER, 135_500, "我的信用卡昨天丢了，卡号是6225880212345678，想挂失。"),
    (Speaker.AGENT, 143_200, "好的，先帮您核对身份。您最后一次用卡是什么时候？"),
    (Speaker.CUSTOMER, 149_800, "嗯，上周五吧，在超市。"),
)


class SaidInOne:
    """Fills ``LiveTalks``: one contact is listened to."""

    def of(self, contact: str) -> LiveTalk | None:
        if contact != SPOKEN:
            return None
        turns = tuple(Turn(speaker, at, at + 3_000, text, 0.9) for speaker, at, text in LINES)
        guess = Turn(Speaker.AGENT, 154_000, 155_000, "明白了，那", 0.6)
        return LiveTalk(contact, turns, (guess,))
