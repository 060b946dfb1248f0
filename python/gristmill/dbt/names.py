"""dbt's module paths: after `install()`, `from dbt.cli.main import dbtRunner` finds the runner of gristmill.

Orchestrators import dbt by name in their own process. `install()` answers them there; where no line of code can be added,
put the folder that `python -m gristmill.dbt` prints first on `PYTHONPATH`. What is not in the table below does not exist:
it is the interface that tools call, not dbt's insides.
"""

from __future__ import annotations

import sys

from gristmill.listed_modules import ListedModules, Table

__all__ = ["install"]

_RUNNER = ("gristmill.dbt", "dbtRunner dbtRunnerResult")
_STATUSES = ("gristmill.dbt.words", "NodeStatus RunStatus TestStatus FreshnessStatus")
_TYPES = ("gristmill.dbt.words", "NodeType REFABLE_NODE_TYPES")
_OF_RESULTS = "gristmill.dbt.results"
_RESULTS = [
    _STATUSES,
    (_OF_RESULTS, "BatchResults ExecutionResult FreshnessMetadata FreshnessResult NodeResult"),
    (_OF_RESULTS, "PartialSourceFreshnessResult RunExecutionResult RunResult RunResultOutput RunResultsArtifact"),
    (_OF_RESULTS, "RunResultsMetadata SourceFreshnessResult TimingInfo"),
]
_MANIFESTS = "gristmill.dbt.manifests"
_OF_NODES = "gristmill.dbt.nodes"
_NODES = [
    (_OF_NODES, "ManifestNode ModelNode SeedNode SnapshotNode AnalysisNode HookNode SingularTestNode GenericTestNode"),
    (_OF_NODES, "SqlNode SourceDefinition Exposure Metric SemanticModel SavedQuery UnitTestDefinition FunctionNode"),
    (_OF_NODES, "Macro Documentation Group ColumnInfo DependsOn FileHash"),
]
_OF_ERRORS = "gristmill.dbt.errors"
_ERRORS = [
    (_OF_ERRORS, "CompilationError DbtBaseException DbtConfigError DbtDatabaseError DbtInternalError DbtProfileError"),
    (_OF_ERRORS, "DbtProjectError DbtRuntimeError DbtSelectorsError DbtValidationError DependencyError ParsingError"),
    (_OF_ERRORS, "InvalidSelectorError TargetNotFoundError UndefinedMacroError YamlLoadError"),
]
_PLACES = "gristmill.dbt.places"
_EVENTS = [("gristmill.dbt.records", "EventMsg"), (_PLACES, "EventLevel")]

# What each module of dbt holds, by the module of ours that has it.
MODULES: Table = {
    "dbt": [],
    "dbt.adapters": [],
    "dbt.adapters.base": [(_PLACES, "BaseAdapter BaseColumn BaseRelation")],
    "dbt.adapters.base.impl": [(_PLACES, "BaseAdapter BaseColumn BaseRelation")],
    "dbt.adapters.factory": [(_PLACES, "reset_adapters cleanup_connections adapter_management")],
    "dbt.artifacts": [],
    "dbt.artifacts.resources": [*_NODES, _TYPES],
    "dbt.artifacts.resources.types": [_TYPES],
    "dbt.artifacts.schemas": [],
    "dbt.artifacts.schemas.batch_results": _RESULTS,
    "dbt.artifacts.schemas.catalog": [(_MANIFESTS, "CatalogArtifact CatalogTable TableMetadata ColumnMetadata")],
    "dbt.artifacts.schemas.freshness": _RESULTS,
    "dbt.artifacts.schemas.manifest": [(_MANIFESTS, "WritableManifest ManifestMetadata")],
    "dbt.artifacts.schemas.results": _RESULTS,
    "dbt.artifacts.schemas.run": _RESULTS,
    "dbt.artifacts.schemas.run.v5": [],
    "dbt.artifacts.schemas.run.v5.run": _RESULTS,
    "dbt.cli": [],
    "dbt.cli.exceptions": [("gristmill.dbt.errors", "DbtUsageException DbtInternalException")],
    "dbt.cli.main": [_RUNNER],
    "dbt.contracts": [],
    "dbt.contracts.graph": [],
    "dbt.contracts.graph.manifest": [(_MANIFESTS, "Manifest WritableManifest")],
    "dbt.contracts.graph.nodes": _NODES,
    "dbt.contracts.results": [*_RESULTS, (_MANIFESTS, "CatalogArtifact")],
    "dbt.events": [],
    "dbt.events.base_types": _EVENTS,
    "dbt.exceptions": _ERRORS,
    "dbt.node_types": [_TYPES],
    "dbt.version": [(_PLACES, "__version__ get_installed_version")],
    "dbt_common": [],
    "dbt_common.events": [],
    "dbt_common.events.base_types": _EVENTS,
    "dbt_common.events.functions": [(_PLACES, "msg_to_dict msg_to_json")],
    "dbt_common.exceptions": _ERRORS,
    "dbt_common.exceptions.base": _ERRORS,
}


class DbtNames(ListedModules):
    """Finds the modules of the table: `import dbt.cli.main` loads nothing of the core, the first name that is used does."""

    modules = MODULES
    about = "dbt, as gristmill has it."


def install() -> None:
    """Answer `import dbt` from now on, before any dbt that is installed.

    >>> import gristmill.dbt
    >>> gristmill.dbt.install()  # doctest: +SKIP
    >>> from dbt.cli.main import dbtRunner  # doctest: +SKIP
    """
    if not any(isinstance(finder, DbtNames) for finder in sys.meta_path):
        sys.meta_path.insert(0, DbtNames())
