"""`schema.naming` in the configuration decides how names are written, and does not rename tables that hold data."""

from __future__ import annotations

import os


def run(dlt, tmp):
    os.environ["SCHEMA__NAMING"] = "direct"
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")
    pipeline.run([{"OrderId": 1, "Lines": [{"UnitPrice": 2}]}], table_name="Orders")
    found = [
        sorted(pipeline.default_schema.data_table_names()),
        pipeline.default_schema.to_dict()["normalizers"]["names"],
    ]
    os.environ["SCHEMA__NAMING"] = "snake_case"
    try:
        pipeline.run([{"OrderId": 1}], table_name="Orders")
    except Exception as error:
        found.append([type(error).__name__, error.step, type(error.exception).__name__])
    del os.environ["SCHEMA__NAMING"]
    pipeline.run([{"OrderId": 2}], table_name="Orders")
    return found
