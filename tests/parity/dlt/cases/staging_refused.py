"""DuckDB does not load by way of a staging place."""

import os


def run(dlt, tmp):
    os.environ["DESTINATION__FILESYSTEM__BUCKET_URL"] = (tmp / "bucket").as_uri()
    told = []
    try:
        dlt.pipeline("case", destination="duckdb", staging="filesystem", dataset_name="data")
    except Exception as error:
        told.append([type(error).__name__, error.destination])
    return told
