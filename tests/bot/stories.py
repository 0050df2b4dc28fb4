"""Plays the conversations of ``nlu_models/tests/stories`` on the product's own dialogue, understood by an assistant.

What a story names is checked turn by turn: what is said (``utter_…``), what is asked for (``requested_slot``), that a
person gets the contact. A story speaks of Rasa's dialogue; ours has the same rules made into flow steps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from callcenter.app.flow_folder import read_folder
from callcenter.domain.events import PlaybackEnded, SentenceHeard, SentenceUnderstood, ServiceAnswered
from callcenter.domain.ports import Understands
from callcenter.domain.understanding import NOT_UNDERSTOOD
from callcenter.flow import actions as act
from callcenter.flow.interpreter import Interpreter
from tests.bot import bank_data
from tests.bot.small_model import REPOSITORY

DAY, NIGHT = 1_773_115_200_000, 1_773_169_200_000
"""2026-03-10 12:00 and 2026-03-11 03:00 in Shanghai."""
_MARK = re.compile(r"\[([^\]]+)\]\(\w+\)")
_SERVICE = {
    "done": {"ok": True, "balance": "12,345.67", "ticket": "T0000001"},
    "refused": {"ok": False, "balance": "", "ticket": ""},
}


@dataclass
class Turn:
    """One sentence of the customer and what must come of it."""

    text: str
    utters: list[str] = field(default_factory=list)
    asked: str = ""
    handed_over: bool = False
    service: str = "done"
    intent: str = ""


def turns_of(story: dict[str, Any]) -> list[Turn]:
    """A story by the customer's sentences."""
    turns: list[Turn] = []
    for step in story["steps"]:
        if "user" in step:
            turns.append(Turn(_MARK.sub(r"\1", step["user"]), intent=step["intent"]))
        elif turns:
            _expect(turns[-1], step)
    return turns


def _expect(turn: Turn, step: dict[str, Any]) -> None:
    action = step.get("action", "")
    if action.startswith("utter_"):
        turn.utters.append(action)
    turn.handed_over |= action == "action_handover"
    for slots in step.get("slot_was_set", []):
        if "requested_slot" in slots:
            turn.asked = slots["requested_slot"] or ""
        turn.service = slots.get("service_result", turn.service)


def setting(story: dict[str, Any], name: str) -> Any:
    """What a slot is before the first sentence."""
    first = story["steps"][0].get("slot_was_set", [])
    return next((slots[name] for slots in first if name in slots), None)


@cache
def _interpreter() -> Interpreter:
    folder = read_folder(REPOSITORY / "ivr_flows")
    assert folder.problems == []
    return Interpreter(folder.flows, folder.calendars)


class Talk:
    """One customer in the chat flow; ``said`` and ``done`` are what came since their last words."""

    def __init__(self, assistant: Understands, language: str, now_ms: int) -> None:
        self.assistant, self.now_ms = assistant, now_ms
        self.said: list[str] = []
        self.done: list[Any] = []
        self.intent, self.service, self.number = "", "done", 0
        start = {"channel": "chat", "language": language}
        self.session, out = _interpreter().start("c", "chat", start, now_ms)
        self._take(out)

    def _take(self, out: list[Any]) -> None:
        for item in out:
            self.done.append(item)
            if isinstance(item, act.Speak | act.Hear):
                self.said += [prompt.text for prompt in item.prompts]
        if not out:
            return
        if isinstance(out[-1], act.Speak):
            self._answer(PlaybackEnded(leg="", request=out[-1].request))
        elif isinstance(out[-1], act.AskService):
            data = _SERVICE.get(self.service, {})
            self._answer(ServiceAnswered(contact="c", request=out[-1].request, ok=bool(data), status=200, data=data))

    def _answer(self, event: Any) -> None:
        self._take(_interpreter().resume("c", self.session, event, self.now_ms))

    @property
    def is_secret(self) -> bool:
        """Whether what comes next is taken for a secret."""
        return next((item.secret for item in reversed(self.done) if isinstance(item, act.Hear)), False)

    async def say(self, turn: Turn) -> None:
        """Say it and let the flow go on until it listens again or is over."""
        secret = turn.text if self.is_secret and re.search(r"\d", turn.text) else ""
        self.said, self.done, self.intent, self.service = [], [], "", turn.service
        self.number += 1
        self._answer(SentenceHeard(leg="", request=self.session.pending, number=self.number, secret=secret))
        if secret:
            return
        found = await self.assistant.understand(turn.text, self.now_ms)
        self.intent = found.intent
        self._answer(
            SentenceUnderstood(
                contact="c",
                request=self.session.pending,
                ok=True,
                intent=found.intent,
                confidence=found.confidence,
                entities=found.entities,
                language=found.language,
                text=turn.text,
            )
        )


def is_said(response: str, said: list[str]) -> bool:
    """Whether one of a response's texts, in either language, is among what was said; slots may be anything."""
    texts = [variation["text"] for variation in bank_data.domain()["responses"][response]]
    patterns = [".*".join(map(re.escape, re.split(r"\{\w+\}", text))) for text in texts]
    return any(re.fullmatch(pattern, one, re.DOTALL) for pattern in patterns for one in said)


def asks_for(slot: str, said: list[str]) -> bool:
    """Whether the question for a slot was put, in the words of any form that has it."""
    responses = bank_data.domain()["responses"]
    questions = [name for name in responses if name == f"utter_ask_{slot}" or name.endswith(f"_form_{slot}")]
    return any(is_said(name, said) for name in questions)


def _as_good(response: str, turn: Turn, said: list[str]) -> bool:
    """In a form ours says what is missing, where Rasa's rule asks to say it in other words."""
    if response != "utter_rephrase" or turn.intent != NOT_UNDERSTOOD:
        return False
    return any(is_said(name, said) for name in bank_data.domain()["responses"] if name.startswith("utter_invalid_"))


async def played(story: dict[str, Any], assistant: Understands) -> list[str]:
    """What went otherwise than the story has it; nothing is right."""
    now_ms = NIGHT if setting(story, "after_hours") else DAY
    talk = Talk(assistant, setting(story, "language"), now_ms)
    wrong: list[str] = []
    for turn in turns_of(story):
        await talk.say(turn)
        missing = [name for name in turn.utters if not is_said(name, talk.said) and not _as_good(name, turn, talk.said)]
        if turn.asked and not asks_for(turn.asked, talk.said):
            missing.append(f"the question for {turn.asked}")
        if turn.handed_over and not any(isinstance(item, act.JoinQueue) for item in talk.done):
            missing.append("the hand-over")
        if missing:
            what = f"{turn.text!r} (of {turn.intent}, understood as {talk.intent or 'a secret'})"
            wrong.append(f"{what}: no {', '.join(missing)}; said: {talk.said}")
    return wrong
