"""What `run` says stands above what the resource says."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(name="rows", write_disposition="append", primary_key="a", columns={"x": {"data_type": "text"}})
    def rows():
        yield [{"a": 1, "b": 1, "x": 1}, {"a": 1, "b": 2, "x": 2}]

    for _ in range(2):
        pipeline.run(
            rows(),
            write_disposition="merge",
            primary_key="b",
            columns={"x": {"data_type": "double"}},
            table_name="others",
        )
