"""What a project is made of, under dbt's names: `ModelNode`, `SourceDefinition`, `Exposure` and their parts."""

from __future__ import annotations

from typing import Any, ClassVar

from gristmill.dbt.records import Part, Typed, as_it_is, each, moment, one
from gristmill.dbt.words import REFABLE_NODE_TYPES, NodeType

__all__ = ["RESOURCES", "ManifestNode", "Node", "resource"]

# The types that differ in their names only.
_BY_NAME: dict[str, type[Any]] = {}

# The config of dbt; anything else is the project's own.
_KNOWN = frozenset(
    (
        *("enabled", "alias", "schema", "database", "tags", "meta", "group", "static_analysis", "materialized"),
        *("incremental_strategy", "batch_size", "lookback", "begin", "persist_docs", "post-hook", "pre-hook"),
        *("quoting", "column_types", "full_refresh", "unique_key", "on_schema_change"),
        *("on_configuration_change", "grants", "packages", "docs", "contract", "event_time"),
        *("concurrent_batches", "access", "freshness", "delimiter", "quote_columns", "strategy"),
        *("target_schema", "target_database", "updated_at", "check_cols", "snapshot_meta_column_names"),
        *("hard_deletes", "dbt_valid_to_current", "invalidate_hard_deletes", "severity", "store_failures"),
        *("store_failures_as", "where", "limit", "fail_calc", "warn_if", "error_if", "loaded_at_field"),
        *("loaded_at_query", "cache", "export_as", "schema_name"),
    )
)


class FileHash(Typed):
    """The hash of a file's text."""

    __slots__ = ()


class Docs(Typed):
    """Whether and how a node is shown in the documents."""

    __slots__ = ()


class ContractConfig(Typed):
    """Whether a contract is enforced."""

    __slots__ = ()


class Contract(ContractConfig):
    """The contract of a node, with the checksum of its columns."""

    __slots__ = ()


class DependsOn(Typed):
    """What a node depends on: `macros` and `nodes`, by unique id."""

    __slots__ = ()


class RefArgs(Typed):
    """The arguments of a `ref()`."""

    __slots__ = ()


class ColumnInfo(Typed):
    """What a properties file says of a column."""

    __slots__ = ()

    parts: ClassVar[dict[str, Part]] = {"meta": as_it_is}


class TestMetadata(Typed):
    """The generic test that a test is of, with its arguments."""

    __test__ = False
    __slots__ = ()

    parts: ClassVar[dict[str, Part]] = {"kwargs": as_it_is}


class Owner(Typed):
    """Who answers for a group or an exposure."""

    __slots__ = ()


class Time(Typed):
    """A count of periods."""

    __slots__ = ()


class FreshnessThreshold(Typed):
    """When a source is too old."""

    __slots__ = ()

    parts: ClassVar[dict[str, Part]] = {"warn_after": one(Time), "error_after": one(Time)}


class Quoting(Typed):
    """Which parts of a relation's name are quoted."""

    __slots__ = ()


class Hook(Typed):
    """SQL that runs before or after a node."""

    __slots__ = ()


class NodeConfig(Typed):
    """The config of a node: attributes, `config["materialized"]` and `config.get("materialized")`."""

    __slots__ = ()

    parts: ClassVar[dict[str, Part]] = {
        "contract": one(ContractConfig),
        "docs": one(Docs),
        "meta": as_it_is,
        "grants": as_it_is,
        "persist_docs": as_it_is,
        "column_types": as_it_is,
        "quoting": as_it_is,
    }

    @property
    def post_hook(self) -> list[Hook]:
        """What runs after the node."""
        return each(one(Hook))(self.get("post-hook", []))

    @property
    def pre_hook(self) -> list[Hook]:
        """What runs before the node."""
        return each(one(Hook))(self.get("pre-hook", []))

    @property
    def extra(self) -> dict[str, Any]:
        """The project's own entries."""
        return {name: value for name, value in self.items() if name not in _KNOWN}


# Under its name in this module, where a pickle looks for it.
def _config(name: str) -> type[NodeConfig]:
    if name == NodeConfig.__name__:
        return NodeConfig
    if name not in _BY_NAME:
        _BY_NAME[name] = type(
            name, (NodeConfig,), {"__slots__": (), "__doc__": NodeConfig.__doc__, "__module__": __name__}
        )
    return _BY_NAME[name]


class Node(Typed):
    """A resource of a project, as in `manifest.json`, with the properties that dbt's own types have."""

    __slots__ = ()

    parts: ClassVar[dict[str, Part]] = {
        "resource_type": NodeType,
        "checksum": one(FileHash),
        "docs": one(Docs),
        "contract": one(Contract),
        "depends_on": one(DependsOn),
        "refs": each(one(RefArgs)),
        "columns": each(one(ColumnInfo)),
        "test_metadata": one(TestMetadata),
        "owner": one(Owner),
        "freshness": one(FreshnessThreshold),
        "quoting": one(Quoting),
        "config": one(NodeConfig),
        "deprecation_date": moment,
        "meta": as_it_is,
        "source_meta": as_it_is,
        "unrendered_config": as_it_is,
        "config_call_dict": as_it_is,
        "unrendered_config_call_dict": as_it_is,
    }

    @property
    def depends_on_nodes(self) -> list[str]:
        """The nodes that it depends on, by unique id."""
        return self.get("depends_on", {}).get("nodes", [])

    @property
    def depends_on_macros(self) -> list[str]:
        """The macros that it depends on, by unique id."""
        return self.get("depends_on", {}).get("macros", [])

    @property
    def file_id(self) -> str:
        """Its file: `shop://models/orders.sql`."""
        return f"{self['package_name']}://{self['original_file_path']}"

    @property
    def search_name(self) -> str:
        """Its name as selectors know it, with the version if it has one."""
        version = self.get("version")
        if self["resource_type"] == NodeType.Source:
            return f"{self['source_name']}.{self['name']}"
        return self["name"] if version is None else f"{self['name']}.v{version}"

    @property
    def is_refable(self) -> bool:
        """Whether `ref()` can name it."""
        return self["resource_type"] in REFABLE_NODE_TYPES

    @property
    def is_relational(self) -> bool:
        """Whether it is a table or a view of the database."""
        return self["resource_type"] in REFABLE_NODE_TYPES

    @property
    def is_ephemeral(self) -> bool:
        """Whether it is a part of others and no relation."""
        return self.get("config", {}).get("materialized") == "ephemeral"

    @property
    def is_ephemeral_model(self) -> bool:
        """Whether it is an ephemeral model."""
        return self["resource_type"] == NodeType.Model and self.is_ephemeral

    @property
    def is_versioned(self) -> bool:
        """Whether it is a version of a model."""
        return self.get("version") is not None

    @property
    def is_latest_version(self) -> bool:
        """Whether it is the version that a `ref()` without one means."""
        return self.is_versioned and self["version"] == self.get("latest_version")

    @property
    def identifier(self) -> str:
        """Its name in the database."""
        return self.get("identifier") or self["alias"]

    @property
    def has_freshness(self) -> bool:
        """Whether a source says how fresh it should be."""
        return bool(self.get("freshness"))

    @property
    def should_store_failures(self) -> bool:
        """Whether the rows that a test finds are kept."""
        return bool(self.get("config", {}).get("store_failures"))


ManifestNode = Node


def _kind(name: str, config: str) -> type[Node]:
    parts = Node.parts | {"config": one(_config(config))}
    return type(name, (Node,), {"__slots__": (), "parts": parts, "__doc__": Node.__doc__, "__module__": __name__})


GenericTestNode = _kind("GenericTestNode", "TestConfig")
RESOURCES: dict[str, type[Node]] = {
    NodeType.Model: _kind("ModelNode", "ModelConfig"),
    NodeType.Seed: _kind("SeedNode", "SeedConfig"),
    NodeType.Snapshot: _kind("SnapshotNode", "SnapshotConfig"),
    NodeType.Analysis: _kind("AnalysisNode", "NodeConfig"),
    NodeType.Operation: _kind("HookNode", "NodeConfig"),
    NodeType.Test: _kind("SingularTestNode", "TestConfig"),
    NodeType.SqlOperation: _kind("SqlNode", "NodeConfig"),
    NodeType.Source: _kind("SourceDefinition", "SourceConfig"),
    NodeType.Exposure: _kind("Exposure", "ExposureConfig"),
    NodeType.Metric: _kind("Metric", "MetricConfig"),
    NodeType.SemanticModel: _kind("SemanticModel", "SemanticModelConfig"),
    NodeType.SavedQuery: _kind("SavedQuery", "SavedQueryConfig"),
    NodeType.Unit: _kind("UnitTestDefinition", "UnitTestConfig"),
    NodeType.Function: _kind("FunctionNode", "FunctionConfig"),
    NodeType.Macro: _kind("Macro", "MacroConfig"),
    NodeType.Documentation: _kind("Documentation", "NodeConfig"),
    NodeType.Group: _kind("Group", "GroupConfig"),
}
_BY_NAME.update({kind.__name__: kind for kind in RESOURCES.values()})


def resource(entry: Any) -> Any:
    """An entry of the manifest as dbt's type of it."""
    if not isinstance(entry, dict) or isinstance(entry, Node):
        return entry
    found: dict[str, Any] = entry
    if found["resource_type"] == NodeType.Test and found.get("test_metadata"):
        return GenericTestNode(found)
    return RESOURCES.get(found["resource_type"], Node)(found)


def __getattr__(name: str) -> Any:
    if name in _BY_NAME:
        return _BY_NAME[name]
    message = f"module `{__name__}` has no attribute `{name}`"
    raise AttributeError(message)
