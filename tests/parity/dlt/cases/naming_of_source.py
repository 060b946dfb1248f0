"""A convention for one source of two."""

from __future__ import annotations

import os


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    os.environ["SOURCES__SECOND__SCHEMA__NAMING"] = "sql_ci_v1"
    try:

        @dlt.source
        def first():
            return dlt.resource([{"camelCase": 1}], name="firstRows")

        @dlt.source
        def second():
            return dlt.resource([{"camelCase": 1}], name="secondRows")

        pipeline.run([first(), second()])
    finally:
        del os.environ["SOURCES__SECOND__SCHEMA__NAMING"]
