"""Listening to a written sentence: hear it, have it understood, fill variables by it, go where it leads."""

from __future__ import annotations

from typing import Any

from callcenter.domain.chat import Choice
from callcenter.domain.contact import Prompt, Why
from callcenter.domain.effects import AlarmRaised, ArticleGiven, DigitsTaken, SentenceTaken
from callcenter.domain.events import SentenceHeard, SentenceUnderstood
from callcenter.domain.knowledge import Found
from callcenter.domain.understanding import NOT_UNDERSTOOD, OUT_OF_SCOPE
from callcenter.flow import model
from callcenter.flow.actions import AskMeaning, Hear
from callcenter.flow.run import Run, StepFailure, pick
from callcenter.flow.secrets import DOTS, kept

INTENT = "/"
"""What the id of a button's choice begins with; the rest is the intent, as in Rasa."""
_AFTER = {"never": "once", "once": "twice", "twice": "twice"}


def given(slot: str) -> str:
    """The variable that says whether a secret has been given; the secret itself can't be asked about."""
    return f"{slot}_given"


def enter(run: Run, step: model.ListenStep) -> str | None:
    """Ask, if there is something to ask, and wait. On a telephone it takes a recogniser."""
    if not run.reads and not run.outlook.hears():
        return run.branch(step.on_fail, "no_text_on_telephone")
    prompts = run.prompts(step)
    language = run.language()
    choices = tuple(Choice(INTENT + one.intent, run.fill(pick(one.text, language))) for one in step.buttons)
    fresh = step.secret or any(fill.value is not None for fill in step.fills)
    run.act(Hear(run.request("sentence"), prompts, choices, run.session.heard, fresh, step.secret))
    return None


def answer(run: Run, step: model.ListenStep, event: SentenceHeard | SentenceUnderstood) -> str | None:
    """A sentence came, or its meaning."""
    if isinstance(event, SentenceHeard):
        return _heard(run, step, event)
    if not event.ok:
        run.tell(AlarmRaised(code="assistant_failed", detail={"flow": run.session.flow}))
        return run.branch(step.on_fail, "assistant_unavailable")
    return _decide(run, step, event)


def _heard(run: Run, step: model.ListenStep, event: SentenceHeard) -> str | None:
    if not event.ok:
        raise StepFailure("the visitor could not be asked")
    if event.silent:
        return run.branch(step.on_fail, "caller_silent")
    run.session.heard = max(run.session.heard, event.number)
    if event.secret and step.slot is not None:
        run.session.variables[step.slot] = kept(event.secret)
        run.session.variables[given(step.slot)] = True
        run.session.variables["misunderstood"] = "never"
        run.tell(DigitsTaken(contact=run.contact, step=run.session.step, digits=DOTS, outcome="complete"))
        return step.filled
    if event.chosen.startswith(INTENT):
        intent = event.chosen.removeprefix(INTENT)
        return _decide(run, step, SentenceUnderstood(contact=run.contact, request="", ok=True, intent=intent))
    quote = any(fill.whole for fill in step.fills)
    open_question = step.slot is None  # what does not answer a form is asked for again
    run.act(AskMeaning(run.request("meaning"), event.number, quote, open_question))
    return None


def _decide(run: Run, step: model.ListenStep, event: SentenceUnderstood) -> str | None:
    session, intent = run.session, event.intent
    taken = SentenceTaken(
        contact=run.contact, flow=session.flow, step=session.step, intent=intent, confidence=round(event.confidence, 4)
    )
    run.tell(taken)
    sure = intent not in (NOT_UNDERSTOOD, OUT_OF_SCOPE)  # letters struck at random are no English
    if sure and event.language in run.flow.languages and event.language != run.language():
        run.remember("language", event.language)
    filled, by_intent = _fill(run, step, event)
    if event.answer is not None and not sure and not filled:  # a word of risk fills a slot, and goes before any answer
        _answered(run, event.answer, event.language)
        return None
    target = _target(step, intent, step.slot in filled, step.slot in by_intent, bool(filled))
    if target is None:
        return _lost(run, step)
    session.variables["misunderstood"] = "never"
    if intent in step.topics and session.variables.get("wanted") != intent:
        run.remember("wanted", intent)
    return run.branch(target, "understood", intent=intent, flow=session.flow)


def _target(step: model.ListenStep, intent: str, answered: bool, by_intent: bool, any_filled: bool) -> str | None:
    """A yes or no is an answer first; else what the rules say of the intent goes before a value, and that before more.

    A value that belongs to another question of the form brings it forward as well.
    """
    if answered and by_intent:
        return step.filled
    if intent != NOT_UNDERSTOOD and intent in step.intents:
        return step.intents[intent]
    if answered:
        return step.filled
    if intent != NOT_UNDERSTOOD and intent in step.changes:
        return step.changes[intent]
    return step.filled if any_filled and step.filled is not None else None


def _answered(run: Run, found: Found, language: str) -> None:
    """Say the article's answer and go on listening."""
    if language in run.flow.languages and language != run.language():
        run.remember("language", language)
    spoken = run.language() if run.language() in found.answers else next(iter(found.answers))
    why = Why("article_fits", {"asked": found.asked, "score": found.score})
    session = run.session
    told = {"flow": session.flow, "step": session.step, "article": found.article, "language": spoken}
    run.tell(ArticleGiven(contact=run.contact, **told, why=why))
    session.variables["misunderstood"] = "never"
    prompt = Prompt(text=found.answers[spoken], language=spoken)
    run.act(Hear(run.request("sentence"), (prompt,), after=session.heard))


def _lost(run: Run, step: model.ListenStep) -> str:
    before = str(run.session.variables.get("misunderstood", "never"))
    run.session.variables["misunderstood"] = now = _AFTER.get(before, "once")
    if now == "once" and step.otherwise is not None:
        return run.branch(step.otherwise, "no_use")
    return run.branch(step.not_understood, "not_understood", times=now)


def _fill(run: Run, step: model.ListenStep, event: SentenceUnderstood) -> tuple[set[str], set[str]]:
    """Set what the sentence says; the slots set, and those of them set by the intent alone."""
    filled: set[str] = set()
    by_intent: set[str] = set()
    for fill in step.fills:
        value = _value(fill, event)
        if value is None or fill.slot in filled:
            continue
        run.remember(fill.slot, value)
        filled.add(fill.slot)
        if fill.value is not None:
            by_intent.add(fill.slot)
    return filled, by_intent


def _value(fill: model.Fill, event: SentenceUnderstood) -> Any:
    if (fill.intents and event.intent not in fill.intents) or event.intent in fill.not_intents:
        return None
    if fill.value is not None:
        return fill.value
    if fill.whole:
        return event.text.strip() or None
    return next((one.value for one in event.entities if one.entity == fill.entity), None)
