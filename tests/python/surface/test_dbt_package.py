"""`dlt.dbt.package` runs a project on what a pipeline loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

import gristmill as dlt
from gristmill.helpers.dbt import DBTProcessingError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "models_of_shop"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\nprofile: any\n", "utf-8")
    source = "select count(*) as n from {{ var('source_dataset_name') }}.orders"
    (folder / "models/counted.sql").write_text(source, "utf-8")
    return folder


def test_models_read_what_was_loaded(project: Path) -> None:
    pipeline = dlt.pipeline("shop", destination="duckdb", dataset_name="data")
    pipeline.run([{"id": 1}, {"id": 2}], table_name="orders")
    package = dlt.dbt.package(pipeline, str(project))
    results = package.run_all(destination_dataset_name="marts")
    assert [(r.node.name, str(r.status)) for r in results] == [("counted", "success")]
    with pipeline.sql_client() as client:
        assert client.execute_sql("select n from marts.counted") == [(2,)]
    (project / "models/broken.sql").write_text("select nothing from nowhere", "utf-8")
    with pytest.raises(DBTProcessingError, match="broken"):
        package.run()
    assert dlt.dbt.get_venv(pipeline).current
