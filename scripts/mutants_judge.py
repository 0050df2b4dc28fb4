"""Asks the router's tests about mutants, quickly: tests are collected once, and a fork is made for every mutant.

``scripts/mutants`` calls it. mutmut makes the mutants, names them and keeps the verdicts; it would also start pytest
anew for each, which takes longer than the tests do. Asked are the tests that call the mutated function: first those
that noticed its last mutants, then the quick ones. A test that needs far more processor time than it should makes the
mutant an endless one.
"""

from __future__ import annotations

import argparse
import fnmatch
import gc
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from inspect import getclosurevars
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from mutmut.__main__ import collect_source_file_mutation_data, copy_also_copy_files, copy_src_dir, create_mutants
from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.state import state
from mutmut.utils.file_utils import setup_source_paths
from mutmut.utils.format_utils import mangled_name_from_mutant_name

SURVIVED, KILLED, NO_TESTS, ENDLESS = 0, 1, 33, 36
"""Verdicts as mutmut keeps them."""
SWITCH = "MUTANT_UNDER_TEST"
KEEP_EVERY = 10

Mutant = tuple[SourceFileMutationData, str, int | None]
"""Where its verdict is kept, its name, and the verdict so far."""
Site = tuple[Any, str, dict[str, Any]]
"""Where a function stands: a class or a module, the name there, and the function's versions by name."""


def take_switches_out() -> dict[str, list[Site]]:
    """Put the unmutated functions in place of mutmut's switches, which cost more than many of the functions.

    Switches that stand elsewhere, in a table for instance, go on to work.
    """
    sites: dict[str, list[Site]] = defaultdict(list)
    modules = [module for name, module in sys.modules.items() if name.split(".")[0] in ("callcenter", "tests")]
    classes = {id(thing): thing for module in modules for thing in vars(module).values() if isinstance(thing, type)}
    for holder in [*modules, *classes.values()]:
        for attribute, thing in list(vars(holder).items()):
            if not isinstance(thing, FunctionType) or thing.__code__.co_name != "_trampoline_wrapper":
                continue
            versions = getclosurevars(getclosurevars(thing).nonlocals["trampoline"]).nonlocals["mutants_dict"]
            unmutated = versions["_mutmut_orig"]
            function = f"{thing.__module__}.{mangled_name_from_mutant_name(unmutated.__name__)}"
            sites[function].append((holder, attribute, versions))
            setattr(holder, attribute, unmutated)
    return sites


def passes(item: pytest.Item, following: pytest.Item | None) -> bool:
    """Run one test."""
    return not any(report.failed for report in runtestprotocol(item, log=False, nextitem=following))


class Judge:
    """A pytest plugin: instead of running the collected tests it asks them about each mutant."""

    def __init__(self, mutants: list[Mutant], root: Path) -> None:
        self._mutants, self._root = mutants, root
        self._callers: dict[str, list[pytest.Item]] = defaultdict(list)
        self._seconds: dict[str, float] = {}
        self._noticed: dict[str, Counter[str]] = defaultdict(Counter)
        self._sites: dict[str, list[Site]] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        """A failing example need not be made small: that it fails is all we ask."""
        from hypothesis import Phase, settings  # here, for pytest wants to be the first to import it

        settings.register_profile("judge", settings(), phases=(Phase.explicit, Phase.generate))
        settings.load_profile("judge")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """The unmutated router first, for who calls what and how long it takes; then every mutant."""
        self._measure(session.items)
        self._sites = take_switches_out()
        gc.collect()
        gc.freeze()
        verdicts: Counter[int] = Counter()
        started = time.monotonic()
        for done, (data, name, _) in enumerate(self._mutants, 1):
            data.exit_code_by_key[name] = verdict = self._verdict(name)
            verdicts[verdict] += 1
            if done % KEEP_EVERY == 0 or done == len(self._mutants) or self._mutants[done][0] is not data:
                self._keep(data)
            if done % 50 == 0 or done == len(self._mutants):
                rate = done / (time.monotonic() - started)
                print(f"{done}/{len(self._mutants)} at {rate:.1f} a second, {verdicts[SURVIVED]} survived", flush=True)
        return True

    def _keep(self, data: SourceFileMutationData) -> None:
        os.chdir(self._root)
        data.save()
        os.chdir(self._root / "mutants")

    def _measure(self, items: list[pytest.Item]) -> None:
        os.environ[SWITCH] = "stats"
        for item, following in zip(items, [*items[1:], None], strict=True):
            state()._stats.clear()
            started = time.process_time()
            if not passes(item, following):
                raise pytest.UsageError(f"{item.nodeid} fails without a mutant; mend it first")
            self._seconds[item.nodeid] = time.process_time() - started
            for function in state()._stats:
                self._callers[function].append(item)

    def _verdict(self, name: str) -> int:
        function = mangled_name_from_mutant_name(name)
        noticed = self._noticed[function]
        items = sorted(self._callers[function], key=lambda item: (-noticed[item.nodeid], self._seconds[item.nodeid]))
        if not items:
            return NO_TESTS
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(out)
            self._ask(name, items, into)
        os.close(into)
        with os.fdopen(out) as said:
            if who := said.read().strip():
                noticed[who] += 1
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return ENDLESS if os.WTERMSIG(status) == signal.SIGPROF else KILLED
        return os.WEXITSTATUS(status)

    def _ask(self, name: str, items: list[pytest.Item], into: int) -> None:
        """In the child: put the mutant in, run the tests up to the first that fails, and end."""
        os.environ[SWITCH] = name
        for holder, attribute, versions in self._sites[mangled_name_from_mutant_name(name)]:
            setattr(holder, attribute, versions[name.rpartition(".")[2]])
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        verdict = SURVIVED
        try:
            for item, following in zip(items, [*items[1:], None], strict=True):
                signal.setitimer(signal.ITIMER_PROF, 1.0 + 8 * self._seconds[item.nodeid])
                if not passes(item, following):
                    os.write(into, item.nodeid.encode())
                    verdict = KILLED
                    break
        except BaseException:  # whatever it is, the mutant made it
            verdict = KILLED
        os._exit(verdict)


def chosen(wanted: argparse.Namespace) -> list[Mutant]:
    """The mutants asked for, in the order of the patterns."""
    found, _ = collect_source_file_mutation_data(mutant_names=())
    unsettled = (None, SURVIVED, NO_TESTS) if wanted.again else (None,)
    picked: dict[str, Mutant] = {}
    for pattern in wanted.patterns or ["*"]:
        some = [m for m in found if fnmatch.fnmatch(m[1], pattern) and (wanted.anew or m[2] in unsettled)]
        if wanted.sample:
            some = random.Random(wanted.seed).sample(some, min(wanted.sample, len(some)))
        picked |= {m[1]: m for m in some}
    return list(picked.values())


def main() -> int:
    """Make what mutants are missing and judge those asked for; the exit code is pytest's."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("patterns", nargs="*", help="names of mutants, with * and ?")
    parser.add_argument("--again", action="store_true", help="those that survived, too")
    parser.add_argument("--anew", action="store_true", help="all, whatever was found before")
    parser.add_argument("--sample", type=int, help="at most so many for each pattern, by chance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="+", help="ask these alone, and not all that judge")
    wanted = parser.parse_args()
    root = Path.cwd()
    (root / "mutants").mkdir(exist_ok=True)
    copy_src_dir()
    copy_also_copy_files()
    setup_source_paths()
    create_mutants(1)
    mutants = chosen(wanted)
    os.chdir(root / "mutants")
    settings = config()
    given = [*(wanted.tests or settings.pytest_add_cli_args_test_selection), *settings.pytest_add_cli_args]
    return int(pytest.main(["-q", "-s", "--rootdir=.", "--tb=native", *given], plugins=[Judge(mutants, root)]))


if __name__ == "__main__":
    sys.exit(main())
