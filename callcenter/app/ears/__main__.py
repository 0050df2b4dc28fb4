"""``python -m callcenter.app.ears``: the ears' process, with the settings of its environment.

It is told its secret on standard input, tells what it hears as lines of JSON, and ends when standard input does.
Calls go first: it gives way to them, but not to what is done after calls.
"""

from __future__ import annotations

import asyncio
import os
from importlib import import_module

NICENESS = 5

if __name__ == "__main__":
    os.nice(NICENESS)
    asyncio.run(import_module("callcenter.app.ears.process").work())
