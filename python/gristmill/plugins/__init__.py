"""Plugins of a profile: code of the user's own that reads sources and takes the rows of external models.

A plugin is a module with a class `Plugin`. Modules that were written for dbt-duckdb run unchanged: what they import from
`dbt.adapters.duckdb` is answered by this package where dbt-duckdb is not installed (`names.py`).

    # profiles.yml                                # my_plugin.py
    plugins:                                      from gristmill.plugins import BasePlugin
      - module: my_plugin
        config: {folder: data}                    class Plugin(BasePlugin):
                                                      def initialize(self, plugin_config):
    # models/sources.yml                                  self.folder = plugin_config["folder"]
    sources:
      - name: raw                                     def load(self, source_config):
        tables:                                           return read(self.folder, source_config.identifier)
          - name: orders
            config: {plugin: my_plugin}

Built in are `excel` and `sqlalchemy`, which read and store, and `native`, which is there for the sake of old profiles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.plugins.records import Credentials, SourceConfig, TargetConfig, TargetLocation

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["BasePlugin", "Credentials", "PluginConfig", "SourceConfig", "TargetConfig", "TargetLocation"]


class BasePlugin:
    """What every plugin has; a plugin overrides what it needs. Mirrors `dbt.adapters.duckdb.plugins.BasePlugin`.

    >>> class Plugin(BasePlugin):
    ...     def initialize(self, plugin_config):
    ...         self.rows = plugin_config["rows"]
    >>> Plugin("numbers", {"rows": 3}).rows
    3
    """

    def __init__(self, name: str, plugin_config: dict[str, Any], credentials: Credentials | None = None) -> None:
        """Keep the name and the profile's target, then `initialize` with the configuration."""
        self.name = name
        self.creds = credentials
        self.initialize(plugin_config)

    @classmethod
    def create(
        cls,
        module: str,
        *,
        config: dict[str, Any] | None = None,
        alias: str | None = None,
        credentials: Credentials | None = None,
    ) -> BasePlugin:
        """Make the plugin of a module, or the built-in one of that name; raises `GristmillError` when there is none."""
        from gristmill.plugins.loading import create

        return create(module, config=config, alias=alias, credentials=credentials)

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Take what the profile says under `config:`, laid over the profile's `settings:`."""

    def update_connection_config(self, creds: Credentials, config: dict[str, Any]) -> None:
        """Change what `duckdb.connect` gets as its `config`, in place."""

    def configure_connection(self, conn: DuckDBPyConnection) -> None:
        """Do something with the connection once it is open: register functions, load extensions."""

    def configure_cursor(self, cursor: DuckDBPyConnection) -> None:
        """Do something with each cursor, for what a cursor does not take over from its connection."""

    def load(self, source_config: SourceConfig) -> Any:
        """Give the rows of a source as something that DuckDB reads: a frame, a table, a dataset, a relation."""
        message = f"the plugin `{self.name}` reads no sources: its class has no method `load`"
        raise NotImplementedError(message)

    def store(self, target_config: TargetConfig) -> None:
        """Bring an external model, whose file is written already, to where it belongs."""
        message = f"the plugin `{self.name}` takes no models: its class has no method `store`"
        raise NotImplementedError(message)

    def close(self) -> None:
        """Finish what is open, before the database is closed; gristmill's own."""

    def default_materialization(self) -> str:
        """Whether sources become a `table` or a `view`, where a source does not say it by `materialization`."""
        return "table"


class PluginConfig:
    """The settings of one plugin as a class of dataclass fields; `from_dict` refuses what is not among them."""

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Any:
        """Make the settings of what the profile says."""
        return cls(**data)
