"""A row of a list becomes a lead, or the reason why it does not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from zoneinfo import ZoneInfo

from callcenter.domain.lead_lists import Mapping, Use
from callcenter.domain.leads import HIGHEST_PRIORITY, FurtherNumber, NewLead
from dialer.lists.phones import Phone, phones_of
from dialer.lists.reasons import Code, Reject

MAX_TEXT = 2_000
"""Characters of a name or a variable."""


class RowReader:
    """Reads rows by one mapping. ``agents`` are the ids that may be named as owners."""

    def __init__(self, mapping: Mapping, agents: Collection[str] = ()) -> None:
        self._mapping = mapping
        self._agents = frozenset(agents)
        at = {use: place for place, use in reversed(list(enumerate(mapping.uses)))}
        self._number, self._name = at[Use.NUMBER], at.get(Use.NAME)
        self._extension, self._zone = at.get(Use.EXTENSION), at.get(Use.ZONE)
        self._priority, self._owner = at.get(Use.PRIORITY), at.get(Use.OWNER)
        self._further = [place for place, use in enumerate(mapping.uses) if use is Use.FURTHER]
        self._variables = [
            (place, mapping.headings[place]) for place, use in enumerate(mapping.uses) if use is Use.VARIABLE
        ]

    def read(self, row: int, cells: Sequence[str]) -> NewLead | Reject:
        """The row numbered ``row``. A row shorter than the heading has empty cells at its end."""
        headings = self._mapping.headings
        if not any(map(str.strip, cells)):
            return Reject(row, "", Code.EMPTY_ROW)
        if len(cells) > len(headings):
            if any(map(str.strip, cells[len(headings) :])):
                return Reject(row, "", Code.MORE_CELLS, {"cells": len(cells), "columns": len(headings)})
            cells = cells[: len(headings)]
        elif len(cells) < len(headings):
            cells = [*cells, *[""] * (len(headings) - len(cells))]
        for place, cell in enumerate(cells):
            if len(cell) > MAX_TEXT:
                return Reject(row, headings[place], Code.TOO_MUCH_TEXT, {"most": MAX_TEXT})
        return self._lead(row, cells)

    def _lead(self, row: int, cells: Sequence[str]) -> NewLead | Reject:
        phones = self._phones(row, cells)
        if isinstance(phones, Reject):
            return phones
        first, *others = phones
        zones, priority, owner = (
            self._zones(row, cells, first),
            self._priority_of(row, cells),
            self._owner_of(row, cells),
        )
        for part in (zones, priority, owner):
            if isinstance(part, Reject):
                return part
        return NewLead(
            row=row,
            number=first.number,
            extension=first.extension,
            further=tuple(FurtherNumber(other.number, other.extension) for other in others),
            name=cells[self._name].strip() if self._name is not None else "",
            variables={name: cells[place].strip() for place, name in self._variables if cells[place].strip()},
            region=first.region,
            zones=zones,  # type: ignore[arg-type]  # looked at above
            number_type=first.kind,
            priority=priority,  # type: ignore[arg-type]  # the same
            owner=owner,  # type: ignore[arg-type]  # the same
        )

    def _phones(self, row: int, cells: Sequence[str]) -> list[Phone] | Reject:
        """The number first, and those further ones that are any; a further one that is none costs nobody the lead."""
        region, area = self._mapping.region, self._mapping.area_code
        heading = self._mapping.headings[self._number]
        found = phones_of(cells[self._number], region, area)
        if not found:
            return Reject(row, heading, Code.NO_NUMBER)
        good = [phone for phone in found if isinstance(phone, Phone)]
        if not good:
            return Reject(row, heading, next(code for code in found if isinstance(code, Code)))
        if self._extension is not None and (written := cells[self._extension].strip()):
            if not (written.isdecimal() and len(written) <= 8):
                return Reject(row, self._mapping.headings[self._extension], Code.BAD_EXTENSION)
            main = good[0]
            good[0] = Phone(main.number, main.kind, main.region, main.zones, written)
        for place in self._further:
            good += [phone for phone in phones_of(cells[place], region, area) if isinstance(phone, Phone)]
        return list({(phone.number, phone.extension): phone for phone in good}.values())

    def _zones(self, row: int, cells: Sequence[str], phone: Phone) -> tuple[str, ...] | Reject:
        written = cells[self._zone].strip() if self._zone is not None else ""
        if not written:
            return phone.zones
        if not _is_zone(written):
            return Reject(row, self._heading(self._zone), Code.BAD_ZONE)
        return (written,)

    def _priority_of(self, row: int, cells: Sequence[str]) -> int | Reject:
        written = cells[self._priority].strip() if self._priority is not None else ""
        if not written:
            return 0
        if not (written.isascii() and written.isdigit() and int(written[:4]) <= HIGHEST_PRIORITY):
            return Reject(row, self._heading(self._priority), Code.BAD_PRIORITY, {"most": HIGHEST_PRIORITY})
        return int(written)

    def _owner_of(self, row: int, cells: Sequence[str]) -> str | Reject:
        written = cells[self._owner].strip() if self._owner is not None else ""
        if not written:
            return ""
        if written not in self._agents:
            return Reject(row, self._heading(self._owner), Code.UNKNOWN_OWNER)
        return f"agent:{written}"

    def _heading(self, place: int | None) -> str:
        return self._mapping.headings[place] if place is not None else ""


@lru_cache(maxsize=1_024)
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return False
    return True
