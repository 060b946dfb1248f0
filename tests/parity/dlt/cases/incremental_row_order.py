"""A known order ends the generator."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows(seen, at=dlt.sources.incremental("at", initial_value=5, row_order="desc")):
        for number in range(9, 0, -1):
            seen.append(number)
            yield {"at": number}

    seen = []
    pipeline.run(rows(seen))
    return seen
