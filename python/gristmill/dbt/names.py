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
_RESULTS = ("gristmill.dbt.results", "NodeStatus RunStatus TestStatus FreshnessStatus RunResult RunExecutionResult")
_RECORDS = "gristmill.dbt.records"
_PLACES = "gristmill.dbt.places"

# What each module of dbt holds, by the module of ours that has it.
MODULES: Table = {
    "dbt": [],
    "dbt.adapters": [],
    "dbt.adapters.base": [(_PLACES, "BaseAdapter BaseColumn BaseRelation")],
    "dbt.adapters.base.impl": [(_PLACES, "BaseAdapter BaseColumn BaseRelation")],
    "dbt.adapters.factory": [(_PLACES, "reset_adapters")],
    "dbt.artifacts": [],
    "dbt.artifacts.schemas": [],
    "dbt.artifacts.schemas.catalog": [(_RECORDS, "CatalogArtifact")],
    "dbt.artifacts.schemas.results": [_RESULTS],
    "dbt.artifacts.schemas.run": [_RESULTS],
    "dbt.cli": [],
    "dbt.cli.exceptions": [(_PLACES, "DbtUsageException")],
    "dbt.cli.main": [_RUNNER],
    "dbt.contracts": [],
    "dbt.contracts.graph": [],
    "dbt.contracts.graph.manifest": [(_RECORDS, "Manifest")],
    "dbt.contracts.results": [_RESULTS],
    "dbt.exceptions": [(_PLACES, "DbtRuntimeError")],
    "dbt.node_types": [("gristmill.dbt.results", "NodeType REFABLE_NODE_TYPES")],
    "dbt.version": [(_PLACES, "__version__ get_installed_version")],
    "dbt_common": [],
    "dbt_common.events": [],
    "dbt_common.events.base_types": [(_RECORDS, "EventMsg"), (_PLACES, "EventLevel")],
    "dbt_common.events.functions": [(_PLACES, "msg_to_dict msg_to_json")],
    "dbt_common.exceptions": [(_PLACES, "DbtRuntimeError")],
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
