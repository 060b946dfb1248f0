"""dbt's words for how nodes end and what resources are; each is its own text."""

from __future__ import annotations

from enum import Enum

__all__ = ["REFABLE_NODE_TYPES", "FreshnessStatus", "NodeStatus", "NodeType", "RunStatus", "TestStatus"]


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
