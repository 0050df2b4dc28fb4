"""The facts of a contact as sentences in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from callcenter.domain import effects as fx
from callcenter.web.wording_outcomes import end_reason, step_kind, step_name, talk_outcome, variable, wait_outcome
from callcenter.web.wording_why import why_sentence
from callcenter.web.words import Words, masked_number, short_time


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence. ``mark`` picks shape and colour: flow, wait, offer, talk, hold, note, trouble, end."""

    mark: str
    text: str
    because: str = ""


def line_of(words: Words, fact: fx.Effect, flow: str = "") -> Line | None:
    """The sentence for a fact; None for commands and for facts that are not part of the story.

    ``flow`` is the flow the contact is in and the reader knows of.
    """
    match fact:
        case fx.ContactOpened() | fx.StepEntered() | fx.DigitsTaken() | fx.BranchTaken() | fx.ServiceUsed():
            return _flow(words, fact, flow)
        case fx.FlowFailed() | fx.VariableSet() | fx.SurveyAnswered() | fx.VoicemailTaken() | fx.CallbackBooked():
            return _flow_results(words, fact)
        case fx.QueueJoined() | fx.QueueAnnounced() | fx.QueueLeft() | fx.OfferMade() | fx.OfferEnded():
            return _waiting(words, fact)
        case fx.AgentConnected() | fx.AgentLeft() | fx.HoldChanged() | fx.WrapUpFiled():
            return _talk(words, fact)
        case fx.ConsultStarted() | fx.ConsultEnded() | fx.Transferred() | fx.SupervisionChanged():
            return _others(words, fact)
        case fx.RecordingChanged(state=state, duration_ms=duration):
            return _recording(words, state, duration)
        case fx.ContactEnded(reason=reason, duration_ms=duration):
            time, ended = short_time(duration), end_reason(words, reason)
            return Line("end", words.gettext("Over after %(time)s: %(reason)s", time=time, reason=ended))
        case fx.ContactFact():
            return Line("note", words.gettext("Event “%(name)s”", name=type(fact).__name__))
        case _:
            return None


def _flow(words: Words, fact: fx.Effect, known: str) -> Line | None:
    _ = words.gettext
    match fact:
        case fx.ContactOpened(caller=caller, dialled=dialled):
            if not dialled:
                return Line("flow", _("Call from %(caller)s", caller=masked_number(caller)))
            return Line("flow", _("Call from %(caller)s to %(dialled)s", caller=masked_number(caller), dialled=dialled))
        case fx.StepEntered(flow=flow, step=step, kind=kind):
            name = step_name(words, flow, step, known=known)
            return Line("flow", _("%(kind)s: %(step)s", kind=step_kind(words, kind), step=name))
        case fx.DigitsTaken(digits=digits, outcome=outcome):
            if outcome == "complete":
                return Line("flow", _("The customer pressed %(digits)s", digits=digits))
            if outcome == "timeout":
                return Line("flow", _("The customer pressed too little in time"), digits)
            return Line("trouble", _("The prompt could not be played"))
        case fx.BranchTaken(target=target, why=why):
            name = words.step(known, target)
            return Line("flow", _("On to %(target)s", target=name), why_sentence(words, why))
        case fx.ServiceUsed(ok=True, took_ms=took):
            return Line("flow", _("Business service answered in %(ms)d ms", ms=took))
        case fx.ServiceUsed(status=status):
            text = _("Business service failed")
            return Line("trouble", text, _("HTTP %(status)d", status=status) if status else "")
    return None


def _flow_results(words: Words, fact: fx.Effect) -> Line | None:
    _ = words.gettext
    match fact:
        case fx.FlowFailed(flow=flow, step=step, error=error, target=target):
            place, to = step_name(words, flow, step), words.target(target)
            return Line("trouble", _("The flow failed at %(step)s; sent to %(target)s", step=place, target=to), error)
        case fx.VariableSet(name=name, value=value):
            return Line("note", variable(words, name, value))
        case fx.SurveyAnswered(answer=answer):
            return Line("note", _("Survey: the customer answered %(answer)s", answer=answer))
        case fx.VoicemailTaken(duration_ms=duration):
            return Line("note", _("Left a message of %(time)s", time=short_time(duration)))
        case fx.CallbackBooked(queue=queue, number=number):
            number = masked_number(number)
            return Line("note", _("Asked to be called back at %(number)s", number=number), words.queue(queue))
    return None


def _waiting(words: Words, fact: fx.Effect) -> Line | None:
    _ = words.gettext
    match fact:
        case fx.QueueJoined(queue=queue, position=position, why=why):
            text = _("Waits in %(queue)s, place %(place)d", queue=words.queue(queue), place=position)
            return Line("wait", text, why_sentence(words, why))
        case fx.QueueAnnounced(position=position, expected_wait_ms=expected):
            told = _("Was told: place %(place)d", place=position)
            about = _("about %(time)s to wait", time=short_time(expected)) if expected is not None else ""
            return Line("wait", told, about)
        case fx.QueueLeft(queue=queue, outcome=outcome, waited_ms=waited):
            return Line("wait", wait_outcome(words, outcome, words.queue(queue), short_time(waited)))
        case fx.OfferMade(agent=agent, why=why):
            return Line("offer", _("Offered to %(agent)s", agent=words.agent(agent)), why_sentence(words, why))
        case fx.OfferEnded(agent=agent, outcome=outcome, why=why):
            return Line("offer", _offer_end(words, outcome, words.agent(agent)), why_sentence(words, why))
    return None


def _offer_end(words: Words, outcome: str, agent: str) -> str:
    _ = words.gettext
    texts = {
        "accepted": _("%(agent)s accepted", agent=agent),
        "declined": _("%(agent)s declined", agent=agent),
        "missed": _("%(agent)s did not answer in time", agent=agent),
        "withdrawn": _("Offer to %(agent)s withdrawn", agent=agent),
        "caller_left": _("Offer to %(agent)s withdrawn: the caller hung up", agent=agent),
        "unreachable": _("The softphone of %(agent)s could not be reached", agent=agent),
    }
    return texts.get(outcome) or _("Offer to %(agent)s ended: %(outcome)s", agent=agent, outcome=outcome)


def _talk(words: Words, fact: fx.Effect) -> Line | None:
    _ = words.gettext
    match fact:
        case fx.AgentConnected(agent=agent, rejoined=True):
            return Line("talk", _("%(agent)s is back on the call", agent=words.agent(agent)))
        case fx.AgentConnected(agent=agent, waited_ms=waited):
            text = _("Talks with %(agent)s", agent=words.agent(agent))
            return Line("talk", text, _("waited %(time)s", time=short_time(waited)) if waited else "")
        case fx.AgentLeft(agent=agent, outcome=outcome, talked_ms=talked, held_ms=held):
            text = talk_outcome(words, outcome, words.agent(agent))
            parts = [_("talked %(time)s", time=short_time(talked))] if talked else []
            parts += [_("of which on hold %(time)s", time=short_time(held))] if held else []
            return Line("talk", text, _(", ").join(parts))
        case fx.HoldChanged(on_hold=True):
            return Line("hold", _("Put on hold"))
        case fx.HoldChanged():
            return Line("hold", _("Taken off hold"))
        case fx.WrapUpFiled(agent=agent, disposition=disposition, note=note):
            name = words.disposition(disposition)
            return Line("note", _("%(agent)s filed: %(result)s", agent=words.agent(agent), result=name), note)
    return None


def _others(words: Words, fact: fx.Effect) -> Line | None:
    _ = words.gettext
    match fact:
        case fx.ConsultStarted(agent=agent, target=target):
            who = words.target(target)
            asks = _("%(agent)s asks %(target)s, the customer hears music", agent=words.agent(agent), target=who)
            return Line("talk", asks)
        case fx.ConsultEnded(target=target, outcome=outcome):
            who = words.target(target)
            texts = {
                "completed": _("%(target)s takes over", target=who),
                "cancelled": _("Consultation with %(target)s cancelled", target=who),
                "refused": _("%(target)s did not take the consultation", target=who),
                "conference": _("%(target)s joined: all three speak", target=who),
            }
            return Line("talk", texts.get(outcome) or _("Consultation with %(target)s ended", target=who))
        case fx.Transferred(agent=agent, target=target, note=note):
            who = words.target(target)
            return Line("talk", _("%(agent)s hands over to %(target)s", agent=words.agent(agent), target=who), note)
        case fx.SupervisionChanged(supervisor=supervisor, mode=mode):
            who = words.agent(supervisor)
            texts = {
                "listen": _("%(who)s listens", who=who),
                "whisper": _("%(who)s whispers to the agent", who=who),
                "barge": _("%(who)s joins the call", who=who),
                "stop": _("%(who)s no longer listens", who=who),
            }
            return Line("note", texts.get(mode) or _("%(who)s supervises (%(mode)s)", who=who, mode=mode))
    return None


def _recording(words: Words, state: str, duration_ms: int) -> Line:
    _ = words.gettext
    texts = {
        "started": _("Recording started"),
        "paused": _("Recording paused"),
        "resumed": _("Recording resumed"),
        "kept": _("Recording kept (%(time)s)", time=short_time(duration_ms)),
        "failed": _("Recording failed"),
    }
    return Line("trouble" if state == "failed" else "note", texts.get(state) or _("Recording: %(state)s", state=state))
