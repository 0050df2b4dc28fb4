"""``python -m callcenter.telephony.asterisk.provision PART``: brings a part and prints the command that runs it."""

from __future__ import annotations

import shlex
import sys

from callcenter.telephony.asterisk.provision import asterisk, fonts, tools
from callcenter.telephony.asterisk.provision.paths import ProvisionError


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Bring each named part; 0 when all can run, 1 when one is missing, 2 for an unknown name."""
    known = ("asterisk", *tools.NAMES, fonts.NAME)
    if not arguments or any(name not in known for name in arguments):
        _say(f"usage: python -m callcenter.telephony.asterisk.provision {{{'|'.join(known)}}} ...")
        return 2
    missing = 0
    for name in arguments:
        try:
            if name == "asterisk":
                install = asterisk.locate_or_fetch(_say)
                print(shlex.join(install.command))
            elif name == fonts.NAME:
                print(
                    " ".join(f"{key}={shlex.quote(value)}" for key, value in fonts.environment_or_fetch(_say).items())
                )
            else:
                tool = tools.locate_or_fetch(name, _say)
                pairs = [f"{key}={shlex.quote(value)}" for key, value in tool.environment.items()]
                print(" ".join([*pairs, shlex.join(tool.command)]))
        except ProvisionError as error:
            _say(f"{name}: {error}")
            missing += 1
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
