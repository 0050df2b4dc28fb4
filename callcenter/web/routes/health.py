"""For the machines that watch us: alive, and figures."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client import REGISTRY as PROCESS_REGISTRY

from callcenter.domain.access import Right
from callcenter.domain.views import FloorView
from callcenter.web.access import maybe_viewer, services_of
from callcenter.web.errors import Forbidden
from callcenter.web.local_access import is_local

router = APIRouter()


@router.get("/healthz")
async def healthz(request: Request) -> Response:
    """200 when calls can be taken, 503 when the telephone system is away; nothing secret.

    Without the assistant contacts go to people, so it has no part in the status.
    """
    services = services_of(request)
    up = services.desk.floor_view().telephony_up
    body = {
        "status": "ok" if up else "degraded",
        "telephony": "up" if up else "down",
        "assistant": "down" if services.assistant_down() else "up",
    }
    return JSONResponse(body, status_code=200 if up else 503)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Prometheus figures, for this machine and for operators."""
    viewer = await maybe_viewer(request)
    if not is_local(request) and (viewer is None or not viewer.may(Right.CHANGE_CONFIGURATION)):
        raise Forbidden("loopback")
    services = services_of(request)
    figures = floor_figures(services.desk.floor_view(), services.assistant_down())
    return Response(generate_latest(PROCESS_REGISTRY) + generate_latest(figures), media_type=CONTENT_TYPE_LATEST)


def floor_figures(floor: FloorView, assistant_down: bool = False) -> CollectorRegistry:
    """The floor as gauges."""
    registry = CollectorRegistry()

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"callcenter_{name}", text, labels, registry=registry)

    gauge("telephony_up", "1 while the PBX can be steered").set(int(floor.telephony_up))
    gauge("assistant_up", "0 while chats go to people for want of an assistant").set(int(not assistant_down))
    agents = gauge("agents", "Agents by state", "state")
    for state, count in Counter(agent.state for agent in floor.agents).items():
        agents.labels(state).set(count)
    waiting = gauge("queue_waiting", "Contacts waiting", "queue")
    longest = gauge("queue_longest_wait_seconds", "Longest present wait", "queue")
    today = gauge("queue_today", "Contacts of today by outcome", "queue", "outcome")
    for queue in floor.queues:
        waiting.labels(queue.id).set(queue.waiting)
        longest.labels(queue.id).set(queue.longest_wait_ms / 1000)
        for outcome in ("offered", "answered", "abandoned", "within_level"):
            today.labels(queue.id, outcome).set(getattr(queue.today, outcome))
    return registry
