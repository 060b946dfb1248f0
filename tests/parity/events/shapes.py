"""What is compared of a log: for each node its events in order; for each kind of event its code, level and fields."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent / "project"
GOLDEN = Path(__file__).parent / "golden.json"
COMMANDS = [
    ["build"],
    ["run", "--select", "nothing_of_this_name"],
    ["compile", "--select", "stg"],
    ["show", "--select", "stg", "--output", "json"],
    ["ls", "--select", "stg", "--output", "json", "--output-keys", "unique_id"],
    ["source", "freshness"],
]
# Events of dbt's own insides: its connections, its parser, its process. And SQL that macros write is told in its way.
INSIDES = {
    "Formatting",
    "ArtifactWritten",
    "CatchableExceptionOnRun",
    "CommandCompleted",
    "EndRunResult",
    "FlushEvents",
    "FreshnessCheckComplete",
    "JinjaLogDebug",
    "MainReportArgs",
    "Note",
    "PartialParsingEnabled",
    "PartialParsingNotEnabled",
    "ResourceReport",
    "StateCheckVarsHash",
    "UnableToPartialParse",
    "WritingInjectedSQLForNode",
}


def observe(executable: Sequence[str], workplace: Path) -> dict[str, Any]:
    """Run each command, and keep what is compared of its log."""
    project = workplace / "project"
    shutil.copytree(PROJECT, project)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    environment = kept | {"DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    observed: dict[str, Any] = {}
    for command in COMMANDS:
        done = subprocess.run(
            [
                *executable,
                "--log-format",
                "json",
                "--log-level",
                "debug",
                "--no-use-colors",
                "--no-partial-parse",
                *command,
            ],
            cwd=project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        events = [json.loads(line) for line in done.stdout.splitlines()]
        observed[" ".join(command)] = {"exit": done.returncode, **_kept(events)}
    return observed


def _kept(events: list[dict[str, Any]]) -> dict[str, Any]:
    nodes: dict[str, list[str]] = {}
    kinds: dict[str, Any] = {}
    for event in events:
        info, data = event["info"], event["data"]
        if _is_inside(info):
            continue
        node = data.get("node_info", {})
        told = nodes.setdefault(node.get("unique_id") or data.get("unique_id") or "command", [])
        # dbt forgets the status in the `node_info` of a unit test's result; it tells it beside.
        status = data["status"] if info["name"] == "LogTestResult" else node.get("node_status")
        told.append(" ".join(filter(None, [info["name"], status])))
        kind = f"{info['name']} {node.get('resource_type', '')} {data.get('status', '')}".strip()
        kinds.setdefault(kind, {"code": info["code"], "level": info["level"], "data": _shape(data)})
        assert _shape(info) == _shape(_INFO), info
    # Side by side in dbt: what is skipped is marked by the thread that gathers results.
    marked = {name: sorted(told) if any("Skip" in one for one in told) else told for name, told in nodes.items()}
    return {"nodes": dict(sorted(marked.items())), "kinds": dict(sorted(kinds.items()))}


_INFO = {
    "category": "",
    "code": "",
    "extra": {},
    "invocation_id": "",
    "level": "",
    "msg": "",
    "name": "",
    "pid": 1,
    "thread": "",
    "ts": "",
}


def _is_inside(info: dict[str, Any]) -> bool:
    adapters = info["code"].startswith("E") and info["name"] not in {"AdapterRegistered", "FinishedRunningStats"}
    return adapters or info["name"] in INSIDES


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        # What an adapter answers is its own.
        if "adapter_response" in value:
            value = value | {"adapter_response": {}}
        # The whole config of a snapshot, which nobody reads from a log.
        if "cfg" in value:
            value = value | {"cfg": {}}
        return {name: _shape(entry) for name, entry in sorted(value.items())}
    if isinstance(value, list):
        return [_shape(entry) for entry in value[:1]]
    if isinstance(value, bool):
        return "bool"
    return "number" if isinstance(value, (int, float)) else type(value).__name__
