"""dbt's module paths: after `install()`, `from dbt.cli.main import dbtRunner` finds the runner of gristmill.

Orchestrators import dbt by name in their own process. `install()` answers them there; where no line of code can be added,
put the folder that `python -m gristmill.dbt` prints first on `PYTHONPATH`. What is not in the table below does not exist:
it is the interface that tools call, not dbt's insides.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["install"]

_RUNNER = ("gristmill.dbt", "dbtRunner dbtRunnerResult")
_RESULTS = ("gristmill.dbt.results", "NodeStatus RunStatus TestStatus FreshnessStatus RunResult RunExecutionResult")
_RECORDS = "gristmill.dbt.records"
_PLACES = "gristmill.dbt.places"

# What each module of dbt holds, by the module of ours that has it.
MODULES: dict[str, list[tuple[str, str]]] = {
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


class DbtNames(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of the table, and no other."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Claim what the table has."""
        del path, target
        if fullname not in MODULES:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin="gristmill.dbt.names", is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """A module that knows where its names come from."""
        return _Names(spec.name, f"`{spec.name}` of dbt, as gristmill has it.")

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute: names are fetched when they are asked for."""


class _Names(ModuleType):
    # `import dbt.cli.main` loads nothing of the core; the first name that is used does.
    def __getattr__(self, name: str) -> Any:
        for place, names in MODULES.get(self.__name__, []):
            if name in names.split():
                found = getattr(importlib.import_module(place), name)
                setattr(self, name, found)
                return found
        message = f"module `{self.__name__}` of gristmill has no attribute `{name}`"
        raise AttributeError(message)

    def __dir__(self) -> list[str]:
        return sorted(name for _, names in MODULES.get(self.__name__, []) for name in names.split())


def install() -> None:
    """Answer `import dbt` from now on, before any dbt that is installed.

    >>> import gristmill.dbt
    >>> gristmill.dbt.install()  # doctest: +SKIP
    >>> from dbt.cli.main import dbtRunner  # doctest: +SKIP
    """
    if not any(isinstance(finder, DbtNames) for finder in sys.meta_path):
        sys.meta_path.insert(0, DbtNames())
