"""A range of which either end is open or closed, in both directions."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def rows_of(name, **how):
        @dlt.resource(name=name)
        def rows(at=dlt.sources.incremental("at", **how)):
            yield [{"id": n, "at": n} for n in range(1, 8)]

        return rows()

    pipeline.run(
        [
            rows_of("default", initial_value=2, end_value=5),
            rows_of("open_start", initial_value=2, end_value=5, range_start="open"),
            rows_of("closed_end", initial_value=2, end_value=5, range_end="closed"),
            rows_of("open_closed", initial_value=2, end_value=5, range_start="open", range_end="closed"),
            rows_of("min_default", initial_value=5, end_value=2, last_value_func=min),
            rows_of("min_closed", initial_value=5, end_value=2, last_value_func=min, range_end="closed"),
            rows_of("min_open", initial_value=5, end_value=2, last_value_func=min, range_start="open"),
        ]
    )
    return pipeline.state.get("sources")
