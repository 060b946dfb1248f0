"""The pipeline's name is the outermost section, before the environment."""

from __future__ import annotations

import os


def run(dlt, tmp):
    folder = tmp / ".dlt"
    folder.mkdir()
    (folder / "config.toml").write_text(
        '[case.sources.mine]\nvalue = "from pipeline"\n[sources.mine]\nvalue = "plain"\n'
    )
    os.environ["SOURCES__MINE__VALUE"] = "environment"
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.resource(section="mine")
    def rows(value=dlt.config.value):
        yield {"value": value}

    pipeline.run(rows())
