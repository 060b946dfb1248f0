"""Run dbt projects from Python.

    >>> from gristmill.dbt import dbtRunner
    >>> result = dbtRunner().invoke(["build", "--project-dir", "models"])  # doctest: +SKIP
    >>> [(r.node.name, str(r.status)) for r in result.result]  # doctest: +SKIP
    [('stg_products', 'success'), ('not_null_stg_products_product_id', 'pass')]

The names are dbt's: code written for `dbt.cli.main` works with this module. Nothing here ends the process, and several
invocations may run in one process, one after the other or in threads.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, cast

from gristmill import _core

__all__ = [
    "NodeStatus",
    "Record",
    "RunExecutionResult",
    "RunResult",
    "dbtRunner",
    "dbtRunnerResult",
    "dbtUsageException",
    "target_path",
    "target_schema",
]


class NodeStatus(str, Enum):
    """How a node ended; equal to dbt's words."""

    Success = "success"
    Error = "error"
    Fail = "fail"
    Warn = "warn"
    Skipped = "skipped"
    Pass = "pass"
    NoOp = "no-op"

    def __str__(self) -> str:
        return self.value


class dbtUsageException(Exception):
    """The arguments are not of the form that a command takes."""


class Record(Mapping[str, Any]):
    """A JSON object whose entries are attributes as well.

    >>> record = Record({"name": "a", "config": {"materialized": "table"}})
    >>> record.config.materialized, record["name"]
    ('table', 'a')
    """

    __slots__ = ("_entries",)

    def __init__(self, entries: dict[str, Any]) -> None:
        self._entries = entries

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return _wrapped(self._entries[name])
        except KeyError:
            raise AttributeError(f"this has no `{name}`; it has {', '.join(self._entries)}") from None

    def __getitem__(self, key: str) -> Any:
        return _wrapped(self._entries[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Record({self._entries!r})"

    def to_dict(self) -> dict[str, Any]:
        """The plain dict."""
        return self._entries


def _wrapped(value: Any) -> Any:
    if isinstance(value, dict):
        return Record(cast("dict[str, Any]", value))
    if isinstance(value, list):
        return [_wrapped(item) for item in cast("list[Any]", value)]
    return value


@dataclass
class RunResult:
    """How one node of a run ended."""

    node: Any
    status: NodeStatus
    message: str | None
    timing: list[Any]
    failures: int | None
    execution_time: float
    thread_id: str
    adapter_response: dict[str, Any]
    unique_id: str
    compiled_code: str | None = None
    relation_name: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The entry of `run_results.json`, with the node."""
        told = dict(self.__dict__)
        told["node"] = self.node.to_dict() if isinstance(self.node, Record) else self.node
        told["status"] = str(self.status)
        told["timing"] = [timing.to_dict() if isinstance(timing, Record) else timing for timing in self.timing]
        return told


@dataclass
class RunExecutionResult:
    """The results of a run, in the order in which the nodes ended."""

    results: list[RunResult] = field(default_factory=list[RunResult])
    elapsed_time: float = 0.0

    def __iter__(self) -> Iterator[RunResult]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, index: int) -> RunResult:
        return self.results[index]


@dataclass
class dbtRunnerResult:
    """The outcome of one invocation: `result` depends on the command."""

    success: bool
    exception: BaseException | None = None
    result: Any = None


class dbtRunner:
    """Runs dbt's commands in this process.

    `callbacks` get each event, with dbt's names: `event.info.name`, `event.data.node_info.unique_id`.
    """

    def __init__(self, manifest: Any = None, callbacks: Sequence[Callable[[Any], None]] | None = None) -> None:
        # A manifest that is handed over spares dbt a parse; here a parse is quick, and always right.
        self.manifest = manifest
        self.callbacks: list[Callable[[Any], None]] = list(callbacks or [])

    def invoke(self, args: Sequence[str], **kwargs: Any) -> dbtRunnerResult:
        """Run one command. Keyword arguments are flags: `invoke(["run"], select=["a"], full_refresh=True)`."""
        argv = [*map(str, args), *_flags(kwargs)]
        told = _core.invoke(argv, [_told(callback) for callback in self.callbacks])
        if "usage" in told:
            # Help is no error.
            failed = told["exit_code"] != 0
            return dbtRunnerResult(not failed, dbtUsageException(told["usage"]) if failed else None)
        exception = told.get("exception")
        if exception is not None:
            return dbtRunnerResult(success=False, exception=exception)
        return dbtRunnerResult(told["exit_code"] == 0, None, _result(told))


def _told(callback: Callable[[Any], None]) -> Callable[[str], None]:
    def tell(line: str) -> None:
        callback(Record(json.loads(line)))

    return tell


def _flags(kwargs: dict[str, Any]) -> list[str]:
    """Keyword arguments as flags of the command line.

    >>> _flags({"select": ["a", "b"], "full_refresh": True, "vars": {"x": 1}})
    ['--select', 'a', 'b', '--full-refresh', '--vars', '{"x": 1}']
    """
    flags: list[str] = []
    for name, value in kwargs.items():
        flag = "--" + name.replace("_", "-")
        if value is None or value is False:
            continue
        if value is True:
            flags.append(flag)
        elif isinstance(value, dict):
            flags += [flag, json.dumps(value)]
        elif isinstance(value, (list, tuple)):
            items = [str(item) for item in cast("Sequence[Any]", value)]
            flags += [flag, *items] if items else []
        else:
            flags += [flag, str(value)]
    return flags


def _result(told: dict[str, Any]) -> Any:
    command = told["command"]
    if command == "list":
        return json.loads(told["listing"])
    if command == "parse":
        return _artifact(told, "manifest.json")
    if command == "generate":
        return _artifact(told, "catalog.json")
    if command in {"debug", "clean"}:
        return True
    results = [_run_result(result) for result in json.loads(told["results"])]
    return RunExecutionResult(results, float(told["elapsed"]))


def _artifact(told: dict[str, Any], name: str) -> Record | None:
    path = Path(told["target_path"]) / name
    return Record(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def _run_result(entry: dict[str, Any]) -> RunResult:
    return RunResult(
        node=_wrapped(entry["node"]),
        status=NodeStatus(entry["status"]),
        message=entry["message"],
        timing=_wrapped(entry["timing"]),
        failures=entry["failures"],
        execution_time=entry["execution_time"],
        thread_id=entry["thread_id"],
        adapter_response=entry["adapter_response"],
        unique_id=entry["unique_id"],
        compiled_code=entry["compiled_code"],
        relation_name=entry["relation_name"],
    )


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
