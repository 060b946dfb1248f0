"""Map, filter and yield map."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        yield [{"id": n} for n in range(4)]

    def pairs(item):
        yield {**item, "part": 1}
        yield {**item, "part": 2}

    resource = (
        rows().add_map(lambda r: {**r, "twice": r["id"] * 2}).add_filter(lambda r: r["id"] > 1).add_yield_map(pairs)
    )
    pipeline.run(resource)
