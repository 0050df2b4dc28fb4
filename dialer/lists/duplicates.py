"""Each number once: within a list, within a campaign, and across campaigns that run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec import Struct

from callcenter.domain.leads import NewLead
from dialer.lists.reasons import Code, Reject


class Placed(Struct, frozen=True):
    """A lead that has the number already; ``open`` while it can still be dialled."""

    campaign: str
    list: int
    row: int
    number: str
    extension: str
    open: bool = True


def without_duplicates(
    leads: Sequence[NewLead], placed: Iterable[Placed], campaign: str, list_id: int, others: Collection[str] = ()
) -> tuple[list[NewLead], list[Reject]]:
    """The leads whose number (with its extension) is new, the first of several alike, and the rejects of the others.

    ``placed`` are the leads that have one of the numbers, of any campaign. ``others`` are the campaigns beside this one
    in which an open lead with the same number bars this one.
    """
    here: dict[tuple[str, str], Placed] = {}
    elsewhere: dict[tuple[str, str], Placed] = {}
    for one in placed:
        key = (one.number, one.extension)
        if one.campaign == campaign:
            here.setdefault(key, one)
        elif one.open and one.campaign in others:
            elsewhere.setdefault(key, one)
    kept: list[NewLead] = []
    rejects: list[Reject] = []
    for lead in leads:
        key = (lead.number, lead.extension)
        if key in here:
            rejects.append(_twice(lead, here[key], list_id))
        elif key in elsewhere:
            rejects.append(Reject(lead.row, "", Code.IN_OTHER_CAMPAIGN, {"campaign": elsewhere[key].campaign}))
        else:
            here[key] = Placed(campaign, list_id, lead.row, *key)
            kept.append(lead)
    return kept, rejects


def _twice(lead: NewLead, first: Placed, list_id: int) -> Reject:
    if first.list == list_id:
        return Reject(lead.row, "", Code.TWICE_IN_LIST, {"first": first.row})
    return Reject(lead.row, "", Code.IN_CAMPAIGN, {"list": first.list, "first": first.row})
