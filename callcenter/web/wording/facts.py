"""The facts of a contact as sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.domain import effects as fx
from callcenter.domain.chat import CONVERSATION
from callcenter.domain.contact import Channel, Direction
from callcenter.web.i18n import N_
from callcenter.web.wording.assistant import assistant_line
from callcenter.web.wording.callbacks import callback_line
from callcenter.web.wording.leads import lead_line
from callcenter.web.wording.line import Line
from callcenter.web.wording.outcomes import end_reason, step_kind, step_name, talk_outcome, variable, wait_outcome
from callcenter.web.wording.why import why_sentence
from callcenter.web.wording.words import Words, masked_name, short_time

__all__ = ["Line", "answers", "line_of"]

_CALLBACKS = (
    fx.CallbackBooked
    | fx.CallbackUpdated
    | fx.CallbackScheduled
    | fx.CallbackSuperseded
    | fx.PlaceTakenOver
    | fx.CallbackFailed
    | fx.CallbackWithdrawn
    | fx.AttemptStarted
    | fx.AttemptEnded
)


def line_of(words: Words, fact: fx.Effect, flow: str = "", channel: str = "") -> Line | None:
    """The sentence for a fact; None for commands and for facts that are not part of the story.

    ``flow`` is the flow the contact is in and the reader knows of; nobody hangs up on the ``channel`` chat.
    """
    match fact:
        case fx.ContactOpened() | fx.StepEntered() | fx.DigitsTaken() | fx.BranchTaken() | fx.ServiceUsed():
            return _flow(words, fact, flow)
        case fx.FlowFailed() | fx.VariableSet() | fx.SurveyAnswered() | fx.VoicemailTaken():
            return _flow_results(words, fact)
        case fx.QueueJoined() | fx.QueueAnnounced() | fx.QueueLeft() | fx.OfferMade() | fx.OfferEnded():
            return _waiting(words, fact)
        case fx.AgentConnected() | fx.AgentLeft() | fx.HoldChanged() | fx.PaymentModeChanged() | fx.WrappedUp():
            return _talk(words, fact)
        case fx.FirstReply(agent=agent, after_ms=after):
            said = words.gettext("%(agent)s answered after %(time)s", agent=words.agent(agent), time=short_time(after))
            return Line("talk", said)
        case fx.NoteAdded(agent="", text=text):
            return Line("note", words.gettext("A message did not arrive"), text)
        case fx.NoteAdded(agent=agent, text=text):
            return Line("note", words.gettext("%(agent)s noted for colleagues", agent=words.agent(agent)), text)
        case fx.VisitorSeen(here=here):
            seen = N_("The visitor is back") if here else N_("The visitor closed the page")
            return Line("wait", words.gettext(seen))
        case fx.SentenceTaken() | fx.ArticleGiven() | fx.HandedOver():
            return assistant_line(words, fact)
        case fx.LeadTaken() | fx.LeadSettled():
            return lead_line(words, fact)
        case fx.WrapUpFiled():
            return _result(words, fact)
        case fx.ConsultStarted() | fx.ConsultEnded() | fx.Transferred() | fx.SupervisionChanged() | fx.TakenOver():
            return _others(words, fact)
        case fx.QueueOpenness():
            return _openness(words, fact)
        case fx.RecordingChanged(state=state, duration_ms=duration):
            return _recording(words, state, duration)
        case fx.ContactEnded(reason=reason, duration_ms=duration):
            time, ended = short_time(duration), end_reason(words, reason, channel)
            return Line("end", words.gettext("Over after %(time)s: %(reason)s", time=time, reason=ended))
        case _ if isinstance(fact, _CALLBACKS):
            return callback_line(words, fact)
        case fx.ContactFact():
            return Line("note", words.gettext("Event “%(name)s”", name=type(fact).__name__))
        case _:
            return None


def _flow(words: Words, fact: fx.Effect, known: str) -> Line | None:
    _ = words.gettext
    match fact:
        case fx.ContactOpened(caller=caller, direction=Direction.OUTBOUND):
            return Line("flow", _("%(number)s is to be called", number=words.number(caller)))
        case fx.ContactOpened(channel=Channel.CHAT, dialled=dialled):
            return Line("flow", _("Chat begun: %(entry)s", entry=words.chat_entry(dialled)))
        case fx.ContactOpened(caller=caller, dialled=dialled):
            if not dialled:
                return Line("flow", _("Call from %(caller)s", caller=words.number(caller)))
            return Line("flow", _("Call from %(caller)s to %(dialled)s", caller=words.number(caller), dialled=dialled))
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
            name = words.target(target) if ":" in target else words.step(known, target)
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
        case fx.VariableSet(name="name", value=str(value)) if not words.whole:
            return Line("note", variable(words, "name", masked_name(value)))
        case fx.VariableSet(name="number", value=str(value)):
            return Line("note", variable(words, "number", words.number(value)))
        case fx.VariableSet(name="phone", value=str(value)):
            return Line("note", variable(words, "phone", words.number(value)))
        case fx.VariableSet(name="wanted" | "service_ok") | fx.VariableSet(value=None):
            return None
        case fx.VariableSet(name=name, value=value):
            return Line("note", variable(words, name, value))
        case fx.SurveyAnswered(answer=answer):
            return Line("note", _("Survey: the customer answered %(answer)s", answer=answer))
        case fx.VoicemailTaken(duration_ms=duration):
            return Line("note", _("Left a message of %(time)s", time=short_time(duration)))
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
        case fx.WrappedUp(agent=agent, wrap_up_ms=length):
            name, time = words.agent(agent), short_time(length)
            return Line("note", _("%(agent)s was in wrap-up for %(time)s", agent=name, time=time))
        case fx.HoldChanged(on_hold=True):
            return Line("hold", _("Put on hold"))
        case fx.HoldChanged():
            return Line("hold", _("Taken off hold"))
        case fx.PaymentModeChanged(agent=agent, on=True):
            text = _("%(agent)s began the payment", agent=words.agent(agent))
            return Line("hold", text, _("nothing is recorded while card data are given"))
        case fx.PaymentModeChanged(agent=agent):
            return Line("hold", _("%(agent)s ended the payment", agent=words.agent(agent)))
    return None


def _result(words: Words, fact: fx.WrapUpFiled) -> Line:
    _ = words.gettext
    name = words.disposition(fact.disposition) or _("no disposition")
    parts = [_("%(name)s: %(value)s", name=field, value=value) for field, value in answers(words, fact.fields)]
    if fact.follow_up_ms is not None:
        parts.append(_("to be followed up on %(time)s", time=words.moment(fact.follow_up_ms)))
    parts += [fact.note] if fact.note else []
    text = _("%(agent)s filed: %(result)s", agent=words.agent(fact.agent), result=name)
    return Line("note", text, _("; ").join(parts))


def _openness(words: Words, fact: fx.QueueOpenness) -> Line:
    _ = words.gettext
    queue = words.queue(fact.queue)
    if fact.open:
        return Line("wait", _("%(who)s opened %(queue)s again", who=fact.by, queue=queue))
    onward = _("its contacts go to %(target)s", target=words.target(fact.target)) if fact.target else ""
    return Line("trouble", _("%(who)s closed %(queue)s", who=fact.by, queue=queue), onward)


def answers(words: Words, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """What an agent filled in: the questions' names and the answers' texts, empty ones left out."""
    known = {field.id: field for queue in words.config.queues.values() for field in queue.fields}
    found = []
    for key, value in fields.items():
        field = known.get(key)
        chosen = next((choice for choice in field.choices if choice.id == value), None) if field else None
        name = words.name(field.names, key) if field else key
        if value:
            found.append((name, words.name(chosen.names, value) if chosen else value))
    return found


def _others(words: Words, fact: fx.Effect) -> Line | None:
    _ = words.gettext
    match fact:
        case fx.ConsultStarted(contact=contact, agent=agent, target=target) if contact.startswith(CONVERSATION):
            return Line(
                "talk", _("%(agent)s asks %(target)s about it", agent=words.agent(agent), target=words.target(target))
            )
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
        case fx.TakenOver(agent=agent, supervisor=supervisor):
            who, before = words.agent(supervisor), words.agent(agent)
            return Line("talk", _("%(who)s takes the customer over from %(agent)s", who=who, agent=before))
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
