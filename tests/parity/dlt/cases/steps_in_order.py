"""Maps, filters and yield maps in the order they were added, by position and over pages."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        yield [{"n": n} for n in range(6)]
        yield {"n": 6}

    shown = (
        rows()
        .add_map(lambda row: {"n": row["n"] + 1})
        .add_filter(lambda row: row["n"] % 2 == 0)
        .add_yield_map(lambda row: ({**row, "part": p} for p in range(row["n"] // 2)))
        .add_map(lambda row: {**row, "first": row["n"]}, 1)
    )
    pipeline.run(shown)
