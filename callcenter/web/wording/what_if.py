"""What would have been, in a sentence; and why there is no answer."""

from __future__ import annotations

from callcenter.domain.what_if import Answer, Change, Interval, Job, MoreStaff, OtherPolicy, OtherSkill, Question
from callcenter.web.admin import labels
from callcenter.web.i18n import N_
from callcenter.web.wording.words import Words

FAULTS = {
    "no_configuration": N_("The journal does not reach back to that day."),
    "nobody_came": N_("Nobody asked for a person in these hours."),
    "nobody_answered": N_("Nobody was answered that day, so it is not known how long talks take."),
    "team_empty": N_("That day nobody was in this team."),
    "unserved": N_("That day nobody could serve this queue. Choose a team instead."),
    "too_few_there": N_("Not so many of them were at work in these hours. Take away fewer."),
    "too_many_contacts": N_(
        "So many contacts came in these hours that a page can't work them out. Choose fewer hours."
    ),
    "too_large": N_("It took more time or memory than a page may use. Choose fewer hours."),
    "does_not_fit": N_("The change does not fit the configuration of that day. Choose another one."),
    "journal_unreadable": N_("The journal can't be read at the moment. Try again; tell an operator if it stays so."),
    "broke_off": N_("The calculation broke off. Try again; tell an operator if it happens again."),
}
NOTES = {
    "config_changed": N_("The configuration was changed within these hours (%(count)d×); the first of them is used."),
    "closed_by_hand": N_("Queues were closed by hand that day (%(count)d×); here they stay open."),
    "disturbed": N_("%(count)d contacts are left out: they were cut off, or their queue was closed by hand."),
    "not_over": N_("%(count)d contacts are not over yet; what is not known of them is drawn."),
    "overflowed_out": N_("%(count)d contacts went on to a flow, a number or a callback; their patience is drawn."),
}


def change_text(words: Words, question: Question) -> str:
    """The change with its hours: ``With one more agent in team X between 10:00 and 11:00``."""
    change: Change = question.change
    hours = {"start": question.start, "end": question.end}
    match change:
        case MoreStaff(count=count, where=where) if count > 0:
            return words.ngettext(
                "With %(count)d more agent in %(where)s between %(start)s and %(end)s",
                "With %(count)d more agents in %(where)s between %(start)s and %(end)s",
                count,
                where=_where(words, where),
                **hours,
            )
        case MoreStaff(count=count, where=where):
            return words.ngettext(
                "With %(count)d agent fewer in %(where)s between %(start)s and %(end)s",
                "With %(count)d agents fewer in %(where)s between %(start)s and %(end)s",
                -count,
                where=_where(words, where),
                **hours,
            )
        case OtherPolicy(queue=queue, agents=agents, contacts=contacts):
            orders = [
                words.gettext(text, order=words.gettext(known.get(policy, policy)))
                for policy, known, text in (
                    (agents, labels.AGENT_POLICIES, N_("agents by “%(order)s”")),
                    (
                        contacts,
                        labels.CONTACT_POLICIES,
                        N_("customers by “%(order)s” (also in queues that share agents)"),
                    ),
                )
                if policy
            ]
            order = words.gettext(" and ").join(orders)
            text = N_("With %(order)s in queue %(queue)s between %(start)s and %(end)s")
            return words.gettext(text, order=order, queue=words.queue(queue), **hours)
        case OtherSkill(agent=agent, skill=skill, level=level):
            who = {"agent": words.agent(agent), "skill": words.skill(skill), **hours}
            if level == 0:
                return words.gettext("Had %(agent)s not had the skill %(skill)s between %(start)s and %(end)s", **who)
            text = N_("Had %(agent)s had the skill %(skill)s at level %(level)d between %(start)s and %(end)s")
            return words.gettext(text, level=level, **who)


def sentences(words: Words, question: Question, answer: Answer) -> list[str]:
    """The outcome: who would have been answered in time, and who would have given up."""
    total = answer.total
    came = round(total.before["offered"].mean - total.before["overflowed"].mean)
    said = {"change": change_text(words, question), "all": came, "level": level_text(words, total.level_ms)}
    return [
        _in_time(words, total.difference["within_level"], said),
        *_given_up(words, total.difference["abandoned"]),
    ]


def level_text(words: Words, level_ms: int | None) -> str:
    """``within 20 s``; *in time* where queues have different targets."""
    if level_ms is None:
        return words.gettext("in time (each queue's own target)")
    return words.gettext("within %(seconds)g s", seconds=level_ms / 1_000)


def _in_time(words: Words, difference: Interval, said: dict[str, object]) -> str:
    count = abs(round(difference.mean))
    if not difference.is_clear or not count:
        low, high = min(0, round(difference.low)), max(0, round(difference.high))
        text = N_(
            "%(change)s, no clear difference: of %(all)d contacts between %(fewer)d fewer and %(more)d more "
            "would have been answered %(level)s."
        )
        return words.gettext(text, fewer=-low, more=high, **said)
    if difference.mean > 0:
        text = N_(
            "%(change)s, about %(count)d more of %(all)d contacts would have been answered %(level)s (%(range)s)."
        )
    else:
        text = N_(
            "%(change)s, about %(count)d fewer of %(all)d contacts would have been answered %(level)s (%(range)s)."
        )
    return words.gettext(text, count=count, range=_range(difference), **said)


def _given_up(words: Words, difference: Interval) -> list[str]:
    count = abs(round(difference.mean))
    if not difference.is_clear or not count:
        return []
    if difference.mean < 0:
        text = N_("About %(count)d fewer would have hung up while waiting (%(range)s).")
    else:
        text = N_("About %(count)d more would have hung up while waiting (%(range)s).")
    return [words.gettext(text, count=count, range=_range(difference))]


def _range(difference: Interval) -> str:
    """The interval without its sign, in whole contacts."""
    low, high = sorted((abs(difference.low), abs(difference.high)))
    return f"{round(low)}–{round(high)}"


def fault_text(words: Words, job: Job) -> str:
    """Why there is no answer."""
    return words.gettext(FAULTS.get(job.fault, FAULTS["broke_off"]))


def really_text(words: Words, answer: Answer) -> str:
    """What happened beside what the same day gives when it is played again; empty where nothing was held."""
    really, played = answer.total.actual.get("service_level"), answer.total.before["service_level"]
    if really is None:
        return ""
    text = N_(
        "Really, the service level was %(really).1f %%; the day played again as it was gives %(played).1f %% "
        "(± %(half).1f)."
    )
    return words.gettext(text, really=really * 100, played=played.mean * 100, half=played.half_width * 100)


def notes_of(words: Words, answer: Answer) -> list[str]:
    """What a reader must know of the day."""
    return [words.gettext(NOTES[note.code], count=note.count) for note in answer.notes if note.code in NOTES]


def _where(words: Words, where: str) -> str:
    kind, _, name = where.partition(":")
    if kind == "queue":
        return words.gettext("the queue %(name)s", name=words.queue(name))
    return words.gettext("the team %(name)s", name=words.team(name))
