"""A limit counts pages."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        for page in range(10):
            yield [{"id": page * 2}, {"id": page * 2 + 1}]

    pipeline.run(rows().add_limit(3))
