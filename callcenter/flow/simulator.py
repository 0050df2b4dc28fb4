"""Plays scripted callers against the interpreter on virtual time, at the level of text and keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from callcenter.domain.config import Calendar
from callcenter.domain.contact import Prompt
from callcenter.domain.effects import StepEntered, SurveyAnswered, VoicemailTaken
from callcenter.domain.events import (
    DigitsGathered,
    GatherOutcome,
    PlaybackEnded,
    RecordingEnded,
    SentenceHeard,
    SentenceUnderstood,
    ServiceAnswered,
)
from callcenter.domain.understanding import Entity
from callcenter.flow import actions as act
from callcenter.flow.interpreter import Answer, Interpreter
from callcenter.flow.listening import INTENT
from callcenter.flow.model import Flow
from callcenter.flow.scripted import Canned, Deed, Expected, LoadedScripts, Script
from callcenter.flow.session import FlowFault, FlowSession

_CONTACT = "test"
_TICK_MS = 1_000
_MAX_ANSWERS = 500


class Outcome(Struct):
    """How one scripted caller fared; ``fault`` is empty when all went as written."""

    name: str
    line: int
    fault: str
    heard: list[str]

    @property
    def passed(self) -> bool:
        """Whether it went as written."""
        return not self.fault


class _Scripted:
    """Fills :class:`~callcenter.flow.outlook.Outlook` as the script says."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def told_wait_ms(self, queue: str) -> int | None:
        """The same for every queue."""
        return self._script.expected_wait

    def hears(self) -> bool:
        """Scripted callers press keys; sentences are for those who write."""
        return False

    def to_be_called(self, queue: str, number: str) -> bool:
        """The same for every number."""
        return self._script.to_be_called


class _Unexpected(Exception):
    """The call did not go as written; ``deed`` is the number of the script line, or None for the end."""

    def __init__(self, what: str, deed: int | None = None) -> None:
        super().__init__(what)
        self.deed = deed


def run_scripts(loaded: LoadedScripts, flows: Mapping[str, Flow], calendars: Mapping[str, Calendar]) -> list[Outcome]:
    """Run every caller of a test file. ``flows`` must hold the file's flow."""
    interpreter = Interpreter(flows, calendars)
    scripts = loaded.scripts
    outcomes = []
    for number, script in enumerate(scripts.tests):
        place: tuple[str, ...] = ("tests", str(number))
        call = _Call(interpreter, script, scripts.flow, [*script.services, *scripts.services])
        fault = ""
        try:
            call.run()
        except _Unexpected as error:
            fault = str(error)
            place += ("end",) if error.deed is None else ("script", str(error.deed))
        outcomes.append(Outcome(script.name, loaded.document.line(place), fault, call.everything))
    return outcomes


def played_steps(
    loaded: LoadedScripts, flows: Mapping[str, Flow], calendars: Mapping[str, Calendar]
) -> set[tuple[str, str]]:
    """Every (flow, step) that the callers of a test file come through; what coverage is counted by."""
    interpreter = Interpreter(flows, calendars)
    scripts = loaded.scripts
    walked: set[tuple[str, str]] = set()
    for script in scripts.tests:
        call = _Call(interpreter, script, scripts.flow, [*script.services, *scripts.services])
        with suppress(_Unexpected):
            call.run()
        walked |= {(fact.flow, fact.step) for fact in call.outputs if isinstance(fact, StepEntered)}
    return walked


class _Call:
    """One scripted call in progress."""

    def __init__(self, interpreter: Interpreter, script: Script, flow: str, services: Sequence[Canned]) -> None:
        self.interpreter = interpreter
        self.script = script
        self.outlook = _Scripted(script)
        self.flow = flow
        self.services = list(services)
        self.used = [0] * len(self.services)
        self.todo = list(enumerate(script.script))
        self.now_ms = script.at_ms(interpreter.flows[flow].timezone)
        self.heard: list[str] = []
        self.everything: list[str] = []
        self.outputs: list[act.Output] = []
        self.vault: dict[str, str] = {}
        self.sentences = 0
        self.written = Deed()
        self.failed = False
        self.session: FlowSession | None = None

    def run(self) -> None:
        """Play the call to its end. Raises ``_Unexpected``."""
        script = self.script
        given = {"caller": script.caller, "dialled": script.dialled, "line": script.line, **script.variables}
        try:
            self.session, output = self.interpreter.start(_CONTACT, self.flow, given, self.now_ms, outlook=self.outlook)
            self._play(self.session, output)
        except FlowFault as fault:
            self.outputs += fault.done
            if not script.end.fails:
                raise _Unexpected(f"the flow failed: {fault}") from None
            self.failed = True
        self._settle_hearing()
        if self.todo:
            number, deed = self.todo[0]
            raise _Unexpected(f"the call was over before: {_said(deed)}", number)
        self._check_end(script.end)

    def _play(self, session: FlowSession, output: list[act.Output]) -> None:
        for _ in range(_MAX_ANSWERS):
            self.outputs += output
            answer = self._answer(output)
            if answer is None:
                return
            self.now_ms += _TICK_MS
            output = self.interpreter.resume(_CONTACT, session, answer, self.now_ms, outlook=self.outlook)
        raise _Unexpected(f"no end after {_MAX_ANSWERS} answers")

    def _answer(self, output: list[act.Output]) -> Answer | None:
        for item in output:
            match item:
                case act.Speak(request=request, prompts=prompts):
                    self._hear(prompts)
                    return PlaybackEnded(leg="", request=request)
                case act.Collect():
                    self._hear(item.prompts)
                    return self._press(item)
                case act.Hear():
                    self._hear(item.prompts)
                    return self._write(item)
                case act.AskMeaning():
                    return self._understand(item)
                case act.AskService():
                    return self._serve(item)
                case act.RecordMessage(request=request):
                    return self._leave(request)
        return None

    def _hear(self, prompts: Sequence[Prompt]) -> None:
        for prompt in prompts:
            text = prompt.text or f"[{prompt.file}]"
            self.heard.append(text)
            self.everything.append(text)

    def _settle_hearing(self) -> None:
        """Check the script's expectations of what was heard, up to the next thing to do."""
        said = " ".join(self.heard)
        while self.todo and (self.todo[0][1].hear is not None or self.todo[0][1].not_hear is not None):
            number, deed = self.todo.pop(0)
            if deed.hear is not None and deed.hear not in said:
                raise _Unexpected(f"not heard: {deed.hear}; heard: {said or '–'}", number)
            if deed.not_hear is not None and deed.not_hear in said:
                raise _Unexpected(f"heard: {deed.not_hear}", number)

    def _next(self, wanted: str) -> tuple[int, Deed]:
        self._settle_hearing()
        if not self.todo:
            raise _Unexpected(f"the script is over, but the flow waits for {wanted} after: {' '.join(self.heard)}")
        self.heard = []
        return self.todo.pop(0)

    def _press(self, ask: act.Collect) -> DigitsGathered:
        number, deed = self._next("keys")
        if deed.silent:
            return DigitsGathered(leg="", request=ask.request, outcome=GatherOutcome.TIMEOUT)
        if deed.press is None:
            raise _Unexpected(f"the flow waits for keys, the script has: {_said(deed)}", number)
        keys = deed.press
        ended = bool(ask.terminator) and keys.endswith(ask.terminator)
        digits = keys.removesuffix(ask.terminator) if ended else keys
        if len(digits) > ask.max_digits:
            raise _Unexpected(f"{len(digits)} keys pressed, but only {ask.max_digits} are taken", number)
        enough = len(digits) >= ask.min_digits
        outcome = GatherOutcome.COMPLETE if enough else GatherOutcome.TIMEOUT
        if ask.secret:
            key = f"vault:{len(self.vault) + 1}"
            self.vault[key] = digits
            return DigitsGathered(leg="", request=ask.request, outcome=outcome, secret=key if enough else "")
        return DigitsGathered(leg="", request=ask.request, outcome=outcome, digits=digits)

    def _write(self, ask: act.Hear) -> SentenceHeard:
        number, deed = self._next("a sentence")
        if deed.write is None and deed.choose is None:
            raise _Unexpected(f"the flow waits for a sentence, the script has: {_said(deed)}", number)
        self.written = deed
        self.sentences += 1
        heard = SentenceHeard(leg="", request=ask.request, number=self.sentences)
        if deed.choose is not None:
            if deed.choose not in [one.id.removeprefix(INTENT) for one in ask.choices]:
                raise _Unexpected(f"no button means {deed.choose}", number)
            return replace(heard, chosen=INTENT + deed.choose)
        if ask.secret and deed.write is not None and any(letter.isdigit() for letter in deed.write):
            key = f"vault:{len(self.vault) + 1}"
            self.vault[key] = deed.write
            return replace(heard, secret=key)
        return heard

    def _understand(self, ask: act.AskMeaning) -> SentenceUnderstood:
        deed = self.written
        found = tuple(Entity(name, value, value) for name, value in deed.entities.items())
        return SentenceUnderstood(
            contact=_CONTACT, request=ask.request, ok=True, intent=deed.means, entities=found, text=deed.write or ""
        )

    def _leave(self, request: str) -> RecordingEnded:
        number, deed = self._next("a message")
        if deed.leave is None and not deed.silent:
            raise _Unexpected(f"the flow records a message, the script has: {_said(deed)}", number)
        length = deed.leave or 0
        return RecordingEnded(recording=request, ok=length > 0, duration_ms=length)

    def _serve(self, ask: act.AskService) -> ServiceAnswered:
        given = ask.params | {name: self.vault.get(key, "") for name, key in ask.secrets.items()}
        for number, canned in enumerate(self.services):
            fits = (
                ask.url == f"service://{canned.service}{canned.path}"
                and ask.method == canned.method
                and all(given.get(name) == value for name, value in canned.given.items())
            )
            if fits and (canned.times is None or self.used[number] < canned.times):
                self.used[number] += 1
                return ServiceAnswered(
                    contact=_CONTACT, request=ask.request, ok=canned.ok, status=canned.status, data=canned.data
                )
        raise _Unexpected(f"no answer is written for {ask.method} {ask.url} {sorted(ask.params)}")

    def _check_end(self, end: Expected) -> None:
        found = self._ending()
        for name in ("queue", "priority", "why", "skills", "transfer", "hangup", "fails", "callback", "voicemail"):
            wanted = getattr(end, name)
            if wanted is not None and found.get(name) != wanted:
                raise _Unexpected(f"{name} should be {wanted}, is {found.get(name)}; the call ended with {found}")
        if end.survey is not None and found["survey"] != end.survey:
            raise _Unexpected(f"survey should be {end.survey}, is {found['survey']}")
        variables = self.session.variables if self.session else {}
        for name, wanted in end.variables.items():
            if variables.get(name) != wanted:
                raise _Unexpected(f"variable {name} should be {wanted!r}, is {variables.get(name)!r}")

    def _ending(self) -> dict[str, Any]:
        found: dict[str, Any] = {"survey": {}, "fails": self.failed}
        for item in self.outputs:
            match item:
                case act.JoinQueue(queue=queue, priority=priority, skills=skills, why=why):
                    levels = {skill.skill: skill.level for skill in skills}
                    found |= {"queue": queue, "priority": priority, "why": why.code, "skills": levels}
                case act.TransferTo(target=target):
                    found["transfer"] = target
                case act.EndCall(reason=reason):
                    found["hangup"] = str(reason)
                case act.BookCallback(number=number):
                    found["callback"] = number
                case VoicemailTaken():
                    found["voicemail"] = True
                case SurveyAnswered(question=question, answer=answer):
                    found["survey"][question] = answer
        return found


def _said(deed: Deed) -> str:
    return ", ".join(
        f"{name} {value}" for name, value in deed.model_dump(exclude_none=True, exclude_defaults=True).items()
    )
