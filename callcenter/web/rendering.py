"""Templates to pages: one environment, escaped everywhere, with the words of the viewer's language."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from callcenter.domain.access import Right
from callcenter.web import charts
from callcenter.web.assets import VersionedAddresses
from callcenter.web.csrf_masks import masked
from callcenter.web.i18n import LANGUAGES, choose_language
from callcenter.web.local_paths import local_path
from callcenter.web.services import WebServices
from callcenter.web.wording.words import Words, masked_name, masked_number, short_time, words_for

LANGUAGE_COOKIE = "cc_language"
THEME_COOKIE = "cc_theme"
THEMES = ("auto", "light", "dark")


@lru_cache
def environment(language: str) -> Environment:
    """Jinja2 for one language; a misspelt name is an error, not an empty place."""
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        extensions=[VersionedAddresses],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters |= {"short_time": short_time, "masked_number": masked_number, "masked_name": masked_name}
    env.globals |= {"language": language, "languages": LANGUAGES, "Right": Right, "charts": charts}
    return env


def language_of(request: Request, services: WebServices) -> str:
    """Cookie, then the user's own, then the browser's, then the house's."""
    viewer = getattr(request.state, "viewer", None)
    return choose_language(
        request.query_params.get("lang"),
        request.cookies.get(LANGUAGE_COOKIE),
        viewer.user.language if viewer else None,
        accept=request.headers.get("accept-language", ""),
        default=services.settings.default_language,
    )


def words_of(request: Request) -> Words:
    """The words for this request."""
    services: WebServices = request.app.state.services
    return words_for(
        language_of(request, services),
        services.settings.timezone,
        services.desk.config(),
        services.desk.labels(),
        services.people.shown,
    )


def fragment(words: Words, template: str, **values: Any) -> str:
    """A piece of a page."""
    return (
        environment(words.language)
        .get_template(template)
        .render(_=words.gettext, ngettext=words.ngettext, words=words, **values)
    )


def macro(words: Words, template: str, name: str, **values: Any) -> Callable[..., str]:
    """A template's macro, for what is drawn thousands of times: names are looked up once and not for each piece."""
    module = (
        environment(words.language)
        .get_template(template)
        .make_module({"_": words.gettext, "ngettext": words.ngettext, "words": words, **values})
    )
    return cast(Callable[..., str], getattr(module, name))


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page with the viewer, the theme and where we are."""
    services: WebServices = request.app.state.services
    viewer = getattr(request.state, "viewer", None)
    theme = request.cookies.get(THEME_COOKIE, "auto")
    html = fragment(
        words_of(request),
        template,
        viewer=viewer,
        csrf=masked(viewer.session.csrf) if viewer else "",
        asset=request.app.state.assets.url,
        theme=theme if theme in THEMES else "auto",
        here=request.url.path,
        here_full=local_path(request.url.path + (f"?{request.url.query}" if request.url.query else "")),
        settings=services.settings,
        now_ms=services.clock.now_ms(),
        **values,
    )
    return HTMLResponse(html, status_code=status)
