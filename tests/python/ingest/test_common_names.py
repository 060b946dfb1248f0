"""The names that user code and orchestrators import from dlt are there, under both spellings, and are the same objects."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NAMES = (Path(__file__).parent / "common_names.txt").read_text("utf-8").split()


@pytest.fixture
def alias(monkeypatch: pytest.MonkeyPatch) -> None:
    from gristmill import alias

    before = {name for name in sys.modules if name == "dlt" or name.startswith("dlt.")}
    monkeypatch.setattr(sys, "meta_path", [alias.DltAlias(), *sys.meta_path])
    yield
    for name in [n for n in sys.modules if n == "dlt" or n.startswith("dlt.")]:
        if name not in before:
            del sys.modules[name]


def named(root: str, path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(f"{root}.{module}" if module else root), name)


@pytest.mark.parametrize("path", NAMES)
def test_name_is_there_under_both_spellings(path: str, alias: None) -> None:
    assert named("dlt", path) is named("gristmill", path)


def test_pendulum_is_the_library(alias: None) -> None:
    assert named("dlt", "common.pendulum") is importlib.import_module("pendulum")
    assert named("dlt", "common.pendulum.pendulum") is importlib.import_module("pendulum")


SCRIPT = """
import sys
import dlt
from dlt.common.pipeline import LoadInfo
from dlt.pipeline.pipeline import Pipeline
from dlt.common.schema import Schema

pipeline = dlt.pipeline("script", destination="duckdb", pipelines_dir="pipelines")
info = pipeline.run([{"id": 1}], table_name="rows")
assert isinstance(info, LoadInfo)
assert isinstance(pipeline, Pipeline)
assert isinstance(pipeline.default_schema, Schema)
print(pipeline.last_trace.last_normalize_info.row_counts["rows"], sys.argv[1:])
"""


@pytest.mark.parametrize("command", [["-m", "gristmill.exec"], ["-m", "gristmill", "exec"]], ids=["module", "command"])
def test_script_that_imports_dlt(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "script.py").write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [sys.executable, *command, "script.py", "a"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "1 ['a']"
