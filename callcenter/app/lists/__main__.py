"""``python -m callcenter.app.lists``: gives way to everything else before it even reads its own code."""

from __future__ import annotations

from importlib import import_module

from callcenter.app.what_if.limits import give_way

if __name__ == "__main__":
    give_way()
    import_module("callcenter.app.lists.worker").main()
