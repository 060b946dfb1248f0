"""A missing value is an error."""

from __future__ import annotations


def run(dlt, tmp):
    dlt.pipeline("case", destination="duckdb", dataset_name="data")

    @dlt.source
    def shop(api_key=dlt.secrets.value):
        return dlt.resource([{"k": api_key}], name="rows")

    try:
        shop()
    except KeyError as error:
        return type(error).__name__
