"""The module paths of dbt-duckdb that its plugins import from, for when dbt-duckdb is not installed.

`answer()` stands last in the line of finders: where the real package is installed, plugins get the real one, which
serves as well.
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

__all__ = ["answer"]

_PLUGINS = ("gristmill.plugins", "BasePlugin PluginConfig")
_RECORDS = ("gristmill.plugins.records", "SourceConfig TargetConfig TargetLocation escape_sql_string")

# What each module holds, by the module of ours that has it and the names there.
MODULES: dict[str, list[tuple[str, str]]] = {
    "dbt": [],
    "dbt.adapters": [],
    "dbt.adapters.duckdb": [],
    "dbt.adapters.duckdb.credentials": [("gristmill.plugins.records", "DuckDBCredentials=Credentials")],
    "dbt.adapters.duckdb.plugins": [_PLUGINS, _RECORDS],
    "dbt.adapters.duckdb.plugins.excel": [("gristmill.plugins.excel", "Plugin")],
    "dbt.adapters.duckdb.plugins.pd_utils": [("gristmill.plugins.frames", "target_to_df")],
    "dbt.adapters.duckdb.plugins.sqlalchemy": [("gristmill.plugins.sqlalchemy", "Plugin")],
    "dbt.adapters.duckdb.utils": [_RECORDS],
    "dbt.adapters.events": [],
    "dbt.adapters.events.logging": [("gristmill.plugins.loggers", "AdapterLogger")],
}


class PluginNames(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the modules of the table, and no other."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Claim what the table has."""
        del path, target
        if fullname not in MODULES:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, origin="gristmill.plugins.names", is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """A module that knows where its names come from."""
        return _Names(spec.name, f"`{spec.name}` of dbt-duckdb, as far as its plugins need it.")

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to execute: names are fetched when they are asked for."""


class _Names(ModuleType):
    def __getattr__(self, name: str) -> Any:
        for place, listed in MODULES.get(self.__name__, []):
            for entry in listed.split():
                shown, _, own = entry.partition("=")
                if shown == name:
                    found = getattr(importlib.import_module(place), own or shown)
                    setattr(self, name, found)
                    return found
        message = f"module `{self.__name__}` of gristmill has no attribute `{name}`"
        raise AttributeError(message)


def answer() -> None:
    """Answer these imports from now on, after every other finder."""
    if not any(isinstance(finder, PluginNames) for finder in sys.meta_path):
        sys.meta_path.append(PluginNames())
