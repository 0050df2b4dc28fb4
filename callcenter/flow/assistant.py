"""Makes an assistant step into steps: rules lead from intents, forms ask for slots, responses are said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

from msgspec import Struct, field

from callcenter.domain.understanding import NOT_UNDERSTOOD
from callcenter.flow import model
from callcenter.flow.assistant_rules import (
    HOURS,
    RISK,
    Context,
    buttons,
    completed,
    completes,
    condition,
    fill,
    silent,
    why,
)
from callcenter.flow.dialogue import NO_LOOP, Dialogue, Item, Rule
from callcenter.flow.listening import given
from callcenter.flow.model import AssistantStep, Flow, ListenStep, QueueStep, SayStep, SetStep
from callcenter.flow.problems import Problem

_LONGEST = 41
_DONE, _REFUSED, _UNAVAILABLE = "done", "refused", "unavailable"


class Expanded(Struct):
    """A flow with its assistant steps made into steps. ``origin``: made step → the step it was made from."""

    flow: Flow
    origin: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def expand(flow: Flow, name: str, dialogue: Dialogue, file: str, line: int) -> Expanded:
    """``flow`` with the assistant step ``name`` made into steps; ``file`` and ``line`` are where it is written."""
    maker = _Maker(flow, name, dialogue, file, line)
    maker.make()
    maker.finish()
    steps = {**{key: step for key, step in flow.steps.items() if key != name}, **maker.steps}
    values = {"steps": steps, "names": {**flow.names, **dialogue.names}}
    origin = dict.fromkeys(maker.steps, name)
    assistant = maker.step
    origin |= {to: to for to in (assistant.person, assistant.urgent) if to is not None}  # copied, and so not led to
    return Expanded(flow.model_copy(update=values), origin, maker.problems)


class _Maker:
    def __init__(self, flow: Flow, name: str, dialogue: Dialogue, file: str, line: int) -> None:
        self.flow, self.name, self.dialogue = flow, name, dialogue
        self.file, self.line = file, line
        step = flow.steps[name]
        assert isinstance(step, AssistantStep)
        self.step = step
        self.steps: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.listen = self.id("listen")
        self.offers: dict[str, str] = {}
        """Steps that say a response with buttons and listen to any sentence → the response."""
        self.slots = tuple(slot for slot in dialogue.slots if slot not in ("language", "misunderstood", HOURS, RISK))

    # --- names, problems

    def id(self, *parts: str) -> str:
        whole = "_".join((self.name, *(part for part in parts if part)))
        return whole if len(whole) <= _LONGEST else f"{whole[: _LONGEST - 9]}_{crc32(whole.encode()):08x}"

    def add(self, key: str, step: Any) -> str:
        """A step under ``key``, or under the next free name when another one has it."""
        wanted, number = key, 2
        while wanted in self.steps and self.steps[wanted] != step:
            wanted, number = self.id(key.removeprefix(f"{self.name}_"), str(number)), number + 1
        self.steps[wanted] = step
        return wanted

    def finish(self) -> None:
        """A step without a name of its own is called as the assistant is."""
        for key, step in self.steps.items():
            if step.label is None:
                self.steps[key] = step.model_copy(update={"label": self.step.label})

    def problem(self, code: str, rule: Rule | None = None, **detail: Any) -> None:
        file, line = (rule.file, rule.line) if rule is not None else (self.file, self.line)
        found = Problem(file, line, code, detail)
        if found not in self.problems:
            self.problems.append(found)

    # --- the parts

    def make(self) -> None:
        dialogue = self.dialogue
        self.problems += dialogue.problems
        for field_name in ("person", "urgent"):
            target = getattr(self.step, field_name)
            if target is not None and not isinstance(self.flow.steps.get(target), QueueStep):
                self.problem("assistant_person", field=field_name, name=target)
                return
        greeting = dialogue.responses.get(self.step.greeting)
        entry: Any = SetStep(type="set", values={"wanted": None}, next=self.listen)
        if greeting is not None:
            entry = SayStep(type="say", text=greeting.texts, next=self.listen, label=self.step.label)
        self.steps[self.name] = entry
        open_intents = self._intents(NO_LOOP)
        self.steps[self.listen] = ListenStep(
            type="listen",
            fills=self._fills(NO_LOOP, ""),
            intents=open_intents,
            topics=dialogue.topics,
            not_understood=self._lost(NO_LOOP),
            on_fail=self._person(Context(intent="unavailable")),
        )
        for form in dialogue.forms:
            self._form(form, open_intents)
        for key, name in self.offers.items():
            response = dialogue.responses[name]
            said = {"text": response.texts, "buttons": buttons(response)}
            self.steps[key] = self.steps[self.listen].model_copy(update=said)

    def _rules(self, loop: str, intent: str) -> list[Rule]:
        return [rule for rule in self.dialogue.rules if rule.loop == loop and intent in rule.intents]

    def _intents(self, loop: str) -> dict[str, str]:
        wanted = {intent: None for rule in self.dialogue.rules if rule.loop == loop for intent in rule.intents}
        made = {}
        for intent in wanted:
            if intent != NOT_UNDERSTOOD:
                made[intent] = self._decision(self._rules(loop, intent), Context(loop, intent))
        return made

    def _lost(self, loop: str) -> str:
        rules = self._rules(loop, NOT_UNDERSTOOD) or self._rules(NO_LOOP, NOT_UNDERSTOOD)
        context = Context(loop, NOT_UNDERSTOOD)
        return self._decision(rules, context) if rules else self._person(context)

    def _form(self, form: str, open_intents: dict[str, str]) -> None:
        entry = self.id(form)
        filled = [rule for rule in self.dialogue.rules if not rule.intents and completes(rule, form)]
        done = self._decision([completed(rule) for rule in filled], Context(form))
        required = self.dialogue.forms[form]
        cases = tuple(model.Case(when=self._empty(slot), to=self.id(form, slot)) for slot in required)
        self.steps[entry] = model.BranchStep(type="branch", cases=cases, otherwise=done, label=self._form_label(form))
        intents = self._intents(form)
        changes = {key: to for key, to in open_intents.items() if key in self.dialogue.topics and key not in intents}
        for slot in required:
            self._question(form, slot, intents, changes)

    def _empty(self, slot: str) -> str:
        return f"{given(slot)} != true" if slot in self.step.secrets else f"{slot} == none"

    def _question(self, form: str, slot: str, intents: dict[str, str], changes: dict[str, str]) -> None:
        responses = self.dialogue.responses
        response = responses.get(f"utter_ask_{form}_{slot}") or responses.get(f"utter_ask_{slot}")
        if response is None:
            self.problem("assistant_no_response", name=f"utter_ask_{slot}")
            return
        key = self.id(form, slot)
        secret = slot in self.step.secrets
        fills = self._fills(form, slot)
        invalid = responses.get("utter_invalid_" + next((f.entity for f in fills if f.slot == slot and f.entity), slot))
        otherwise = None
        if invalid is not None:
            otherwise = self.add(self.id(form, slot, "no"), SayStep(type="say", text=invalid.texts, next=key))
        self.steps[key] = ListenStep(
            type="listen",
            text=response.texts,
            label=self._form_label(form),
            buttons=buttons(response),
            fills=fills,
            slot=slot,
            secret=secret,
            filled=self.id(form),
            intents=intents,
            changes=changes,
            topics=tuple(intent for intent in self.dialogue.topics if intent in changes),
            otherwise=otherwise,
            not_understood=self._lost(form),
            on_fail=self._person(Context(form, "unavailable")),
        )

    def _form_label(self, form: str) -> dict[str, str] | None:
        """A form is called as the intent that opens it."""
        for rule in self.dialogue.rules:
            if Item("action", form) in rule.items and rule.intents and not rule.slots and rule.loop == NO_LOOP:
                return self.dialogue.names.get(rule.intents[0])
        return None

    def _fills(self, form: str, asked: str) -> tuple[model.Fill, ...]:
        wanted = set(self.dialogue.forms.get(form, ()))
        found = [m for m in self.dialogue.mappings if m.holds(form, asked) and m.slot not in self.step.secrets]
        if form:
            found = [m for m in found if m.slot in wanted or m.slot == RISK]
        first = [m for m in found if m.slot == asked]
        return tuple(
            fill(m) for m in (*first, *(m for m in found if m.slot != asked)) if m.kind != "from_text" or m in first
        )

    # --- rules of one intent

    def _decision(self, rules: Sequence[Rule], context: Context) -> str:
        """Rules that look at more go first; of hours after what was said."""
        special = [rule for rule in rules if rule.slots and not any(name == HOURS for name, _ in rule.slots)]
        night = [rule for rule in rules if (HOURS, True) in rule.slots]
        plain = [rule for rule in rules if not rule.slots]
        key = context.intent if context.intent != NOT_UNDERSTOOD else "lost"
        at = self._chain([rule.items for rule in plain], context, plain) if plain else self._home(context)
        if night and self.step.calendar is not None:
            closed = self._chain([rule.items for rule in night], context, night)
            hours = model.HoursStep(type="hours", calendar=self.step.calendar, open=at, closed=closed)
            at = self.add(self.id(context.form, key, "hours"), hours)
        groups: dict[tuple[tuple[str, Any], ...], list[Rule]] = {}
        for rule in sorted(special, key=lambda rule: -len(rule.slots)):
            groups.setdefault(rule.slots, []).append(rule)
        if not groups:
            return at
        cases = []
        for slots, group in groups.items():
            risky = Context(context.form, context.intent, any(name == RISK for name, _ in slots))
            to = self._chain([rule.items for rule in group], risky, group)
            cases.append(model.Case(when=" and ".join(condition(*pair) for pair in slots), to=to))
        step = model.BranchStep(type="branch", cases=tuple(cases), otherwise=at)
        return self.add(self.id(context.form, key or "done", "case"), step)

    def _home(self, context: Context) -> str:
        if context.intent == "goodbye" and self.step.bye is not None:
            return self.step.bye
        return self.listen

    def _chain(self, rows: list[tuple[Item, ...]], context: Context, rules: Sequence[Rule]) -> str:
        """Steps for the items of rules that hold together: alike to begin with, apart by what a slot is then."""
        rows = [tuple(item for item in row if not silent(item)) for row in rows]
        if not rows or not rows[0]:
            return self._home(context)
        head = rows[0][0]
        if any(not row or row[0] != head for row in rows):
            self.problem("assistant_conflict", rules[0], one=rules[0].name, other=rules[-1].name)
            return self._home(context)
        return self._item(head, [row[1:] for row in rows], context, rules)

    def _item(self, item: Item, rest: list[tuple[Item, ...]], context: Context, rules: Sequence[Rule]) -> str:
        name = item.name
        if item.kind == "slot":
            self.problem("assistant_unsupported", rules[0], what=f"slot_was_set: {name}")
            return self._home(context)
        if name in self.dialogue.forms:
            return self.id(name)
        if name == "action_handover":
            return self._person(context)
        if name in self.step.actions:
            return self._bound(name, rest, context, rules)
        after = self._chain(rest, context, rules)
        if name.startswith("utter_"):
            response = self.dialogue.responses.get(name)
            if response is None:
                self.problem("assistant_no_response", rules[0], name=name)
                return after
            if response.buttons and after == self.listen:
                self.offers[self.id(name)] = name
                return self.id(name)
            said = SayStep(type="say", text=response.texts, next=after, label=self.dialogue.names.get(context.intent))
            return self.add(self.id(context.form, name), said)
        if name == "action_clear_form":
            form = self.dialogue.forms.get(context.form, ())
            empty = dict.fromkeys((*form, "confirmed", *(given(slot) for slot in form if slot in self.step.secrets)))
            return self.add(self.id(context.form, "clear"), SetStep(type="set", values=empty, next=after))
        if name == "action_repeat":
            if context.form:
                return after
            again = SayStep(type="say", text=dict.fromkeys(self.flow.languages, "{{ said }}"), next=after)
            return self.add(self.id("repeat"), again)
        self.problem("assistant_action", rules[0], name=name)
        return after

    # --- what the bank does, and people

    def _bound(self, name: str, rest: list[tuple[Item, ...]], context: Context, rules: Sequence[Rule]) -> str:
        binding = self.step.actions[name]
        by_result: dict[str, list[tuple[Item, ...]]] = {}
        for row in rest:
            told = row[0].value if row and row[0].kind == "slot" and row[0].name == "service_result" else ""
            by_result.setdefault(str(told), []).append(row[1:] if told else row)

        def way(result: str) -> str:
            failed = Context(context.form, context.intent, context.risk, result != _DONE)
            rows = by_result.get(result) or by_result.get("")
            return self._chain(rows, failed, rules) if rows else self._person(failed)

        key = self.id(context.form, name)
        if binding.callback is not None:
            step: Any = model.BookStep(
                type="book",
                queue=binding.callback,
                number=binding.number,
                at=binding.at,
                next=way(_DONE),
                on_fail=way(_REFUSED),
            )
            return self.add(key, step)
        if binding.service is None:
            self.problem("assistant_action", rules[0], name=name)
            return way(_UNAVAILABLE)
        done, results = way(_DONE), dict(binding.results)
        if binding.ok:
            results["service_ok"] = binding.ok
            cases = (model.Case(when="service_ok == true", to=done),)
            judged = model.BranchStep(type="branch", cases=cases, otherwise=way(_REFUSED))
            done = self.add(self.id(context.form, name, "ok"), judged)
        step = model.HttpStep(
            type="http",
            service=binding.service,
            method=binding.method,
            path=binding.path,
            params=binding.params,
            results=results,
            on_ok=done,
            on_status={"422": way(_REFUSED)},
            on_error=way(_UNAVAILABLE),
            label=self._form_label(context.form),
        ).model_copy(update={"timeout": binding.timeout})
        return self.add(key, step)

    def _person(self, context: Context) -> str:
        """To a person, with what is known; by night a callback is offered, unless it cannot wait."""
        urgent = context.risk or context.intent in self.step.urgent_intents
        target = self.step.urgent if urgent and self.step.urgent is not None else self.step.person
        reason = why(context)
        brief = model.Brief(
            slots=self.slots, form=context.form or None, required=self.dialogue.forms.get(context.form, ())
        )
        queue = self.flow.steps[target].model_copy(update={"why": reason, "brief": brief})
        at = self.add(self.id(target, reason, context.form), queue)
        by_night = self._at_night() if context.form else set()
        offers = context.intent in {NOT_UNDERSTOOD, "", *by_night} and not urgent
        offers = offers and not context.form.startswith("callback")
        if not offers or self.step.calendar is None or "utter_after_hours" not in self.dialogue.responses:
            return at
        forms = [form for form in self.dialogue.forms if form.startswith("callback")]
        if not forms:
            return at
        text = self.dialogue.responses["utter_after_hours"].texts
        closed = self.add(self.id("closed"), SayStep(type="say", text=text, next=self.id(forms[0])))
        hours = model.HoursStep(type="hours", calendar=self.step.calendar, open=at, closed=closed)
        return self.add(self.id(target, reason, context.form, "hours"), hours)

    def _at_night(self) -> set[str]:
        """Intents that a rule offers a callback for while nobody is there."""
        return {intent for rule in self.dialogue.rules if (HOURS, True) in rule.slots for intent in rule.intents}


def assistants(flow: Flow) -> Iterable[str]:
    """The names of a flow's assistant steps."""
    return [name for name, step in flow.steps.items() if isinstance(step, AssistantStep)]
