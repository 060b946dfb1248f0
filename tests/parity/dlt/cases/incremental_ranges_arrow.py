"""A range over tables, of which either end is open or closed."""

from __future__ import annotations

import pyarrow as pa


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def rows_of(name, **how):
        @dlt.resource(name=name)
        def rows(at=dlt.sources.incremental("at", **how)):
            yield pa.table({"at": list(range(1, 8))})

        return rows()

    pipeline.run(
        [
            rows_of("default", initial_value=2, end_value=5),
            rows_of("open_closed", initial_value=2, end_value=5, range_start="open", range_end="closed"),
            rows_of("min_default", initial_value=5, end_value=2, last_value_func=min),
            rows_of("min_open", initial_value=5, end_value=2, last_value_func=min, range_start="open"),
        ]
    )
    return pipeline.state.get("sources")
