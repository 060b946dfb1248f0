"""`python -m tests.parity.flags record` writes `golden.json` from the help of the real dbt beside `GRISTMILL_PEERS`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden.json"
COMMANDS = [
    "build",
    "clean",
    "clone",
    "compile",
    "debug",
    "deps",
    "docs generate",
    "docs serve",
    "ls",
    "list",
    "parse",
    "retry",
    "run",
    "run-operation",
    "seed",
    "show",
    "snapshot",
    "source freshness",
    "source snapshot-freshness",
    "test",
]

# Runs where dbt is: what each command declares, but for what its help hides.
LIST = """
import click, json
from dbt.cli.main import cli
found = {}
def walk(command, path):
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    found[" ".join(path)] = [flag for one in options for flag in one.opts + one.secondary_opts if flag.startswith("--")]
    for name, inner in getattr(command, "commands", {}).items():
        walk(inner, [*path, name])
walk(cli, [])
found["ls"] = found["list"]
print(json.dumps(found))
"""


def main() -> None:
    """Record."""
    told = subprocess.run(
        [os.environ["GRISTMILL_PEERS"], "-c", LIST], capture_output=True, text=True, check=True
    ).stdout
    named = json.loads(told)
    golden = {
        command: sorted(set(named[command]) - {"--help", "--version", "--deprecated-favor-state"})
        for command in COMMANDS
    }
    GOLDEN.write_text(json.dumps(golden, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
