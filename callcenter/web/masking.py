"""What a screen shows of a person's data: whole, masked but to be revealed with a reason, or masked. Decided here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from enum import StrEnum

from callcenter.domain.access import Right
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord, ContactRecord
from callcenter.web.contacts.reach import reach_of
from callcenter.web.i18n import N_
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording.words import masked_name, masked_number

SHOWN_S = 60
"""How long a revealed value stays on the screen."""
MIN_NOTE = 3
MAX_NOTE = 200
_DIGITS = re.compile(r"\d(?:[\s-]?\d){4,}")
_MAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)")
_NUMERAL = "零〇一二两三四五六七八九幺"
_SPOKEN = re.compile(rf"[{_NUMERAL}\d](?:[\s,，、.-]?[{_NUMERAL}\d]){{4,}}")
_DIGIT_WORD = "(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)"
_SPOKEN_ENGLISH = re.compile(rf"\b{_DIGIT_WORD}(?:[\s,.-]+{_DIGIT_WORD}){{4,}}\b", re.IGNORECASE)
_TELLING = 9
"""Of a number this long its ends may be shown."""


class Personal(StrEnum):
    """A value about a person that screens mask, always named together with the contact it is seen at."""

    CALLER = "caller"
    DIALLED = "dialled"
    CUSTOMER_NAME = "customer_name"
    CUSTOMER_PHONE = "customer_phone"
    MESSAGES = "messages"
    """Everything that was written in a chat, or said in a recorded call as its transcript has it."""


class Sight(StrEnum):
    """How a viewer sees a personal value."""

    WHOLE = "whole"
    REVEALABLE = "revealable"
    MASKED = "masked"


REASONS: dict[str, str] = {
    "identify": N_("Identify the customer"),
    "call_back": N_("Call the customer back"),
    "complaint": N_("Handle a complaint"),
    "quality": N_("Quality review"),
    "legal": N_("Request of an authority"),
    "other": N_("Another reason"),
}
"""Why something is revealed; the last one needs words of one's own."""


async def sights(
    services: WebServices, viewer: Viewer, contact: str, *, live_agent: str = ""
) -> Callable[[Personal], Sight]:
    """How ``viewer`` sees each personal value of ``contact``: the right's reach counts everybody who had a part in it.

    ``live_agent``: who has it now. An agent sees the name of the customer they are talking to, and what they write.
    """
    unmasks = await within_reach(services, viewer, contact) is not None
    mine = bool(live_agent) and live_agent == viewer.user.agent_id

    def sight(what: Personal) -> Sight:
        if mine and what in (Personal.CUSTOMER_NAME, Personal.MESSAGES):
            return Sight.WHOLE
        return Sight.REVEALABLE if unmasks else Sight.MASKED

    return sight


async def within_reach(services: WebServices, viewer: Viewer, contact: str) -> ContactRecord | None:
    """The contact, when the viewer may have its personal values shown whole."""
    return await services.contacts.get(contact, reach_of(services.desk.config(), viewer, Right.UNMASK))


def masked(what: Personal, value: str) -> str:
    """The value as a screen shows it when nobody has said why they need it."""
    if what is Personal.MESSAGES:
        return masked_words(value)
    return masked_name(value) if what is Personal.CUSTOMER_NAME else masked_number(value)


def masked_words(text: str, names: Iterable[str] = ()) -> str:
    """What somebody wrote, without its numbers of five digits and more, its mail addresses and these ``names``."""
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        text = text.replace(name, masked_name(name))
    text = _MAIL.sub(lambda found: f"{found[1]}***@{found[2]}", text)
    return _DIGITS.sub(lambda found: _masked_digits(found[0]), text)


def masked_speech(text: str, names: Iterable[str] = ()) -> str:
    """What somebody said, as :func:`masked_words`, and without numbers of five spoken digits and more.

    Recognisers write digits as they are said: 一三八零零, *one three eight*.
    """

    def stars(found: re.Match[str]) -> str:
        plain = not any(character in _NUMERAL for character in found[0])
        return found[0] if plain else "*" * sum(character.isalnum() for character in found[0])

    text = _SPOKEN.sub(stars, text)
    text = _SPOKEN_ENGLISH.sub(lambda found: "*" * len(re.findall(_DIGIT_WORD, found[0], re.IGNORECASE)), text)
    return masked_words(text, names)


def without_personal(text: str, names: Iterable[str] = ()) -> str:
    """What may be kept as an example for good: numbers of five digits and more as noughts, mail addresses as another.

    A number keeps its shape, which is all that the assistant learns of it.
    """
    for name in sorted({name for name in names if len(name) > 1}, key=len, reverse=True):
        text = text.replace(name, masked_name(name))
    text = _MAIL.sub("name@example.com", text)
    return _DIGITS.sub(lambda found: re.sub(r"\d", "0", found[0]), text)


def _masked_digits(number: str) -> str:
    digits = "".join(filter(str.isdigit, number))
    return masked_number(digits) if len(digits) >= _TELLING else "*" * len(digits)


def checked_reason(reason: str, note: str) -> dict[str, str]:
    """Reason and note for the audit log; digits of the note are hidden. Raises ``Rejected("reason_needed")``."""
    words = " ".join(note.split())[:MAX_NOTE]
    if reason not in REASONS or (reason == "other" and len(words) < MIN_NOTE):
        raise Rejected("reason_needed")
    return {"reason": reason, **({"note": _DIGITS.sub("***", words)} if words else {})}


async def reveal(
    services: WebServices, viewer: Viewer, contact: str, what: Personal, why: dict[str, str]
) -> tuple[str, str] | None:
    """The whole value and the masked one, put on record first; None when it is not there or out of reach."""
    found = await look_up(services, viewer, contact, what)
    if found is None:
        return None
    subject, value = found
    detail = {"field": what.value, "contact": contact, **why}
    record = AuditRecord(services.clock.now_ms(), viewer.user.name, "unmasked", subject, detail)
    await services.audit.write(record)
    return value, masked(what, value)


async def look_up(services: WebServices, viewer: Viewer, contact: str, what: Personal) -> tuple[str, str] | None:
    """The subject for the audit log and the whole value; None when it is not there or out of reach."""
    record = await within_reach(services, viewer, contact)
    if record is None:
        return None
    if what in (Personal.CALLER, Personal.DIALLED):
        return f"contact:{record.id}", record.caller if what is Personal.CALLER else record.dialled
    if what is Personal.MESSAGES:
        there = (
            await services.chats.conversation(record.id)
            or await services.transcripts.of_contact(record.id)
            or await services.transcripts.live_of(record.id)
        )
        return (f"contact:{record.id}", "") if there else None
    number = record.caller if record.direction != "outbound" else record.dialled
    customer = await services.customers.by_phone(number) if number else None
    if customer is None:
        return None
    return f"customer:{customer.id}", customer.name if what is Personal.CUSTOMER_NAME else customer.phone
