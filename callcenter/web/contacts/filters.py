"""The search form of the contacts page: what was typed, and the query it makes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from callcenter.domain.config import CenterConfig
from callcenter.domain.contact import Channel, EndReason
from callcenter.domain.records import ContactQuery, ContactReach
from callcenter.web.i18n import N_
from callcenter.web.wording.outcomes import channel_word, end_reason
from callcenter.web.wording.words import Words

FIELDS = (
    *("text", "number", "customer", "words", "agent", "queue", "channel"),
    *("from", "to", "disposition", "reason", "recorded", "min_talk"),
)
LONGEST = 100
_NUMBER_END = 4
_DAY = "%Y-%m-%d"
_LONGEST_TALK_MIN = 24 * 60

FAULTS = {
    "number": N_("Write the whole number, or at least its last four digits."),
    "from": N_("Write a date such as 2026-03-09."),
    "to": N_("Write a date such as 2026-03-09."),
    "order": N_("The last day lies before the first."),
    "min_talk": N_("Write whole minutes from 0 to 1440."),
}


def filters_of(given: Mapping[str, str]) -> dict[str, str]:
    """What the form says, without what is empty."""
    found = {name: given.get(name, "").strip()[:LONGEST] for name in FIELDS}
    return {name: value for name, value in found.items() if value}


def address_of(filters: Mapping[str, str], **more: object) -> str:
    """The address of the list with these filters."""
    query = urlencode({**filters, **{name: value for name, value in more.items() if value is not None}})
    return f"/contacts?{query}" if query else "/contacts"


def query_of(filters: Mapping[str, str], zone: ZoneInfo, limit: int, before: int | None) -> ContactQuery:
    """The query; what :func:`faults_of` finds is left out of it."""
    wrong = faults_of(filters, zone)
    told = {name: value for name, value in filters.items() if name not in wrong}
    last = _day(told.get("to", ""), zone)
    return ContactQuery(
        text=told.get("text", ""),
        number=told.get("number", ""),
        customer=told.get("customer", ""),
        words=told.get("words", ""),
        agent=told.get("agent", ""),
        queue=told.get("queue", ""),
        channel=told.get("channel", ""),
        from_ms=_ms(_day(told.get("from", ""), zone)),
        to_ms=_ms(last + timedelta(days=1) if last else None),
        disposition=told.get("disposition", ""),
        reason=told.get("reason", ""),
        recorded=told.get("recorded", "") == "yes",
        min_talk_ms=int(told.get("min_talk", "0")) * 60_000,
        limit=limit,
        before=before,
    )


def faults_of(filters: Mapping[str, str], zone: ZoneInfo) -> dict[str, str]:
    """What can not be looked for, by field: the sentence that says how to mend it."""
    found: dict[str, str] = {}
    number = filters.get("number", "")
    if number and sum(letter.isalnum() for letter in number) < _NUMBER_END:
        found["number"] = FAULTS["number"]
    days = {name: _day(filters[name], zone) for name in ("from", "to") if name in filters}
    found |= {name: FAULTS[name] for name, day in days.items() if day is None}
    first, last = days.get("from"), days.get("to")
    if first and last and last < first:
        found["to"] = FAULTS["order"]
    minutes = filters.get("min_talk", "0")
    if not (minutes.isascii() and minutes.isdigit() and int(minutes) <= _LONGEST_TALK_MIN):
        found["min_talk"] = FAULTS["min_talk"]
    return found


def choices_of(words: Words, config: CenterConfig, reach: ContactReach) -> dict[str, list[tuple[str, str]]]:
    """What each list of the form offers, as code and text; agents as far as the reader's reach goes."""
    agents = [agent for agent in config.agents.values() if reach.everything or agent.id in reach.agents]
    return {
        "agent": sorted(((agent.id, words.agent(agent.id)) for agent in agents), key=lambda pair: pair[1]),
        "queue": [(queue, words.queue(queue)) for queue in config.queues],
        "channel": [(channel.value, channel_word(words, channel.value)) for channel in Channel],
        "disposition": [(reason.id, words.disposition(reason.id)) for reason in config.dispositions],
        "reason": [(reason.value, end_reason(words, reason.value)) for reason in EndReason],
    }


def _day(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.strptime(text, _DAY).replace(tzinfo=zone)
    except ValueError:
        return None


def _ms(day: datetime | None) -> int | None:
    return None if day is None else max(0, int(day.timestamp() * 1_000))
