"""Names that keep their case, by configuration."""

from __future__ import annotations

import os


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    os.environ["SCHEMA__NAMING"] = "sql_cs_v1"
    try:
        pipeline.run([{"CamelCase": 1, "1st": 2, "trail_": 3, "a__B": {"Cd": [1]}}], table_name="MyTable")
        naming = pipeline.default_schema.naming
        return [
            naming.normalize_identifier("Ab c"),
            naming.normalize_path("A__bC"),
            pipeline.default_schema.data_table_names(),
        ]
    finally:
        del os.environ["SCHEMA__NAMING"]
