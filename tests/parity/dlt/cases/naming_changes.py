"""Another convention is refused once there is data, and taken before."""

from __future__ import annotations

import os


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run([{"camelCase": 1}], table_name="rows")
    os.environ["SCHEMA__NAMING"] = "sql_cs_v1"
    try:
        pipeline.run([{"camelCase": 2}], table_name="rows")
    except Exception as error:
        return [type(error).__name__, error.step, type(error.exception).__name__]
    finally:
        del os.environ["SCHEMA__NAMING"]
