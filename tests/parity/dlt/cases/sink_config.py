"""The further arguments of a function as destination come from configuration, or from the one who calls it."""

from __future__ import annotations

import os


def run(dlt, tmp):
    calls = []

    @dlt.destination(name="shop")
    def sink(items, table, url: str = dlt.config.value, key=dlt.secrets.value, size: int = 1):
        calls.append([url, key, size, len(items)])

    os.environ["DESTINATION__SHOP__URL"] = "https://shop"
    os.environ["DESTINATION__SHOP__KEY"] = "k"
    os.environ["DESTINATION__SHOP__SIZE"] = "7"
    dlt.pipeline("one", destination=sink).run([{"id": 1}], table_name="rows")
    dlt.pipeline("two", destination=sink(url="https://other")).run([{"id": 1}], table_name="rows")
    del os.environ["DESTINATION__SHOP__URL"]
    try:
        dlt.pipeline("three", destination=sink).run([{"id": 1}], table_name="rows")
    except Exception as error:
        calls.append([type(error).__name__, error.step])
    return calls
