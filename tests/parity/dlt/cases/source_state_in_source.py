"""State that is read while the source is made."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop():
        start = dlt.current.source_state().get("next", 0)

        @dlt.resource
        def rows():
            dlt.current.source_state()["next"] = start + 1
            yield {"n": start}

        return rows

    for _ in range(2):
        pipeline.run(shop())
