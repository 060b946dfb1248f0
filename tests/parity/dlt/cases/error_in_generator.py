"""An error in the user's code keeps nothing."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource
    def rows():
        yield {"id": 1}
        raise ValueError("broken")

    pipeline.run(rows())
