"""Hints for a table of their own, made while items come."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(name="rows", primary_key="id")
    def rows():
        yield {"id": 1}
        for n in (1, 2):
            hints = dlt.mark.make_hints(table_name=f"part_{n}", write_disposition="merge", primary_key="key")
            yield dlt.mark.with_hints({"key": n}, hints, create_table_variant=True)
        yield dlt.mark.with_table_name({"key": 9, "more": True}, "part_2")
        yield [{"id": 2}]

    pipeline.run(rows())
    pipeline.run(rows())
