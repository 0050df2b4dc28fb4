"""Where a page may lead to: only places on this site."""

from __future__ import annotations


def local_path(wish: str | None, default: str = "/") -> str:
    """``wish`` if it is a path on this site, else ``default``; never another host."""
    if not wish or len(wish) > 500 or not wish.startswith("/"):
        return default
    if wish.startswith(("//", "/\\")) or any(ord(c) < 32 or c == "\\" for c in wish):
        return default
    return wish
