"""Run dbt projects from Python.

    >>> from gristmill.dbt import dbtRunner
    >>> result = dbtRunner().invoke(["build", "--project-dir", "models"])  # doctest: +SKIP
    >>> [(r.node.name, str(r.status)) for r in result.result]  # doctest: +SKIP
    [('stg_products', 'success'), ('not_null_stg_products_product_id', 'pass')]

The names are dbt's: code written for `dbt.cli.main` works with this module, and after `gristmill.dbt.install()` without a
change of its imports. Nothing here ends the process, and several invocations may run in one process, one after the other
or in threads.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gristmill import _core
from gristmill.dbt.errors import DbtUsageException, in_dbts_words
from gristmill.dbt.manifests import CatalogArtifact, Manifest
from gristmill.dbt.names import install
from gristmill.dbt.records import EventMsg, Record
from gristmill.dbt.results import RunExecutionResult, RunResult, freshness_of, operation_of, run_of
from gristmill.dbt.words import NodeStatus

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = [
    "CatalogArtifact",
    "DbtUsageException",
    "EventMsg",
    "Manifest",
    "NodeStatus",
    "Record",
    "RunExecutionResult",
    "RunResult",
    "dbtRunner",
    "dbtRunnerResult",
    "dbtUsageException",
    "install",
    "target_path",
    "target_schema",
]


# Its name before 1.5.
dbtUsageException = DbtUsageException  # noqa: N816


@dataclass
class dbtRunnerResult:
    """The outcome of one invocation.

    `result` is that of the command: `RunExecutionResult` of what runs nodes, `Manifest` of `parse`, `CatalogArtifact` of
    `docs generate`, `FreshnessResult`, `RunResultsArtifact` of `run-operation`, a list of texts of `ls`, a bool of `debug`.
    `exception` says why a command could not start or go on, as dbt's class of it; a node that failed is a result.
    """

    success: bool
    exception: BaseException | None = None
    result: Any = None


class dbtRunner:
    """Runs dbt's commands in this process.

    `manifest` is the result of an earlier `parse`, in place of which nothing is parsed: the project is run as it was then.
    `callbacks` get each event, with dbt's names: `event.info.name`, `event.data.node_info.unique_id`. What one of them
    raises stops the command, and is the exception of the outcome.

        >>> parsed = dbtRunner().invoke(["parse"])  # doctest: +SKIP
        >>> dbtRunner(manifest=parsed.result).invoke(["run"]).success  # doctest: +SKIP
        True
    """

    def __init__(self, manifest: Any = None, callbacks: Sequence[Callable[[Any], None]] | None = None) -> None:
        self.manifest = manifest
        self.callbacks: list[Callable[[Any], None]] = list(callbacks or [])

    def invoke(self, args: Sequence[str], **kwargs: Any) -> dbtRunnerResult:
        """Run one command. Keyword arguments are flags: `invoke(["run"], select=["a"], full_refresh=True)`."""
        argv = [*map(str, args), *_flags(kwargs)]
        # A manifest that was read from a file is no more than what is in it; the project is then parsed.
        parsed = self.manifest.parsed if isinstance(self.manifest, Manifest) else None
        try:
            told = _core.invoke(argv, [_told(callback) for callback in self.callbacks], parsed)
        except BaseException as raised:  # noqa: BLE001
            # Ctrl-C as well: it was waited for until the run had come to rest, and the caller decides what follows.
            return dbtRunnerResult(success=False, exception=in_dbts_words(raised))
        if "usage" in told:
            # Help is no error.
            failed = told["exit_code"] != 0
            return dbtRunnerResult(not failed, DbtUsageException(told["usage"]) if failed else None)
        exception = told.get("exception")
        if exception is not None:
            return dbtRunnerResult(success=False, exception=in_dbts_words(exception))
        return dbtRunnerResult(told["exit_code"] == 0, None, _result(told))


def _told(callback: Callable[[Any], None]) -> Callable[[str], None]:
    def tell(line: str) -> None:
        callback(EventMsg(json.loads(line)))

    return tell


def _flags(kwargs: dict[str, Any]) -> list[str]:
    """Keyword arguments as flags of the command line.

    >>> _flags({"select": ["a", "b"], "full_refresh": True, "vars": {"x": 1}, "use_colors": False})
    ['--select', 'a', 'b', '--full-refresh', '--vars', '{"x": 1}', '--no-use-colors']
    """
    flags: list[str] = []
    for name, value in kwargs.items():
        flag = "--" + name.replace("_", "-")
        if value is None or (value is False and name in _WITHOUT_OPPOSITE):
            continue
        if value is True:
            flags.append(flag)
        elif value is False:
            flags.append("--no" + flag[1:])
        elif isinstance(value, dict):
            flags += [flag, json.dumps(value)]
        elif isinstance(value, (list, tuple)):
            items = [str(item) for item in cast("Sequence[Any]", value)]
            flags += [flag, *items] if items else []
        else:
            flags += [flag, str(value)]
    return flags


# Flags that are given or not.
_WITHOUT_OPPOSITE = {
    *("full_refresh", "store_failures", "show", "static", "empty_catalog", "connection", "config_dir"),
    *("lock", "upgrade"),
}


def _result(told: dict[str, Any]) -> Any:
    command = told["command"]
    if command == "list":
        return json.loads(told["listing"])
    if command == "parse":
        return _parsed(told)
    if command == "generate":
        return _artifact(told, "catalog.json", CatalogArtifact)
    if command == "debug":
        return told["exit_code"] == 0
    # SQL that `show` sent as it is was parsed for no project: there is no node that could have a result.
    if command in {"clean", "deps", "init", "serve"} or (command == "show" and "parsed" not in told):
        return None
    made = {"freshness": freshness_of, "run-operation": operation_of}.get(command, run_of)
    return made(json.loads(told["results"]), float(told["elapsed"]), json.loads(told["args"]))


# From memory: with `--no-write-json` there is no file.
def _parsed(told: dict[str, Any]) -> Manifest:
    parsed: _core.Parsed = told["parsed"]
    return Manifest(json.loads(parsed.manifest_json()), parsed)


def _artifact(told: dict[str, Any], name: str, kind: type[CatalogArtifact]) -> CatalogArtifact | None:
    path = Path(told["target_path"]) / name
    return kind.read(path) if path.is_file() else None


def target_path(
    project_dir: str | os.PathLike[str], target: str | None = None, profiles_dir: str | os.PathLike[str] | None = None
) -> str:
    """The DuckDB file of a project's target, so that pipelines and models share one.

    >>> target_path("models")  # doctest: +SKIP
    '/home/me/shop/models/amazon.duckdb'
    """
    return _target(project_dir, target, profiles_dir)[0]


def target_schema(
    project_dir: str | os.PathLike[str], target: str | None = None, profiles_dir: str | os.PathLike[str] | None = None
) -> str:
    """The schema that a project's target builds in."""
    return _target(project_dir, target, profiles_dir)[1]


def _target(
    project_dir: str | os.PathLike[str], target: str | None, profiles_dir: str | os.PathLike[str] | None
) -> tuple[str, str]:
    return _core.target_of(os.fspath(project_dir), target, None if profiles_dir is None else os.fspath(profiles_dir))


def __getattr__(name: str) -> Any:
    # `dlt.dbt.package(...)` runs a project on a pipeline's dataset.
    if name in ("package", "get_venv", "DBTPackageRunner"):
        from gristmill.helpers import dbt

        return getattr(dbt, name)
    message = f"module `gristmill.dbt` has no attribute `{name}`"
    raise AttributeError(message)
