"""``python -m callcenter.app.transcribing NAME``: the worker's process, with the settings of its environment.

It tells what it does as lines of JSON, gives way to everything else, and ends when its standard input does: so it never
outlives who started it.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from importlib import import_module

from callcenter.app.kept_process import end_with_parent, give_way

if __name__ == "__main__":
    give_way()
    threading.Thread(target=end_with_parent, daemon=True).start()
    asyncio.run(import_module("callcenter.app.transcribing.process").work(sys.argv[1]))
