"""Hints that come with an item."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def events():
        yield dlt.mark.with_hints(
            [{"id": 1, "v": 1}],
            dlt.mark.make_hints(table_name="special", write_disposition="merge", primary_key="id"),
            create_table_variant=True,
        )
        yield [{"id": 2}]

    pipeline.run(events())
