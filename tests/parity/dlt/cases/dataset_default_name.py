"""Without a dataset's name it is the pipeline's."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("shop_pipeline", destination="duckdb")
    pipeline.run([{"id": 1}], table_name="rows")
    return [pipeline.dataset_name, pipeline.default_schema_name]
