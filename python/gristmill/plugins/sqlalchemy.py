"""`sqlalchemy`: sources are tables or queries of another database, and models are stored there as tables.

    plugins:
      - module: sqlalchemy
        alias: shop
        config: {connection_url: "postgresql+psycopg2://reader@localhost/shop"}

A source says `plugin: shop`, and `table:` or `query:` (with `params:`) where its own name is not the table's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gristmill.plugins import BasePlugin
from gristmill.plugins.frames import target_to_df

if TYPE_CHECKING:
    from gristmill.plugins.records import SourceConfig, TargetConfig


class Plugin(BasePlugin):
    """Reads and stores through an engine of SQLAlchemy; `config` holds `connection_url` and what `create_engine` takes."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Make the engine; it connects when something is read or stored."""
        from sqlalchemy import create_engine

        # The profile's `settings:` are DuckDB's, and no engine takes them.
        settings = self.creds.settings if self.creds is not None else {}
        arguments = {name: value for name, value in plugin_config.items() if name not in settings}
        self.engine = create_engine(arguments.pop("connection_url"), **arguments)

    def load(self, source_config: SourceConfig) -> Any:
        """Read what `query` says, else the whole table."""
        import pandas as pd
        from sqlalchemy import text

        with self.engine.connect() as connection:
            if "query" in source_config:
                query = source_config["query"].format(**source_config.as_dict())
                return pd.read_sql_query(text(query), con=connection, params=source_config.get("params", {}))
            table = source_config.get("table") or source_config.table_name()
            return pd.read_sql_table(table, con=connection)

    def store(self, target_config: TargetConfig) -> None:
        """Put the model's rows in the place of the table of its name."""
        frame = target_to_df(target_config)
        frame.to_sql(target_config.relation.identifier, self.engine, if_exists="replace", index=False)

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()
