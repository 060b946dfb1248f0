"""The module paths of dbt-duckdb that its plugins import from, for when dbt-duckdb is not installed.

`answer()` stands last in the line of finders: where the real package is installed, plugins get the real one, which
serves as well.
"""

from __future__ import annotations

import sys

from gristmill.listed_modules import ListedModules, Table

__all__ = ["answer"]

_PLUGINS = ("gristmill.plugins", "BasePlugin PluginConfig")
_RECORDS = ("gristmill.plugins.records", "SourceConfig TargetConfig TargetLocation escape_sql_string")

MODULES: Table = {
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


class PluginNames(ListedModules):
    """Finds the modules of the table, and no other."""

    modules = MODULES
    about = "dbt-duckdb, as far as its plugins need it."


def answer() -> None:
    """Answer these imports from now on, after every other finder."""
    if not any(isinstance(finder, PluginNames) for finder in sys.meta_path):
        sys.meta_path.append(PluginNames())
