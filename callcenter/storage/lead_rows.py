"""A lead and a list as rows of their tables, and back."""

from __future__ import annotations

from typing import Any

import msgspec

from callcenter.domain.leads import HIGHEST_PRIORITY, FurtherNumber, Lead, LeadList, LeadState, ListState, NewLead
from callcenter.storage.projection import clean

_encode = msgspec.json.Encoder().encode
_further: msgspec.json.Decoder[tuple[FurtherNumber, ...]] = msgspec.json.Decoder(tuple[FurtherNumber, ...])
_zones: msgspec.json.Decoder[tuple[str, ...]] = msgspec.json.Decoder(tuple[str, ...])
_variables: msgspec.json.Decoder[dict[str, str]] = msgspec.json.Decoder(dict[str, str])


def row_of(lead: NewLead, campaign: str, list_id: int) -> dict[str, Any]:
    """The columns of a new lead, without its id."""
    return {
        "campaign": campaign,
        "list": list_id,
        "row": lead.row,
        "number": lead.number,
        "extension": lead.extension,
        "number_tail": lead.number[:0:-1],  # E.164 is a sign and digits
        "further": _encode(lead.further).decode() if lead.further else "[]",
        "name": clean(lead.name),
        "variables": clean(_encode(lead.variables).decode()) if lead.variables else "{}",
        "region": lead.region,
        "zones": _encode(lead.zones).decode(),
        "number_type": lead.number_type,
        "rank": HIGHEST_PRIORITY - lead.priority,
        "owner": lead.owner,
        "state": str(lead.state),
        "due_ms": lead.due_ms,
        "reason": lead.reason,
        "verdict": lead.verdict,
        "attempt": "",
        "attempts": 0,
        "last_outcome": "",
        "last_attempt_ms": None,
    }


def lead_of(row: Any) -> Lead:
    """The lead of a row of the table."""
    values = dict(row._mapping)
    del values["number_tail"]
    values["priority"] = HIGHEST_PRIORITY - values.pop("rank")
    values["further"] = _further.decode(values["further"])
    values["zones"] = _zones.decode(values["zones"])
    values["variables"] = _variables.decode(values["variables"])
    return Lead(**{**values, "state": LeadState(values["state"])})


def list_of(row: Any) -> LeadList:
    """The list of a row of the table."""
    return LeadList(**{**row._mapping, "state": ListState(row.state)})
