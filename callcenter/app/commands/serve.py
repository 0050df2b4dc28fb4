"""``callcenter serve``: the product."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Coroutine
from typing import Annotated

import structlog
import typer
import uvicorn

from callcenter.app.memory import collect_rarely
from callcenter.app.settings import Settings, load_settings
from callcenter.app.wiring import running
from callcenter.domain.errors import ConfigError
from callcenter.telephony.asterisk.provision.ports import is_free
from callcenter.web.app import create_app
from callcenter.web.live import Hub

_ending: set[asyncio.Task[None]] = set()


def serve(
    port: Annotated[int | None, typer.Option(help="Port of the pages (else CALLCENTER_PORT, else 8080).")] = None,
    address: Annotated[str | None, typer.Option(help="Address of the pages.")] = None,
    no_demo: Annotated[bool, typer.Option("--no-demo", help="Do not seed the demo bank.")] = False,
) -> None:
    """Start the contact centre: pages, engine and, if none is given, an Asterisk of its own."""
    changes = {"port": port, "address": address, "demo": False if no_demo else None}
    settings = load_settings(**{name: value for name, value in changes.items() if value is not None})
    _log_to_terminal()
    _run(_serve(settings))


async def _serve(settings: Settings) -> None:
    if not is_free(settings.port, settings.address):
        raise ConfigError(
            "CALLCENTER_PORT",
            f"port {settings.port} is taken by another program",
            "end that program, or choose another port: scripts/run --port 8081",
        )
    async with running(settings, report=typer.echo) as product:
        app = create_app(product.web)
        config = uvicorn.Config(
            app,
            host=settings.address,
            port=settings.port,
            ws="websockets-sansio",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=2,
        )
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _end, server, app.state.hub, loop)
        for name, password in product.new_users:
            typer.echo(f"  sign in as {name:<8} with {password}")
        if product.new_users:
            typer.echo("  these passwords are shown this once; `callcenter user password NAME` makes a new one")
        typer.echo(f"ready: {settings.base_url}  ·  ring the hotline: {settings.base_url}/call")
        await server.serve()


def _end(server: uvicorn.Server, hub: Hub, loop: asyncio.AbstractEventLoop) -> None:
    """Stop; open pages are told at once, else the server would wait for streams that never end."""
    server.should_exit = True
    _ending.add(loop.create_task(hub.close()))


def _run(work: Coroutine[None, None, None]) -> None:
    """On uvloop where there is one: it halves the loop's own share of a call."""
    collect_rarely()
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


def _log_to_terminal() -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )
