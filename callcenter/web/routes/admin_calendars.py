"""Calendars: hours of the week, holidays and make-up days by year."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from callcenter.domain.access import Right
from callcenter.domain.config import Calendar
from callcenter.web.access import services_of, signed_in
from callcenter.web.admin.calendar_text import DAY_KINDS, WEEKDAYS, read_calendar, written_calendar
from callcenter.web.admin.reading import read_form
from callcenter.web.admin.work import Work, admin_page, back, keep, section_problems, translated, work_of
from callcenter.web.errors import NotFound
from callcenter.web.i18n import N_
from callcenter.web.sessions import Viewer

router = APIRouter(prefix="/admin/calendars")
Changer = Annotated[Viewer, Depends(signed_in(Right.CHANGE_CONFIGURATION))]
DAY_NAMES = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,39}")


@router.get("")
async def calendars(request: Request, viewer: Changer) -> Response:
    """All calendars, and where each comes from."""
    work = await work_of(request, viewer)
    file = services_of(request).configuration.file_calendars()
    rows = [(key, "database", calendar) for key, calendar in work.config.calendars.items()]
    rows += [(key, "file", calendar) for key, calendar in file.items() if key not in work.config.calendars]
    wrong = {key: len(section_problems(request, work, f"calendars.{key}")) for key, _, _ in rows}
    return admin_page(request, viewer, work, "calendars.html", rows=rows, wrong=wrong, in_file=set(file))


@router.get("/new")
async def new(request: Request, viewer: Changer) -> Response:
    """An empty form."""
    work = await work_of(request, viewer)
    blank = Calendar("", services_of(request).settings.timezone, ())
    return _form(request, viewer, work, "", written_calendar(blank), blank.years, {})


@router.get("/edit/{key}")
async def edit(request: Request, viewer: Changer, key: str) -> Response:
    """One calendar; one of the file is taken over when it is kept."""
    work = await work_of(request, viewer)
    found = _found(request, work, key)
    faults = {_field(found, name): text for name, text in section_problems(request, work, f"calendars.{key}").items()}
    return _form(request, viewer, work, key, written_calendar(found), found.years, faults)


@router.post("/new")
async def add(request: Request, viewer: Changer) -> Response:
    """A new calendar in the draft."""
    return await _save(request, viewer, "")


@router.post("/edit/{key}")
async def save(request: Request, viewer: Changer, key: str) -> Response:
    """A changed calendar in the draft."""
    return await _save(request, viewer, key)


@router.post("/remove/{key}")
async def remove(request: Request, viewer: Changer, key: str) -> Response:
    """Take a calendar out of the draft; one that is in the file too applies again as the file says."""
    work = await work_of(request, viewer)
    await keep(request, viewer, work, calendars={k: c for k, c in work.config.calendars.items() if k != key})
    return back("/admin/calendars?saved")


async def _save(request: Request, viewer: Viewer, key: str) -> Response:
    work = await work_of(request, viewer)
    if key:
        _found(request, work, key)
    reading = read_form(await request.form())
    identity = key or reading.one("id")
    if not _ID.fullmatch(identity):
        reading.faults["id"] = N_("Use 1 to 40 letters, digits, underscores and dashes.")
    elif not key and (
        identity in work.config.calendars or identity in services_of(request).configuration.file_calendars()
    ):
        reading.faults["id"] = N_("There is one with this id already.")
    calendar = read_calendar(reading, identity)
    if reading.faults:
        shown = {name: values[0] for name, values in reading.form.items() if values}
        return _form(request, viewer, work, key, shown, calendar.years, translated(work.words, reading.faults), 409)
    await keep(request, viewer, work, calendars={**work.config.calendars, identity: calendar})
    return back(f"/admin/calendars/edit/{identity}?saved")


def _found(request: Request, work: Work, key: str) -> Calendar:
    found = work.config.calendars.get(key) or services_of(request).configuration.file_calendars().get(key)
    if found is None:
        raise NotFound
    return found


def _field(calendar: Calendar, name: str) -> str:
    """The field a problem's place belongs to: a span to its weekday, a day to its year."""
    section, _, rest = name.partition(".")
    number = rest.split(".")[0]
    if section == "hours" and number.isdigit() and int(number) < len(calendar.hours):
        return f"hours.{calendar.hours[int(number)].weekday}"
    if section == "days":
        return f"days.{rest[:4]}.{calendar.days.get(rest, 'holiday')}"
    return name


def _form(
    request: Request,
    viewer: Viewer,
    work: Work,
    key: str,
    values: dict[str, str],
    years: tuple[int, ...],
    faults: dict[str, str],
    status: int = 200,
) -> Response:
    return admin_page(
        request,
        viewer,
        work,
        "calendar.html",
        status=status,
        key=key,
        values=values,
        faults=faults,
        years=sorted(years, reverse=True),
        days=[(day, work.words.gettext(DAY_NAMES[day])) for day in WEEKDAYS],
        kinds=DAY_KINDS,
        from_file=key not in work.config.calendars and bool(key),
        in_file=key in services_of(request).configuration.file_calendars(),
    )
