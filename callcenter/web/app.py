"""The web application: routes, static files, headers, errors."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import WebSocketRoute
from starlette.staticfiles import StaticFiles

from callcenter.web import demobank, error_pages, sip_proxy
from callcenter.web.attempts import SignInAttempts
from callcenter.web.desks import OpenDesks
from callcenter.web.i18n import compile_catalogues
from callcenter.web.routes import (
    agent,
    agent_commands,
    contacts,
    floor,
    health,
    home,
    phone,
    recordings,
    signin,
    users,
)
from callcenter.web.security import SecurityHeaders
from callcenter.web.services import WebServices
from callcenter.web.tickets import Tickets


def create_app(services: WebServices) -> FastAPI:
    """The panels on top of ``services``; compiles stale text catalogues first."""
    compile_catalogues(only_stale=True)
    app = FastAPI(title=services.settings.title, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.services = services
    app.state.tickets = Tickets()
    app.state.attempts = SignInAttempts()
    app.state.open_desks = OpenDesks()
    app.add_middleware(SecurityHeaders, secure=services.settings.secure_cookies)
    error_pages.install(app)
    for room in (home, signin, agent, agent_commands, phone, contacts, recordings, floor, users, health):
        app.include_router(room.router)
    if services.settings.demo_bank:
        app.include_router(demobank.router)
    app.router.routes.append(WebSocketRoute("/ws", sip_proxy.sip_socket))
    app.mount("/static", StaticFiles(directory=services.settings.static_dir), name="static")
    return app
