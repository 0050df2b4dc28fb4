"""The chat widget's script, for any site's pages, and a page of ours to try it on."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from callcenter.web.access import maybe_viewer, services_of
from callcenter.web.rendering import page

router = APIRouter(dependencies=[Depends(maybe_viewer)])
WIDGET = "vendor/chat.js"


@router.get("/chat/widget.js")
async def widget(request: Request) -> Response:
    """The script other sites name in their pages; asked for again after five minutes at the latest."""
    answer: Response = await request.app.state.assets.get_response(WIDGET, request.scope)
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


@router.get("/chat-demo")
async def demo(request: Request, entry: str = "") -> Response:
    """A page with the widget on it, or a plain word that there is none."""
    services = services_of(request)
    entries = services.desk.config().chat_entries if services.settings.chat_demo and services.chat_routes else {}
    if not entries:
        return page(request, "chat_demo_off.html", status=404)
    chosen = entry if entry in entries else next(iter(entries))
    return page(request, "chat_demo.html", entries=entries, chosen=chosen)
