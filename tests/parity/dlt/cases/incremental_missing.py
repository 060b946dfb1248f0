"""Items without a cursor are kept or dropped."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    def rows_of(mode):
        @dlt.resource(name=f"rows_{mode}")
        def rows(at=dlt.sources.incremental("at", on_cursor_value_missing=mode)):
            yield [{"id": 1, "at": 1}, {"id": 2}, {"id": 3, "at": None}]

        return rows()

    pipeline.run([rows_of("include"), rows_of("exclude")])
