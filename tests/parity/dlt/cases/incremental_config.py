"""A cursor's start from the environment."""

from __future__ import annotations

import os


def run(dlt, tmp):
    os.environ["SOURCES__INCREMENTAL_CONFIG__ROWS__AT__INITIAL_VALUE"] = "2024-01-02"
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(section="incremental_config")
    def rows(at=dlt.sources.incremental("at")):
        yield [{"at": "2024-01-01"}, {"at": "2024-01-03"}]

    pipeline.run(rows())
    return pipeline.state["sources"]
