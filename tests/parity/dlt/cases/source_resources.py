"""A source with two resources, its own schema."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop():
        @dlt.resource
        def orders():
            yield [{"id": 1}]

        @dlt.resource(write_disposition="replace")
        def people():
            yield {"name": "a"}

        return orders, people

    pipeline.run(shop())
