"""What each command prints on the screen, without what changes from run to run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
GOLDEN = HERE / "golden.json"
PROJECT = HERE.parent / "events" / "project"
MACROS = HERE / "macros"

COMMANDS = [
    ["clean"],
    ["deps"],
    ["parse"],
    ["seed"],
    ["seed", "--show"],
    ["run"],
    ["run", "--select", "stg"],
    ["run", "--select", "nothing_at_all"],
    ["test"],
    ["snapshot"],
    ["build"],
    ["retry"],
    ["build", "--fail-fast"],
    ["compile", "--select", "stg"],
    ["compile", "--select", "stg mart", "single"],
    ["compile", "--select", "mart", "stg", "raw"],
    ["compile", "--select", "raw", "--output", "json"],
    ["compile", "--inline", "select 1 as one"],
    ["compile", "--inline", "select * from {{ ref('no_such_model') }}"],
    ["compile", "--select", "nothing_at_all"],
    ["compile"],
    ["show", "--select", "stg"],
    ["show", "--inline", "select 1 as id, 'x' as name"],
    ["show", "--inline", "select * from {{ source('no', 'table') }}"],
    ["show", "--inline", "select {{ no_such_macro() }}"],
    ["show", "--inline-direct", "select 1 as a, 'x' as \"{{ name }}\"; -- as it is"],
    ["show", "--inline-direct", "select range as n from range(9)", "--limit", "2"],
    ["show", "--inline-direct", "select range as n from range(9)", "--limit", "0"],
    ["show", "--inline-direct", "select range as n from range(9)", "--limit", "1", "--output", "json"],
    ["show", "--inline-direct", "select nope"],
    ["show", "--select", "stg", "--output", "json"],
    ["show", "--select", "models/stg.sql", "mart"],
    ["show", "--select", "tag:none", "stg"],
    ["show", "--exclude", "broken"],
    ["show", "--select", "nothing_at_all"],
    ["ls"],
    ["ls", "--select", "nothing_at_all"],
    ["source", "freshness"],
    ["source", "freshness", "--vars", "days: 2"],
    ["run-operation", "no_such_macro"],
    ["run-operation", "drawn"],
    ["docs", "generate"],
    ["docs", "generate", "--select", "nothing_at_all"],
    ["run", "--quiet"],
    ["--quiet", "compile", "--select", "stg"],
    ["--quiet", "compile", "--inline", "select 1 as one"],
    ["--quiet", "show", "--select", "stg", "--limit", "1"],
]

# What is measured, and what is of this machine.
MASKED = [
    (r"\x1b\[\d*m", ""),
    (r"(?m)^\d\d:\d\d:\d\d(\.\d+)?  ?", ""),
    (r"\bin \d+\.\d+s\]", "in <time>]"),
    (r"in \d+ hours \d+ minutes and \d+\.\d+ seconds \(\d+\.\d+s\)", "in <time>"),
    (r"Running with \S+=.*", "Running with <version>"),
    (r"\d+ macros", "<some> macros"),
    (r"(?<=[ \n])/\S*/(target|models|logs)", r"<project>/\1"),
    (r"/\S*/site-packages", "<packages>"),
]


def observe(executable: Sequence[str], workplace: Path) -> dict[str, list[str]]:
    """The lines of each command's screen, one command after the other in one project."""
    project = workplace / "project"
    shutil.copytree(PROJECT, project)
    shutil.copytree(MACROS, project / "macros")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "GRISTMILL_"))}
    # Tables are drawn in the form of the locale.
    environment = kept | {
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    observed: dict[str, list[str]] = {}
    for command in COMMANDS:
        words = [*executable, *command, "--threads", "1"] if command[0] in RUNNING else [*executable, *command]
        done = subprocess.run(words, cwd=project, env=environment, capture_output=True, text=True, check=False)
        text = done.stdout
        for pattern, stand_in in MASKED:
            text = re.sub(pattern, stand_in, text)
        observed[" ".join(command)] = [f"exit {done.returncode}", *(line.rstrip() for line in text.splitlines())]
    return observed


RUNNING = {"seed", "run", "test", "snapshot", "build", "compile", "retry", "run-operation"}
