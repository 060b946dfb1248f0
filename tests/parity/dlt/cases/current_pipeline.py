"""What runs now."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        yield {
            "pipeline": dlt.current.pipeline().pipeline_name,
            "resource": dlt.current.resource().name,
            "schema": dlt.current.source_schema().name,
        }

    pipeline.run(rows())
