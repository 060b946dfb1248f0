"""Steps over tables, and a filter over rows after them."""

from __future__ import annotations

import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        yield pa.table({"id": [1, 2, 3]})

    pipeline.run(rows().add_map(lambda table: table.append_column("twice", pa.array([2, 4, 6]))))
    pipeline.run(rows().add_yield_map(lambda table: iter(table.to_pylist())).with_name("singles"))
