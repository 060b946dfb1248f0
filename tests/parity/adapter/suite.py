"""The `conftest.py` of a run: what dbt's tests for adapters ask of `dbt.tests.util` is answered by gristmill, or by dbt itself.

GRISTMILL_PACKAGE names the folder that holds gristmill's package; without it, dbt runs.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["dbt.tests.fixtures.project"]


@pytest.fixture(scope="class")
def dbt_profile_target(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A database of its own for each class."""
    return {"type": "duckdb", "path": str(tmp_path_factory.mktemp("database") / "test.duckdb"), "threads": 4}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that the file `wanted` beside this one lists, where there is one."""
    path = config.rootpath / "wanted"
    if path.exists():
        wanted = set(path.read_text("utf-8").splitlines())
        items[:] = [item for item in items if item.nodeid.replace(".py::", ".", 1) in wanted]


def _answer_for_dbt(package: str) -> None:
    sys.path.insert(0, package)
    from dbt.tests import util  # pyright: ignore[reportMissingImports]

    from gristmill.dbt import dbtRunner

    exceptions = importlib.import_module("dbt.exceptions")
    common = importlib.import_module("dbt_common.exceptions")
    raised = {
        "project": exceptions.ParsingError,
        "compilation": common.CompilationError,
        "config": common.DbtRuntimeError,
        "database": common.DbtDatabaseError,
    }

    def run_dbt(args: list[Any] | None = None, expect_pass: bool | None = True, callbacks: Any = None) -> Any:
        words = [str(word) for word in (["run"] if args is None else args)]
        flags = importlib.import_module("dbt.flags").get_flags()
        for flag, name in (("--project-dir", "PROJECT_DIR"), ("--profiles-dir", "PROFILES_DIR")):
            place = getattr(flags, name, None)
            if place and flag not in words:
                words += [flag, str(place)]
        outcome = dbtRunner(callbacks=callbacks).invoke(words)
        if outcome.exception is not None:
            known = raised.get(getattr(outcome.exception, "kind", ""))
            raise known(str(outcome.exception)) if known else outcome.exception
        if expect_pass is not None:
            assert outcome.success == expect_pass, outcome.result
        return outcome.result

    def run_dbt_and_capture(args: list[Any] | None = None, expect_pass: bool | None = True) -> tuple[Any, str]:
        told = io.StringIO()
        with tempfile.TemporaryFile("w+") as file:
            sys.stdout.flush()
            stdout = os.dup(1)
            os.dup2(file.fileno(), 1)
            try:
                with contextlib.redirect_stdout(told):
                    result = run_dbt(args, expect_pass)
            finally:
                os.dup2(stdout, 1)
                os.close(stdout)
            file.seek(0)
            return result, told.getvalue() + file.read()

    def get_manifest(project_root: Any) -> Any:
        path = Path(project_root) / "target" / "manifest.json"
        if not path.exists():
            return None
        written = importlib.import_module("dbt.contracts.graph.manifest")
        return written.Manifest.from_writable_manifest(written.WritableManifest.read_and_check_versions(str(path)))

    util.run_dbt, util.run_dbt_and_capture, util.get_manifest = run_dbt, run_dbt_and_capture, get_manifest


if "GRISTMILL_PACKAGE" in os.environ:
    _answer_for_dbt(os.environ["GRISTMILL_PACKAGE"])
