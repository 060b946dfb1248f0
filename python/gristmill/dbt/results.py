"""How nodes of a run ended: dbt's statuses and result types."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from gristmill.dbt.records import Record, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "REFABLE_NODE_TYPES",
    "FreshnessStatus",
    "NodeStatus",
    "NodeType",
    "RunExecutionResult",
    "RunResult",
    "RunStatus",
    "TestStatus",
    "result_of",
]


class Word(str, Enum):
    """A word that is its own text."""

    def __str__(self) -> str:
        return self.value


class NodeStatus(Word):
    """How a node ended; equal to dbt's words."""

    Success = "success"
    Error = "error"
    Fail = "fail"
    Warn = "warn"
    Skipped = "skipped"
    PartialSuccess = "partial success"
    Pass = "pass"
    RuntimeErr = "runtime error"
    NoOp = "no-op"


class RunStatus(Word):
    """How a model, a seed, a snapshot or an operation ended."""

    Success = NodeStatus.Success.value
    Error = NodeStatus.Error.value
    Skipped = NodeStatus.Skipped.value
    PartialSuccess = NodeStatus.PartialSuccess.value
    NoOp = NodeStatus.NoOp.value


class TestStatus(Word):
    """How a test ended."""

    __test__ = False

    Pass = NodeStatus.Pass.value
    Error = NodeStatus.Error.value
    Fail = NodeStatus.Fail.value
    Warn = NodeStatus.Warn.value
    Skipped = NodeStatus.Skipped.value


class FreshnessStatus(Word):
    """What was found of a source's age."""

    Pass = NodeStatus.Pass.value
    Warn = NodeStatus.Warn.value
    Error = NodeStatus.Error.value
    RuntimeErr = NodeStatus.RuntimeErr.value


class NodeType(Word):
    """What a resource of a project is."""

    Model = "model"
    Analysis = "analysis"
    Test = "test"
    Snapshot = "snapshot"
    Operation = "operation"
    Seed = "seed"
    RPCCall = "rpc"
    SqlOperation = "sql_operation"
    Documentation = "doc"
    Source = "source"
    Macro = "macro"
    Exposure = "exposure"
    Metric = "metric"
    Group = "group"
    SavedQuery = "saved_query"
    SemanticModel = "semantic_model"
    Unit = "unit_test"
    Fixture = "fixture"
    Function = "function"


REFABLE_NODE_TYPES = [NodeType.Model, NodeType.Seed, NodeType.Snapshot]
"""The resources that `ref()` names."""


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

    def to_dict(self) -> dict[str, Any]:
        """The results and the time, as plain values."""
        return {"results": [result.to_dict() for result in self.results], "elapsed_time": self.elapsed_time}


def result_of(entry: dict[str, Any]) -> RunResult:
    """One result of the core, as an object."""
    return RunResult(
        node=wrapped(entry["node"]),
        status=NodeStatus(entry["status"]),
        message=entry["message"],
        timing=wrapped(entry["timing"]),
        failures=entry["failures"],
        execution_time=entry["execution_time"],
        thread_id=entry["thread_id"],
        adapter_response=entry["adapter_response"],
        unique_id=entry["unique_id"],
        compiled_code=entry["compiled_code"],
        relation_name=entry["relation_name"],
    )
