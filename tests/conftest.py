"""Fault cases are counted: tests marked `fault` show what becomes of something that goes wrong outside of gristmill."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

MARK = "fault"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{MARK}: a server, a file or a database goes wrong")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how many there were and how many passed."""
    outcomes: Counter[str] = Counter()
    for outcome in ("passed", "failed", "error", "skipped"):
        reports = terminalreporter.stats.get(outcome, [])
        outcomes[outcome] = len({report.nodeid for report in reports if MARK in getattr(report, "keywords", {})})
    if total := sum(outcomes.values()):
        terminalreporter.write_line(f"fault cases: {outcomes['passed']} passed / {total} total")
