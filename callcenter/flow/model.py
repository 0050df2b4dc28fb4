"""A flow as written: its steps and their fields. The JSON Schema for editors is made from these models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from callcenter.domain.contact import EndReason
from callcenter.flow.durations import Millis
from callcenter.flow.model_assistant import AssistantStep as AssistantStep
from callcenter.flow.model_assistant import Binding as Binding
from callcenter.flow.model_assistant import BookStep as BookStep
from callcenter.flow.model_assistant import Brief as Brief
from callcenter.flow.model_assistant import Button as Button
from callcenter.flow.model_assistant import Fill as Fill
from callcenter.flow.model_assistant import ListenStep as ListenStep
from callcenter.flow.model_base import Expression as Expression
from callcenter.flow.model_base import Id as Id
from callcenter.flow.model_base import Key as Key
from callcenter.flow.model_base import Language as Language
from callcenter.flow.model_base import Part as Part
from callcenter.flow.model_base import Plain as Plain
from callcenter.flow.model_base import Reply as Reply
from callcenter.flow.model_base import Said as Said
from callcenter.flow.model_base import StepBase as StepBase
from callcenter.flow.model_base import StepId as StepId
from callcenter.flow.model_base import Terminator as Terminator
from callcenter.flow.model_base import Text as Text
from callcenter.flow.model_base import Value as Value


class SayStep(StepBase, Said):
    """Say something."""

    type: Literal["say"]
    next: StepId


class MenuStep(StepBase, Said):
    """Ask for one key."""

    type: Literal["menu"]
    choices: dict[Key, StepId] = Field(min_length=1)
    timeout: Millis = 6_000
    repeats: int = Field(default=2, ge=0, le=9, description="How often it is asked again")
    no_input: Reply | None = None
    invalid: Reply | None = None
    on_fail: StepId = Field(description="Where to go when all tries are used up")

    def targets(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """As the base, and the choices."""
        for key, target in self.choices.items():
            yield ("choices", key), target
        yield from super().targets()


class GatherStep(StepBase, Said):
    """Ask for several keys."""

    type: Literal["gather"]
    variable: Id
    length: int | None = Field(default=None, ge=1, le=40, description="Exactly so many digits")
    min_length: int = Field(default=1, ge=1, le=40)
    max_length: int = Field(default=20, ge=1, le=40)
    terminator: Terminator = "#"
    timeout: Millis = 8_000
    between: Millis = 4_000
    retries: int = Field(default=2, ge=0, le=9)
    secret: bool = Field(default=False, description="Never shown, written down or read out")
    valid: Expression | None = Field(default=None, description="Must be true of the variable 'value'")
    no_input: Reply | None = None
    invalid: Reply | None = None
    next: StepId
    on_fail: StepId

    @property
    def shortest(self) -> int:
        """The fewest digits that are enough."""
        return self.length or self.min_length

    @property
    def longest(self) -> int:
        """The most digits taken."""
        return self.length or self.max_length


class Case(Plain):
    """One way out of a branch."""

    when: Expression
    to: StepId


class BranchStep(StepBase):
    """Go where the first true case leads."""

    type: Literal["branch"]
    cases: tuple[Case, ...] = Field(min_length=1, strict=False)
    otherwise: StepId

    def targets(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """As the base, and the cases."""
        for number, case in enumerate(self.cases):
            yield ("cases", str(number), "to"), case.to
        yield from super().targets()


class HoursStep(StepBase):
    """Go by business hours. Without ``unknown``, a year the calendar does not know counts as closed, with an alarm."""

    type: Literal["hours"]
    calendar: Id
    open: StepId
    closed: StepId
    holiday: StepId | None = None
    unknown: StepId | None = None


class SetStep(StepBase):
    """Compute variables."""

    type: Literal["set"]
    values: dict[Id, Value] = Field(min_length=1)
    next: StepId


class HttpStep(StepBase):
    """Ask a business service."""

    type: Literal["http"]
    service: Id
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    path: str = Field(pattern=r"^/[A-Za-z0-9_\-./~]*$")
    params: dict[str, Value] = Field(default_factory=dict)
    timeout: Millis = 3_000
    retries: int = Field(default=1, ge=0, le=5)
    results: dict[Id, str] = Field(
        default_factory=dict, description="Variable: path in the answer, such as account.balance"
    )
    on_ok: StepId
    on_status: dict[Annotated[str, Field(pattern=r"^[1-5][0-9][0-9]$")], StepId] = Field(default_factory=dict)
    on_error: StepId = Field(description="Where to go when the service fails, after its retries")

    def targets(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """As the base, and the ways out by status."""
        for status, target in self.on_status.items():
            yield ("on_status", status), target
        yield from super().targets()


class Skill(Plain):
    """A skill asked for, at a level of 1 to 10."""

    skill: Id
    level: int = Field(default=1, ge=1, le=10)
    required: bool = True


class QueueStep(StepBase):
    """Wait for a person. The flow ends here."""

    type: Literal["queue"]
    queue: Id | None = Field(default=None, description="Default: back to where the customer waited, at the same place")
    priority: int = Field(default=0, ge=0, le=10)
    skills: tuple[Skill, ...] = Field(default=(), strict=False)
    why: Id = "asked_for_person"
    brief: Brief | None = Field(default=None, description="Tell the agent what the assistant knows")


class TransferStep(StepBase):
    """Hand the call on. The flow ends here."""

    type: Literal["transfer"]
    target: str = Field(pattern=r"^(agent|queue|number):.+$")


class VoicemailStep(StepBase, Said):
    """Take a message after a tone."""

    type: Literal["voicemail"]
    max: Millis = 120_000
    terminator: Terminator = "#"
    next: StepId
    on_fail: StepId


def _window(value: str) -> str:
    clock = r"([01][0-9]|2[0-3]):[0-5][0-9]"
    if not re.fullmatch(rf"soon|{clock}-({clock}|24:00)", value):
        raise ValueError("window")
    return value


Window = Annotated[str, AfterValidator(_window), Field(description="soon, or hours such as 15:00-16:00")]
"""When a callback is wanted."""


class CallbackStep(StepBase, Said):
    """Offer to call back: 1 for this number, 2 for another, 3 to decline; without a number it asks for one at once.

    With ``times`` it then asks when: a key for each. Hours that are over today are those of tomorrow.
    """

    type: Literal["callback"]
    queue: Id | None = Field(default=None, description="Default: the queue in which the customer waited")
    estimate: Said | None = Field(
        default=None, description="Said before the offer when the wait is known, in the variable 'minutes'"
    )
    no_estimate: Said | None = Field(default=None, description="Said before the offer when the wait is not known")
    ask_number: Said
    confirm: Said = Field(description="Reads back the number keyed, in the variable 'number'; 1 right, 2 again")
    ask_time: Said | None = Field(default=None, description="Asks when to call, by a key of 'times'")
    times: dict[Key, Window] = Field(default_factory=dict)
    invalid: Reply | None = None
    repeats: int = Field(default=2, ge=0, le=9)
    timeout: Millis = 8_000
    next: StepId
    already: StepId | None = Field(
        default=None, description="Where to go when this number was to be called back anyway; its place is kept"
    )
    declined: StepId


class SurveyStep(StepBase, Said):
    """Ask for a rating by one key, 1 to ``scale``."""

    type: Literal["survey"]
    question: Id
    scale: int = Field(default=5, ge=2, le=9)
    repeats: int = Field(default=1, ge=0, le=9)
    timeout: Millis = 8_000
    invalid: Reply | None = None
    low: int = Field(default=0, ge=0, le=8, description="A rating of this or less goes to on_low")
    on_low: StepId | None = None
    next: StepId
    on_fail: StepId


class HangupStep(StepBase, Said):
    """Hang up, after saying something if there is a text."""

    type: Literal["hangup"]
    reason: EndReason | None = Field(
        default=None, strict=False, description="Default: what was done, else flow_completed"
    )


class GotoStep(StepBase):
    """Go on in another flow; variables come along, there is no way back."""

    type: Literal["goto"]
    flow: Id


Step = Annotated[
    SayStep
    | MenuStep
    | GatherStep
    | BranchStep
    | HoursStep
    | SetStep
    | HttpStep
    | QueueStep
    | TransferStep
    | VoicemailStep
    | CallbackStep
    | SurveyStep
    | HangupStep
    | GotoStep
    | ListenStep
    | BookStep
    | AssistantStep,
    Field(discriminator="type"),
]
"""Any step; ``type`` tells which."""


class Flow(Plain):
    """A whole flow."""

    flow: Id = Field(description="Its name; the file's name without .yaml")
    title: Text
    languages: Annotated[tuple[Language, ...], Field(min_length=1, strict=False)] = ("zh", "en")
    start: StepId
    fallback_queue: str = Field(
        pattern=r"^([a-z][a-z0-9_]{0,40})?$",
        description="Where a contact goes when the flow fails; '' ends the call after an apology",
    )
    on_error: StepId | None = Field(default=None, description="Where to go when a step fails that says nothing itself")
    rate: Annotated[float, Field(ge=0.5, le=2.0, strict=False)] = Field(default=1.0, description="Speed of speech")
    timezone: str = "Asia/Shanghai"
    variables: dict[Id, str | bool | int | float | None] = Field(
        default_factory=dict, description="Values at the start"
    )
    names: dict[Id, Text] = Field(default_factory=dict, description="Names of intents on screens")
    steps: dict[Id, Step] = Field(min_length=1)

    @classmethod
    def from_plain(cls, plain: dict[str, Any]) -> Flow:
        """Back from :meth:`to_plain`. Raises ``pydantic.ValidationError``."""
        return cls.model_validate(plain)

    def to_plain(self) -> dict[str, Any]:
        """The flow as JSON values, defaults left out; what is published and journalled."""
        plain: dict[str, Any] = self.model_dump(mode="json", exclude_defaults=True)
        plain["steps"] = {
            name: {"type": step.type, **step.model_dump(mode="json", exclude_defaults=True)}
            for name, step in self.steps.items()
        }
        return plain


STEP_TYPES: dict[str, type[StepBase]] = {
    kind.model_fields["type"].annotation.__args__[0]: kind  # type: ignore[union-attr]
    for kind in StepBase.__subclasses__()
}
"""Step classes by the word in ``type``."""
