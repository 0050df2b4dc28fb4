"""One run of the interpreter for one contact: what steps use to speak, ask, note and remember."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callcenter.domain.chat import Choice
from callcenter.domain.config import Calendar
from callcenter.domain.contact import Channel, Prompt, Why
from callcenter.domain.effects import BranchTaken, Fact, VariableSet
from callcenter.flow.actions import Action, Collect, Output, Speak
from callcenter.flow.expressions import ExpressionError, parse
from callcenter.flow.functions import Moment
from callcenter.flow.model import Flow, Said
from callcenter.flow.outlook import NO_OUTLOOK, Outlook
from callcenter.flow.secrets import Secret, is_kept, opened
from callcenter.flow.session import FlowSession
from callcenter.flow.templates import TemplateError, render


class StepFailure(Exception):
    """A step cannot be done; the flow's ``on_error`` decides what then."""


class Run:
    """Collects the output of one run. ``session`` is changed in place."""

    def __init__(
        self,
        contact: str,
        session: FlowSession,
        flows: Mapping[str, Flow],
        calendars: Mapping[str, Calendar],
        now_ms: int,
        outlook: Outlook = NO_OUTLOOK,
    ) -> None:
        self.contact = contact
        self.session = session
        self.flows = flows
        self.calendars = calendars
        self.now_ms = now_ms
        self.outlook = outlook
        self.out: list[Output] = []

    @property
    def flow(self) -> Flow:
        """The flow the contact is in."""
        try:
            return self.flows[self.session.flow]
        except KeyError:
            raise StepFailure(f"no flow named {self.session.flow}") from None

    def act(self, action: Action) -> None:
        """Want ``action`` done."""
        self.out.append(action)

    def tell(self, fact: Fact) -> None:
        """Note ``fact``."""
        self.out.append(fact)

    def finish(self, action: Action) -> None:
        """Do ``action`` and end the flow."""
        self.act(action)
        self.session.done = True

    def branch(self, target: str, code: str, **detail: Any) -> str:
        """Note where the step leads and why; returns ``target``."""
        self.tell(BranchTaken(contact=self.contact, step=self.session.step, target=target, why=Why(code, detail)))
        return target

    def remember(self, name: str, value: Any) -> None:
        """Set a variable and note it."""
        if is_kept(value):
            raise StepFailure(f"{name} would pass for a secret")
        self.session.variables[name] = value
        self.tell(VariableSet(contact=self.contact, name=name, value=value))

    def request(self, phase: str = "") -> str:
        """A new request id, which is now awaited."""
        session = self.session
        session.counter += 1
        session.pending = f"{self.contact}.{session.counter}"
        session.phase = phase
        session.asked_ms = self.now_ms
        return session.pending

    def compute(self, value: Any, /, **extra: Any) -> Any:
        """A number or truth value as it is; a text is an expression."""
        if not isinstance(value, str):
            return value
        variables = opened(self.session.variables) | extra
        try:
            result = parse(value).evaluate(variables, Moment(self.now_ms, self.flow.timezone))
        except ExpressionError as error:
            raise StepFailure(f"'{value}': {error}") from None
        if isinstance(result, Secret):
            raise StepFailure(f"'{value}' is secret")
        return result

    def fill(self, text: str) -> str:
        """A template with the variables in it."""
        try:
            return render(text, opened(self.session.variables))
        except TemplateError as error:
            raise StepFailure(f"'{text[:60]}': {error}") from None

    def language(self) -> str:
        """The caller's language, if the flow speaks it; else the flow's first."""
        wanted = self.session.variables.get("language")
        languages = self.flow.languages
        return wanted if wanted in languages else languages[0]

    @property
    def reads(self) -> bool:
        """Whether the customer reads what is said: a chat."""
        return self.session.variables.get("channel") == Channel.CHAT

    def choices(self, keys: Mapping[str, str]) -> tuple[Choice, ...]:
        """Keys and what they stand for, by the names of the steps they lead to; only for whoever reads them."""
        if not self.reads:
            return ()
        steps, language = self.flow.steps, self.language()
        names = {key: steps[step].label for key, step in keys.items() if step in steps}
        return tuple(Choice(key, self.fill(pick(label, language))) for key, label in names.items() if label)

    def prompts(self, *said: Said | None) -> tuple[Prompt, ...]:
        """What is to be heard, in the caller's language; empty texts are left out."""
        found: list[Prompt] = []
        for one in said:
            if one is not None:
                found.extend(self._prompts_of(one))
        return tuple(prompt for prompt in found if prompt.file or prompt.text)

    def _prompts_of(self, said: Said) -> list[Prompt]:
        language = self.language()
        rate = said.rate or self.flow.rate
        if said.written is not None and self.reads:
            return [Prompt(text=self.fill(pick(said.written, language)), language=language)]
        if said.audio is not None and not (self.reads and (said.text or said.parts)):
            return [Prompt(file=pick(said.audio, language), language=language, rate=rate)]
        if said.parts:
            return [Prompt(text=self.fill(part.text), language=part.language, rate=rate) for part in said.parts]
        if said.text is None:
            return []
        return [Prompt(text=self.fill(pick(said.text, language)), language=language, rate=rate)]

    def speak(self, *said: Said | None, phase: str = "", tone: bool = False) -> bool:
        """Have something heard; False when there is nothing to hear."""
        prompts = self.prompts(*said)
        if tone:
            prompts += (Prompt(file="tone/beep"),)
        if prompts:
            self.act(Speak(self.request(phase), prompts))
        return bool(prompts)

    def collect_key(
        self, *said: Said | None, timeout_ms: int, phase: str = "", choices: tuple[Choice, ...] = ()
    ) -> None:
        """Ask for one key."""
        prompts = self.prompts(*said)
        self.act(Collect(self.request(phase), prompts, terminator="", first_timeout_ms=timeout_ms, choices=choices))


def pick(by_language: str | dict[str, str], language: str) -> str:
    """The text in ``language``, else in the first there is."""
    if isinstance(by_language, str):
        return by_language
    if language in by_language:
        return by_language[language]
    return next(iter(by_language.values()), "")
