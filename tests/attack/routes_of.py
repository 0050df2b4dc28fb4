"""Every way into the app: what it mounts and includes, however deep."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

HARMLESS = frozenset({"HEAD", "OPTIONS"})


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path template, for example ``("POST", "/users/{user_id}/{act}")``; sockets have the method ``WS``."""
    return sorted(set(_walk(list(app.routes), "")))


def _walk(routes: list[BaseRoute], prefix: str) -> Iterator[tuple[str, str]]:
    for found in iter_route_contexts(routes):
        route = found if getattr(found, "path", None) is not None else found.original_route
        path = prefix + str(getattr(route, "path", ""))
        original = getattr(found, "original_route", found)
        inner = getattr(original, "routes", None)
        if isinstance(original, Mount) and inner:
            yield from _walk(list(inner), prefix + original.path)
        elif isinstance(original, Mount):
            yield "GET", f"{prefix}{original.path}/{{path}}"
        elif methods := getattr(route, "methods", None):
            for method in methods:
                if method not in HARMLESS or methods <= HARMLESS:
                    yield method, path
        else:
            yield "WS", path
