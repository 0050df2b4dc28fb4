"""The steps of the assistant: it listens to written sentences, and its dialogue is made of steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from callcenter.flow.durations import Millis
from callcenter.flow.model_base import Expression, Id, Plain, Said, StepBase, StepId, Text, Value


class Brief(Plain):
    """What the agent is told when the assistant hands over."""

    slots: tuple[Id, ...] = Field(default=(), strict=False, description="Variables that are told when they are known")
    form: Id | None = Field(default=None, description="What was being filled in")
    required: tuple[Id, ...] = Field(default=(), strict=False, description="Variables the form needs")


class Fill(Plain):
    """How a sentence sets a variable: by an entity in it, by its intent (``value``), or whole (``whole``)."""

    slot: Id
    entity: Id | None = None
    value: str | bool | int | float | None = None
    whole: bool = False
    intents: tuple[Id, ...] = Field(default=(), strict=False, description="Only in sentences of these intents")
    not_intents: tuple[Id, ...] = Field(default=(), strict=False, description="Not in sentences of these intents")


class Button(Plain):
    """An answer to choose; it means ``intent``."""

    text: Text
    intent: Id


class ListenStep(StepBase, Said):
    """Let the customer write or say a sentence, understand it, and go where its intent leads.

    On a telephone it takes a recogniser for live speech. Buttons are keys there, the first is 1; a secret is keyed in.

    ``not_understood`` counts: the variable ``misunderstood`` is ``never``, ``once`` or ``twice``, for any sentence that
    led nowhere, in a row.
    """

    type: Literal["listen"]
    buttons: tuple[Button, ...] = Field(default=(), strict=False)
    fills: tuple[Fill, ...] = Field(default=(), strict=False)
    slot: Id | None = Field(default=None, description="The variable that is asked for")
    secret: bool = Field(default=False, description="What has digits in it goes into the vault, as the slot's value")
    filled: StepId | None = Field(default=None, description="Where to go when the slot has a value")
    intents: dict[Id, StepId] = Field(default_factory=dict)
    changes: dict[Id, StepId] = Field(
        default_factory=dict, description="Intents that count only where the sentence does not answer what was asked"
    )
    topics: tuple[Id, ...] = Field(default=(), strict=False, description="Intents that are what the customer wants")
    otherwise: StepId | None = Field(default=None, description="Understood, but of no use here, for the first time")
    not_understood: StepId
    on_fail: StepId = Field(
        description="Where to go when the assistant cannot be asked, where nobody hears, and when a caller is silent"
    )

    def targets(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """As the base, and where intents lead."""
        for field in ("intents", "changes"):
            for intent, target in getattr(self, field).items():
                yield (field, intent), target
        yield from super().targets()


class BookStep(StepBase):
    """Book a callback for a number that is known."""

    type: Literal["book"]
    queue: Id
    number: Expression
    at: Expression | None = Field(default=None, description="When, as YYYY-MM-DDTHH:MM; anything else is soon")
    next: StepId
    on_fail: StepId = Field(description="Where to go when that is no number")


class Binding(Plain):
    """What an action of the assistant's dialogue does: asks a service, or books a callback.

    ``ok`` is the path in the service's answer that must be true; without it every answer below 400 is.
    """

    service: Id | None = None
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    path: str = Field(default="/", pattern=r"^/[A-Za-z0-9_\-./~]*$")
    params: dict[str, Value] = Field(default_factory=dict)
    results: dict[Id, str] = Field(default_factory=dict)
    ok: str = ""
    timeout: Millis = 3_000
    callback: Id | None = Field(default=None, description="The queue of the callback")
    number: Expression = "phone"
    at: Expression | None = None


class AssistantStep(StepBase):
    """Let the assistant serve the visitor. Made into steps from the dialogue of a Rasa project when flows are read."""

    type: Literal["assistant"]
    project: str = Field(default="nlu_models", pattern=r"^[A-Za-z0-9_\-./]+$", description="Folder beside the flows'")
    calendar: Id | None = Field(default=None, description="When people are there; without it, always")
    person: StepId = Field(description="The queue step for a person; also when the assistant cannot be asked")
    urgent: StepId | None = Field(default=None, description="The queue step for what cannot wait")
    urgent_intents: tuple[Id, ...] = Field(default=(), strict=False)
    bye: StepId | None = Field(default=None, description="Where to go when the customer says goodbye")
    greeting: str = "utter_greet"
    secrets: tuple[Id, ...] = Field(default=(), strict=False, description="Slots whose values nobody may see")
    actions: dict[Id, Binding] = Field(default_factory=dict)
