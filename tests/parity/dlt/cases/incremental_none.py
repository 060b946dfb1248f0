"""An optional cursor that is not used."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(at=None):
        yield [{"at": 1, "given": at is not None}]

    pipeline.run(rows())
    return pipeline.state.get("sources")
