"""What people read on the screen is in dbt's rhythm: the same lines for the same things, whatever the words of messages."""

from __future__ import annotations

import json
import re
import sys

import pytest

from .screens import COMMANDS, GOLDEN, observe

# Lines that begin so are of dbt's form; all others are words of messages, which are gristmill's own.
OF_DBTS_FORM = re.compile(
    r"exit |\d+ of \d+ |Running with|Registered adapter|Found |Concurrency|Finished|Completed|Done\.|Failure in|Warning in|"
    r"Nothing to do|Random sample|Checking |Cleaned |Compiled node|Previewing|Building catalog|Catalog written|Pulling|"
    r"\||    compiled code at|  Got \d|-----"
)

# Commands that dbt breaks off with a traceback of its own, or counts in another way, and why.
DIFFERENT = {
    "seed --show": "dbt ends in a traceback, because the hooks of the run have no rows",
    "show --inline select 1 as id, 'x' as name": "dbt counts the query among the nodes that it found",
    "show --inline select {{ no_such_macro() }}": "the same",
    "compile --inline select 1 as one": "the same",
    "ls": "dbt prints what it tells of itself between the lines of the list",
    "ls --select nothing_at_all": "the same",
    "build --fail-fast": "dbt counts what it skips as errors, too",
}


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    return observe([sys.executable, "-m", "gristmill"], tmp_path_factory.mktemp("screens"))


def rhythm(lines: list[str]) -> list[str]:
    """The lines of dbt's form. Which of several nodes comes first is free, and why one is skipped is told."""
    kept = [line for line in lines if OF_DBTS_FORM.match(line)]
    of_nodes = [re.sub(r"^\d+ of", "n of", line) for line in kept if re.match(r"\d+ of", line)]
    of_nodes = [re.sub(r"(SKIP \S+ \S+?)(: .*?)? \.+ ", r"\1 ", line) for line in of_nodes]
    others = [line for line in kept if not re.match(r"\d+ of", line)]
    # Failures are told in the order in which they came.
    told = sorted(line for line in others if line.startswith(("Failure", "Warning", "  ", "    ")))
    return [*(line for line in others if line not in told), *told, *sorted(of_nodes)]


@pytest.mark.parametrize("command", [" ".join(command) for command in COMMANDS])
def test_the_screen_of(command: str, observed: dict[str, list[str]]) -> None:
    golden = json.loads(GOLDEN.read_text("utf-8"))[command]
    ours = observed[command]
    assert not any("Traceback" in line for line in ours)
    if command in DIFFERENT:
        assert rhythm(ours) != rhythm(golden)
        return
    assert rhythm(ours) == rhythm(golden)
