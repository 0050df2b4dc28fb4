"""What the pages of lists show."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import msgspec

from callcenter.domain.errors import Rejected
from callcenter.domain.lead_lists import Mapping, Preview, Use
from callcenter.domain.leads import LeadList, ListState, StateCount
from callcenter.web.i18n import LANGUAGES, translations
from callcenter.web.masking import masked_words
from callcenter.web.services import WebServices
from callcenter.web.spreadsheets import csv_line
from callcenter.web.wording import lead_lists as wording
from callcenter.web.wording import leads as lead_words
from callcenter.web.wording.refusals import refusal
from callcenter.web.wording.words import Words, masked_name, masked_number
from dialer.lists.columns import guess
from dialer.lists.standing import open_leads, standing

SHOWN_REJECTS = 50
SHOWN_ROWS = 8
DELIMITER_NAMES = {",": ",", "\t": "Tab", ";": ";", "|": "|", "，": "，"}


async def lists_page_values(services: WebServices, words: Words, campaign: str) -> dict[str, Any]:
    """Of the page of all lists."""
    store = services.leads
    counts, due, owners, lists = await asyncio.gather(
        store.counts(campaign),
        store.waiting_due(campaign, services.clock.now_ms()),
        store.owners(campaign),
        store.lists(campaign),
    )
    stands = standing(counts, due)
    config = words.config
    await services.people.learn(one.uploaded_by for one in lists)
    free = next((one.leads for one in owners if not one.owner), 0)
    return {
        "lists": lists,
        "list_states": {state: words.gettext(text) for state, text in wording.LIST_STATES.items()},
        "tones": wording.TONES,
        "stands": stands,
        "open_leads": open_leads(counts),
        "groups": [(words_of_group(words, one), one.leads, leads_address(campaign, one)) for one in stands.others],
        "owners": [(one.owner, wording.owner(words, one.owner), one.leads) for one in owners if one.owner],
        "free": free,
        "agents": sorted((agent, found.name or agent) for agent, found in config.agents.items()),
        "teams": sorted((team, words.team(team)) for team in config.teams),
    }


def words_of_group(words: Words, one: StateCount) -> str:
    """Where some leads stand, and why."""
    return lead_words.state(words, one.state, one.reason)


def leads_address(campaign: str, one: StateCount) -> str:
    """The page of just these leads."""
    asked = urlencode({"state": str(one.state), "reason": one.reason})
    return f"/campaigns/{campaign}/leads?{asked}"


async def list_page_values(
    services: WebServices,
    words: Words,
    listed: LeadList,
    *,
    mapping: Mapping | None,
    encoding: str,
    delimiter: str,
) -> dict[str, Any]:
    """Of the page of one list: the preview, the progress or the result, as far as it is."""
    values: dict[str, Any] = {
        "listed": listed,
        "state": words.gettext(wording.LIST_STATES[listed.state]),
        "tone": wording.TONES[listed.state],
        "message": "",
        "preview": None,
        "rejects": [],
        "groups": [],
        "failure": refusal(words, listed.failure) if listed.failure else "",
    }
    await services.people.learn([listed.uploaded_by])
    if listed.state is ListState.UPLOADED:
        try:
            shown = await services.lead_lists.preview(listed.id, encoding, delimiter)
        except Rejected as error:
            return {**values, "message": refusal(words, error.code)}
        return {**values, **_preview_values(words, shown, mapping or shown.mapping)}
    if listed.state is not ListState.IMPORTING:
        rejects = await services.leads.rejects(listed.id, limit=SHOWN_REJECTS)
        values["rejects"] = [(one.row, one.column, wording.rejected(words, one), one.code) for one in rejects]
        counts = await services.leads.counts(listed.campaign, listed.id)
        values["groups"] = [(words_of_group(words, one), one.leads) for one in counts]
    return values


def _preview_values(words: Words, shown: Preview, mapping: Mapping) -> dict[str, Any]:
    guessed = guess(shown.mapping.headings, shown.mapping.region).uses
    return {
        "preview": shown,
        "mapping": mapping,
        "uses": [(str(use), words.gettext(text)) for use, text in wording.USES.items()],
        "columns": list(zip(mapping.headings, mapping.uses, guessed, strict=True)),
        "sample": [(row, _masked(cells, mapping.uses)) for row, cells in shown.rows[:SHOWN_ROWS]],
        "encodings": [(name, name.upper()) for name in shown.encodings],
        "delimiters": list(DELIMITER_NAMES.items()) if shown.encodings else [],
    }


def _masked(cells: tuple[str, ...], uses: tuple[Use, ...]) -> list[str]:
    """A row as the preview shows it: enough to tell what a column is, not whose it is."""
    padded = [*cells, *[""] * (len(uses) - len(cells))]
    return [_masked_cell(cell[:60], use) for cell, use in zip(padded, uses, strict=False)]


def _masked_cell(cell: str, use: Use) -> str:
    match use:
        case Use.NAME:
            return masked_name(cell.strip())
        case Use.NUMBER | Use.FURTHER:
            return masked_number(cell.strip())
    return masked_words(cell)


async def reject_lines(services: WebServices, words: Words, listed: LeadList) -> AsyncIterator[bytes]:
    """The reject file, piece by piece: row, column, code, the sentence in each language, and the row's own cells."""
    mapping = msgspec.json.decode(listed.mapping, type=Mapping) if listed.mapping else None
    said = [replace(words, language=language, catalogue=translations(language)) for language in LANGUAGES]
    own = list(mapping.headings) if mapping else []
    titles = [words.gettext("Row"), words.gettext("Column"), words.gettext("Code")]
    titles += [one.gettext("Reason") for one in said]
    yield b"\xef\xbb\xbf" + csv_line([*titles, *own]).encode()
    after = 0
    while rows := await services.leads.rejects(listed.id, after=after):
        lines = [
            csv_line([one.row, one.column, one.code, *(wording.rejected(each, one) for each in said), *one.cells])
            for one in rows
        ]
        yield "".join(lines).encode()
        after = rows[-1].row
