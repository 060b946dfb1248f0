"""Only what is selected is loaded."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop():
        yield dlt.resource([{"id": 1}], name="orders")
        yield dlt.resource([{"id": 2}], name="people")

    pipeline.run(shop().with_resources("people"))
