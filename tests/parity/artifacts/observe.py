"""Runs the project, and lays its artifacts out as one value for each path of fields."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent / "project"
COMMANDS = [["seed"], ["build"], ["docs", "generate", "--exclude", "broken+"], ["source", "freshness"]]
# Which artifact is read after which command.
READ = {"build": ["manifest", "run_results"], "docs": ["catalog"], "source": ["sources"]}

# What changes from run to run, or is of the machine or of the program: that it is there, and its type, are compared.
VOLATILE = re.compile(
    r"(?:^|\.)(?:generated_at|invocation_id|invocation_started_at|created_at|started_at|completed_at|execution_time|elapsed_time"
    r"|thread_id|root_path|user_id|project_id|max_loaded_at|max_loaded_at_time_ago_in_s|snapshotted_at"
    r"|run_started_at|args\[(?:project_dir|profiles_dir|log_path)\])$"
)


def observe(executable: Sequence[str], workplace: Path) -> dict[str, Any]:
    """Each artifact by its name."""
    project = workplace / "project"
    shutil.copytree(PROJECT, project)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    observed: dict[str, Any] = {}
    for command in COMMANDS:
        subprocess.run(
            [*executable, *command, "--no-partial-parse"],
            cwd=project,
            env=kept | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"},
            capture_output=True,
            timeout=110,
            check=False,
        )
        for name in READ.get(command[0], []):
            observed[name] = json.loads((project / "target" / f"{name}.json").read_text("utf-8"))
    return observed


def fields(artifact: dict[str, Any]) -> dict[str, Any]:
    """The value at each path: `nodes[model.shop.orders].config.materialized`."""
    if isinstance(artifact.get("results"), list):
        artifact = artifact | {"results": {one["unique_id"]: one for one in artifact["results"]}}
    return dict(_fields(artifact, ""))


def _fields(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if VOLATILE.search(path):
        yield path, f"<{_kind(value)}>"
    elif isinstance(value, str) and path.endswith("compiled_code"):
        yield path, " ".join(value.split())
    elif isinstance(value, dict) and value:
        for key, entry in value.items():
            if _is_foreign(key):
                continue
            # Ids, names of columns and the like stand in brackets, fields of the format behind a dot.
            yield from _fields(entry, f"{path}[{key}]" if _is_name(path, key) else f"{path}.{key}".lstrip("."))
    elif isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        for index, entry in enumerate(value):
            yield from _fields(entry, f"{path}[{index}]")
    elif isinstance(value, list) and all(isinstance(one, str) for one in value):
        # What dbt gathers from sets has no order.
        yield path, sorted(one for one in value if not _is_foreign(one))
    else:
        yield path, value


def _is_foreign(key: str) -> bool:
    """Whether it is of the packages that come with the program: their macros are each program's own."""
    return key.startswith(("macro.dbt", "doc.dbt"))


def _is_name(path: str, key: str) -> bool:
    return "." in key or path.rpartition(".")[2] in {"columns", "args"} or path in {"nodes", "results", "selectors"}


def _kind(value: Any) -> str:
    return "number" if isinstance(value, (int, float)) else type(value).__name__


def differing(golden: dict[str, Any], ours: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The paths at which two artifacts differ, with dbt's value and ours; `...` where there is none."""
    paths = [*golden, *(path for path in ours if path not in golden)]
    pairs = {path: (golden.get(path, ...), ours.get(path, ...)) for path in paths}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}
