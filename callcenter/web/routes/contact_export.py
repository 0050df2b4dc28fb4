"""Handing out one contact whole, as an archive: asked with a reason, on record before the first byte leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response, StreamingResponse

from callcenter.domain.access import Right
from callcenter.domain.chat import StoredFile
from callcenter.domain.contact import Channel
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord, RecordingRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.contacts.archive import STYLE, Export, archive, safe_name
from callcenter.web.contacts.conversation import MAX_MESSAGES, Talk, talk_of, told
from callcenter.web.contacts.reach import exported_contact
from callcenter.web.contacts.story import story_of
from callcenter.web.contacts.transcript import spoken_of
from callcenter.web.rendering import fragment, page, words_of
from callcenter.web.services import WebServices
from callcenter.web.sessions import Viewer
from callcenter.web.wording.facts import answers
from callcenter.web.wording.outcomes import channel_word, end_reason

router = APIRouter(prefix="/contacts")
Exporter = Annotated[Viewer, Depends(signed_in(Right.EXPORT_CONTACTS))]
SHORTEST, LONGEST = 5, 500


@router.get("/{contact_id}/export")
async def ask(request: Request, contact_id: str, viewer: Exporter) -> Response:
    """What will be handed out, and the question why."""
    services = services_of(request)
    contact = await exported_contact(services, viewer, contact_id)
    recordings = await services.contacts.recordings(contact_id)
    said = await services.chats.history(contact_id, 0, MAX_MESSAGES) if contact.channel == Channel.CHAT else ()
    return page(
        request,
        "contact_export.html",
        contact=contact,
        recordings=recordings,
        messages=len(said),
        files=sum(message.file is not None for message in said),
        longest=LONGEST,
    )


@router.post("/{contact_id}/export")
async def export(
    request: Request, contact_id: str, viewer: Exporter, reason: Annotated[str, Form(max_length=5_000)] = ""
) -> Response:
    """The archive."""
    services, words = services_of(request), replace(words_of(request), whole=True)
    contact = await exported_contact(services, viewer, contact_id)
    reason = " ".join(reason.split())
    if not SHORTEST <= len(reason) <= LONGEST:
        raise Rejected("export_reason")
    timeline = await services.contacts.timeline(contact_id)
    audio = await _audio(services, await services.contacts.recordings(contact_id))
    customer = await services.customers.by_phone(contact.caller) if contact.caller else None
    agents = await services.contacts.agents(contact_id)
    talk = await talk_of(services, words, contact, customer=customer, whole=True)
    spoken = await spoken_of(services, words, contact, customer=customer, whole=True)
    files = await _files(services, talk)
    now_ms = services.clock.now_ms()
    story = fragment(
        words,
        "contacts/story_export.html",
        contact=contact,
        customer=customer,
        agents=agents,
        story=told(story_of(words, contact, timeline), talk),
        spoken=spoken,
        answers=answers(words, contact.fields),
        end_reason=end_reason(words, contact.reason, contact.channel),
        channel=channel_word(words, contact.channel),
        title=services.settings.title,
        made_ms=now_ms,
        made_by=viewer.user.display_name,
        reason=reason,
        style=STYLE,
    )
    await services.audit.write(
        AuditRecord(
            now_ms,
            viewer.user.name,
            "contact_exported",
            f"contact:{contact_id}",
            {"reason": reason, "recordings": [record.id for record, path in audio if path is not None]},
        )
    )
    made = Export(contact, customer, agents, timeline, talk.said, files, story, audio, now_ms, viewer.user.name, reason)
    headers = {
        "Content-Disposition": f'attachment; filename="contact-{safe_name(contact_id)}.zip"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(archive(made), media_type="application/zip", headers=headers)


async def _audio(
    services: WebServices, recordings: Sequence[RecordingRecord]
) -> list[tuple[RecordingRecord, Path | None]]:
    def path_of(record: RecordingRecord) -> Path | None:
        try:
            return services.recordings.path_of(record)
        except Rejected:
            return None  # the manifest names it as missing

    return [(record, await asyncio.to_thread(path_of, record)) for record in recordings]


async def _files(services: WebServices, talk: Talk) -> list[tuple[StoredFile, Path | None]]:
    """The files of a chat, each with where it lies."""
    found: list[tuple[StoredFile, Path | None]] = []
    for said in talk.said:
        file = await services.chat_files.find(said.file.id) if said.file is not None else None
        if file is not None:
            try:
                found.append((file, await asyncio.to_thread(services.chat_files.path_of, file)))
            except Rejected:
                found.append((file, None))
    return found
