"""An async generator."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    async def rows():
        for number in range(3):
            yield {"id": number}

    pipeline.run(rows())
