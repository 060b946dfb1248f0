"""What a command comes to: dbt's result types, one for each kind of command."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gristmill.dbt.manifests import Metadata
from gristmill.dbt.nodes import resource
from gristmill.dbt.records import each, moment, plain
from gristmill.dbt.tables import Table, table_of
from gristmill.dbt.words import FreshnessStatus, NodeStatus, NodeType, RunStatus, TestStatus

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = [
    "BatchResults",
    "ExecutionResult",
    "FreshnessResult",
    "NodeResult",
    "PartialSourceFreshnessResult",
    "RunExecutionResult",
    "RunResult",
    "RunResultOutput",
    "RunResultsArtifact",
    "SourceFreshnessResult",
    "TimingInfo",
    "freshness_of",
    "operation_of",
    "run_of",
]


class Fields:
    """A dataclass that becomes plain values, without what is not shown."""

    def to_dict(self, omit_none: bool = False) -> dict[str, Any]:
        """The fields in the words of JSON; without those that are None, if that is asked for."""
        found = ((name.name, _plain(getattr(self, name.name))) for name in fields(self) if name.repr)  # pyright: ignore[reportArgumentType]
        return {name: value for name, value in found if not (omit_none and value is None)}


def _plain(value: Any) -> Any:
    if isinstance(value, Fields):
        return value.to_dict()
    if isinstance(value, Table):
        return None
    return [_plain(item) for item in value] if isinstance(value, list) else plain(value)  # pyright: ignore[reportUnknownVariableType]


@dataclass
class TimingInfo(Fields):
    """When a step of a node (`compile`, `execute`) began and ended, in UTC."""

    name: str
    started_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass
class BatchResults(Fields):
    """The batches of a microbatch model, as pairs of times."""

    successful: list[tuple[datetime, datetime]] = field(default_factory=list[tuple[datetime, datetime]])
    failed: list[tuple[datetime, datetime]] = field(default_factory=list[tuple[datetime, datetime]])


@dataclass
class BaseResult(Fields):
    """How something ended."""

    status: NodeStatus | RunStatus | TestStatus | FreshnessStatus
    timing: list[TimingInfo]
    thread_id: str
    execution_time: float
    adapter_response: dict[str, Any]
    message: str | None
    failures: int | None


@dataclass
class NodeResult(BaseResult):
    """How a node ended."""

    node: Any

    @property
    def skipped(self) -> bool:
        """Whether it was not run."""
        return False


@dataclass
class RunResult(NodeResult):
    """How one node of a run ended; `agate_table` has the rows of `show`."""

    agate_table: Table | None = None
    batch_results: BatchResults | None = None
    # Of `run_results.json`, for whoever has no need of the node.
    unique_id: str = field(default="", repr=False)
    compiled_code: str | None = field(default=None, repr=False)
    relation_name: str | None = field(default=None, repr=False)

    @property
    def skipped(self) -> bool:
        """Whether it was not run."""
        return self.status == RunStatus.Skipped


@dataclass
class PartialSourceFreshnessResult(NodeResult):
    """A source whose age could not be found."""


@dataclass
class SourceFreshnessResult(NodeResult):
    """The age of a source in seconds: of its newest row, when that was asked."""

    max_loaded_at: datetime
    snapshotted_at: datetime
    age: float


@dataclass
class RunResultOutput(BaseResult):
    """An entry of `run_results.json`."""

    unique_id: str
    compiled: bool | None
    compiled_code: str | None
    relation_name: str | None
    batch_results: BatchResults | None = None


@dataclass
class ExecutionResult(Fields):
    """The results of a command, in the order in which the nodes ended."""

    results: list[Any] = field(default_factory=list[Any])
    elapsed_time: float = 0.0

    def __iter__(self) -> Iterator[Any]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, index: int) -> Any:
        return self.results[index]


@dataclass
class RunExecutionResult(ExecutionResult):
    """The results of a run, with the arguments of the command."""

    args: dict[str, Any] = field(default_factory=dict[str, Any])
    generated_at: datetime = field(default_factory=lambda: moment(_now()))


@dataclass
class FreshnessResult(ExecutionResult):
    """The ages of sources."""

    metadata: Any = None


@dataclass
class RunResultsArtifact(ExecutionResult):
    """`run_results.json`, which is what `run-operation` gives."""

    metadata: Any = None
    args: dict[str, Any] = field(default_factory=dict[str, Any])

    @classmethod
    def read_and_check_versions(cls, path: str | os.PathLike[str]) -> RunResultsArtifact:
        """The results that an earlier command left in a file."""
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        results = [_output(entry, RunStatus) for entry in document["results"]]
        return cls(results, document["elapsed_time"], RunResultsMetadata(document["metadata"]), document["args"])

    read = read_and_check_versions


class RunResultsMetadata(Metadata):
    """When and by what results were made."""

    __slots__ = ()


class FreshnessMetadata(Metadata):
    """When and by what ages were found."""

    __slots__ = ()


def run_of(entries: list[dict[str, Any]], elapsed: float, args: dict[str, Any]) -> RunExecutionResult:
    """What a run came to, of the core's JSON."""
    return RunExecutionResult([_ran(entry) for entry in entries], elapsed, args)


def operation_of(entries: list[dict[str, Any]], elapsed: float, args: dict[str, Any]) -> RunResultsArtifact:
    """What `run-operation` came to."""
    results = [_output(entry, RunStatus) for entry in entries]
    return RunResultsArtifact(results, elapsed, RunResultsMetadata(_metadata("run-results/v6", args)), args)


def freshness_of(entries: list[dict[str, Any]], elapsed: float, args: dict[str, Any]) -> FreshnessResult:
    """What `source freshness` came to."""
    return FreshnessResult(
        [_aged(entry) for entry in entries], elapsed, FreshnessMetadata(_metadata("sources/v3", args))
    )


def _metadata(schema: str, args: dict[str, Any]) -> dict[str, Any]:
    from gristmill import _core

    return {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{schema}.json",
        "dbt_version": _core.DBT_VERSION,
        "generated_at": _now(),
        "invocation_id": args.get("invocation_id"),
    }


def _now() -> str:
    from datetime import UTC

    return datetime.now(UTC).isoformat()


def _status(word: str, kind: type[RunStatus | TestStatus | FreshnessStatus]) -> Any:
    # A test that was only compiled has succeeded, as a model has.
    fitting = (one for one in (kind, RunStatus) if word in set(one))
    return next(fitting, NodeStatus)(word)


def _base(entry: dict[str, Any], kind: type[RunStatus | TestStatus | FreshnessStatus]) -> dict[str, Any]:
    timing = [
        TimingInfo(step["name"], moment(step["started_at"]), moment(step["completed_at"])) for step in entry["timing"]
    ]
    return {
        "status": _status(entry["status"], kind),
        "timing": timing,
        **{name: entry[name] for name in ("thread_id", "execution_time", "adapter_response", "message", "failures")},
    }


def _ran(entry: dict[str, Any]) -> RunResult:
    node = entry["node"]
    if node and entry["compiled_code"] is not None:
        node |= {"compiled": True, "compiled_code": entry["compiled_code"]}
    is_test = bool(node) and node["resource_type"] in (NodeType.Test, NodeType.Unit)
    return RunResult(
        **_base(entry, TestStatus if is_test else RunStatus),
        node=resource(node),
        agate_table=table_of(entry.get("shown")),
        batch_results=_batches(entry["batch_results"]),
        unique_id=entry["unique_id"],
        compiled_code=entry["compiled_code"],
        relation_name=entry["relation_name"],
    )


def _output(entry: dict[str, Any], kind: type[RunStatus]) -> RunResultOutput:
    named = {name: entry[name] for name in ("unique_id", "compiled", "compiled_code", "relation_name")}
    return RunResultOutput(**_base(entry, kind), **named, batch_results=_batches(entry.get("batch_results")))


def _aged(entry: dict[str, Any]) -> SourceFreshnessResult | PartialSourceFreshnessResult:
    told = _base(entry, FreshnessStatus) | {"node": resource(entry["node"])}
    if "newest" not in entry:
        told["status"] = FreshnessStatus.RuntimeErr
        return PartialSourceFreshnessResult(**told)
    newest, asked = map(_in_utc, entry["newest"])
    return SourceFreshnessResult(
        **told, max_loaded_at=newest, snapshotted_at=asked, age=(asked - newest).total_seconds()
    )


# dbt keeps the zone of these.
def _in_utc(text: str) -> datetime:
    from datetime import UTC

    return moment(text).replace(tzinfo=UTC)


def _batches(stored: dict[str, Any] | None) -> BatchResults | None:
    if stored is None:
        return None
    pairs = each(lambda pair: tuple(map(datetime.fromisoformat, pair)))
    return BatchResults(pairs(stored["successful"]), pairs(stored["failed"]))
