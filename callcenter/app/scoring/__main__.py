"""``python -m callcenter.app.scoring NAME``: scores what is due, with the settings of its environment, then ends.

It tells what it does as lines of JSON, gives way to everything else, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import traceback
from importlib import import_module

from callcenter.app.kept_process import end_with_parent, give_way

if __name__ == "__main__":
    give_way()
    threading.Thread(target=end_with_parent, daemon=True).start()
    code = 1
    try:
        asyncio.run(import_module("callcenter.app.scoring.process").work(sys.argv[1]))
        code = 0
    except Exception:
        traceback.print_exc()
    sys.stdout.flush()
    os._exit(code)  # an ordinary exit trips over the thread that reads standard input
