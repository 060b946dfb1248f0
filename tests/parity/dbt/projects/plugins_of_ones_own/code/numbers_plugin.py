import pathlib

import pandas as pd
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt.adapters.duckdb.utils import SourceConfig, TargetConfig


class Plugin(BasePlugin):
    def initialize(self, plugin_config):
        self.first = plugin_config["first"]
        self.settings = plugin_config["default_order"]

    def update_connection_config(self, creds, config):
        config["threads"] = "3"

    def configure_connection(self, conn):
        conn.create_function("plus_one", lambda x: x + 1, ["BIGINT"], "BIGINT")

    def configure_cursor(self, cursor):
        cursor.execute("set variable from_plugin = 'cursor'")

    def load(self, source_config: SourceConfig):
        rows = source_config.get("rows", 2)
        return pd.DataFrame(
            {
                "n": [self.first + at for at in range(rows)],
                "told": [f"{source_config.name} {source_config.table_name()} {sorted(source_config.tags)}"] * rows,
                "settings": [self.settings] * rows,
                "all": [str(sorted(source_config.as_dict()))] * rows,
            }
        )

    def store(self, target_config: TargetConfig):
        told = target_config.as_dict()
        lines = [
            target_config.relation.identifier,
            target_config.location.path,
            target_config.location.format,
            str(told["column_list"]),
            str(target_config.config.get("note")),
            str(target_config.config.get("materialized")),
        ]
        pathlib.Path("stored.txt").write_text("\n".join(lines))
