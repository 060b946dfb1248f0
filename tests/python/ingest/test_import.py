"""`import gristmill` costs next to nothing: no file but its own, no environment, no thread, nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

PROBE = """
import sys, os, json, threading, time
opened, environment = [], []
def hook(event, args):
    if event == "open" and isinstance(args[0], str):
        opened.append(args[0])
class Watched(dict):
    def get(self, key, default=None):
        environment.append(key)
        return default
    def __getitem__(self, key):
        environment.append(key)
        raise KeyError(key)
sys.addaudithook(hook)
before = set(sys.modules)
os.environ = Watched()
started = time.process_time()
import gristmill
spent = time.process_time() - started
print(json.dumps({
    "opened": opened, "environment": environment, "threads": threading.active_count(),
    "modules": sorted(set(sys.modules) - before), "cpu": spent,
}))
"""


def probed(code: str = PROBE) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_nothing_is_opened_read_or_started() -> None:
    found = probed()
    assert [p for p in found["opened"] if not p.endswith((".py", ".pyc"))] == []
    assert found["environment"] == []
    assert found["threads"] == 1


def test_nothing_heavy_is_imported() -> None:
    found = probed()
    heavy = {"duckdb", "pandas", "polars", "pyarrow", "pydantic", "asyncio", "inspect", "logging"}
    assert heavy.isdisjoint(found["modules"])
    assert found["cpu"] < 0.06


def test_all_names_are_there() -> None:
    import gristmill

    assert [name for name in gristmill.__all__ if not hasattr(gristmill, name)] == []


def test_pipeline_is_a_function_and_a_module() -> None:
    import gristmill as dlt
    from gristmill.pipeline.pipeline import Pipeline

    assert isinstance(dlt.pipeline("both"), Pipeline)
    assert dlt.pipeline("both").pipeline_name == "both"
