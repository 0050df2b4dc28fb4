"""The web application: routes, static files, headers, errors."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Router, WebSocketRoute

from callcenter.web import demobank, error_pages, sip_proxy
from callcenter.web.api import create_api
from callcenter.web.assets import Assets
from callcenter.web.compression import Compression
from callcenter.web.desk.open_desks import OpenDesks
from callcenter.web.i18n import compile_catalogues
from callcenter.web.live import Hub
from callcenter.web.routes import (
    account,
    admin,
    admin_calendars,
    admin_elements,
    admin_files,
    admin_misses,
    admin_prompts,
    admin_roles,
    admin_sheets,
    admin_transcripts,
    agent,
    agent_chats,
    agent_commands,
    agent_knowledge,
    audit,
    callbacks,
    campaign_leads,
    campaign_lists,
    campaign_reports,
    campaigns,
    chat,
    chat_files,
    contact_export,
    contact_filters,
    contacts,
    contacts_said,
    design,
    figures,
    floor,
    health,
    home,
    oidc,
    password,
    phone,
    quality_calibration,
    quality_mine,
    quality_plans,
    quality_reports,
    quality_reviews,
    quality_risks,
    quality_rules,
    recordings,
    reveal,
    signin,
    tokens,
    trainer,
    trainer_figures,
    trainer_models,
    user_files,
    users,
    what_if,
)
from callcenter.web.security import SecurityHeaders
from callcenter.web.services import WebServices
from callcenter.web.signin.attempts import SignInAttempts
from callcenter.web.signin.oidc import OidcClient
from callcenter.web.tickets import Tickets

MAX_BODY = 2_000_000
"""Bytes a request may bring; routes that take files allow more. A result form full of the longest answers fits."""


def create_app(services: WebServices) -> FastAPI:
    """The panels on top of ``services``; compiles stale text catalogues first."""
    compile_catalogues(only_stale=True)
    app = FastAPI(
        title=services.settings.title, docs_url=None, redoc_url=None, openapi_url=None, max_body_size=MAX_BODY
    )
    app.state.services = services
    app.state.tickets = Tickets()
    app.state.attempts = SignInAttempts()
    app.state.oidc = OidcClient(services.settings.oidc) if services.settings.oidc else None
    app.state.open_desks = OpenDesks()
    app.state.hub = Hub(services.desk, services.clock)
    services.session_ends.listen(app.state.hub.end)
    app.state.assets = Assets(services.settings.static_dir)
    app.add_middleware(Compression)
    app.add_middleware(SecurityHeaders, secure=services.settings.secure_cookies)
    error_pages.install(app)
    for room in (
        home,
        signin,
        oidc,
        password,
        account,
        audit,
        agent,
        agent_chats,
        chat_files,
        agent_commands,
        agent_knowledge,
        phone,
        contact_filters,
        contact_export,
        contacts_said,
        contacts,
        recordings,
        floor,
        callbacks,
        campaign_reports,
        campaigns,
        quality_calibration,
        quality_mine,
        quality_plans,
        quality_reports,
        quality_risks,
        quality_reviews,
        figures,
        what_if,
        quality_rules,
        trainer,
        trainer_figures,
        trainer_models,
        tokens,
        users,
        user_files,
        reveal,
        campaign_lists,
        campaign_leads,
        design,
        health,
    ):
        app.include_router(room.router)
    rooms = (
        admin,
        admin_files,
        admin_roles,
        admin_calendars,
        admin_prompts,
        admin_misses,
        admin_transcripts,
        admin_elements,
        admin_sheets,
    )
    for room in rooms:
        app.include_router(room.router)
    if services.settings.demo_bank:
        app.include_router(demobank.router)
    app.router.routes.append(WebSocketRoute("/ws", sip_proxy.sip_socket))
    if services.chat_routes:
        app.include_router(chat.router)
        app.mount("/chat", Router(list(services.chat_routes)))
    if services.carrier_routes:
        app.mount("/twilio", Router(list(services.carrier_routes)))
    app.state.api = create_api(services)
    app.mount("/api/v1", app.state.api)
    app.mount("/static", app.state.assets, name="static")
    return app
