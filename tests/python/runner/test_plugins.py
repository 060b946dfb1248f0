"""Plugins: what users of them meet beyond what parity with dbt tells."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

from gristmill.plugins.records import SourceConfig, StoredColumn, StoredRelation, TargetConfig, TargetLocation

from .conftest import Make, Project

PROFILE = (
    "shop:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: shop.duckdb\n      threads: 4\n"
    "      module_paths: [code]\n      plugins: [{module: %s}]\n"
)
SOURCES = "sources:\n  - name: raw\n    config: {plugin: %s}\n    tables: [{name: orders}]\n"


def with_plugin(project: Make, name: str, code: str, more: dict[str, str]) -> Project:
    """Make a project with one plugin of this name, and a source that it reads."""
    files = {"profiles.yml": PROFILE % name, f"code/{name}.py": code, "models/s.yml": SOURCES % name}
    return project(files | more)


def test_a_source_is_read_once_however_many_ask(project: Make) -> None:
    code = (
        "from gristmill.plugins import BasePlugin\nimport pandas, pathlib\n\n\n"
        "class Plugin(BasePlugin):\n    def load(self, source_config):\n"
        "        with open(self.creds.path + '.reads', 'a') as reads:\n            reads.write('x')\n"
        "        return pandas.DataFrame({'n': [1, 2]})\n"
    )
    models = {f"models/m{at}.sql": "select * from {{ source('raw', 'orders') }}" for at in range(6)}
    shop = with_plugin(project, "counts_its_reads", code, models)
    assert set(shop.statuses("run").values()) == {"success"}
    assert (shop.root / "shop.duckdb.reads").read_text("utf-8") == "x"


def test_what_a_plugin_raises_is_told_with_its_line(project: Make) -> None:
    code = (
        "from dbt.adapters.duckdb.plugins import BasePlugin\n\n\nclass Plugin(BasePlugin):\n"
        "    def load(self, source_config):\n        raise ValueError('no such sheet')\n"
    )
    shop = with_plugin(project, "raises_it", code, {"models/a.sql": "select * from {{ source('raw', 'orders') }}"})
    message = str(shop.invoke("run").result[0].message)
    assert "ValueError: no such sheet" in message
    assert "raises_it.py:6" in message
    assert "the plugin `raises_it` reads the source `raw.orders`" in message


def test_a_plugin_without_load_says_so(project: Make) -> None:
    code = "from gristmill.plugins import BasePlugin\n\n\nclass Plugin(BasePlugin):\n    pass\n"
    shop = with_plugin(project, "cannot_load", code, {"models/a.sql": "select * from {{ source('raw', 'orders') }}"})
    assert "reads no sources" in str(shop.invoke("run").result[0].message)


def test_settings_are_duckdbs_alone(project: Make) -> None:
    shop = project(
        {"models/s.yml": SOURCES % "sqlalchemy", "models/a.sql": "select * from {{ source('raw', 'orders') }}"}
    )
    with sqlite3.connect(shop.root / "other.sqlite") as other:
        other.executescript("create table 'orders' (n int); insert into orders values (3)")
    url = f"sqlite:///{shop.root}/other.sqlite"
    shop.add(
        {
            "profiles.yml": PROFILE % f"sqlalchemy, config: {{connection_url: '{url}'}}"
            + "      settings: {memory_limit: 1GB}\n",
            "models/s.yml": (SOURCES % "sqlalchemy").replace("orders}", "orders, meta: {table: orders}}"),
        }
    )
    assert shop.statuses("run") == {"a": "success"}
    assert shop.rows("from a") == [(3,)]


def test_dbts_names_are_answered_where_dbt_is_not_installed() -> None:
    code = (
        "from gristmill.plugins import names; names.answer()\n"
        "from dbt.adapters.duckdb.plugins import BasePlugin, PluginConfig\n"
        "from dbt.adapters.duckdb.utils import SourceConfig, TargetConfig, TargetLocation\n"
        "from dbt.adapters.duckdb.credentials import DuckDBCredentials\n"
        "from dbt.adapters.duckdb.plugins import pd_utils\n"
        "from dbt.adapters.events.logging import AdapterLogger\n"
        "AdapterLogger('DuckDB').info('told %s', 'so')\n"
        "print(BasePlugin.__module__, SourceConfig.__module__, pd_utils.target_to_df.__module__)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["gristmill.plugins", "gristmill.plugins.records", "gristmill.plugins.frames"]


def test_records_are_shown_as_dicts() -> None:
    source = SourceConfig("orders", "orders_v1", "raw", "shop", {"sheet": 2}, ["a"])
    assert source.as_dict()["sheet"] == 2
    assert source.table_name() == "shop.raw.orders_v1"
    relation = StoredRelation("shop", "main", "a", "view", '"shop"."main"."a"')
    target = TargetConfig(relation, [StoredColumn("id", "INTEGER")], {"x": 1}, TargetLocation("a.csv", "csv"))
    assert str(target.relation) == '"shop"."main"."a"'
    assert target.as_dict() == {
        "relation": {"path": {"database": "shop", "schema": "main", "identifier": "a"}, "type": "view"},
        "column_list": [{"column": "id", "dtype": "INTEGER"}],
        "config": {"x": 1},
        "location": {"path": "a.csv", "format": "csv"},
    }
