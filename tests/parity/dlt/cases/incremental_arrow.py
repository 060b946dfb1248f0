"""A cursor over arrow tables."""

from __future__ import annotations

import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(primary_key="id")
    def rows(ids, at=dlt.sources.incremental("at", initial_value=1)):
        yield pa.table({"id": ids, "at": ids})

    pipeline.run(rows([0, 1, 2]))
    pipeline.run(rows([1, 2, 3]))
    return pipeline.state["sources"]
