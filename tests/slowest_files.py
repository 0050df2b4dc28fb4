"""Says at the end of a long run which files took it, set-up and tear-down included."""

from __future__ import annotations

from collections import Counter

import pytest

SHOWN = 15
LEAST_S = 60.0
"""Shorter runs are not explained."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    spent: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport):
                spent[report.nodeid.split("::")[0]] += report.duration
    if (whole := sum(spent.values())) < LEAST_S:
        return
    terminalreporter.section(f"slowest files of {len(spent)}, {whole:.0f} s")
    for name, seconds in spent.most_common(SHOWN):
        terminalreporter.write_line(f"{seconds:7.1f} s  {name}")
