"""What the centre itself says: words by language, recordings, and hearing both before customers do."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response
from starlette.datastructures import UploadFile

from callcenter.core.prompts import SENTENCES, SOUND_FILE
from callcenter.domain.access import Right
from callcenter.domain.audit_configuration import PROMPT_UPLOADED
from callcenter.domain.contact import Prompt
from callcenter.domain.errors import Rejected
from callcenter.domain.records import AuditRecord
from callcenter.web.access import services_of, signed_in
from callcenter.web.admin.labels import PROMPTS
from callcenter.web.admin.reading import LANGUAGES, read_form
from callcenter.web.admin.work import admin_page, back, keep, section_problems, work_of
from callcenter.web.errors import NotFound
from callcenter.web.sessions import Viewer
from callcenter.web.wording.refusals import refusal

router = APIRouter(prefix="/admin/prompts")
Changer = Annotated[Viewer, Depends(signed_in(Right.CHANGE_CONFIGURATION))]
SAMPLES = {"ahead": "3", "minutes": "5"}
MAX_UPLOAD = 12_000_000
_HOLE = re.compile(r"\{(\w+)\}")


@router.get("")
async def prompts(request: Request, viewer: Changer) -> Response:
    """Every sentence in each language."""
    return await _page(request, viewer)


async def _page(
    request: Request, viewer: Viewer, *, status: int = 200, faults: dict[str, str] | None = None
) -> Response:
    work = await work_of(request, viewer)
    rows = []
    for key, ours in SENTENCES.items():
        own = work.config.prompts.get(key, {})
        texts = [(language, ours[language], own.get(language, "")) for language in LANGUAGES]
        rows.append((key, work.words.gettext(PROMPTS.get(key, key)), texts, bool(_HOLE.search(ours["zh"]))))
    wrong = section_problems(request, work, "prompts") | (faults or {})
    return admin_page(request, viewer, work, "prompts.html", status=status, rows=rows, faults=wrong, sound=SOUND_FILE)


@router.post("")
async def save(request: Request, viewer: Changer) -> Response:
    """Keep the words in the draft; an empty one falls back to the product's own."""
    work = await work_of(request, viewer)
    reading = read_form(await request.form())
    kept: dict[str, dict[str, str]] = {}
    for key in SENTENCES:
        said = {language: text for language in LANGUAGES if (text := reading.one(f"{key}.{language}"))}
        recorded = {
            language: text
            for language, text in work.config.prompts.get(key, {}).items()
            if text.startswith(SOUND_FILE) and not reading.one(f"{key}.{language}.words")
        }
        if said | recorded:
            kept[key] = {**said, **recorded}
    await keep(request, viewer, work, prompts=kept)
    return back("/admin/prompts?saved")


@router.post("/{key}/{language}/recording", max_body_size=MAX_UPLOAD + 100_000)
async def upload(request: Request, viewer: Changer, key: str, language: str) -> Response:
    """Take a WAV instead of the words, after looking at it."""
    if key not in SENTENCES or language not in LANGUAGES:
        raise NotFound
    services, work = services_of(request), await work_of(request, viewer)
    sent = (await request.form()).get("sound")
    try:
        if not isinstance(sent, UploadFile):
            raise Rejected("sound_empty")
        name = await services.prompts.keep(await sent.read(MAX_UPLOAD + 1))
    except Rejected as refused:
        faults = {f"{key}.{language}": refusal(work.words, refused.code)}
        return await _page(request, viewer, status=409, faults=faults)
    now, author = services.clock.now_ms(), viewer.user.name
    await services.audit.write(AuditRecord(now, author, PROMPT_UPLOADED, f"prompt:{key}.{language}", {"file": name}))
    own = {**work.config.prompts.get(key, {}), language: f"{SOUND_FILE}{name}"}
    await keep(request, viewer, work, prompts={**work.config.prompts, key: own})
    return back("/admin/prompts?saved")


@router.get("/{key}/{language}/sound")
async def hear(request: Request, viewer: Changer, key: str, language: str) -> Response:
    """The sentence of the draft as customers will hear it, with samples filled in."""
    if key not in SENTENCES or language not in LANGUAGES:
        raise NotFound
    work = await work_of(request, viewer)
    text = work.config.prompts.get(key, {}).get(language) or SENTENCES[key][language]
    if text.startswith(SOUND_FILE):
        prompt = Prompt(file=text.removeprefix(SOUND_FILE))
    else:
        spoken = _HOLE.sub(lambda match: SAMPLES.get(match[1], ""), text)
        prompt = Prompt(text=spoken, language=language)
    return FileResponse(await services_of(request).prompts.hear(prompt), media_type="audio/wav")
