"""Names in snake case, shortened where they are empty or odd."""

from __future__ import annotations


def run(dlt, tmp):
    pipeline = dlt.pipeline("case", destination="duckdb", dataset_name="data")

    pipeline.run(
        [
            {
                "CamelCase": 1,
                "with space": 2,
                "ALLCAPS": 3,
                "1st": 4,
                "dash-ed": 5,
                "trail_": 6,
                "a__b": 7,
                "HTTPCode": 8,
                "é": 9,
            }
        ],
        table_name="MyTable",
    )
