"""With CALLCENTER_REQUIRE_REAL_PARTS=1 a skipped test is a failure, and so is a real part that no test touched.

Tests of a real Rasa, and those of real recognisers, run only where the mark expression names them: the one takes
minutes to train and to start, the others half a gigabyte of libraries and models.
"""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

PARTS = ("asterisk", "browser", "postgres")
APART = ("rasa", "speech")
"""In no run that does not ask for them by name."""
WHOLE_RUN = "not heavy and (asterisk or browser or postgres)"
"""How `scripts/test` asks for all of them."""
_required = bool(os.environ.get("CALLCENTER_REQUIRE_REAL_PARTS"))
_passed: set[str] = set()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    apart = [part for part in APART if part not in config.getoption("markexpr", "")]
    left_out = [item for item in items if any(item.get_closest_marker(part) for part in apart)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    touched = {part for part in PARTS if item.get_closest_marker(part)}
    if report.when == "call" and report.passed:
        _passed.update(touched)
    if _required and report.skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was left out: {reason}"
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    whole = config.getoption("markexpr", "") == WHOLE_RUN and not config.getoption("keyword", "")
    if not _required or not whole or config.args_source is pytest.Config.ArgsSource.ARGS:
        return
    absent = [part for part in PARTS if part not in _passed]
    if absent:
        config.stash[_ABSENT] = absent
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


_ABSENT = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for part in config.stash.get(_ABSENT, []):
        terminalreporter.write_line(f"FAILED: no test with a real part passed for: {part}", red=True)
