"""dagster-dlt: its assets over a pipeline of gristmill, which answers to the name of dlt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("dagster_dlt")

SCRIPT = """
import gristmill.alias
gristmill.alias.install()
import dagster, dlt
from dagster_dlt import DagsterDltResource, dlt_assets

assert dlt.__name__ == "gristmill"

@dlt.source
def crm():
    @dlt.resource(primary_key="id", write_disposition="replace")
    def orders():
        yield [{"id": 1, "tags": ["a", "b"]}, {"id": 2, "tags": []}]
    return orders

pipeline = dlt.pipeline("shop", destination=dlt.destinations.duckdb("shop.duckdb"), dataset_name="raw",
                        pipelines_dir="pipelines")

@dlt_assets(dlt_source=crm(), dlt_pipeline=pipeline, name="crm", group_name="crm")
def assets(context: dagster.AssetExecutionContext, dlt: DagsterDltResource):
    yield from dlt.run(context=context)

result = dagster.materialize([assets], resources={"dlt": DagsterDltResource()})
[made] = result.get_asset_materialization_events()
print(made.asset_key.to_user_string(), sorted(made.materialization.metadata))
print(made.materialization.metadata["rows_loaded"].value)
"""


def test_assets_of_a_source(tmp_path: Path) -> None:
    (tmp_path / "assets.py").write_text(SCRIPT, "utf-8")
    done = subprocess.run(
        [sys.executable, "assets.py"], cwd=tmp_path, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    *_, assets, rows = done.stdout.splitlines()
    assert assets.startswith("dlt_crm_orders ")
    for name in ("dagster/table_name", "dataset_name", "destination_name", "rows_loaded", "jobs"):
        assert f"'{name}'" in assets
    assert rows == "2"
