"""A cursor of a transformer, which sees what the resource before yields."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def pages():
        yield [{"page": 1}, {"page": 2}]

    @dlt.transformer(data_from=pages, primary_key="id")
    def rows(items, at=dlt.sources.incremental("at", initial_value=2)):
        for item in items:
            yield [{"id": item["page"] * 10 + n, "at": item["page"] + n} for n in range(2)]

    pipeline.run(rows)
    pipeline.run(rows)
    return pipeline.state["sources"]
